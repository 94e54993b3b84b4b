//! What is kept of a rejected row: the cells of columns that the configuration names, and nothing else (rule 47).
//!
//! Where the form of the row is wrong, a cell may have come under another heading: then no cell is kept.

use super::heading::Columns;
use super::scanner::RawRow;
use rollcall_core::entry::Record;
use std::sync::Arc;

/// The columns that are used, in the order of the file.
pub(super) struct KeptCells {
    positions: Vec<usize>,
    headings: Arc<[String]>,
    width: usize,
    username: Vec<usize>,
}

impl KeptCells {
    pub(super) fn new(columns: &Columns) -> Self {
        let mut used: Vec<(usize, &str)> =
            columns.used().map(|column| (column.position, column.heading.as_str())).collect();
        used.sort_unstable();
        used.dedup();
        Self {
            positions: used.iter().map(|(position, _)| *position).collect(),
            headings: used.iter().map(|(_, heading)| (*heading).to_owned()).collect(),
            width: columns.width,
            username: columns.username_positions(),
        }
    }

    /// The headings of the columns that are kept.
    pub(super) fn headings(&self) -> Arc<[String]> {
        Arc::clone(&self.headings)
    }

    /// The cells to keep, one for each heading; none where the row's form is wrong.
    pub(super) fn of(&self, raw: &RawRow) -> Vec<String> {
        if self.has_wrong_form(raw) {
            return Vec::new();
        }
        let cell = |at: &usize| raw.cells.get(*at).unwrap_or_default().to_owned();
        self.positions.iter().map(cell).collect()
    }

    /// The record without a username that may have come from another column. The key is enough to protect its account.
    pub(super) fn without_foreign(&self, mut record: Record, raw: &RawRow) -> Record {
        if let Record::Rejected(row) = &mut record
            && self.is_username_uncertain(raw)
            && (row.key.is_some() || row.immutable_id.is_some())
        {
            row.username = None;
        }
        record
    }

    /// Whether cells too many or too few may have moved a cell that is not used under the heading of the username.
    fn is_username_uncertain(&self, raw: &RawRow) -> bool {
        let is_unused = |position: usize| !self.positions.contains(&position);
        let is_moved = |username: &usize| {
            let is_from_before = raw.count > self.width && (0..*username).any(is_unused);
            let is_from_behind = raw.count < self.width && (*username..self.width).any(is_unused);
            is_from_before || is_from_behind
        };
        self.has_wrong_form(raw) && self.username.iter().any(is_moved)
    }

    fn has_wrong_form(&self, raw: &RawRow) -> bool {
        raw.flaw.is_some() || raw.count < self.width || raw.has_surplus(self.width)
    }
}

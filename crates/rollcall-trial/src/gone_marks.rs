//! Marks of somebody who has left, in columns that are no status: the unit of a directory (`OU=Disabled Users`), a word behind a
//! name (`Bob Ray (Terminated)`), a note (`LEAVER - do not sync`). Said by `init` and `check --file`.
//!
//! Beside `unasked`. Looks at people only who would have a seat. Promises that of a column that the configuration does not name no
//! cell is repeated, but only the mark (rule 47).

use crate::finding::Finding;
use crate::line::{quoted, toml_text};
use crate::tried::Tried;
use rollcall_core::fold::fold;

/// With this every such finding begins.
const SAID: &str = "people who would have a seat are marked as gone";

/// Beginnings of names of units, in small letters, that hold accounts of people who are gone.
const UNITS: [&str; 22] = [
    "disabled",
    "leaver",
    "leavers",
    "former",
    "terminated",
    "inactive",
    "deactivated",
    "departed",
    "offboard",
    "ex-employees",
    "exited",
    "deleted",
    "to be deleted",
    "archiv",
    "deaktiv",
    "inaktiv",
    "gesperrt",
    "ausgeschieden",
    "ehemalig",
    "anciens",
    "desactiv",
    "disabilitat",
];
/// Words in brackets behind a name, in small letters.
const BEHIND_A_NAME: [&str; 18] = [
    "terminated",
    "inactive",
    "disabled",
    "left",
    "leaver",
    "former",
    "deactivated",
    "departed",
    "ex-employee",
    "resigned",
    "retired",
    "deceased",
    "ausgeschieden",
    "inaktiv",
    "ehemalig",
    "deaktiviert",
    "parti",
    "inactif",
];
/// Beginnings of notes, in small letters.
const NOTES: [&str; 8] = [
    "leaver",
    "left the company",
    "left company",
    "do not sync",
    "terminated",
    "offboarded",
    "ausgeschieden",
    "has left",
];

/// The columns of a file, and how many people have a mark in each.
pub(crate) struct GoneMarks {
    columns: Vec<Column>,
}

struct Column {
    at: usize,
    heading: String,
    people: u64,
    mark: String,
}

impl GoneMarks {
    /// All columns but those that a condition or the status asks.
    pub(crate) fn new(tried: &Tried<'_>, headings: &[String]) -> Self {
        let mapping = tried.mapping;
        let scope = mapping.scope.iter().flat_map(|condition| condition.columns());
        let status =
            mapping.active.iter().flat_map(|rule| &rule.all).flat_map(|column| column.from.columns());
        let asked: Vec<String> = scope.chain(status).map(|column| fold(column)).collect();
        let columns = headings.iter().enumerate().filter(|(_, heading)| !asked.contains(&fold(heading)));
        let columns = columns.map(|(at, heading)| Column {
            at,
            heading: heading.clone(),
            people: 0,
            mark: String::new(),
        });
        Self { columns: columns.collect() }
    }

    /// Takes the cells of somebody who would have a seat.
    pub(crate) fn see(&mut self, cells: &[String]) {
        for column in &mut self.columns {
            let Some(mark) = cells.get(column.at).and_then(|cell| mark_of(cell)) else { continue };
            column.people += 1;
            if column.people == 1 {
                column.mark = mark;
            }
        }
    }

    /// What is said of them.
    pub(crate) fn findings(self) -> impl Iterator<Item = Finding> {
        self.columns.into_iter().filter(|column| column.people > 0).map(|column| {
            let Column { heading, people, mark, .. } = column;
            let what = format!("{SAID}: {people} of them have {mark:?} in {heading:?}");
            let condition = format!("not {} contains {}", quoted(&heading), quoted(&mark));
            let cure = format!(
                "if they are gone, keep them out: where = [{}]; else leave it as it is",
                toml_text(&condition)
            );
            Finding::look("where", what, cure)
        })
    }
}

/// Whether a finding is of this kind.
pub(crate) fn is_of_marks(finding: &Finding) -> bool {
    finding.what.starts_with(SAID)
}

/// The mark of a cell, as it is written there.
fn mark_of(cell: &str) -> Option<String> {
    let small = cell.to_lowercase();
    // A place in the small text is one in the cell only where no letter has another length.
    if small.len() != cell.len() {
        return None;
    }
    let written = |from: usize, length: usize| cell.get(from..from + length).map(str::to_owned);
    if let Some((from, length)) = unit_of(&small) {
        return written(from, length);
    }
    if let Some(before) = small.strip_suffix(')').and_then(|text| text.rfind('(')) {
        let inner = &small[before + 1..small.len() - 1];
        return BEHIND_A_NAME
            .contains(&inner.trim())
            .then(|| written(before, small.len() - before))
            .flatten();
    }
    let is_word_end = |rest: &str| rest.is_empty() || rest.starts_with([' ', ':', ',', '.']);
    let note =
        NOTES.iter().find(|note| small.strip_prefix(**note).is_some_and(is_word_end) && small.contains(' '));
    note.and_then(|note| written(0, note.len()))
}

/// Where a unit of people who are gone begins in a distinguished name or a path, and how long it is: `OU=Disabled Users`.
fn unit_of(small: &str) -> Option<(usize, usize)> {
    small.match_indices("ou=").find_map(|(from, sign)| {
        let rest = &small[from + sign.len()..];
        let name = rest.split(',').next().unwrap_or(rest);
        UNITS.iter().any(|unit| name.starts_with(unit)).then_some((from, sign.len() + name.len()))
    })
}

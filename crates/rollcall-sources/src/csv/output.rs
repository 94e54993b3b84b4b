//! What the CSV source gives: a row at a time, and at the end what was read.

use super::example_row::ExampleRow;
use super::logins::Logins;
use super::lone::Taken;
use super::same_address::SameAddress;
use crate::oddities::{self, Oddities};
use rollcall_core::entry::Record;
use std::sync::Arc;

/// One row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The record.
    pub record: Record,
    /// The heading of the match key.
    pub key_heading: Arc<str>,
    /// The headings of the columns that are used, in the order of the file.
    pub headings: Arc<[String]>,
    /// The cells of these columns as they were read, for the file of rejected rows (rule 47). Empty if the row is
    /// surely an entry, or if its form is wrong: then a cell may have come under another heading.
    pub cells: Vec<String>,
    /// Whether surely nothing is to be said of it but of its address (`RowReader::is_free_of_oddities`).
    pub(super) is_free_of_oddities: bool,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Rows below the headings, without blank ones and those that are no people.
    pub rows: u64,
    /// Rows that are entries.
    pub entries: u64,
    /// Rows that cannot be used.
    pub rejected: u64,
    /// Rejected rows without a readable key, immutable id or username: their people are unknown.
    pub unidentified: u64,
    /// Rows that are no people: headings once more, dashes, totals (rule 41).
    pub passed_over: u64,
    /// Entries with values that are hardly meant so.
    pub oddities: Oddities,
    /// Whether their usernames are e-mail addresses.
    pub logins: Logins,
    /// Whether the first of them is the example of a template.
    pub example: ExampleRow,
    /// Whether people one below the other have one address.
    pub same_address: SameAddress,
    /// Rows with nothing but a login that were taken for people.
    pub lone: Taken,
    /// The encoding in which the file was read.
    pub encoding: &'static str,
    /// What separates its columns.
    pub delimiter: char,
}

impl Summary {
    /// What a person should know of it.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        let others = [self.logins.note(), self.example.note(), self.same_address.note()];
        self.oddities.notes().chain(others.into_iter().flatten())
    }

    /// Counts a row that is given away.
    pub(super) fn count(&mut self, row: &Row) {
        self.rows += 1;
        match &row.record {
            Record::Entry(entry) => {
                self.entries += 1;
                let (who, address) = (|| format!("line {}", entry.line), oddities::address(entry));
                if row.is_free_of_oddities {
                    self.oddities.see_address(address, who);
                } else {
                    self.oddities.see(entry, who);
                }
                self.logins.see(entry);
                self.example.see(entry);
                self.same_address.see(entry.line, address.map(|(_, value)| value));
            }
            Record::Rejected(row) => {
                self.rejected += 1;
                let is_known = row.key.is_some() || row.immutable_id.is_some() || row.username.is_some();
                self.unidentified += u64::from(!is_known);
            }
        }
    }
}

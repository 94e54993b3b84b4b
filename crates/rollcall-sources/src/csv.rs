//! The CSV source: the front door. Reads one file row by row and returns a record for each.
//!
//! Called by the fetch step with the file on local disk. Keeps one row in memory at a time; returns
//! every row exactly once, in the order of the file, or refuses the file as a whole.
//!
//! Downwards: bytes become characters (`text`), the delimiter is found (`delimiter`), characters become cells
//! (`scanner`, `rows`), headings become columns (`heading`), cells become a record (`row`, `identity`).

// From bytes to rows.
mod text;
mod delimiter;
mod scanner;
mod rows;

// From rows to records.
mod heading;
mod near;
mod row;
mod identity;
mod rejects_file;

pub use rejects_file::RejectsWriter;

use crate::error::Error;
use heading::Columns;
use rollcall_config::CsvSettings;
use rollcall_core::entry::Record;
use rollcall_core::fold::fold;
use row::RowReader;
use rows::Rows;
use std::io;
use text::Text;

/// One row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The record.
    pub record: Record,
    /// Its cells as they were read, for the file of rejected rows; empty if the row is an entry, and left out if the
    /// file has a column of passwords.
    pub cells: Vec<String>,
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Rows below the headings, without blank ones.
    pub rows: u64,
    /// Rows that are entries.
    pub entries: u64,
    /// Rows that cannot be used.
    pub rejected: u64,
    /// Rejected rows without a readable key, immutable id or username: their people are unknown.
    pub unidentified: u64,
    /// The encoding in which the file was read.
    pub encoding: &'static str,
    /// What separates its columns.
    pub delimiter: char,
}

/// Reads a whole file, and gives each row to `sink` as it is read.
///
/// `expected_bytes` is the length of the object: a file that is shorter or longer is refused.
///
/// # Errors
/// When the file cannot be trusted as a whole. Rows that were already given must not be used then.
pub fn read(
    settings: &CsvSettings,
    input: impl io::Read,
    expected_bytes: u64,
    sink: &mut dyn FnMut(Row),
) -> Result<Summary, Error> {
    let mut text = Text::open(input, settings.encoding, expected_bytes)?;
    let delimiter = delimiter::find(&mut text, settings)?;
    let encoding = text.encoding();
    let mut rows = Rows::new(text, delimiter);
    let header = rows.header()?;
    let has_passwords = header.headings.iter().any(|heading| is_of_passwords(heading));
    let reader = RowReader::new(Columns::find(&header, settings)?, delimiter);
    let mut summary = Summary { rows: 0, entries: 0, rejected: 0, unidentified: 0, encoding, delimiter };
    while let Some(raw) = rows.next()? {
        let record = reader.record(&raw)?;
        summary.count(&record);
        let cells = match record {
            Record::Entry(_) => Vec::new(),
            // In a row with a wrong form a password may be under any heading.
            Record::Rejected(_) if has_passwords => vec![String::from(PASSWORDS)],
            Record::Rejected(_) => raw.cells,
        };
        sink(Row { record, cells });
    }
    if summary.rows == 0 {
        return Err(Error::NoRows { line: header.line });
    }
    Ok(summary)
}

/// Replaces the cells of rejected rows if the file has passwords, which are never stored (section 1 of the rules).
const PASSWORDS: &str = "(not kept: the file has a column of passwords)";

fn is_of_passwords(heading: &str) -> bool {
    let folded = fold(heading);
    ["password", "passwd", "passwort", "kennwort", "mot de passe", "contraseña"]
        .iter()
        .any(|word| folded.contains(word))
}

impl Summary {
    fn count(&mut self, record: &Record) {
        self.rows += 1;
        match record {
            Record::Entry(_) => self.entries += 1,
            Record::Rejected(row) => {
                self.rejected += 1;
                let is_known = row.key.is_some() || row.immutable_id.is_some() || row.username.is_some();
                self.unidentified += u64::from(!is_known);
            }
        }
    }
}

#[cfg(test)]
mod tests;

//! The rows that could not be used, as a file for a spreadsheet: the line, the reason, and the cells of the columns that
//! the configuration names, as they were read. What is in other columns was not asked for, and is not kept (rule 47).
//!
//! For people only: it has a byte order mark and CRLF so that Excel reads it, every cell is quoted, and none begins
//! like a formula.

use super::output::Row;
use crate::error::Error;
use crate::neutralise::neutralise;
use rollcall_core::entry::{Record, RejectReason};
use std::io;

/// Writes rejected rows. Call [`RejectsWriter::finish`] after the last one.
#[derive(Debug)]
pub struct RejectsWriter<W> {
    output: W,
    has_begun: bool,
}

impl<W: io::Write> RejectsWriter<W> {
    /// Makes a writer; nothing is written yet.
    #[must_use]
    pub fn new(output: W) -> Self {
        Self { output, has_begun: false }
    }

    /// Writes one row, if it is a rejected one.
    ///
    /// # Errors
    /// When the output cannot be written; the file is not complete then.
    pub fn write(&mut self, row: &Row) -> Result<(), Error> {
        let Record::Rejected(rejected) = &row.record else { return Ok(()) };
        self.begin(&row.headings)?;
        let line = rejected.line.to_string();
        let reason = match &rejected.reason {
            RejectReason::MissingKey => {
                format!("no match key: the cell under {:?} is empty", row.key_heading)
            }
            RejectReason::Unreadable(why) => why.clone(),
        };
        self.write_cells(
            [line.as_str(), reason.as_str()].into_iter().chain(row.cells.iter().map(String::as_str)),
        )
    }

    /// Writes the rest, and returns the output.
    ///
    /// # Errors
    /// When the output cannot be written; the file is not complete then.
    pub fn finish(mut self) -> Result<W, Error> {
        self.begin(&[])?;
        self.output.flush().map_err(Error::Rejects)?;
        Ok(self.output)
    }

    fn begin(&mut self, headings: &[String]) -> Result<(), Error> {
        if self.has_begun {
            return Ok(());
        }
        self.has_begun = true;
        self.output.write_all("\u{FEFF}".as_bytes()).map_err(Error::Rejects)?;
        self.write_cells(["line", "reason"].into_iter().chain(headings.iter().map(String::as_str)))
    }

    fn write_cells<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> Result<(), Error> {
        let quoted = cells.map(|cell| format!("\"{}\"", neutralise(cell).replace('"', "\"\"")));
        let row = quoted.collect::<Vec<_>>().join(",") + "\r\n";
        self.output.write_all(row.as_bytes()).map_err(Error::Rejects)
    }
}

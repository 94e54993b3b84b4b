//! The rows of a file, one by one, without blank rows. The first row has the headings.
//!
//! Connects the text and the scanner, and names the column of a quote that is left open.

use super::plain_line;
use super::scanner::{OpenQuote, RawRow, Scanner};
use super::text::Text;
use crate::error::Error;
use std::io;

/// The line of headings.
pub(super) struct Header {
    /// The line on which it begins.
    pub(super) line: u64,
    /// The headings, trimmed.
    pub(super) headings: Vec<String>,
}

/// Reads the rows of a file.
pub(super) struct Rows<R> {
    text: Text<R>,
    scanner: Scanner,
    delimiter: char,
    headings: Vec<String>,
    has_ended: bool,
}

impl<R: io::Read> Rows<R> {
    pub(super) fn new(text: Text<R>, delimiter: char) -> Self {
        Self { text, scanner: Scanner::new(delimiter), delimiter, headings: Vec::new(), has_ended: false }
    }

    /// Reads the headings: the first row that is not blank.
    pub(super) fn header(&mut self) -> Result<Header, Error> {
        let row = self.next()?.ok_or(Error::Empty)?;
        let header = Header::of(&row);
        self.headings.clone_from(&header.headings);
        Ok(header)
    }

    /// The next row that is not blank; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<RawRow>, Error> {
        while !self.has_ended {
            if let Some(row) = self.whole_line() {
                if row.is_blank() {
                    continue;
                }
                return Ok(Some(row));
            }
            let row = match self.text.next()? {
                Some(c) => self.scanner.push(c),
                None => {
                    self.has_ended = true;
                    self.scanner.finish()
                }
            };
            if let Some(row) = row.map_err(|open| self.unclosed(&open))?
                && !row.is_blank()
            {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The next row, where it is a whole line that needs no scanner.
    fn whole_line(&mut self) -> Option<RawRow> {
        if !self.scanner.is_between_rows() {
            return None;
        }
        let delimiter = self.delimiter;
        self.text.take_line(|line, number| plain_line::row_of(line, number, delimiter))
    }

    /// The name of the encoding.
    pub(super) fn encoding(&self) -> &'static str {
        self.text.encoding()
    }

    /// See [`Text::explain`].
    pub(super) fn explain(&mut self, error: Error, beginning: &str) -> Error {
        self.text.explain(error, beginning)
    }

    fn unclosed(&self, open: &OpenQuote) -> Error {
        Error::UnclosedQuote { line: open.0.line, heading: self.headings.get(open.0.position).cloned() }
    }
}

impl Header {
    pub(super) fn of(row: &RawRow) -> Self {
        Self { line: row.line, headings: row.cells.iter().map(|cell| cell.trim().to_owned()).collect() }
    }
}

//! From characters to cells: the grammar of CSV (RFC 4180), one character at a time.
//!
//! Written here and not left to a CSV crate, because those repair silently: an open quote hides the rows after it,
//! and text after a closing quote is added to the cell. Here an open quote refuses the file, and text after a quote
//! is a flaw of the row. Promises bounded memory for any file.

use super::cells::Cells;
use super::text::Char;

/// The most bytes of a cell that are kept; a longer cell is damaged if its column is used.
pub(super) const CELL_BYTES_MAX: usize = 4096;
/// The most bytes of a row that are kept.
const ROW_BYTES_MAX: usize = 1024 * 1024;
/// A quoted cell with more lines than this means an open quote. A smaller number would refuse real notes.
const QUOTED_LINES_MAX: u64 = 100;
/// A quoted cell of several lines with more bytes than this means an open quote.
const QUOTED_BYTES_MAX: usize = 64 * 1024;

/// One row, as it is in the file.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct RawRow {
    /// The line on which it begins.
    pub(super) line: u64,
    pub(super) cells: Cells,
    /// How many cells it has; more than are in `cells` if it is too long.
    pub(super) count: usize,
    /// The positions of the cells that are longer than [`CELL_BYTES_MAX`].
    pub(super) overlong: Vec<usize>,
    pub(super) flaw: Option<Flaw>,
    /// The first quoted cell with a delimiter after a line end: it could contain other rows.
    pub(super) rows_inside: Option<Quote>,
    /// Whether a line end follows.
    pub(super) is_ended: bool,
}

impl RawRow {
    /// Whether a cell beyond this many is filled.
    pub(super) fn has_surplus(&self, width: usize) -> bool {
        self.cells.len() > width && self.cells.iter().skip(width).any(|cell| !cell.trim().is_empty())
    }
}

/// What is wrong with the form of a row. The number is the position of the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    TextAfterQuote(usize),
    SpaceBeforeQuote(usize),
    TooLong,
}

/// Where a quoted cell begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    pub(super) line: u64,
    pub(super) position: usize,
}

/// A quote that does not seem to be closed in the right place.
#[derive(Debug)]
pub(super) struct OpenQuote(pub(super) Quote);

/// Takes characters and returns rows.
pub(super) struct Scanner {
    delimiter: char,
    state: State,
    row: RawRow,
    has_begun: bool,
    row_bytes: usize,
    cell: String,
    /// The number of bytes of the cell, kept or not, and its last character that is not a quote.
    cell_bytes: usize,
    cell_last: char,
    /// Whether the quoted cell contains a delimiter on another line than its first.
    cell_has_rows: bool,
    is_after_cr: bool,
}

#[derive(Clone, Copy)]
enum State {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotes, or after a flaw.
    Plain,
    /// After the opening quote.
    Quoted(Quote),
    /// After a quote inside a quoted cell: its end, or the first of two.
    QuoteSeen(Quote, Char),
    /// After the closing quote and a space.
    Closed(Quote, Char),
}

impl Scanner {
    pub(super) fn new(delimiter: char) -> Self {
        Self {
            delimiter,
            state: State::Start,
            row: RawRow::default(),
            has_begun: false,
            row_bytes: 0,
            cell: String::new(),
            cell_bytes: 0,
            cell_last: '\0',
            cell_has_rows: false,
            is_after_cr: false,
        }
    }

    /// Whether the next character is the first of a row.
    pub(super) fn is_between_rows(&self) -> bool {
        !self.has_begun && !self.is_after_cr
    }

    /// Takes the next character; returns the row that ends with it.
    pub(super) fn push(&mut self, c: Char) -> Result<Option<RawRow>, OpenQuote> {
        if std::mem::take(&mut self.is_after_cr) && c.value == '\n' {
            return Ok(None);
        }
        if !self.has_begun {
            self.has_begun = true;
            self.row.line = c.line;
        }
        match self.state {
            State::Start if c.value == '"' => {
                self.state = State::Quoted(Quote { line: c.line, position: self.row.count });
            }
            State::Start | State::Plain => return Ok(self.plain(c)),
            State::Quoted(quote) if c.value == '"' => self.state = State::QuoteSeen(quote, c),
            State::Quoted(quote) => self.quoted(c, quote)?,
            State::QuoteSeen(quote, _) if c.value == '"' => {
                self.state = State::Quoted(quote);
                self.quoted(c, quote)?;
            }
            State::QuoteSeen(quote, end) | State::Closed(quote, end) => return self.closed(c, quote, end),
        }
        Ok(None)
    }

    /// Ends the file; returns the last row, if no line end closed it.
    pub(super) fn finish(&mut self) -> Result<Option<RawRow>, OpenQuote> {
        match self.state {
            State::Quoted(quote) => return Err(OpenQuote(quote)),
            State::QuoteSeen(quote, end) | State::Closed(quote, end) => self.close(quote, end)?,
            State::Start | State::Plain => {}
        }
        Ok(self.has_begun.then(|| self.end_row(false)))
    }

    /// The cells of the unfinished row, after an open quote.
    pub(super) fn into_unfinished(self) -> RawRow {
        self.row
    }

    fn plain(&mut self, c: Char) -> Option<RawRow> {
        match c.value {
            value if value == self.delimiter => self.end_cell(),
            '\r' | '\n' => {
                self.is_after_cr = c.value == '\r';
                return Some(self.end_row(true));
            }
            value => {
                if value == '"' && self.cell.chars().all(char::is_whitespace) {
                    self.row.flaw.get_or_insert(Flaw::SpaceBeforeQuote(self.row.count));
                }
                self.keep(value);
                self.state = State::Plain;
            }
        }
        None
    }

    fn quoted(&mut self, c: Char, quote: Quote) -> Result<(), OpenQuote> {
        self.keep(c.value);
        let lines = c.line.saturating_sub(quote.line);
        self.cell_has_rows |= lines > 0 && c.value == self.delimiter;
        if lines >= QUOTED_LINES_MAX || (lines > 0 && self.cell_bytes > QUOTED_BYTES_MAX) {
            return Err(OpenQuote(quote));
        }
        Ok(())
    }

    fn closed(&mut self, c: Char, quote: Quote, end: Char) -> Result<Option<RawRow>, OpenQuote> {
        if c.value == self.delimiter || matches!(c.value, '\r' | '\n') {
            self.close(quote, end)?;
            self.state = State::Plain;
            return Ok(self.plain(c));
        }
        if c.value == ' ' {
            self.state = State::Closed(quote, end);
            return Ok(None);
        }
        if end.line > quote.line {
            return Err(OpenQuote(quote));
        }
        // The rest is read as plain text up to the next delimiter.
        self.row.flaw.get_or_insert(Flaw::TextAfterQuote(quote.position));
        self.state = State::Plain;
        Ok(self.plain(c))
    }

    /// A quoted cell is complete. If its closing quote (or the sequence of quotes that it ends) is where a cell would
    /// begin, it is probably the opening quote of a later row, and the rows between were hidden.
    fn close(&mut self, quote: Quote, end: Char) -> Result<(), OpenQuote> {
        if end.line > quote.line {
            if self.cell_last == self.delimiter {
                return Err(OpenQuote(quote));
            }
            if self.cell_has_rows {
                self.row.rows_inside.get_or_insert(quote);
            }
        }
        Ok(())
    }

    fn keep(&mut self, value: char) {
        self.cell_bytes += value.len_utf8();
        self.row_bytes += value.len_utf8();
        if value != '"' {
            self.cell_last = value;
        }
        if self.cell_bytes <= CELL_BYTES_MAX && self.row_bytes <= ROW_BYTES_MAX {
            self.cell.push(value);
        }
    }

    fn end_cell(&mut self) {
        if self.cell_bytes > CELL_BYTES_MAX {
            self.row.overlong.push(self.row.count);
        }
        self.row_bytes += self.delimiter.len_utf8();
        if self.row_bytes <= ROW_BYTES_MAX {
            self.row.cells.push(&self.cell);
        } else {
            self.row.flaw = Some(Flaw::TooLong);
        }
        self.row.count += 1;
        self.cell.clear();
        self.cell_bytes = 0;
        self.cell_last = '\0';
        self.cell_has_rows = false;
        self.state = State::Start;
    }

    fn end_row(&mut self, is_ended: bool) -> RawRow {
        self.end_cell();
        self.row_bytes = 0;
        self.has_begun = false;
        self.row.is_ended = is_ended;
        std::mem::take(&mut self.row)
    }
}

impl RawRow {
    /// Whether it is blank: no character, only spaces, or only empty cells.
    pub(super) fn is_blank(&self) -> bool {
        self.flaw.is_none() && self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

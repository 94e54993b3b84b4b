//! The CSV source: the front door. Reads one file row by row and returns a record for each.
//!
//! Called by the fetch step with the file on local disk. Keeps a bounded number of rows in memory; returns every row exactly
//! once, or refuses the file as a whole.
//!
//! Downwards: a packed file is unpacked (`unpack`), bytes become characters (`text`), the delimiter is found
//! (`delimiter`), characters or whole lines become cells (`scanner`, `plain_line`, `rows`), headings become columns
//! (`heading`), rows whose cells are moved wait (`moved`), rows that are no people are passed over (`no_person`), cells become
//! a record (`row`, `identity`), addresses are compared with the people beside them (`neighbours`), and what is damage only beside
//! the others is judged at the end: notes below the list (`lone`), usernames (`odd_login`) and keys (`key_context`).

// What comes out.
mod output;

// From a file to rows.
mod kind;
mod unpack;
mod text;
mod utf8_watch;
mod delimiter;
mod unusual;
mod whole_line;
mod signs;
mod cells;
mod scanner;
mod plain_line;
mod rows;
mod moved;

// From rows to records.
mod heading;
mod near;
mod row;
mod plain_fields;
mod identity;
mod plain_identity;
mod damage;
mod letter_sign;
mod wrapped;
mod no_person;
mod lone;
mod odd_login;
mod key_context;
mod neighbours;
mod example_row;
mod same_address;
mod logins;
mod kept_cells;
mod rejects_file;
mod lines;

// A look at a file before it counts.
mod look;
mod shape;
mod code_page;

pub use lines::{LineCells, cells_of_lines};
pub use look::look;
pub use output::{Row, Summary};
pub use rejects_file::RejectsWriter;
pub use shape::{Shape, find_shape, shape_for};
pub use unpack::read_file;

use crate::error::{Error, FileError};
use heading::Columns;
use kept_cells::KeptCells;
use key_context::KeyContext;
use lone::LoneRows;
use moved::{MovedRow, MovedRows, Released};
use neighbours::Neighbours;
use no_person::{PersonTest, RowKind, reject};
use odd_login::OddLogins;
use rollcall_config::CsvSettings;
use rollcall_core::entry::Record;
use row::RowReader;
use rows::Rows;
use scanner::RawRow;
use signs::Signs;
use std::io;
use text::Text;

/// Reads a whole file of text, and gives each row to `sink`. Rows come in the order of the file, but for those whose key
/// can be judged only at the end.
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
    read_text(settings, input, Some(expected_bytes), sink)
}

/// How much of the beginning is looked at where the headings are not found.
const BEGINNING_CHARS: usize = 256;

/// The same for a text whose length is not known, as that of a packed file.
fn read_text(
    settings: &CsvSettings,
    input: impl io::Read,
    expected_bytes: Option<u64>,
    sink: &mut dyn FnMut(Row),
) -> Result<Summary, Error> {
    let mut text = Text::open(input, settings.encoding, expected_bytes)?;
    let beginning = match text.look_ahead(BEGINNING_CHARS) {
        Ok(beginning) => beginning.iter().map(|c| c.value).collect::<String>(),
        Err(error) => return Err(text.explain(error, "")),
    };
    let delimiter = match delimiter::find(&mut text, settings) {
        Ok(delimiter) => delimiter,
        Err(error) => return Err(text.explain(error, &beginning)),
    };
    let mut rows = Rows::new(text, delimiter);
    read_rows(settings, &mut rows, delimiter, sink).map_err(|error| rows.explain(error, &beginning))
}

fn read_rows<R: io::Read>(
    settings: &CsvSettings,
    rows: &mut Rows<R>,
    delimiter: char,
    sink: &mut dyn FnMut(Row),
) -> Result<Summary, Error> {
    let header = rows.header()?;
    let columns = Columns::find(&header, settings)?;
    let key_heading: std::sync::Arc<str> = columns.key.from.to_string().into();
    let identity = columns.identity_positions();
    let username_heading = columns.own_username().map(str::to_owned);
    let (person, kept) = (PersonTest::new(&columns), KeptCells::new(&columns));
    let reader = RowReader::new(columns, delimiter);
    let mut summary = Summary { encoding: rows.encoding(), delimiter, ..Summary::default() };
    if settings.second_headings
        && let Some(raw) = rows.next()?
    {
        pass_over_headings(&raw, &person, &header.headings)?;
        summary.passed_over += 1;
    }
    let mut moved = MovedRows::new(&reader.columns);
    let mut reading = Reading {
        reader,
        person,
        kept,
        identity,
        key_heading,
        lone: LoneRows::default(),
        logins: OddLogins::new(username_heading),
        context: KeyContext::default(),
        neighbours: Neighbours::default(),
        summary,
        sink,
    };
    while let Some(raw) = rows.next()? {
        match moved.push(raw) {
            Released::One(raw) => reading.take(raw)?,
            Released::Several(rows) => rows.into_iter().try_for_each(|raw| reading.take(raw))?,
        }
    }
    let (rest, moved_rows) = moved.finish();
    rest.into_iter().try_for_each(|raw| reading.take(raw))?;
    for row in moved_rows {
        let as_it_should_be = moved.as_it_should_be(&row, delimiter);
        reading.take_moved(&row, as_it_should_be, moved.position())?;
    }
    let summary = reading.finish()?;
    if summary.rows == 0 {
        return Err(Error::NoRows { line: header.line });
    }
    Ok(summary)
}

/// The rows of a file on their way to records.
struct Reading<'s> {
    reader: RowReader,
    person: PersonTest,
    kept: KeptCells,
    /// Positions of the cells of which the key, the id and the username are made.
    identity: Vec<usize>,
    key_heading: std::sync::Arc<str>,
    lone: LoneRows,
    logins: OddLogins,
    context: KeyContext,
    neighbours: Neighbours,
    summary: Summary,
    sink: &'s mut dyn FnMut(Row),
}

impl Reading<'_> {
    fn take(&mut self, mut raw: RawRow) -> Result<(), Error> {
        let kind = self.person.judge(&raw);
        if kind == RowKind::NoPerson {
            self.summary.passed_over += 1;
            return Ok(());
        }
        if kind == RowKind::OtherOrder {
            return Err(FileError::OtherOrder { line: raw.line }.into());
        }
        unwrap_cells(&mut raw, &self.identity);
        let record = match (self.reader.record(&raw)?, &kind) {
            (record, RowKind::Doubtful(why)) => reject(record, why),
            (record, _) => self.kept.without_foreign(record, &raw),
        };
        let Record::Entry(entry) = &record else {
            let row = self.row(record, self.kept.of(&raw));
            self.give(row);
            return Ok(());
        };
        if let RowKind::Lone { is_alone } = kind
            && !LoneRows::is_surely_somebodys(entry.key.original())
        {
            let row = self.row(record, self.kept.of(&raw));
            self.lone.push(row, is_alone).into_iter().for_each(|row| self.give(row));
            return Ok(());
        }
        self.lone.see(entry, &raw);
        self.neighbours.see(entry)?;
        let is_odd = self.logins.is_odd(entry);
        let cells = if !is_odd && self.context.is_clear(&record) { Vec::new() } else { self.kept.of(&raw) };
        let is_free_of_oddities = self.reader.is_free_of_oddities(&raw);
        let row = Row { is_free_of_oddities, ..self.row(record, cells) };
        if is_odd {
            self.logins.push(row).into_iter().for_each(|row| self.give(row));
        } else {
            self.give(row);
        }
        Ok(())
    }

    /// A row whose cells are moved: rejected, with the identity of the row as it should be. No cell of it is kept.
    fn take_moved(&mut self, row: &MovedRow, mut as_it_should_be: RawRow, at: usize) -> Result<(), Error> {
        unwrap_cells(&mut as_it_should_be, &self.identity);
        let record = self.reader.moved(row, &as_it_should_be, at)?;
        let row = self.row(record, Vec::new());
        self.give(row);
        Ok(())
    }

    fn row(&self, record: Record, cells: Vec<String>) -> Row {
        Row {
            record,
            key_heading: self.key_heading.clone(),
            headings: self.kept.headings(),
            cells,
            is_free_of_oddities: false,
        }
    }

    fn give(&mut self, row: Row) {
        let (summary, sink) = (&mut self.summary, &mut self.sink);
        self.context.push(row, &mut |row| {
            summary.count(&row);
            sink(row);
        });
    }

    fn finish(mut self) -> Result<Summary, Error> {
        self.neighbours.close()?;
        let heading = self.key_heading.clone();
        for row in self.lone.finish(&heading) {
            self.give(row);
        }
        for row in self.logins.finish() {
            self.give(row);
        }
        self.summary.lone = self.lone.taken();
        self.context.check_long_numbers(&heading)?;
        for row in self.context.finish(&self.key_heading) {
            self.summary.count(&row);
            (self.sink)(row);
        }
        Ok(self.summary)
    }
}

/// Passes over the second line of headings. A person in its place would be a person who left.
fn pass_over_headings(raw: &RawRow, person: &PersonTest, headings: &[String]) -> Result<(), Error> {
    match person.person_in(raw) {
        None => Ok(()),
        Some(at) => {
            let heading = headings.get(at).cloned().unwrap_or_default();
            Err(FileError::NoSecondHeadings { line: raw.line, heading }.into())
        }
    }
}

/// Replaces each key, id and username of the form `="00123"` by the text in it.
fn unwrap_cells(raw: &mut RawRow, identity: &[usize]) {
    let unwrapped = |at: usize, cell| if identity.contains(&at) { damage::unwrapped(cell) } else { None };
    let has_one = |at: &usize| {
        raw.cells.signs(*at).has(Signs::OTHER)
            && raw.cells.get(*at).is_some_and(|cell| unwrapped(*at, cell).is_some())
    };
    if identity.iter().any(has_one) {
        raw.cells =
            raw.cells.iter().enumerate().map(|(at, cell)| unwrapped(at, cell).unwrap_or(cell)).collect();
    }
}

#[cfg(test)]
mod tests;

//! The cells of a file, row by row, before anything is made of them: for a look at what is in its columns (rule 48).
//!
//! Beside the reading of a run, with the same parts below it. Keeps one row in memory at a time.

use super::delimiter;
use super::heading::Columns;
use super::no_person::{PersonTest, RowKind};
use super::rows::Rows;
use super::shape::Shape;
use super::text::Text;
use super::unpack::with_bytes;
use crate::error::Error;
use rollcall_config::CsvSettings;
use rollcall_core::fold::trimmed;
use std::io::{Read, Seek};

/// Gives the line and the cells of every row below the headings, trimmed. With settings, rows that are no people are left
/// out; without, those are given too.
///
/// # Errors
/// When the file cannot be read to its end, or its form hides rows.
pub fn look(
    file: impl Read + Seek,
    bytes: u64,
    shape: &Shape,
    settings: Option<&CsvSettings>,
    sink: &mut dyn FnMut(u64, &[String]),
) -> Result<(), Error> {
    with_bytes(file, bytes, |input, expected| {
        let mut text = Text::open(input, shape.encoding, expected)?;
        delimiter::sep_line(&mut text)?;
        delimiter::skip_lines(&mut text, shape.skip_lines)?;
        delimiter::sep_line(&mut text)?;
        let mut rows = Rows::new(text, shape.delimiter);
        let header = rows.header()?;
        let columns = settings.map(|settings| Columns::find(&header, settings)).transpose()?;
        let person = columns.as_ref().map(PersonTest::new);
        if shape.second_headings {
            rows.next()?;
        }
        while let Some(raw) = rows.next()? {
            if person.as_ref().is_some_and(|person| person.judge(&raw) == RowKind::NoPerson) {
                continue;
            }
            let kept = |cell: &str| trimmed(cell).to_owned();
            let cells: Vec<String> = raw.cells.iter().map(kept).collect();
            sink(raw.line, &cells);
        }
        Ok(())
    })
}

//! Some rows of a file, by their lines, for a person who has to mend them: the cells of the columns that the configuration
//! names, and nothing else (rule 47).
//!
//! Beside `read_file`, which reads records. Promises not to read on behind the last line that is asked for.

use super::delimiter;
use super::heading::Columns;
use super::kept_cells::KeptCells;
use super::rows::Rows;
use super::text::Text;
use super::unpack::with_bytes;
use crate::error::Error;
use rollcall_config::CsvSettings;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

/// Cells of some rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LineCells {
    /// The headings of the columns, in the order of the file.
    pub headings: Vec<String>,
    /// By the line on which a row begins: a cell for each heading, or none where the row's form is wrong.
    pub of_line: BTreeMap<u64, Vec<String>>,
}

/// Reads the cells of the rows that begin on these lines.
///
/// # Errors
/// When the file cannot be read with these settings.
pub fn cells_of_lines(
    settings: &CsvSettings,
    file: impl Read + Seek,
    bytes: u64,
    lines: &BTreeSet<u64>,
) -> Result<LineCells, Error> {
    with_bytes(file, bytes, |input, expected_bytes| {
        let mut text = Text::open(input, settings.encoding, expected_bytes)?;
        let delimiter = match delimiter::find(&mut text, settings) {
            Ok(delimiter) => delimiter,
            Err(error) => return Err(text.explain(error, "")),
        };
        read(settings, &mut Rows::new(text, delimiter), lines)
    })
}

fn read<R: Read>(
    settings: &CsvSettings,
    rows: &mut Rows<R>,
    lines: &BTreeSet<u64>,
) -> Result<LineCells, Error> {
    let header = rows.header()?;
    let kept = KeptCells::new(&Columns::find(&header, settings)?);
    let mut found = LineCells { headings: kept.headings().to_vec(), of_line: BTreeMap::new() };
    let last = lines.last().copied().unwrap_or(0);
    while let Some(raw) = rows.next()? {
        if lines.contains(&raw.line) {
            found.of_line.insert(raw.line, kept.of(&raw));
        }
        if raw.line >= last {
            break;
        }
    }
    Ok(found)
}

//! Where the headings of a file are, for `init`: on which line, and whether a second line of them is below (rule 48).
//!
//! `rollcall-sources` finds the widest row. That may be a person whose name has the separator in it, so what it finds is held
//! against the first row here. Promises that a person's row is not taken for headings while the first row could be.

use crate::export::{Export, rank, recognise};
use crate::refused::Refused;
use crate::states::state_of;
use crate::usual_headings::{self, GUIDS, IDS, STATUSES, USERNAMES};
use crate::words::{plain, unbracketed};
use rollcall_config::{Config, CsvSettings, SourceSettings, truth_of};
use rollcall_sources::csv::{Shape, find_shape, look, read_file, shape_for};
use rollcall_sources::{Error, FileError};
use std::io::{Read, Seek, SeekFrom};

/// How many rows below the headings are compared with them.
const ROWS_LOOKED_AT: usize = 40;

/// The shape of a file.
pub(crate) fn shape_of(
    file: &mut (impl Read + Seek),
    bytes: u64,
    exports: &[&Export],
) -> Result<Shape, Refused> {
    let shape = find_shape(&mut *file, bytes, &|headings| rank(exports, headings))?;
    begin(file)?;
    if recognise(exports, &shape.headings).is_some() {
        return Ok(shape);
    }
    let Some(settings) = settings(&shape) else { return Ok(shape) };
    if !shape.headings.iter().any(|heading| usual_headings::has(heading)) {
        refuse_other_kinds(&settings, file, bytes)?;
    }
    if shape.skip_lines == 0 {
        return Ok(shape);
    }
    let first = first_rows(&settings, &shape, file, bytes);
    begin(file)?;
    Ok(better_of(shape, first.unwrap_or_default()))
}

fn begin(file: &mut impl Seek) -> Result<(), Error> {
    file.seek(SeekFrom::Start(0)).map(|_| ()).map_err(Error::Read)
}

/// Settings that read such a file, but for its columns.
fn settings(shape: &Shape) -> Option<CsvSettings> {
    let text = "[[source]]\nname = \"x\"\nkind = \"csv\"\nobject = \"inbox/x.csv\"\nmatch_field = \"no such column\"\n";
    let SourceSettings::Csv(settings) = Config::parse(text).ok()?.sources.pop()?.settings else {
        return None;
    };
    let delimiter = u8::try_from(shape.delimiter).ok();
    Some(CsvSettings { encoding: shape.encoding, delimiter, ..settings })
}

/// Names what a run would name too: a page, or an error, in the place of the file.
fn refuse_other_kinds(
    settings: &CsvSettings,
    file: &mut (impl Read + Seek),
    bytes: u64,
) -> Result<(), Refused> {
    let read = read_file(settings, &mut *file, bytes, &mut |_| {});
    begin(file)?;
    match read {
        Err(error @ Error::File(FileError::NotCsv(_))) => Err(error.into()),
        Err(_) | Ok(_) => Ok(()),
    }
}

/// One row with the line on which it begins.
type Row = (u64, Vec<String>);

/// The first rows, from the beginning of the file on.
fn first_rows(
    settings: &CsvSettings,
    shape: &Shape,
    file: &mut (impl Read + Seek),
    bytes: u64,
) -> Result<Vec<Row>, Error> {
    let first = shape_for(settings, &mut *file, bytes)?;
    begin(file)?;
    let mut rows = vec![(first.headings_line, first.headings)];
    let whole = Shape { skip_lines: 0, second_headings: false, ..shape.clone() };
    let last = shape.headings_line;
    let mut below = 0;
    look(&mut *file, bytes, &whole, None, &mut |line, cells| {
        if below < ROWS_LOOKED_AT {
            below += usize::from(line > last);
            rows.push((line, cells.to_vec()));
        }
    })?;
    Ok(rows)
}

/// The shape with the headings on the first row that could be headings, unless those that were found clearly fit better.
fn better_of(shape: Shape, rows: Vec<Row>) -> Shape {
    let used = |cells: &[String]| cells.iter().filter(|cell| !cell.is_empty()).count();
    let top = rows.first().map_or(0, |(line, _)| *line);
    let below = rows.iter().filter(|(line, _)| *line > shape.headings_line).map(|(_, cells)| cells.len());
    let below: Vec<usize> = below.collect();
    let first = rows.into_iter().find(|(line, cells)| *line < shape.headings_line && used(cells) >= 2);
    let Some((line, headings)) = first else { return shape };
    let is_known = headings.iter().any(|heading| usual_headings::has(heading));
    if !is_known && fits(&shape.headings, &below) {
        return shape;
    }
    let skip_lines = if line == top { 0 } else { line.saturating_sub(1) };
    Shape { skip_lines, headings_line: line, headings, second_headings: false, ..shape }
}

/// Whether a row could be the headings of the rows below it, by their numbers of cells.
fn fits(headings: &[String], below: &[usize]) -> bool {
    let could_be =
        |cell: &String| !cell.is_empty() && !is_address(cell) && cell.chars().any(char::is_alphabetic);
    let alike = below.iter().filter(|cells| **cells == headings.len()).count();
    headings.iter().all(could_be) && alike > 0 && alike * 2 > below.len()
}

fn is_address(cell: &str) -> bool {
    cell.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// Whether a row says its headings once more in other words, as the second line of `SuccessFactors` does: that of the status, or
/// that of the key and another, is the same but for spaces and signs. The others may be in another language.
pub(crate) fn is_second(headings: &[String], row: &[String]) -> bool {
    let joined = |text: &str| plain(text).replace(' ', "");
    let pairs: Vec<(&String, &String)> =
        headings.iter().zip(row).filter(|(heading, cell)| !heading.is_empty() && !cell.is_empty()).collect();
    let is_same = |(heading, cell): &(&String, &String)| joined(heading) == joined(cell);
    let is_value = |cell: &str| {
        is_address(cell) || cell.contains(char::is_numeric) && !cell.contains(char::is_alphabetic)
    };
    if pairs.iter().any(|pair| is_value(pair.1) && !is_same(pair)) {
        return false;
    }
    // Headings that are repeated word by word are passed over anyway.
    if pairs.iter().all(|(heading, cell)| heading == cell) {
        return false;
    }
    let same: Vec<&str> =
        pairs.iter().filter(|pair| is_same(pair)).map(|(heading, _)| heading.as_str()).collect();
    let is_in = |lists: &[&[&str]], heading: &str| {
        lists.iter().any(|list| list.contains(&plain(unbracketed(heading)).as_str()))
    };
    // Below "Active" a person may be active.
    let is_word = |heading: &str| state_of(heading).is_some() || truth_of(heading).is_some();
    let has_status = same.iter().any(|heading| is_in(&[STATUSES], heading) && !is_word(heading));
    let has_key = same.iter().any(|heading| is_in(&[IDS, GUIDS, USERNAMES], heading));
    pairs.len() >= 2 && (has_status || has_key && same.len() >= 2)
}

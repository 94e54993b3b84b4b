//! The separator of columns: from a `sep=` line, the setting, or the headings.
//!
//! A `sep=` line overrides the setting, because it was written with the file. Otherwise the delimiter is found by the
//! needed headings, not by counting characters: a heading may contain a comma. Lines above the headings are skipped
//! here, and headings that are further down are named (rule 41).

use super::heading::{has, needed};
use super::rows::Header;
use super::scanner::{OpenQuote, Scanner};
use super::text::{Char, Text};
use super::unusual;
use super::whole_line;
use crate::error::{DelimiterError, Error, FileError, Stated};
use rollcall_config::CsvSettings;
use rollcall_core::fold::fold;
use std::io;

/// The candidates, the most likely first.
pub(super) const CANDIDATES: [char; 4] = [',', ';', '\t', '|'];
/// If the headings are longer, the first candidate is used.
pub(super) const LOOK_AHEAD_CHARS: usize = 64 * 1024;
/// In how many rows below the first one headings are looked for.
const ROWS_LOOKED_AT: usize = 50;

/// Finds the delimiter, and skips a `sep=` line and the lines above the headings.
pub(super) fn find<R: io::Read>(text: &mut Text<R>, settings: &CsvSettings) -> Result<char, Error> {
    let mut sep = sep_line(text)?;
    skip_lines(text, settings.skip_lines)?;
    if sep.is_none() {
        sep = sep_line(text)?;
    }
    let stated = match (sep, settings.delimiter) {
        (Some(sep), _) => Stated::SepLine(sep),
        (None, Some(set)) => Stated::Setting(char::from(set)),
        (None, None) => Stated::Nowhere,
    };
    let needed = needed(settings);
    let ahead = text.look_ahead(LOOK_AHEAD_CHARS)?;
    let score = |delimiter: char| {
        header_of(&ahead, delimiter).map_or((0, 0), |header| {
            (needed.iter().filter(|column| has(&header, column)).count(), header.headings.len())
        })
    };
    // The first of equals: `max_by_key` gives the last.
    let best = CANDIDATES.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(',');
    let used = match stated {
        Stated::Nowhere => best,
        Stated::Setting(stated) | Stated::SepLine(stated) => stated,
    };
    if score(used).0 == needed.len() {
        return Ok(used);
    }
    let has_all = score(best).0 == needed.len();
    if !has_all && let Some(error) = headings_below(&ahead, &needed) {
        return Err(error);
    }
    // A file with another delimiter may lack a column too; that is told when the delimiter is right.
    if score(best).0 > score(used).0 {
        let line = header_of(&ahead, best).map_or(1, |header| header.line);
        return Err(DelimiterError::Other { line, stated, found: best }.into());
    }
    let rows = rows_of(&ahead, used);
    let is_meant =
        |cells: &[String]| needed.iter().any(|column| cells.iter().any(|cell| fold(cell) == fold(column)));
    if whole_line::is_quoted(&rows) && whole_line::headings(&rows).iter().any(|cells| is_meant(cells)) {
        return Err(FileError::QuotedLines { line: rows.first().map_or(1, |row| row.line) }.into());
    }
    match unusual::find(&ahead, &needed, score(used).max(score(best)), stated) {
        Some(error) => Err(error.into()),
        None => Ok(used),
    }
}

/// Skips the lines up to this one.
pub(super) fn skip_lines<R: io::Read>(text: &mut Text<R>, lines: u64) -> Result<(), Error> {
    let mut last = None;
    while let Some(c) = text.look_ahead(1)?.first() {
        // The second half of CR LF is on the next line already.
        let is_second_half = last == Some('\r') && c.value == '\n';
        if c.line > lines && !is_second_half {
            break;
        }
        text.next()?;
        last = Some(c.value);
    }
    Ok(())
}

/// The row below that has all headings, with any delimiter.
fn headings_below(ahead: &[Char], needed: &[&str]) -> Option<Error> {
    CANDIDATES.into_iter().find_map(|delimiter| {
        let rows = rows_of(ahead, delimiter);
        let line = rows.first()?.line;
        let found = rows.iter().skip(1).find(|header| needed.iter().all(|column| has(header, column)))?;
        Some(FileError::HeadingsBelow { line, found: found.line }.into())
    })
}

/// The first rows as they would be with this delimiter, up to an open quote.
pub(super) fn rows_of(ahead: &[Char], delimiter: char) -> Vec<Header> {
    let mut scanner = Scanner::new(delimiter);
    let mut rows = Vec::new();
    for c in ahead {
        match scanner.push(*c) {
            Ok(Some(row)) if !row.is_blank() => rows.push(Header::of(&row)),
            Ok(_) => {}
            Err(OpenQuote(_)) => return rows,
        }
        if rows.len() > ROWS_LOOKED_AT {
            return rows;
        }
    }
    rows.extend(scanner.finish().ok().flatten().filter(|row| !row.is_blank()).map(|row| Header::of(&row)));
    rows
}

/// Skips a first line such as `sep=;`, which Excel reads and writes, and returns its delimiter.
pub(super) fn sep_line<R: io::Read>(text: &mut Text<R>) -> Result<Option<char>, Error> {
    let ahead: String = text.look_ahead(7)?.iter().map(|c| c.value).collect();
    let Some((word, rest)) = ahead.split_at_checked(4) else { return Ok(None) };
    let mut rest = rest.chars();
    let (delimiter, line_end) = (rest.next(), rest.as_str());
    let Some(delimiter) = delimiter.filter(|c| !c.is_alphanumeric() && !matches!(c, '"' | '\r' | '\n'))
    else {
        return Ok(None);
    };
    let line_end_chars = match line_end {
        "" => 0,
        "\r\n" => 2,
        other if other.starts_with(['\r', '\n']) => 1,
        _ => return Ok(None),
    };
    if !word.eq_ignore_ascii_case("sep=") {
        return Ok(None);
    }
    for _ in 0..5 + line_end_chars {
        text.next()?;
    }
    Ok(Some(delimiter))
}

/// The headings as they would be with this delimiter; up to the open quote, if there is one. `None` if all is blank.
fn header_of(ahead: &[Char], delimiter: char) -> Option<Header> {
    let mut scanner = Scanner::new(delimiter);
    for c in ahead {
        match scanner.push(*c) {
            Ok(Some(row)) if !row.is_blank() => return Some(Header::of(&row)),
            Ok(_) => {}
            Err(OpenQuote(_)) => return Some(Header::of(&scanner.into_unfinished())),
        }
    }
    match scanner.finish() {
        Ok(row) => row.filter(|row| !row.is_blank()).map(|row| Header::of(&row)),
        Err(OpenQuote(_)) => Some(Header::of(&scanner.into_unfinished())),
    }
}

//! The person of a row: match key, immutable id and username, each if it can be read.
//!
//! Read from damaged rows too, because a rejected row protects the account that it names (rule 3). If a row has
//! too many cells, their columns are uncertain. A wrong guess protects another person, but never removes anything.

use super::heading::{Column, Columns};
use super::scanner::{CELL_BYTES_MAX, RawRow};
use crate::error::Error;
use crate::mapped::{Wording, name};
use rollcall_config::{Nothing, Template, Values};
use rollcall_core::match_key::{ImmutableId, InvalidMatchKey, MatchKey};
use rollcall_core::username::Username;
use std::borrow::Cow;

/// Each part is `None` if its cell is empty or missing, and an error text if it is damaged.
pub(super) struct Identity {
    pub(super) key: Result<Option<MatchKey>, String>,
    pub(super) immutable_id: Result<Option<ImmutableId>, String>,
    pub(super) username: Result<Option<Username>, String>,
}

impl Identity {
    /// Reads it. A line break in one of the cells refuses the file: it means that a quote was left open.
    pub(super) fn read(raw: &RawRow, columns: &Columns, delimiter: char) -> Result<Self, Error> {
        let cells = realigned(raw, columns.headings.len(), delimiter);
        let row = Row { raw, cells: &cells, nothing: &columns.mapping.nothing };
        let key = row.parsed(&columns.key, MatchKey::parse)?;
        let immutable_id = match &columns.immutable_id {
            Some(id) => row.parsed(id, ImmutableId::parse)?,
            None => Ok(None),
        };
        let username = match &columns.mapping.username {
            Some(username) => row.parsed(username, Username::parse)?,
            None => Ok(key.as_ref().ok().cloned().flatten().map(Username::from)),
        };
        Ok(Self { key, immutable_id, username })
    }
}

/// A row whose identity is read.
struct Row<'r> {
    raw: &'r RawRow,
    cells: &'r [String],
    nothing: &'r Nothing,
}

impl<'r> Row<'r> {
    fn cell(&self, column: &Column) -> &'r str {
        self.cells.get(column.position).map_or("", |cell| cell.trim())
    }

    /// One part of the identity: `None` if it is empty.
    fn parsed<T>(
        &self,
        from: &Template<Column>,
        parse: impl Fn(&str) -> Result<T, InvalidMatchKey>,
    ) -> Result<Result<Option<T>, String>, Error> {
        for column in from.columns() {
            if self.cell(column).contains(['\r', '\n']) {
                return Err(Error::LineBreakInKey { line: self.raw.line, heading: column.heading.clone() });
            }
        }
        for column in from.columns() {
            if self.raw.overlong.contains(&column.position) {
                return Ok(Err(overlong(&column.heading)));
            }
            if is_spreadsheet_damage(self.cell(column)) {
                return Ok(Err(damaged(&column.heading)));
            }
        }
        let look = |column: &Column| Values::one(self.cell(column)).without(self.nothing);
        Ok(match parse(&from.whole_value(&look)) {
            Ok(value) => Ok(Some(value)),
            Err(InvalidMatchKey::Empty) => Ok(None),
            Err(error @ (InvalidMatchKey::Control { .. } | InvalidMatchKey::TooLong { .. })) => {
                Err(format!("{} {error}", name(Wording::Cell, from)))
            }
        })
    }
}

/// The reason for a cell that a spreadsheet has changed.
fn damaged(heading: &str) -> String {
    format!(
        "the cell under {heading:?} was changed by a spreadsheet (a long number cut to its first digits, or an \
         error such as #N/A); format the column as text, fill it again from the directory and export again"
    )
}

/// The reason for a cell that is too long.
pub(super) fn overlong(heading: &str) -> String {
    format!(
        "the cell under {heading:?} is longer than {CELL_BYTES_MAX} bytes; shorten it, or look for an open quote"
    )
}

/// Whether a text is a long number that a spreadsheet shortened (`1.23457E+15`), or its error (`#N/A`).
fn is_spreadsheet_damage(text: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_mantissa = |text: &str| match text.split_once(['.', ',']) {
        Some((whole, part)) => whole.len() == 1 && is_number(whole) && is_number(part),
        None => text.len() == 1 && is_number(text),
    };
    text.starts_with('#')
        || text.split_once("E+").is_some_and(|(mantissa, power)| is_mantissa(mantissa) && is_number(power))
}

/// The cells in their columns. A distinguished name without quotes is split at its commas. This joins it again, so
/// that the row names its account. Other rows with too many cells stay as they are.
fn realigned(raw: &RawRow, width: usize, delimiter: char) -> Cow<'_, [String]> {
    let cells = raw.cells.as_slice();
    let parts = raw.cells.len().saturating_sub(width) + 1;
    if parts == 1 {
        return Cow::Borrowed(cells);
    }
    let is_name_part = |cell: &String| {
        cell.split_once('=').is_some_and(|(name, _)| {
            !name.trim().is_empty()
                && name.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        })
    };
    let Some(first) = cells.windows(parts).position(|run| run.iter().all(is_name_part)) else {
        return Cow::Borrowed(cells);
    };
    let joined = cells[first..first + parts].join(&delimiter.to_string());
    let mut whole = cells[..first].to_vec();
    whole.push(joined);
    whole.extend_from_slice(&cells[first + parts..]);
    Cow::Owned(whole)
}

#[cfg(test)]
mod tests {
    use super::is_spreadsheet_damage;

    #[test]
    fn damage_by_a_spreadsheet_is_recognised() {
        for text in ["1.23457E+15", "4,91512E+11", "1E+15", "#N/A", "#REF!", "#NAME?", "#VALUE!", "#####"] {
            assert!(is_spreadsheet_damage(text), "{text}");
        }
        for text in
            ["", "00491512", "E+1", "1.E+1", "12.5E+3", "1E+", "1E+x", "a1E+5", "u1@rollcall.test", "1.5"]
        {
            assert!(!is_spreadsheet_damage(text), "{text}");
        }
    }
}

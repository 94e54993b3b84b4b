//! The person of a row: match key, immutable id and username, each if it can be read.
//!
//! Read from damaged rows too, because a rejected row protects the account that it names (rule 3). If a row has
//! too many cells, their columns are uncertain. A wrong guess protects another person, but never removes anything.

use super::cells::Cells;
use super::damage;
use super::heading::{Column, Columns, Part};
use super::plain_identity::is_plain_identity;
use super::scanner::{CELL_BYTES_MAX, RawRow};
use super::whole_line;
use super::wrapped::{self, Wrapped};
use crate::entity;
use crate::error::Error;
use crate::mapped::{Wording, name};
use rollcall_config::{Nothing, Values};
use rollcall_core::fold::ends_in_view;
use rollcall_core::match_key::{ImmutableId, InvalidMatchKey, MatchKey};
use rollcall_core::username::Username;
use std::borrow::Cow;

/// Each part is `None` if its cell is empty or missing, and an error text if it is damaged.
pub(super) struct Identity {
    pub(super) key: Result<Option<MatchKey>, String>,
    /// What a damaged key was, where that is certain.
    pub(super) damaged_key: Option<MatchKey>,
    pub(super) immutable_id: Result<Option<ImmutableId>, String>,
    pub(super) username: Result<Option<Username>, String>,
}

impl Identity {
    /// Reads it. A line break in one of the cells refuses the file: it means that a quote was left open.
    pub(super) fn read(raw: &RawRow, columns: &Columns, delimiter: char) -> Result<Self, Error> {
        let cells = realigned(raw, columns, delimiter);
        let row = Row { raw, cells: &cells, nothing: &columns.mapping.nothing };
        let key = row.parsed(&columns.key, MatchKey::parse)?;
        let immutable_id = match &columns.immutable_id {
            Some(id) => row.parsed(id, ImmutableId::parse)?,
            None => Ok(None),
        };
        let username = match &columns.username {
            Some(username) => row.username(username, &columns.key)?,
            None => Ok(key.as_ref().ok().cloned().flatten().map(Username::from)),
        };
        let damaged_key = if key.is_err() { row.mended(&columns.key) } else { None };
        Ok(Self { key, damaged_key, immutable_id, username })
    }
}

/// A row whose identity is read.
struct Row<'r> {
    raw: &'r RawRow,
    cells: &'r Cells,
    nothing: &'r Nothing,
}

impl<'r> Row<'r> {
    fn cell(&self, column: &Column) -> &'r str {
        let cell = self.cells.get(column.position).unwrap_or_default();
        if ends_in_view(cell) { cell } else { cell.trim() }
    }

    /// What the damaged cell of a key was, of one column.
    fn mended(&self, part: &Part) -> Option<MatchKey> {
        let [column] = part.columns.as_slice() else { return None };
        let cell = self.cell(column);
        let inner = || wrapped::of(cell).and_then(|found| found.was);
        MatchKey::parse(&damage::mended(cell).or_else(inner)?).ok()
    }

    /// The username, of a column of its own or of that of the key.
    fn username(&self, part: &Part, key: &Part) -> Result<Result<Option<Username>, String>, Error> {
        let own = part.columns.iter().filter(|column| !key.columns.contains(column));
        for column in own {
            if let Some(why) = damage::of_username(self.cell(column)) {
                let heading = &column.heading;
                return Ok(Err(format!(
                    "the cell under {heading:?} {why}; format the column as text, and export again"
                )));
            }
        }
        self.parsed(part, Username::parse)
    }

    /// One part of the identity: `None` if it is empty.
    fn parsed<T>(
        &self,
        part: &Part,
        parse: impl Fn(&str) -> Result<T, InvalidMatchKey>,
    ) -> Result<Result<Option<T>, String>, Error> {
        if let Some(cell) = self.plain_cell(part)
            && let Ok(value) = parse(cell)
        {
            return Ok(Ok(Some(value)));
        }
        self.parsed_any(part, parse)
    }

    /// The cell of a part that is one column, where nothing can be wrong with it.
    fn plain_cell(&self, part: &Part) -> Option<&'r str> {
        let position = part.from.as_column()?.position;
        let cell = self.cells.get(position)?;
        is_plain_identity(cell, self.cells.signs(position), self.nothing).then_some(cell)
    }

    /// The same without a short way.
    fn parsed_any<T>(
        &self,
        part: &Part,
        parse: impl Fn(&str) -> Result<T, InvalidMatchKey>,
    ) -> Result<Result<Option<T>, String>, Error> {
        for column in &part.columns {
            if self.cell(column).contains(['\r', '\n']) {
                return Err(Error::LineBreakInKey { line: self.raw.line, heading: column.heading.clone() });
            }
        }
        for column in &part.columns {
            if self.raw.overlong.contains(&column.position) {
                return Ok(Err(overlong(&column.heading)));
            }
            let (heading, cell) = (&column.heading, self.cell(column));
            if let Some(why) = unlike_an_identity(cell) {
                return Ok(Err(format!("the cell under {heading:?} {why}")));
            }
            if let Some(why) = damage::of_key(cell) {
                return Ok(Err(format!(
                    "the cell under {heading:?} {why}; format the column as text, fill it again from the directory and \
                     export again"
                )));
            }
        }
        let look = |column: &Column| Values::one(self.cell(column)).without(self.nothing);
        Ok(match parse(&part.from.whole_value(&look)) {
            Ok(value) => Ok(Some(value)),
            Err(InvalidMatchKey::Empty) => Ok(None),
            Err(error) => {
                let quote = if matches!(error, InvalidMatchKey::TooLong { .. }) {
                    ", or look for an open quote"
                } else {
                    ""
                };
                Err(format!("{} {error} in the directory{quote}", name(Wording::Cell, &part.from)))
            }
        })
    }
}

/// What of a cell shows that it is not as the directory has it: letters that were lost, HTML, or what a program put around it.
pub(super) fn unlike_an_identity(cell: &str) -> Option<String> {
    // What a workbook writes for a line end has only letters, digits and `_`.
    let has_escape = cell.starts_with('_') || cell.ends_with('_');
    if wrapped::is_plain(cell) && !has_escape {
        return None;
    }
    let html =
        || entity::refused(cell).map(|why| format!("{why}; export again in another way, as plain text"));
    let wrapped = || wrapped::of(cell).map(|Wrapped { why, .. }| format!("{why}; correct the export"));
    damage::of_characters(cell).or_else(html).or_else(wrapped)
}

/// The reason for a cell that is too long.
pub(super) fn overlong(heading: &str) -> String {
    format!(
        "the cell under {heading:?} is longer than {CELL_BYTES_MAX} bytes; shorten it, or look for an open quote"
    )
}

/// The cells in their columns. A distinguished name without quotes is split at its commas, and so is `Lee, Ann`, whose
/// second part begins with a space. This joins them again, so that the row names its account. A row that is one cell, and would be a
/// whole row with a separator, is split. A cell too many before the key, empty or the same as the next, is left out. Other rows
/// with too many cells stay as they are.
fn realigned<'r>(raw: &'r RawRow, columns: &Columns, delimiter: char) -> Cow<'r, Cells> {
    let parts = raw.cells.len().saturating_sub(columns.headings.len()) + 1;
    if parts == 1 {
        let whole = raw.cells.get(0).filter(|_| raw.cells.len() == 1 && columns.width > 1);
        let split = whole.and_then(|line| whole_line::split(line, columns.width));
        let split = split.or_else(|| split_key(&raw.cells, columns));
        return split.map_or(Cow::Borrowed(&raw.cells), Cow::Owned);
    }
    let cells: Vec<&str> = raw.cells.iter().collect();
    let is_name_part = |cell: &&str| {
        cell.split_once('=').is_some_and(|(name, _)| {
            !name.trim().is_empty()
                && name.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        })
    };
    let Some(first) = cells.windows(parts).position(|run| run.iter().all(is_name_part)) else {
        let identity = columns.identity_positions();
        return match joined_at_spaces(&raw.cells, parts - 1, &identity, delimiter) {
            Cow::Borrowed(_) => {
                without_extra(&raw.cells, parts - 1, &identity).map_or(Cow::Borrowed(&raw.cells), Cow::Owned)
            }
            joined @ Cow::Owned(_) => joined,
        };
    };
    let joined = cells[first..first + parts].join(&delimiter.to_string());
    let (before, behind) = (cells[..first].iter().copied(), cells[first + parts..].iter().copied());
    Cow::Owned(before.chain([joined.as_str()]).chain(behind).collect())
}

/// The cells of a row with one too few, where that of the key is a number with something behind it: the separator between them was
/// lost, or is another (`10008;ann,ann@x.test`).
fn split_key(cells: &Cells, columns: &Columns) -> Option<Cells> {
    let [key] = columns.key.columns.as_slice() else { return None };
    let cell = cells.get(key.position).filter(|_| cells.len() + 1 == columns.width)?.trim();
    let digits = cell.len() - cell.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = cell.split_at_checked(digits).filter(|_| digits >= damage::KEY_DIGITS_MIN)?;
    let rest = rest.trim_start_matches([';', ',', '|', '\t', ' ']);
    if !rest.starts_with(char::is_alphabetic) {
        return None;
    }
    let before = cells.iter().take(key.position);
    Some(before.chain([number, rest]).chain(cells.iter().skip(key.position + 1)).collect())
}

/// The cells without those that are too many in the place of a key, an id or a username.
fn without_extra(cells: &Cells, surplus: usize, identity: &[usize]) -> Option<Cells> {
    let mut places: Vec<usize> = identity.to_vec();
    places.sort_unstable();
    let first = places.into_iter().find(|at| (*at..at + surplus).all(|at| cells.is_extra(at)))?;
    let is_kept = |at: usize| !(first..first + surplus).contains(&at);
    Some(cells.iter().enumerate().filter(|(at, _)| is_kept(*at)).map(|(_, cell)| cell).collect())
}

/// The same for cells that begin with a space, where exactly as many do as there are too many. No key, id or username is
/// made longer so: what stands in its cell is more likely to be all of it.
fn joined_at_spaces<'r>(
    cells: &'r Cells,
    surplus: usize,
    identity: &[usize],
    delimiter: char,
) -> Cow<'r, Cells> {
    let is_part = |cell: &str| cell.starts_with(' ') && !cell.trim().is_empty();
    if cells.iter().skip(1).filter(|cell| is_part(cell)).count() != surplus {
        return Cow::Borrowed(cells);
    }
    let mut whole: Vec<String> = Vec::new();
    for cell in cells.iter() {
        let last_at = whole.len().saturating_sub(1);
        match whole.last_mut().filter(|_| is_part(cell)) {
            Some(_) if identity.contains(&last_at) => return Cow::Borrowed(cells),
            Some(last) => {
                last.push(delimiter);
                last.push_str(cell);
            }
            None => whole.push(cell.to_owned()),
        }
    }
    Cow::Owned(whole.iter().map(String::as_str).collect())
}

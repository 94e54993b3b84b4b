//! From headings to columns: the position of each configured column in this file.
//!
//! Headings are compared folded, as match keys are. Every configured column must exist exactly once: a missing
//! column is never read as empty (rule 9).

use super::near;
use super::rows::Header;
use crate::error::{Error, MissingColumn};
use encoding_rs::WINDOWS_1252;
use rollcall_config::{CsvSettings, Mapping, Template};
use rollcall_core::fold::fold;

/// The columns that are used, and what the mapping makes of them.
pub(super) struct Columns {
    pub(super) headings: Vec<String>,
    /// The least number of cells of a row: empty headings at the end need no cell.
    pub(super) width: usize,
    pub(super) key: Part,
    pub(super) immutable_id: Option<Part>,
    /// The username, if the mapping names one.
    pub(super) username: Option<Part>,
    pub(super) mapping: Mapping<Column>,
    /// Whether the file is read in the encoding of Western Europe.
    pub(super) is_western: bool,
    /// Every column that is named, each once.
    used: Vec<Column>,
}

/// A part of a person's identity: what it is made of, and the columns of it.
pub(super) struct Part {
    pub(super) from: Template<Column>,
    pub(super) columns: Vec<Column>,
}

impl Part {
    fn new(from: Template<Column>) -> Self {
        let columns = from.columns().into_iter().cloned().collect();
        Self { from, columns }
    }

    pub(super) fn positions(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().map(|column| column.position)
    }
}

/// One column that is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Its position, from 0.
    pub(super) position: usize,
    /// As it is in the file.
    pub(super) heading: String,
}

impl AsRef<str> for Column {
    fn as_ref(&self) -> &str {
        &self.heading
    }
}

impl Columns {
    /// Finds every configured column among the headings.
    pub(super) fn find(header: &Header, settings: &CsvSettings) -> Result<Self, Error> {
        let (there, missing): (Vec<&str>, Vec<&str>) =
            needed(settings).into_iter().partition(|column| has(header, column));
        if !missing.is_empty() {
            return Err(missing_columns(header, &there, &missing));
        }
        let mut find = |heading: &String| the_one(header, heading);
        let key = settings.match_field.resolve(&mut find)?;
        let immutable_id = settings.immutable_id.as_ref().map(|id| id.resolve(&mut find)).transpose()?;
        let mapping = settings.mapping.resolve(&mut find)?;
        let mut used: Vec<Column> = Vec::new();
        let named = key.columns().into_iter().chain(immutable_id.iter().flat_map(Template::columns));
        for column in named.chain(mapping.columns()) {
            if !used.contains(column) {
                used.push(column.clone());
            }
        }
        let username = mapping.username.clone().map(Part::new);
        Ok(Self {
            width: header.headings.iter().rposition(|heading| !heading.is_empty()).map_or(0, |last| last + 1),
            headings: header.headings.clone(),
            key: Part::new(key),
            immutable_id: immutable_id.map(Part::new),
            username,
            mapping,
            is_western: settings.encoding.encoding() == WINDOWS_1252,
            used,
        })
    }

    /// The positions of the cells of which the key, the id and the username are made.
    pub(super) fn identity_positions(&self) -> Vec<usize> {
        let parts = std::iter::once(&self.key).chain(&self.immutable_id).chain(&self.username);
        parts.flat_map(Part::positions).collect()
    }

    /// The position of the cell with which the key begins.
    pub(super) fn key_position(&self) -> usize {
        self.key.columns.first().map_or(0, |column| column.position)
    }

    /// The positions of the cells of which the username is made; none if it is the key.
    pub(super) fn username_positions(&self) -> Vec<usize> {
        self.username.iter().flat_map(Part::positions).collect()
    }

    /// The heading of the username, where that is one column and not that of the key.
    pub(super) fn own_username(&self) -> Option<&str> {
        let [column] = self.username.as_ref()?.columns.as_slice() else { return None };
        (!self.key.columns.contains(column)).then_some(column.heading.as_str())
    }

    /// The heading at a position, if it is not empty.
    pub(super) fn heading(&self, position: usize) -> Option<&str> {
        self.headings.get(position).map(String::as_str).filter(|heading| !heading.is_empty())
    }

    /// All columns that are used, each once.
    pub(super) fn used(&self) -> impl Iterator<Item = &Column> {
        self.used.iter()
    }
}

/// The headings that the settings name, each once.
pub(super) fn needed(settings: &CsvSettings) -> Vec<&str> {
    settings.columns()
}

/// Whether the file has such a heading.
pub(super) fn has(header: &Header, heading: &str) -> bool {
    !places(header, heading).is_empty()
}

/// The error for missing columns. It quotes no cell: the line may be the data of a person.
fn missing_columns(header: &Header, there: &[&str], missing: &[&str]) -> Error {
    let column = |heading: &&str| MissingColumn {
        heading: (*heading).to_owned(),
        near: near::find(heading, &header.headings),
    };
    Error::MissingColumns {
        line: header.line,
        missing: missing.iter().map(column).collect(),
        there: there.iter().map(|heading| (*heading).to_owned()).collect(),
        columns: header.headings.len(),
    }
}

fn the_one(header: &Header, heading: &str) -> Result<Column, Error> {
    match places(header, heading).as_slice() {
        [] => Err(missing_columns(header, &[], &[heading])),
        [position] => Ok(Column { position: *position, heading: header.headings[*position].clone() }),
        [first, second, ..] => Err(Error::DuplicateHeading {
            line: header.line,
            heading: heading.to_owned(),
            first: first + 1,
            second: second + 1,
        }),
    }
}

fn places(header: &Header, heading: &str) -> Vec<usize> {
    let wanted = fold(heading);
    let is_wanted = |text: &String| fold(text) == wanted;
    header
        .headings
        .iter()
        .enumerate()
        .filter(|(_, text)| is_wanted(text))
        .map(|(position, _)| position)
        .collect()
}

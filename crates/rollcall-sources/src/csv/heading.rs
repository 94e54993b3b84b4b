//! From headings to columns: the position of each configured column in this file.
//!
//! Headings are compared folded, as match keys are. Every configured column must exist exactly once: a missing
//! column is never read as empty (rule 9).

use super::near;
use super::rows::Header;
use crate::error::{Error, MissingColumn};
use rollcall_config::CsvSettings;
use rollcall_core::fields::FieldName;
use rollcall_core::fold::fold;

/// The columns that are used.
pub(super) struct Columns {
    pub(super) headings: Vec<String>,
    /// The least number of cells of a row: empty headings at the end need no cell.
    pub(super) width: usize,
    pub(super) key: Column,
    pub(super) immutable_id: Option<Column>,
    pub(super) username: Option<Column>,
    pub(super) active: Option<Column>,
    pub(super) admin: Option<Column>,
    pub(super) fields: Vec<FieldColumn>,
}

/// One column that is used.
#[derive(Clone)]
pub(super) struct Column {
    /// Its position, from 0.
    pub(super) position: usize,
    /// As it is in the file.
    pub(super) heading: String,
}

/// A column that becomes an account field.
pub(super) struct FieldColumn {
    pub(super) column: Column,
    pub(super) field: FieldName,
    /// Whether an empty value clears the field.
    pub(super) clears: bool,
}

impl Columns {
    /// Finds every configured column among the headings.
    pub(super) fn find(header: &Header, settings: &CsvSettings) -> Result<Self, Error> {
        let (there, missing): (Vec<&str>, Vec<&str>) =
            needed(settings).into_iter().partition(|column| has(header, column));
        if !missing.is_empty() {
            return Err(missing_columns(header, &there, &missing));
        }
        let column = |heading: &String| the_one(header, heading);
        let optional = |heading: &Option<String>| heading.as_ref().map(column).transpose();
        let mapping = &settings.mapping;
        let fields = mapping.fields.iter().map(|(field, from)| {
            Ok(FieldColumn { column: column(&from.column)?, field: field.clone(), clears: from.clears })
        });
        Ok(Self {
            width: header.headings.iter().rposition(|heading| !heading.is_empty()).map_or(0, |last| last + 1),
            headings: header.headings.clone(),
            key: column(&settings.match_field)?,
            immutable_id: optional(&settings.immutable_id)?,
            username: optional(&mapping.username)?,
            active: optional(&mapping.active)?,
            admin: optional(&mapping.admin)?,
            fields: fields.collect::<Result<_, Error>>()?,
        })
    }

    /// The heading at a position, if it is not empty.
    pub(super) fn heading(&self, position: usize) -> Option<&str> {
        self.headings.get(position).map(String::as_str).filter(|heading| !heading.is_empty())
    }

    /// All columns that are used.
    pub(super) fn used(&self) -> impl Iterator<Item = &Column> {
        let people = [&self.immutable_id, &self.username, &self.active, &self.admin];
        std::iter::once(&self.key)
            .chain(people.into_iter().flatten())
            .chain(self.fields.iter().map(|field| &field.column))
    }
}

/// The headings that the settings name, each once.
pub(super) fn needed(settings: &CsvSettings) -> Vec<&str> {
    let mapping = &settings.mapping;
    let people = [&settings.immutable_id, &mapping.username, &mapping.active, &mapping.admin];
    let mut needed = vec![settings.match_field.as_str()];
    let others = people.into_iter().flatten().chain(mapping.fields.values().map(|field| &field.column));
    for heading in others {
        if !needed.contains(&heading.as_str()) {
            needed.push(heading);
        }
    }
    needed
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

//! Rows that speak of the columns and of no person: the headings in another spelling or order, and what each column holds
//! (rule 41c).
//!
//! Below `no_person`. Promises that every filled cell must say so, two of them at least: a person who is called Text stays.

use super::{PersonTest, RowKind};
use crate::csv::scanner::RawRow;

/// What templates of files and databases write below their headings, in small letters.
const KINDS: [&str; 49] = [
    "required",
    "optional",
    "mandatory",
    "not required",
    "recommended",
    "conditional",
    "read only",
    "unique",
    "pflichtfeld",
    "pflicht",
    "erforderlich",
    "freiwillig",
    "obligatoire",
    "facultatif",
    "requis",
    "obligatorio",
    "opcional",
    "requerido",
    "obbligatorio",
    "facoltativo",
    "verplicht",
    "optioneel",
    "wymagane",
    "text",
    "string",
    "char",
    "varchar",
    "varchar2",
    "nvarchar",
    "nvarchar2",
    "number",
    "numeric",
    "decimal",
    "int",
    "integer",
    "bigint",
    "float",
    "date",
    "datetime",
    "timestamp",
    "bool",
    "boolean",
    "bit",
    "uuid",
    "guid",
    "email",
    "e-mail",
    "picklist",
    "lookup",
];

/// The longest of them, and what may follow in brackets.
const KIND_BYTES_MAX: usize = 24;

impl PersonTest {
    /// What the row is, if it speaks of the columns.
    pub(super) fn about_columns(&self, raw: &RawRow) -> Option<RowKind> {
        let key = raw.cells.get(self.key).map_or("", str::trim);
        let is_of_columns = is_kind(key) || self.headings.iter().any(|heading| says(key, heading));
        if !is_of_columns {
            return None;
        }
        let filled: Vec<(usize, &str)> =
            raw.cells.iter().map(str::trim).enumerate().filter(|(_, cell)| !cell.is_empty()).collect();
        let heading = |at: usize| self.headings.get(at).map_or("", String::as_str);
        let all = |is: &dyn Fn(&(usize, &str)) -> bool| filled.len() > 1 && filled.iter().all(is);
        if all(&|(_, cell)| is_kind(cell)) || all(&|(at, cell)| says(cell, heading(*at))) {
            return Some(RowKind::NoPerson);
        }
        let others =
            filled.iter().filter(|(_, cell)| self.headings.iter().any(|heading| says(cell, heading)));
        let is_order = !says(key, heading(self.key)) && others.count() * 2 > filled.len() && filled.len() > 1;
        is_order.then_some(RowKind::OtherOrder)
    }
}

/// Whether a cell says what a column holds: `Required`, `varchar(100)`, `(text)`.
pub(super) fn is_kind(cell: &str) -> bool {
    let is_of_kinds = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-' | b'2');
    let is_around = |byte: u8| b"()[]<>*".contains(&byte);
    // Most keys are told by their first digit or sign.
    let first_other = cell.bytes().find(|byte| !is_of_kinds(*byte));
    if cell.len() > KIND_BYTES_MAX || first_other.is_some_and(|byte| !is_around(byte)) {
        return false;
    }
    let word = cell.trim_matches(['(', ')', '[', ']', '<', '>', '*']);
    let word = word.split_once('(').map_or(word, |(word, _)| word).trim_end();
    KINDS.iter().any(|kind| kind.len() == word.len() && kind.eq_ignore_ascii_case(word))
}

/// Whether a cell has the letters of a heading: `email_address` says `Email Address`.
fn says(cell: &str, heading: &str) -> bool {
    // Most cells are told by their first letters.
    for (one, other) in cell.bytes().zip(heading.bytes()) {
        if !one.is_ascii_alphanumeric() || !other.is_ascii_alphanumeric() {
            break;
        }
        if !one.eq_ignore_ascii_case(&other) {
            return false;
        }
    }
    letters(cell).next().is_some() && letters(cell).eq(letters(heading))
}

/// What a text says without its signs and capitals.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

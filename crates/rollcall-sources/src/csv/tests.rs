//! The CSV source with small files: each case is bytes, and the records that they give.

mod cases;
mod damaged;
mod entities;
mod example_row;
mod files;
mod kept;
mod logins;
mod mapping;
mod moved;
mod neighbours;
mod no_people;
mod odd_logins;
mod properties;
mod refusals;
mod rejects;
mod same_address;
mod samples;
mod whole_lines;

use super::{Row, Summary, read};
use crate::error::Error;
use rollcall_config::{CsvEncoding, CsvSettings, FieldMapping, Mapping, Template};
use rollcall_core::entry::{EntryStatus, Record, RejectReason};
use rollcall_core::fields::FieldName;

/// Settings with `email` as the match field and nothing else.
pub(super) fn settings() -> CsvSettings {
    CsvSettings {
        object: String::from("people.csv"),
        match_field: column("email"),
        immutable_id: None,
        encoding: CsvEncoding::UTF_8,
        delimiter: None,
        skip_lines: 0,
        second_headings: false,
        mapping: Mapping::default(),
    }
}

/// The same with fields of the same name as their columns.
fn with_fields(columns: &[&str]) -> CsvSettings {
    let mut settings = settings();
    for column in columns {
        map(&mut settings, &column.to_lowercase(), column, false);
    }
    settings
}

fn map(settings: &mut CsvSettings, field: &str, column: &str, clears: bool) {
    let name = FieldName::parse(field).expect("a field name");
    let mut field = FieldMapping::column(column.to_owned());
    field.clears = clears;
    settings.mapping.fields.insert(name, field);
}

/// A file with an id, a username and other columns.
fn by_id() -> CsvSettings {
    let mut settings = settings();
    settings.match_field = column("id");
    settings.mapping.username = Some(column("user"));
    settings
}

/// A template that is one column.
fn column(name: &str) -> Template {
    Template::column(name.to_owned())
}

fn read_all(settings: &CsvSettings, bytes: &[u8]) -> Result<(Vec<Row>, Summary), Error> {
    let mut rows = Vec::new();
    let summary = read(settings, bytes, bytes.len() as u64, &mut |row| rows.push(row))?;
    Ok((rows, summary))
}

/// Each row as one line: its line number, whose it is, and what it says; or the refusal.
fn shown(settings: &CsvSettings, bytes: &[u8]) -> Vec<String> {
    match read_all(settings, bytes) {
        Ok((rows, _)) => rows.iter().map(|row| show_row(&row.record)).collect(),
        Err(error) => vec![format!("refused: {error}")],
    }
}

fn show_row(record: &Record) -> String {
    let (key, id, username) = match record {
        Record::Entry(entry) => (Some(&entry.key), entry.immutable_id.as_ref(), entry.username.as_ref()),
        Record::Rejected(row) => (row.key.as_ref(), row.immutable_id.as_ref(), row.username.as_ref()),
    };
    let mut shown = format!("{} {}", record.line(), key.map_or("-", |key| key.original()));
    if let Some(id) = id {
        shown += &format!(" id={}", id.as_str());
    }
    // Shown where it is not the key, which is what it is unless mapped.
    if username.map(|name| name.original()) != key.map(|key| key.original()) {
        shown += &format!(" username={}", username.map_or("-", |name| name.original()));
    }
    match record {
        Record::Entry(entry) => {
            match entry.status {
                EntryStatus::Enabled => {}
                EntryStatus::Disabled => shown += " disabled",
                EntryStatus::OutOfScope { .. } => shown += " outside",
            }
            if let Some(is_admin) = entry.is_admin {
                shown += &format!(" admin={is_admin}");
            }
            for (name, value) in entry.fields.iter() {
                shown += &format!(" {name}={value:?}");
            }
        }
        Record::Rejected(row) => match &row.reason {
            RejectReason::MissingKey => shown += " rejected: no match key",
            RejectReason::Unreadable(why) => shown += &format!(" rejected: {why}"),
        },
    }
    shown
}

/// Holds a file against what it should say. An expected line that ends with `…` may go on.
#[track_caller]
fn check(name: &str, settings: &CsvSettings, bytes: &[u8], expected: &[&str]) {
    let shown = shown(settings, bytes);
    let is_expected = |(line, expected): (&String, &&str)| match expected.strip_suffix('…') {
        Some(beginning) => line.starts_with(beginning),
        None => line == expected,
    };
    assert!(
        shown.len() == expected.len() && shown.iter().zip(expected).all(is_expected),
        "{name}\n  says {shown:#?}\n  not {expected:#?}"
    );
}

//! The rows of an export, as CSV or JSON: the form of both, and the rows of the audit log. Each function adds to the bytes of a
//! file.

use super::in_words;
use crate::error::Error;
use rollcall_sync::neutralise;
use rollcall_sync::store::{AuditEntry, ExportFormat, StateView, show_time};
use serde::Serialize;
use std::io::Error as IoError;

/// The columns of a CSV export.
const COLUMNS: [&str; 19] = [
    "at",
    "outcome",
    "username",
    "match_key",
    "source",
    "before",
    "after",
    "reason",
    "changes",
    "seats_used",
    "seats_limit",
    "trigger",
    "actor",
    "run",
    "account",
    "line",
    // Behind the others, so that who counts columns finds them where they were.
    "seats_about",
    "in_words",
    "dry_run",
];

/// What a file of the audit log begins with.
pub(super) fn begin(format: ExportFormat, file: &mut Vec<u8>) -> Result<(), Error> {
    begin_with(format, COLUMNS, file)
}

/// These entries; the first of them may be the first of the file.
pub(super) fn write(
    format: ExportFormat,
    entries: &[AuditEntry],
    is_first: bool,
    file: &mut Vec<u8>,
) -> Result<(), Error> {
    write_rows(format, entries, is_first, file, cells, |entry| entry)
}

/// What a file with these columns begins with.
pub(super) fn begin_with<const N: usize>(
    format: ExportFormat,
    columns: [&str; N],
    file: &mut Vec<u8>,
) -> Result<(), Error> {
    match format {
        ExportFormat::Csv => write_lines(file, [columns.map(str::to_owned)]),
        ExportFormat::Json => {
            file.push(b'[');
            Ok(())
        }
    }
}

/// Rows of any kind, by their cells and their JSON; the first of them may be the first of the file.
pub(super) fn write_rows<'a, T, V: Serialize, const N: usize>(
    format: ExportFormat,
    rows: &'a [T],
    is_first: bool,
    file: &mut Vec<u8>,
    cells: impl Fn(&'a T) -> [String; N],
    view: impl Fn(&'a T) -> V,
) -> Result<(), Error> {
    match format {
        // A spreadsheet must not take what a directory says for a formula.
        ExportFormat::Csv => {
            write_lines(file, rows.iter().map(|row| cells(row).map(|cell| neutralise(&cell).into_owned())))
        }
        ExportFormat::Json => {
            for (index, row) in rows.iter().enumerate() {
                file.extend_from_slice(if is_first && index == 0 { b"\n" } else { b",\n" });
                serde_json::to_writer(&mut *file, &view(row)).map_err(|error| failed(error.into()))?;
            }
            Ok(())
        }
    }
}

/// What a file ends with.
pub(super) fn end(format: ExportFormat, file: &mut Vec<u8>) {
    match format {
        ExportFormat::Csv => {}
        ExportFormat::Json => file.extend_from_slice(b"\n]\n"),
    }
}

fn write_lines<const N: usize>(
    file: &mut Vec<u8>,
    lines: impl IntoIterator<Item = [String; N]>,
) -> Result<(), Error> {
    let mut csv = csv::Writer::from_writer(file);
    for line in lines {
        csv.write_record(line).map_err(|error| failed(error.into()))?;
    }
    csv.flush().map_err(failed)
}

fn failed(error: IoError) -> Error {
    rollcall_sync::store::Error::from(error).into()
}

fn cells(entry: &AuditEntry) -> [String; 19] {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let state = |state: &Option<StateView>| {
        state
            .as_ref()
            .map(|state| state.reason.clone().unwrap_or_else(|| state.state.clone()))
            .unwrap_or_default()
    };
    let changes =
        entry.changes.iter().map(|change| format!("{}: {:?} -> {:?}", change.field, change.old, change.new));
    [
        show_time(entry.at),
        entry.outcome.clone(),
        text(&entry.username),
        text(&entry.match_key),
        text(&entry.source),
        state(&entry.before),
        state(&entry.after),
        text(&entry.reason),
        changes.collect::<Vec<_>>().join("; "),
        entry.seats.used.to_string(),
        entry.seats.limit.map(|limit| limit.to_string()).unwrap_or_default(),
        entry.trigger.clone(),
        entry.actor.clone(),
        entry.run.as_ref().map(ToString::to_string).unwrap_or_default(),
        entry.account.map(|id| id.to_string()).unwrap_or_default(),
        entry.line.map(|line| line.to_string()).unwrap_or_default(),
        String::from(if entry.seats.about { "about" } else { "" }),
        match entry.dry_run {
            true => in_words::planned_outcome(&entry.outcome).to_owned(),
            false => in_words::outcome(&entry.outcome).to_owned(),
        },
        String::from(if entry.dry_run { "dry run: nothing was changed" } else { "" }),
    ]
}

#[cfg(test)]
mod tests {
    use super::{begin, end, write};
    use rollcall_sync::store::{AuditEntry, ExportFormat};
    use serde_json::{Value, json};

    fn entry(seats: &Value) -> AuditEntry {
        let entry = json!({
            "at": "2026-11-29T03:00:00.000Z", "outcome": "created_active", "changes": [], "seats": seats,
            "trigger": "schedule", "actor": "schedule", "account": null,
        });
        serde_json::from_value(entry).unwrap()
    }

    #[test]
    fn a_row_says_where_its_seats_are_not_exact() {
        let mut file = Vec::new();
        begin(ExportFormat::Csv, &mut file).unwrap();
        let entries = [json!({ "used": 3, "limit": 4 }), json!({ "used": 3, "limit": 4, "about": true })]
            .map(|seats| entry(&seats));
        write(ExportFormat::Csv, &entries, true, &mut file).unwrap();
        end(ExportFormat::Csv, &mut file);
        let mut read = csv::Reader::from_reader(file.as_slice());
        let column = read.headers().unwrap().iter().position(|name| name == "seats_about").unwrap();
        let cells: Vec<String> = read.records().map(|row| row.unwrap()[column].to_owned()).collect();
        assert_eq!(cells, ["", "about"]);
    }

    #[test]
    fn a_file_is_the_same_however_it_is_cut_into_pages() {
        let entries: Vec<_> = (0..5).map(|used| entry(&json!({ "used": used, "limit": 9 }))).collect();
        for format in [ExportFormat::Csv, ExportFormat::Json] {
            let file = |page: usize| {
                let mut file = Vec::new();
                begin(format, &mut file).unwrap();
                for (number, some) in entries.chunks(page).enumerate() {
                    write(format, some, number == 0, &mut file).unwrap();
                }
                end(format, &mut file);
                String::from_utf8(file).unwrap()
            };
            let whole = file(5);
            assert_eq!(whole.matches("created_active").count(), 5);
            assert_eq!([file(1), file(2)], [whole.clone(), whole], "{format:?}");
        }
    }
}

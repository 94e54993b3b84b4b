//! The audit log as a file, CSV or JSON, to keep it or to look at it in a spreadsheet (rule 31).

use crate::audit::query::{AuditFilter, AuditQuery};
use crate::error::Error;
use rollcall_config::folders::EXPORTS;
use rollcall_sync::Shell;
use rollcall_sync::neutralise;
use rollcall_sync::store::{AuditEntry, StateView, show_time};
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

/// Entries read at once.
const SOME: usize = 1000;

/// How much time an export leaves for writing its file into the bucket.
const RESERVE: Duration = Duration::from_secs(6);

/// How long a file can be downloaded.
const DOWNLOADED: Duration = Duration::from_secs(300);

/// The columns of a CSV export.
const COLUMNS: [&str; 17] = [
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
];

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A heading, then a line for each entry.
    Csv,
    /// An array of entries.
    Json,
}

impl Format {
    /// The word of the format, which is the ending of its files as well.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// Writes every entry that fits, newest first. Answers with how many there are.
///
/// # Errors
/// [`Error::TooMany`] where this invocation has not the time; or the storage fails.
pub async fn write(
    shell: &Shell,
    filter: &AuditFilter,
    format: Format,
    to: impl Write,
) -> Result<u64, Error> {
    let mut rows = match format {
        Format::Csv => Rows::Csv(Box::new(csv::Writer::from_writer(to))),
        Format::Json => Rows::Json(to),
    };
    rows.begin()?;
    let mut query = AuditQuery::of(shell, filter).await?;
    let (mut count, mut after) = (0, None);
    loop {
        if shell.limits().deadline.is_some_and(|end| end.saturating_duration_since(Instant::now()) < RESERVE)
        {
            return Err(Error::TooMany);
        }
        let part = query.page(after.as_deref(), SOME).await?;
        for entry in &part.entries {
            rows.write(entry, count == 0)?;
            count += 1;
        }
        after = part.next;
        if after.is_none() {
            rows.end()?;
            return Ok(count);
        }
    }
}

/// Puts the export into the bucket, and answers with an address from which it can be downloaded for five minutes.
///
/// # Errors
/// As [`write()`].
pub async fn publish(shell: &Shell, filter: &AuditFilter, format: Format) -> Result<String, Error> {
    let file = tempfile::tempfile().map_err(rollcall_sync::store::Error::from)?;
    write(shell, filter, format, BufWriter::new(&file)).await?;
    let ending = format.as_str();
    let key = format!("{EXPORTS}{}.{ending}", shell.new_run());
    shell.store.put_file(&key, file).await?;
    Ok(shell.store.download_url(&key, &format!("rollcall-audit.{ending}"), DOWNLOADED).await?)
}

enum Rows<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Json(W),
}

impl<W: Write> Rows<W> {
    fn begin(&mut self) -> Result<(), Error> {
        match self {
            Self::Csv(csv) => csv.write_record(COLUMNS).map_err(std::io::Error::from),
            Self::Json(json) => json.write_all(b"["),
        }
        .map_err(|error| rollcall_sync::store::Error::from(error).into())
    }

    fn write(&mut self, entry: &AuditEntry, is_first: bool) -> Result<(), Error> {
        match self {
            Self::Csv(csv) => csv
                .write_record(cells(entry).map(|cell| neutralise(&cell).into_owned()))
                .map_err(std::io::Error::from),
            Self::Json(json) => {
                let between = if is_first { "\n" } else { ",\n" };
                json.write_all(between.as_bytes())
                    .and_then(|()| serde_json::to_writer(json, entry).map_err(std::io::Error::from))
            }
        }
        .map_err(|error| rollcall_sync::store::Error::from(error).into())
    }

    fn end(&mut self) -> Result<(), Error> {
        match self {
            Self::Csv(csv) => csv.flush(),
            Self::Json(json) => json.write_all(b"\n]\n").and_then(|()| json.flush()),
        }
        .map_err(|error| rollcall_sync::store::Error::from(error).into())
    }
}

fn cells(entry: &AuditEntry) -> [String; 17] {
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
    ]
}

#[cfg(test)]
mod tests {
    use super::Rows;
    use rollcall_sync::store::AuditEntry;
    use serde_json::json;

    #[test]
    fn a_row_says_where_its_seats_are_not_exact() {
        let entry = |seats: serde_json::Value| -> AuditEntry {
            let entry = json!({
                "at": "2026-11-29T03:00:00.000Z", "outcome": "created_active", "changes": [], "seats": seats,
                "trigger": "schedule", "actor": "schedule", "account": null,
            });
            serde_json::from_value(entry).unwrap()
        };
        let mut file = Vec::new();
        let mut rows = Rows::Csv(Box::new(csv::Writer::from_writer(&mut file)));
        rows.begin().unwrap();
        rows.write(&entry(json!({ "used": 3, "limit": 4 })), true).unwrap();
        rows.write(&entry(json!({ "used": 3, "limit": 4, "about": true })), false).unwrap();
        rows.end().unwrap();
        drop(rows);
        let mut read = csv::Reader::from_reader(file.as_slice());
        let column = read.headers().unwrap().iter().position(|name| name == "seats_about").unwrap();
        let cells: Vec<String> = read.records().map(|row| row.unwrap()[column].to_owned()).collect();
        assert_eq!(cells, ["", "about"]);
    }
}

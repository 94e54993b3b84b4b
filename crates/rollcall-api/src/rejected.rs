//! The rows to mend of a run: one file of everything that a person must put right in the source (rules 3 and 62), for who
//! keeps the directory. What could not be read, what has no key, what is there twice, and whose username is another's.
//!
//! What could be configured in place of a correction has a column of its own, since who keeps the directory cannot do it.
//!
//! For people only: it has a byte order mark, and no cell begins like a formula. Cells of columns that the configuration
//! does not name are not in it (rule 47): they were not kept.

use crate::audit::query::{AuditFilter, AuditQuery, folded};
use crate::error::Error;
use rollcall_config::folders::REPORTS;
use rollcall_core::entry::{Record, for_keeper_and_administrator};
use rollcall_sync::fetch::{LineCells, kept_lines};
use rollcall_sync::store::{AuditEntry, Error as StoreError, RunRecord};
use rollcall_sync::{Shell, neutralise};
use std::collections::{BTreeMap, HashMap};

/// Rows of one file: an answer of Lambda has at most 6 MB.
const ROWS_MAX: usize = 2000;

/// Entries that are read at once.
const SOME: usize = 500;

/// Bytes of the file of rejected rows from which cells are taken. Of a larger one the rows have none.
const CELLS_BYTES_MAX: u64 = 2_000_000;

/// What is wrong, and what a person does about it, for each outcome that a person must mend.
const TO_MEND: [(&str, &str, &str); 4] = [
    ("error", "cannot be read or processed", "correct what the details say"),
    ("skipped_missing_key", "has no match key", "enter the match key"),
    ("skipped_duplicate", "is there more than once, with differences", "keep one of the rows"),
    (
        "conflict",
        "asks for a username that belongs to another account",
        "give one of the two another username",
    ),
];

/// The columns before those of the source.
const COLUMNS: [&str; 7] =
    ["line", "what is wrong", "what to do", "match key", "username", "details", FOR_ADMINISTRATOR];

/// The column that is not for who keeps the directory.
const FOR_ADMINISTRATOR: &str = "for the administrator of Rollcall: or configure";

/// The rows to mend.
#[derive(Debug)]
pub struct RowsToMend {
    /// As CSV.
    pub file: String,
    /// How many rows it has.
    pub rows: usize,
    /// Whether the run has more than fit into the file.
    pub is_more: bool,
}

/// The rows to mend of a run.
///
/// # Errors
/// When the storage fails.
pub async fn rows_to_mend(shell: &Shell, run: &RunRecord) -> Result<RowsToMend, Error> {
    let mut entries = Vec::new();
    let mut is_more = false;
    for (outcome, ..) in TO_MEND {
        let filter = AuditFilter {
            run: Some(run.id.clone()),
            outcome: Some(outcome.to_owned()),
            ..AuditFilter::default()
        };
        let mut query = AuditQuery::of(shell, &filter).await?;
        let mut after = None;
        loop {
            let page = query.page(after.as_deref(), SOME).await?;
            entries.extend(page.entries);
            after = page.next;
            if entries.len() >= ROWS_MAX || after.is_none() {
                break;
            }
        }
        is_more |= after.is_some();
    }
    is_more |= entries.len() > ROWS_MAX;
    entries.truncate(ROWS_MAX);
    find_lines(shell, run, &mut entries).await?;
    entries.sort_by(|a, b| (a.line, &a.username).cmp(&(b.line, &b.username)));
    let cells = Cells::of(shell, run, &entries).await?;
    let file = written(&entries, &cells).map_err(|error| StoreError::from(std::io::Error::from(error)))?;
    Ok(RowsToMend { file, rows: entries.len(), is_more })
}

/// Finds the lines of changes, which the audit log does not have, in the snapshot that the run applied. Where it is gone, they
/// stay unknown.
async fn find_lines(shell: &Shell, run: &RunRecord, entries: &mut [AuditEntry]) -> Result<(), Error> {
    let is_sought = |entry: &&mut AuditEntry| entry.line.is_none() && entry.match_key.is_some();
    let mut sought: HashMap<String, &mut AuditEntry> = entries
        .iter_mut()
        .filter(is_sought)
        .map(|entry| (folded(entry.match_key.as_deref().unwrap_or_default()), entry))
        .collect();
    let Some(snapshot) = run.snapshot.as_ref().filter(|_| !sought.is_empty()) else { return Ok(()) };
    let snapshot = match shell.store.open_snapshot(snapshot).await {
        Err(StoreError::Corrupt { .. }) => return Ok(()),
        opened => opened?,
    };
    for record in snapshot.records()? {
        if let Record::Entry(entry) = record?
            && let Some(found) = sought.get_mut(entry.key.folded())
        {
            found.line = Some(entry.line).filter(|line| *line > 0);
        }
    }
    Ok(())
}

/// The cells of rows: already such that no spreadsheet takes one for a formula.
#[derive(Debug, Default)]
struct Cells {
    headings: Vec<String>,
    of_line: BTreeMap<u64, Vec<String>>,
}

impl Cells {
    /// Those of all rows, from the file itself where it is kept; else those of rejected rows.
    async fn of(shell: &Shell, run: &RunRecord, entries: &[AuditEntry]) -> Result<Self, Error> {
        let lines = entries.iter().filter_map(|entry| entry.line).collect();
        let Some(LineCells { headings, of_line }) = kept_lines(shell, run, lines).await? else {
            return Self::read(shell, run).await;
        };
        let harmless = |cells: Vec<String>| cells.iter().map(|cell| neutralise(cell).into_owned()).collect();
        let of_line = of_line.into_iter().map(|(line, cells)| (line, harmless(cells))).collect();
        Ok(Self { headings: harmless(headings), of_line })
    }

    async fn read(shell: &Shell, run: &RunRecord) -> Result<Self, Error> {
        let key = format!("{REPORTS}{}/{}/rejected.csv", run.source, run.id);
        let bytes = shell.store.object_bytes(&key).await?;
        if bytes.is_none_or(|bytes| bytes > CELLS_BYTES_MAX) {
            return Ok(Self::default());
        }
        Ok(shell.store.get_text(&key).await?.map(|text| Self::parse(&text)).unwrap_or_default())
    }

    /// The columns after the line and the reason.
    fn parse(text: &str) -> Self {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        let rest = |record: &csv::StringRecord| record.iter().skip(2).map(str::to_owned).collect::<Vec<_>>();
        let headings = reader.headers().map(rest).unwrap_or_default();
        let rows = reader.records().flatten();
        let of_line = rows.filter_map(|record| Some((record.get(0)?.parse().ok()?, rest(&record)))).collect();
        Self { headings, of_line }
    }
}

fn written(entries: &[AuditEntry], cells: &Cells) -> Result<String, csv::Error> {
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::from("\u{FEFF}"));
    let columns = COLUMNS.into_iter().chain(cells.headings.iter().map(String::as_str));
    csv.write_record(columns)?;
    for entry in entries {
        let of_outcome = TO_MEND.into_iter().find(|(outcome, ..)| *outcome == entry.outcome);
        let (_, wrong, cure) = of_outcome.unwrap_or_default();
        let text = |value: &Option<String>| neutralise(value.as_deref().unwrap_or_default()).into_owned();
        let reason = entry.reason.as_deref().unwrap_or_default();
        let (for_keeper, for_administrator) = for_keeper_and_administrator(reason);
        let line = entry.line.map(|line| line.to_string()).unwrap_or_default();
        let own = [
            line,
            wrong.into(),
            cure.into(),
            text(&entry.match_key),
            text(&entry.username),
            neutralise(for_keeper).into_owned(),
            neutralise(for_administrator.unwrap_or_default()).into_owned(),
        ];
        // A row of a wrong form has no cells: nobody knows under which headings they belong.
        let is_whole = |of_line: &&Vec<String>| of_line.len() == cells.headings.len();
        let of_line = entry.line.and_then(|line| cells.of_line.get(&line)).filter(is_whole);
        let empty = vec![String::new(); cells.headings.len()];
        csv.write_record(own.iter().chain(of_line.unwrap_or(&empty)))?;
    }
    let bytes = csv.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    // Every cell is text.
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::Cells;

    #[test]
    fn cells_stand_behind_the_line_and_the_reason() {
        let cells = Cells::parse(
            "\u{FEFF}\"line\",\"reason\",\"key\",\"name\"\r\n\"3\",\"no key\",\"\",\"Ann \"\"A\"\"\"\r\n",
        );
        assert_eq!(cells.headings, ["key", "name"]);
        assert_eq!(cells.of_line[&3], ["", "Ann \"A\""]);
        assert!(Cells::parse("").headings.is_empty());
    }
}

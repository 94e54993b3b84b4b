//! Reads a CSV file, all of it in one invocation, and publishes its rows as a snapshot.
//!
//! A file of any length takes the same memory: the object, its sorted rows and its rejected rows are in temporary files.

use super::previous;
use crate::error::Error;
use crate::run::progress::ProgressRecorder;
use crate::shell::{Progress, Shell, tried_object};
use rollcall_config::CsvSettings;
use rollcall_config::folders::REPORTS;
use rollcall_config::object_pattern::{folder_of, is_pattern, is_read_by};
use rollcall_core::entry::Record;
use rollcall_core::source::SourceName;
use rollcall_sources::csv::{self, RejectsWriter};
use rollcall_store::{
    DirectoryRead, FileRead, Lease, RecordSorter, RunProgress, RunRecord, SnapshotRef, SortedRecords,
    SpooledObject,
};
use std::fs::File;
use std::io::BufWriter;
use tokio::sync::watch;

/// After how many rows their number is reported again.
const ROWS_PER_COUNT: u64 = 1000;

/// What was read of a file.
struct Rows {
    records: SortedRecords,
    /// Rows that are no people.
    passed_over: u64,
    /// What is to be said of the file.
    notes: Vec<String>,
    /// The rejected rows as a file for a spreadsheet, where there are any.
    rejects: Option<File>,
}

pub(super) async fn read(
    shell: &Shell,
    run: &mut RunRecord,
    lease: &Lease,
    settings: CsvSettings,
) -> Result<SnapshotRef, Error> {
    // A tried file has a place of its own, so that the file that counts stays where it is (rule 49).
    let object = match (&run.tried, &run.put_back) {
        (Some(tried), _) => tried_object(tried),
        (None, Some(_)) => previous::put_back(shell, run, lease, &settings.object).await?,
        (None, None) => file_of(shell, &settings.object).await?,
    };
    let spooled = shell.store.spool_object(&object).await?;
    // Also where the file is refused: it would be refused again.
    run.read_tag = Some(spooled.etag.clone());
    let (bytes, written_at) = (spooled.bytes, spooled.written_at);
    run.file = Some(FileRead { object: object.clone(), bytes, written_at });
    let keep =
        if run.dry_run { None } else { Some(previous::Keeping::begin(shell, run, &object, &spooled).await?) };
    let (count, counted) = watch::channel(0);
    let is_found = run.tried.is_none() && run.put_back.is_none() && is_pattern(&settings.object);
    let pattern = is_found.then(|| settings.object.clone());
    let source = run.source.clone();
    let parsing = tokio::task::spawn_blocking(move || parse(&source, &settings, spooled, &count));
    follow(shell, run, counted).await?;
    let rows = parsing.await?.map_err(|error| match (error, pattern) {
        // Which file it is, nobody else has said.
        (Error::Source(why), Some(pattern)) => {
            Error::NewestFile { file: object, object: pattern, why: Box::new(why) }
        }
        (error, _) => error,
    })?;
    run.passed_over = rows.passed_over;
    run.read = (!rows.notes.is_empty()).then(|| DirectoryRead { groups: Vec::new(), notes: rows.notes });
    if let Some(keeping) = keep {
        keeping.end(shell, lease).await?;
    }
    if let Some(rejects) = rows.rejects {
        let key = format!("{REPORTS}{}/{}/rejected.csv", run.source, run.id);
        shell.store.put_file(&key, rejects).await?;
    }
    Ok(shell.store.publish_sorted(lease, rows.records).await?)
}

/// The key of the file that counts: the one that is named, or the newest that fits the pattern (rule 44).
pub(super) async fn file_of(shell: &Shell, object: &str) -> Result<String, Error> {
    if !is_pattern(object) {
        return Ok(object.to_owned());
    }
    let newest = shell.store.newest_object(folder_of(object), |key| is_read_by(object, key)).await?;
    newest.ok_or_else(|| rollcall_store::Error::NoSuchObject { key: object.to_owned() }.into())
}

/// Tells how many rows have been read, until the file ends.
async fn follow(shell: &Shell, run: &RunRecord, mut counted: watch::Receiver<u64>) -> Result<(), Error> {
    let mut progress = ProgressRecorder::begin();
    while counted.changed().await.is_ok() {
        let records = *counted.borrow_and_update();
        progress.record(shell, &run.id, RunProgress::Read(records)).await?;
        shell.tell(Progress::Listed { records });
    }
    Ok(())
}

fn parse(
    source: &SourceName,
    settings: &CsvSettings,
    spooled: SpooledObject,
    count: &watch::Sender<u64>,
) -> Result<Rows, Error> {
    // Sorted, so that the order of the rows does not change the snapshot.
    let mut records = RecordSorter::new(source)?;
    let temporary = tempfile::tempfile().map_err(rollcall_store::Error::from)?;
    let mut rejects = RejectsWriter::new(BufWriter::new(temporary));
    let mut has_rejects = false;
    let mut read = 0;
    let mut failed = Ok(());
    let summary = csv::read_file(settings, spooled.file, spooled.bytes, &mut |row: csv::Row| {
        if failed.is_err() {
            // The disk is full. The rest is only read: whether the file can be used as a whole comes first.
            return;
        }
        has_rejects |= matches!(row.record, Record::Rejected(_));
        failed = rejects.write(&row).map_err(Error::from);
        if failed.is_ok() {
            failed = records.push(row.record).map_err(Error::from);
        }
        read += 1;
        if read % ROWS_PER_COUNT == 0 {
            count.send_replace(read);
        }
    })?;
    failed?;
    let rejects = if has_rejects { Some(into_file(rejects.finish()?)?) } else { None };
    let notes = summary.notes().collect();
    Ok(Rows { records: records.finish()?, passed_over: summary.passed_over, notes, rejects })
}

fn into_file(writer: BufWriter<File>) -> Result<File, Error> {
    let file = writer.into_inner().map_err(std::io::IntoInnerError::into_error);
    Ok(file.map_err(rollcall_store::Error::from)?)
}

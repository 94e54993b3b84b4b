//! Reads a CSV file, all of it in one invocation, and publishes its rows as a snapshot.

use crate::error::Error;
use crate::run::progress::ProgressRecorder;
use crate::shell::{Progress, Shell};
use rollcall_config::CsvSettings;
use rollcall_config::folders::REPORTS;
use rollcall_core::entry::Record;
use rollcall_sources::csv::{self, RejectsWriter};
use rollcall_store::{Lease, RunProgress, RunRecord, SnapshotRef, SpooledObject};
use tokio::sync::watch;

/// After how many rows their number is reported again.
const ROWS_PER_COUNT: usize = 1000;

/// What was read of a file.
struct Rows {
    records: Vec<Record>,
    /// The rejected rows as a file for a spreadsheet, where there are any.
    rejects: Option<Vec<u8>>,
}

pub(super) async fn read(
    shell: &Shell,
    run: &mut RunRecord,
    lease: &Lease,
    settings: CsvSettings,
) -> Result<SnapshotRef, Error> {
    let spooled = shell.store.spool_object(&settings.object).await?;
    // Also where the file is refused: it would be refused again.
    run.read_tag = Some(spooled.etag.clone());
    let (count, counted) = watch::channel(0);
    let parsing = tokio::task::spawn_blocking(move || parse(&settings, spooled, &count));
    follow(shell, run, counted).await?;
    let rows = parsing.await??;
    if let Some(rejects) = rows.rejects {
        let key = format!("{REPORTS}{}/{}/rejected.csv", run.source, run.id);
        shell.store.put_object(&key, rejects).await?;
    }
    Ok(shell.store.publish_snapshot(&run.source, &run.id, lease.epoch, rows.records).await?)
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

fn parse(settings: &CsvSettings, spooled: SpooledObject, count: &watch::Sender<u64>) -> Result<Rows, Error> {
    let mut records = Vec::new();
    let mut rejects = RejectsWriter::new(Vec::new());
    let mut has_rejects = false;
    let mut failed = Ok(());
    csv::read(settings, spooled.file, spooled.bytes, &mut |row: csv::Row| {
        if let Record::Rejected(rejected) = &row.record {
            has_rejects = true;
            failed =
                std::mem::replace(&mut failed, Ok(())).and_then(|()| rejects.write(rejected, &row.cells));
        }
        records.push(row.record);
        if records.len() % ROWS_PER_COUNT == 0 {
            count.send_replace(records.len() as u64);
        }
    })?;
    failed?;
    // Sorted, so that the order of the rows does not change the snapshot.
    records.sort_by(|a, b| a.order().cmp(&b.order()));
    let rejects = if has_rejects { Some(rejects.finish()?) } else { None };
    Ok(Rows { records, rejects })
}

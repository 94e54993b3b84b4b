//! Reads a CSV file: all of it in one invocation.

use crate::error::Error;
use crate::notes::Notes;
use crate::shell::{Progress, Shell};
use rollcall_config::CsvSettings;
use rollcall_core::entry::Record;
use rollcall_sources::csv::{self, RejectsWriter};
use rollcall_store::{Lease, RunProgress, RunRecord, SnapshotRef, SpooledObject};
use tokio::sync::watch;

/// After how many rows it is said how many they are by now.
const ROWS_PER_COUNT: usize = 1000;

/// What a file gave.
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
    // Also where it is refused: the same file would be refused again.
    run.read_tag = Some(spooled.etag.clone());
    let (count, counted) = watch::channel(0);
    let parsing = tokio::task::spawn_blocking(move || parse(&settings, spooled, &count));
    follow(shell, run, counted).await?;
    let rows = parsing.await??;
    if let Some(rejects) = rows.rejects {
        let key = format!("reports/{}/{}/rejected.csv", run.source, run.id);
        shell.store.put_object(&key, rejects).await?;
    }
    Ok(shell.store.publish_snapshot(&run.source, &run.id, lease.epoch, rows.records).await?)
}

/// Says how many rows have been read, until there are no more.
async fn follow(shell: &Shell, run: &RunRecord, mut counted: watch::Receiver<u64>) -> Result<(), Error> {
    let mut notes = Notes::begin();
    while counted.changed().await.is_ok() {
        let records = *counted.borrow_and_update();
        notes.note(shell, &run.id, RunProgress::Read(records)).await?;
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
    // The order that makes a snapshot independent of the order of rows.
    records.sort_by(|a, b| a.order().cmp(&b.order()));
    let rejects = if has_rejects { Some(rejects.finish()?) } else { None };
    Ok(Rows { records, rejects })
}

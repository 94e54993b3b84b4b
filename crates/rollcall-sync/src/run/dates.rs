//! Dates that pass without a new file (rules 21 and 42): which sources have one, the run that is asked for when it has
//! come, and the snapshot that this run decides again from.
//!
//! Promises that a date costs nothing until it has come, and that nothing is read anew for it. A run that fails leaves
//! the note of the date where it is, so the next look finds it.

use super::request::{Requested, RunRequest, request_run};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_store::{RunRecord, SnapshotRef, Trigger};

/// Who asks for such a run, in its record.
const ACTOR: &str = "a date";

/// A date of a source that the last run has noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextDate {
    /// The source.
    pub source: SourceName,
    /// From when on its people are to be decided again.
    pub at: Timestamp,
}

/// The next date of each configured source that has one.
///
/// # Errors
/// When the configuration has mistakes, or the storage fails.
pub async fn next_dates(shell: &Shell) -> Result<Vec<NextDate>, Error> {
    let mut dates = Vec::new();
    for source in shell.config().await?.sources {
        let applied = shell.store.applied_snapshot(&source.name).await?;
        let date = applied.and_then(|applied| applied.next_date);
        dates.extend(date.map(|at| NextDate { source: source.name, at }));
    }
    Ok(dates)
}

/// Asks for the run of a source whose date has come. A run under way is left alone.
///
/// # Errors
/// As [`request_run`].
pub async fn request_for_date(shell: &Shell, source: &SourceName) -> Result<Requested, Error> {
    let source = Some(source.to_string());
    request_run(shell, RunRequest::of(source, Trigger::Date, String::from(ACTOR))).await
}

/// The snapshot that was applied last, for a run that is there for a date. What its run has read beside the people is
/// taken over, so that the next run is compared with it. `None` where the snapshot is gone: then the source is read.
///
/// # Errors
/// When the storage fails.
pub(crate) async fn last_snapshot(shell: &Shell, run: &mut RunRecord) -> Result<Option<SnapshotRef>, Error> {
    let Some(applied) = shell.store.applied_snapshot(&run.source).await? else { return Ok(None) };
    let Some(last) = shell.store.run(&applied.run).await? else { return Ok(None) };
    let Some(snapshot) = last.snapshot.filter(|snapshot| snapshot.digest == applied.digest) else {
        return Ok(None);
    };
    if !shell.store.is_published(&snapshot).await? {
        return Ok(None);
    }
    (run.read, run.expiries, run.passed_over) = (last.read, last.expiries, last.passed_over);
    Ok(Some(snapshot))
}

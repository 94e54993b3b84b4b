//! The newest run of a source. It is found by its source: no number of other sources' runs hides it.
//!
//! The newest complete run is the last one that read its source whole and applied what it read. What that run says is what is
//! known of the directory (rules 30, 33).

use crate::error::Error;
use rollcall_core::source::SourceName;
use rollcall_sync::Shell;
use rollcall_sync::store::RunRecord;

/// Runs read at once.
const RUNS_AT_ONCE: i32 = 100;

/// The newest run of a source that has been completed, or had its removals held, and is neither a dry run nor an examination.
pub(crate) async fn newest_complete(shell: &Shell, source: &SourceName) -> Result<Option<RunRecord>, Error> {
    let is_complete = |run: &RunRecord| run.is_of_accounts() && run.status.is_complete();
    if let Some(applied) = shell.store.applied_snapshot(source).await?
        && let Some(run) = shell.store.run(&applied.run).await?.filter(is_complete)
    {
        return Ok(Some(run));
    }
    // The run that applied last is still at work, was cut off, or its record is gone.
    newest_of(shell, source, is_complete).await
}

/// The newest run of a source that has ended and is neither a dry run nor an examination.
pub(crate) async fn newest_finished(shell: &Shell, source: &SourceName) -> Result<Option<RunRecord>, Error> {
    newest_of(shell, source, |run| run.is_of_accounts() && run.status.is_finished()).await
}

/// The newest run of a source that fits. Reads the list of runs back to it.
///
/// # Errors
/// When the storage fails.
pub async fn newest_of(
    shell: &Shell,
    source: &SourceName,
    fits: impl Fn(&RunRecord) -> bool,
) -> Result<Option<RunRecord>, Error> {
    let mut last: Option<RunRecord> = None;
    loop {
        let page = shell.store.newest_runs(RUNS_AT_ONCE, last.as_ref(), shell.now()).await?;
        if let Some(run) = page.runs.iter().find(|run| run.source == *source && fits(run)) {
            return Ok(Some(run.clone()));
        }
        last = page.runs.into_iter().next_back();
        if page.next.is_none() || last.is_none() {
            return Ok(None);
        }
    }
}

/// Every run, newest first; those of a clock that was wrong and said a time to come are the last.
///
/// # Errors
/// When the storage fails.
pub async fn all_runs(shell: &Shell) -> Result<Vec<RunRecord>, Error> {
    let mut runs: Vec<RunRecord> = Vec::new();
    loop {
        let page = shell.store.newest_runs(RUNS_AT_ONCE, runs.last(), shell.now()).await?;
        runs.extend(page.runs);
        if page.next.is_none() {
            return Ok(runs);
        }
    }
}

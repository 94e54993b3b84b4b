//! The newest complete run of a source: the last one that read it whole and applied what it read. What that run said is
//! what is known of the directory (product 30, 33).

use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::source::SourceName;
use rollcall_store::RunRecord;

/// Runs among which it is looked for, where the newest of all is not complete.
const RUNS_MAX: i32 = 50;

/// The newest run of a source that has been completed, or had its removals held, and is no dry run.
pub(crate) async fn newest_complete(shell: &Shell, source: &SourceName) -> Result<Option<RunRecord>, Error> {
    let is_complete = |run: &RunRecord| !run.dry_run && run.status.is_complete();
    if let Some(applied) = shell.store.applied_snapshot(source).await?
        && let Some(run) = shell.store.run(&applied.run).await?.filter(is_complete)
    {
        return Ok(Some(run));
    }
    // The one that applied last is still at it, was cut off, or is not known any more.
    let runs = shell.store.newest_runs(RUNS_MAX, None, shell.now()).await?.runs;
    Ok(runs.into_iter().find(|run| run.source == *source && is_complete(run)))
}

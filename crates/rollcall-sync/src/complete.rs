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
    let Some(applied) = shell.store.applied_snapshot(source).await? else { return Ok(None) };
    if let Some(run) = shell.store.run(&applied.run).await?.filter(is_complete) {
        return Ok(Some(run));
    }
    // The one that applied last is still at it, or was cut off.
    let runs = shell.store.runs_page(RUNS_MAX, None).await?.runs;
    Ok(runs.into_iter().find(|run| run.source == *source && is_complete(run)))
}

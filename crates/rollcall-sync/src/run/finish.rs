//! The end of a run: its record says so first, then notices are sent, then the lease is given back.
//!
//! Promises that a crash anywhere on the way is made good. Before the record is written, the message is delivered again.
//! After it, the next receiver or requester finds the lease of a finished run and gives it back.

use super::lease::release;
use super::next::Next;
use super::{metrics, notices};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_store::{Lease, RunRecord, RunStatus, RunSummary, SeatsOfDay};

/// Ends a run. Answers with the request that waited for it.
pub(crate) async fn finish(
    shell: &Shell,
    mut run: RunRecord,
    lease: &Lease,
    status: RunStatus,
) -> Result<Option<Next>, Error> {
    run.status = status;
    run.finished_at = Some(shell.now());
    shell.store.put_run(&run, lease).await?;
    tracing::info!(run.id = %run.id, source.name = %run.source, run.status = status.as_str(), "run finished");
    if run.is_of_accounts() {
        tell_others(shell, &run).await;
    }
    if let Some(summary) = run.summary.as_ref().filter(|_| status.is_complete() && !run.dry_run) {
        note_day(shell, &run, summary).await;
    }
    release(shell, lease).await
}

/// Sends notices and metrics. A run does not fail because this fails: the next run sends the notices that are missing.
async fn tell_others(shell: &Shell, run: &RunRecord) {
    let health = match notices::after_run(shell, run).await {
        Ok(health) => Some(health),
        Err(error) => {
            tracing::error!(run.id = %run.id, source.name = %run.source, error = %error, "notices could not be sent");
            None
        }
    };
    shell.measure(&metrics::of_run(shell.store.stack(), run, health.as_ref(), shell.now()));
}

/// Notes the seats that a run has left in the history by day. A day that is missing is one figure less in a chart.
async fn note_day(shell: &Shell, run: &RunRecord, summary: &RunSummary) {
    let now = shell.now();
    let (used, limit, waiting) = (summary.used, summary.limit, summary.waiting);
    let seats = SeatsOfDay { day: SeatsOfDay::day_of(now), used, limit, waiting };
    if let Err(error) = shell.store.note_seats(now, &seats).await {
        tracing::warn!(run.id = %run.id, error = %error, "the seats of the day could not be noted");
    }
}

/// Ends a run that could not be done, and tells the failure to the process that hosts this crate.
pub(crate) async fn fail(
    shell: &Shell,
    run: RunRecord,
    lease: &Lease,
    error: &Error,
) -> Result<Option<Next>, Error> {
    shell.tell_failure(run.id.as_str(), error);
    fail_quietly(shell, run, lease, error).await
}

/// Ends a run that could not be done, where its failure has been reported already.
pub(crate) async fn fail_quietly(
    shell: &Shell,
    mut run: RunRecord,
    lease: &Lease,
    error: &Error,
) -> Result<Option<Next>, Error> {
    tracing::error!(run.id = %run.id, source.name = %run.source, error = %error, "run failed");
    run.error = Some(error.to_string());
    finish(shell, run, lease, RunStatus::Failed).await
}

//! How a run ends: its record says so first, then the lease is given back, or handed on to the run that waited for it.

use crate::error::Error;
use crate::request::{new_record, send};
use crate::shell::{LEASE_MILLIS, Shell};
use rollcall_core::source::SourceName;
use rollcall_store::{Acquired, Lease, Released, RunId, RunRecord, RunStatus, Trigger};

/// Ends a run: a crash before the record is written is finished by redelivery, one after it by whoever finds the
/// lease of a finished run.
pub(crate) async fn finish(
    shell: &Shell,
    mut run: RunRecord,
    lease: &Lease,
    status: RunStatus,
) -> Result<(), Error> {
    run.status = status;
    run.finished_at = Some(shell.now());
    shell.store.put_run(&run, lease).await?;
    tracing::info!(run.id = %run.id, source.name = %run.source, run.status = status.as_str(), "run finished");
    release(shell, lease).await
}

/// Ends a run that could not be done; nothing was changed by it.
pub(crate) async fn fail(
    shell: &Shell,
    mut run: RunRecord,
    lease: &Lease,
    error: &Error,
) -> Result<(), Error> {
    tracing::error!(run.id = %run.id, source.name = %run.source, "run failed");
    run.error = Some(error.to_string());
    finish(shell, run, lease, RunStatus::Failed).await
}

/// What a step came to, seen from its message: a step that was replaced has nothing more to do.
pub(crate) fn unless_replaced(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(Error::Store(rollcall_store::Error::Fenced { source_name, run })) => {
            tracing::info!(run.id = %run, source.name = %source_name, "another invocation goes on with the run");
            Ok(())
        }
        other => other,
    }
}

/// Ends a run whose place another has taken.
pub(crate) async fn superseded(shell: &Shell, mut run: RunRecord, by: &RunId) -> Result<(), Error> {
    run.error =
        Some(format!("did not finish in time; run {by} has taken its place and finishes what it began"));
    run.status = RunStatus::Failed;
    run.finished_at = Some(shell.now());
    // It may have ended meanwhile, and says how.
    unless_replaced(shell.store.end_run(&run).await.map_err(Error::from))
}

/// Ends the run that let its lease run out, if it did not say itself how it ended.
pub(crate) async fn end_dead(shell: &Shell, dead: Option<&RunId>, by: &RunId) -> Result<(), Error> {
    let Some(dead) = dead else { return Ok(()) };
    match shell.store.run(dead).await? {
        Some(run) if !run.status.is_finished() => superseded(shell, run, by).await,
        Some(_) | None => Ok(()),
    }
}

/// Gives back the lease that a finished run still holds, if it does.
pub(crate) async fn give_back(shell: &Shell, source: &SourceName, run: &RunId) -> Result<(), Error> {
    if shell.store.lease_holder(source, shell.now()).await?.as_ref() != Some(run) {
        return Ok(());
    }
    match shell.store.acquire_lease(source, run, shell.now(), LEASE_MILLIS).await? {
        Acquired::Mine { lease, .. } => release(shell, &lease).await,
        Acquired::HeldBy(_) => Ok(()),
    }
}

/// Gives a lease back. Where a file was dropped meanwhile, the lease goes straight to the run that reads it: between
/// the two there is no moment in which the wish could be lost.
pub(crate) async fn release(shell: &Shell, lease: &Lease) -> Result<(), Error> {
    if shell.store.release_lease(lease).await? == Released::Free {
        return Ok(());
    }
    let actor = String::from("a file dropped while another run was under way");
    let next = new_record(shell, &lease.source, Trigger::Drop, actor);
    if shell.store.hand_over(lease, &next, shell.now(), LEASE_MILLIS).await?.is_some() {
        tracing::info!(run.id = %next.id, source.name = %next.source, "run requested");
        send(shell, &next).await?;
    }
    Ok(())
}

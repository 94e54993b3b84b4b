//! The lease of a source within a run: how long it lasts, how it is given back, and the end of the runs that lost it.
//!
//! Promises that a run's record says it is finished before its lease is given back. Each way of giving it back answers
//! with the request that waited for it (`next`).

use super::next::Next;
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::source::SourceName;
use rollcall_store::{Acquired, Lease, RunId, RunRecord, RunStatus};

/// How long a lease lasts without renewal. It is longer than a Lambda function may run (15 minutes), so only a dead owner
/// can lose it. An owner that is slow all the same is stopped by the lease's epoch.
pub(crate) const LEASE_MILLIS: i64 = 20 * 60 * 1000;

/// Takes the lease of a source for a run, unless another run owns it.
pub(crate) async fn acquire(shell: &Shell, source: &SourceName, run: &RunId) -> Result<Acquired, Error> {
    Ok(shell.store.acquire_lease(source, run, shell.now(), LEASE_MILLIS).await?)
}

/// Makes a lease last for its whole time again.
pub(crate) async fn renew(shell: &Shell, lease: &Lease) -> Result<(), Error> {
    Ok(shell.store.renew_lease(lease, shell.now(), LEASE_MILLIS).await?)
}

/// Gives a lease back.
pub(crate) async fn release(shell: &Shell, lease: &Lease) -> Result<Option<Next>, Error> {
    shell.store.release_lease(lease).await?;
    Next::of(shell, &lease.source).await
}

/// Gives back the lease that a finished run may still own: its process may have died before it could.
pub(crate) async fn release_finished(
    shell: &Shell,
    source: &SourceName,
    run: &RunId,
) -> Result<Option<Next>, Error> {
    if shell.store.lease_owner(source, shell.now()).await?.as_ref() == Some(run)
        && let Acquired::Mine { lease, .. } = acquire(shell, source, run).await?
    {
        shell.store.release_lease(&lease).await?;
    }
    Next::of(shell, source).await
}

/// Ends the runs that let their lease run out, where their record does not say yet how they ended.
pub(crate) async fn end_expired(shell: &Shell, lease: &Lease, dead: &[RunId]) -> Result<(), Error> {
    for dead in dead {
        match shell.store.run(dead).await? {
            Some(run) if !run.status.is_finished() => end_superseded(shell, run, &lease.run).await?,
            Some(_) | None => {}
        }
    }
    if !dead.is_empty() {
        shell.store.forget_dead(lease, dead).await?;
    }
    Ok(())
}

/// Ends a run that another run has replaced.
pub(crate) async fn end_superseded(shell: &Shell, mut run: RunRecord, by: &RunId) -> Result<(), Error> {
    run.error = Some(format!(
        "did not finish in time, in {} invocations; run {by} has taken its place and finishes what it began",
        run.invocations
    ));
    run.status = RunStatus::Failed;
    run.finished_at = Some(shell.now());
    // The run may have ended meanwhile; then its record says how.
    unless_replaced(shell.store.end_run(&run).await.map_err(Error::from))
}

/// The result of a step for its message: an invocation that was replaced has nothing more to do, and that is no error.
pub(crate) fn unless_replaced<T: Default>(result: Result<T, Error>) -> Result<T, Error> {
    match result {
        Err(Error::Store(rollcall_store::Error::Fenced { source_name, run })) => {
            tracing::info!(run.id = %run, source.name = %source_name, "another invocation goes on with the run");
            Ok(T::default())
        }
        other => other,
    }
}

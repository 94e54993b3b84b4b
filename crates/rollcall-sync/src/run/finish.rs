//! How a run ends: its record says so first, then the lease is given back, then what waited for it begins.

use crate::error::{Error, Kind};
use crate::fetch::take_up;
use crate::reconcile::note_what_was_done;
use crate::run::metrics;
use crate::run::notices;
use crate::run::request::{RunRequest, StepMessage, request_run};
use crate::shell::{LEASE_MILLIS, Shell};
use futures::future::BoxFuture;
use rollcall_core::source::SourceName;
use rollcall_store::{Acquired, Lease, RunId, RunRecord, RunStatus};

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
    if !run.dry_run {
        tell_others(shell, &run).await;
    }
    release(shell, lease).await
}

/// Notices and metrics. A run is not undone because they cannot be had: what they miss the next run tells.
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

/// Ends a run that could not be done; nothing was changed by it.
pub(crate) async fn fail(shell: &Shell, run: RunRecord, lease: &Lease, error: &Error) -> Result<(), Error> {
    shell.tell_failure(run.id.as_str(), error);
    end_failed(shell, run, lease, error).await
}

async fn end_failed(shell: &Shell, mut run: RunRecord, lease: &Lease, error: &Error) -> Result<(), Error> {
    tracing::error!(run.id = %run.id, source.name = %run.source, error = %error, "run failed");
    run.error = Some(error.to_string());
    finish(shell, run, lease, RunStatus::Failed).await
}

/// Ends a run whose step has failed as often as it is tried. Its message goes to the dead letters all the same.
pub(crate) fn give_up<'a>(
    shell: &'a Shell,
    message: &'a StepMessage,
    tries: u32,
    error: &'a Error,
) -> BoxFuture<'a, Result<(), Error>> {
    // Boxed for the compiler's sake: the types of the handlers around it would grow too deep.
    Box::pin(async move {
        let Some((mut run, lease)) = take_up(shell, message).await? else { return Ok(()) };
        note_what_was_done(shell, &mut run).await?;
        end_failed(shell, run, &lease, &Error::GaveUp { tries, why: error.to_string() }).await
    })
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
    run.error = Some(format!(
        "did not finish in time, in {} invocations; run {by} has taken its place and finishes what it began",
        run.invocations
    ));
    run.status = RunStatus::Failed;
    run.finished_at = Some(shell.now());
    // It may have ended meanwhile, and says how.
    unless_replaced(shell.store.end_run(&run).await.map_err(Error::from))
}

/// Ends the runs that let their lease run out, where they did not say themselves how they ended.
pub(crate) async fn end_dead(shell: &Shell, lease: &Lease, dead: &[RunId]) -> Result<(), Error> {
    for dead in dead {
        match shell.store.run(dead).await? {
            Some(run) if !run.status.is_finished() => superseded(shell, run, &lease.run).await?,
            Some(_) | None => {}
        }
    }
    if !dead.is_empty() {
        shell.store.forget_dead(lease, dead).await?;
    }
    Ok(())
}

/// Does what a finished run may have left undone: gives its lease back, and begins what waits.
pub(crate) async fn give_back(shell: &Shell, source: &SourceName, run: &RunId) -> Result<(), Error> {
    if shell.store.lease_holder(source, shell.now()).await?.as_ref() == Some(run)
        && let Acquired::Mine { lease, .. } =
            shell.store.acquire_lease(source, run, shell.now(), LEASE_MILLIS).await?
    {
        shell.store.release_lease(&lease).await?;
    }
    begin_what_waits(shell, source).await
}

/// Gives a lease back, and begins what waits.
pub(crate) async fn release(shell: &Shell, lease: &Lease) -> Result<(), Error> {
    shell.store.release_lease(lease).await?;
    begin_what_waits(shell, &lease.source).await
}

/// Begins the run that was asked for while another was under way. It stays asked for until a run begins to read, so
/// that a death on the way there forgets nothing: whoever is given the finished run's message again comes by here.
async fn begin_what_waits(shell: &Shell, source: &SourceName) -> Result<(), Error> {
    let Some((trigger, actor)) = shell.store.asked_again(source).await? else { return Ok(()) };
    let request = RunRequest {
        source: Some(source.to_string()),
        trigger,
        actor,
        dry_run: false,
        approve: None,
        candidate: None,
    };
    match request_run(shell, request).await {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == Kind::Retry => Err(error),
        // The run that has ended cannot mend the configuration; the next run that reads finds the file.
        Err(error) => {
            tracing::error!(source.name = %source, error = %error, "the run that was asked for meanwhile cannot begin");
            Ok(())
        }
    }
}

//! Fetch: reads one source completely and publishes a snapshot, or publishes nothing and says why (product 23).
//!
//! Takes no decision about accounts.

mod csv;
mod directory;

pub(crate) use directory::open as open_directory;

use crate::error::{Error, Kind};
use crate::run::finish;
use crate::run::request::{StepMessage, send};
use crate::shell::{LEASE_MILLIS, Progress, Shell};
use futures::future::BoxFuture;
use rollcall_config::SourceSettings;
use rollcall_store::{Acquired, Lease, RunId, RunRecord, RunStatus};
use tracing::Instrument as _;

/// Reads the source of a run and sends the run on to be reconciled.
///
/// # Errors
/// Only what another delivery of the message may cure. A source that cannot be read ends the run as failed.
pub fn fetch(shell: &Shell, message: StepMessage) -> BoxFuture<'_, Result<(), Error>> {
    // Boxed for the compiler's sake: the types of the handlers around it would grow too deep.
    let span = message.span("fetch");
    Box::pin(async move { finish::unless_replaced(fetch_step(shell, &message).await) }.instrument(span))
}

async fn fetch_step(shell: &Shell, message: &StepMessage) -> Result<(), Error> {
    if let Some(run) = read_already(shell, message).await? {
        return send(shell, &run, None).await;
    }
    let Some((mut run, lease)) = take_up(shell, message).await? else { return Ok(()) };
    match read_and_send_on(shell, &mut run, &lease).await {
        Ok(()) => Ok(()),
        Err(error) if matches!(error.kind(), Kind::Retry | Kind::Replaced) => Err(error),
        Err(error) => finish::fail(shell, run, &lease, &error).await,
    }
}

/// The run of a message that was delivered again: it is only sent on. To take its lease would stop whoever reconciles it
/// by now.
async fn read_already(shell: &Shell, message: &StepMessage) -> Result<Option<RunRecord>, Error> {
    let Ok(id) = RunId::parse(&message.run) else { return Ok(None) };
    let run = shell.store.run(&id).await?;
    Ok(run.filter(|run| run.snapshot.is_some() && !run.status.is_finished()))
}

/// Finds the run of a message and takes its lease. `None` where there is nothing left to do: the run is finished, or
/// another has taken its place.
pub(crate) async fn take_up(
    shell: &Shell,
    message: &StepMessage,
) -> Result<Option<(RunRecord, Lease)>, Error> {
    let Ok(id) = RunId::parse(&message.run) else { return Ok(None) };
    let Some(run) = shell.store.run(&id).await? else { return Ok(None) };
    tracing::Span::current().record("source.name", run.source.as_str());
    if run.status.is_finished() {
        // The message was delivered twice, or its first receiver died before it could give the lease back.
        finish::give_back(shell, &run.source, &run.id).await?;
        return Ok(None);
    }
    match shell.store.acquire_lease(&run.source, &run.id, shell.now(), LEASE_MILLIS).await? {
        Acquired::Mine { lease, dead } => {
            finish::end_dead(shell, &lease, &dead).await?;
            // Another invocation may have gone on with it until a moment ago; from here on none does.
            match shell.store.run(&id).await? {
                Some(run) if !run.status.is_finished() => {
                    Ok(Some((RunRecord { invocations: run.invocations + 1, ..run }, lease)))
                }
                Some(_) | None => finish::release(shell, &lease).await.map(|()| None),
            }
        }
        Acquired::HeldBy(other) => {
            finish::superseded(shell, run, &other).await?;
            Ok(None)
        }
    }
}

async fn read_and_send_on(shell: &Shell, run: &mut RunRecord, lease: &Lease) -> Result<(), Error> {
    if run.snapshot.is_none() {
        read_and_publish(shell, run, lease).await?;
    }
    send(shell, run, Some(lease)).await
}

/// Reads the source to its end; or as far as time allows, and then the run has no snapshot yet.
async fn read_and_publish(shell: &Shell, run: &mut RunRecord, lease: &Lease) -> Result<(), Error> {
    run.status = RunStatus::Reading;
    shell.store.put_run(run, lease).await?;
    shell.tell(Progress::Reading);
    let config = shell.config_of(run).await?;
    let source = config.source(run.source.as_str()).ok_or_else(|| Error::NoSuchSource {
        name: run.source.to_string(),
        known: String::from("others only: it was taken out of the configuration"),
    })?;
    if !run.dry_run && run.reading.is_none() {
        shell.store.begin_reading(lease).await?;
    }
    let snapshot = match &source.settings {
        SourceSettings::Csv(settings) => Some(csv::read(shell, run, lease, settings.clone()).await?),
        SourceSettings::Ldap(_) | SourceSettings::Entra(_) | SourceSettings::Okta(_) => {
            directory::read(shell, run, lease, &source.settings).await?
        }
    };
    let Some(snapshot) = snapshot else { return Ok(()) };
    tracing::info!(run.id = %run.id, source.name = %run.source, snapshot.records = snapshot.records, "snapshot published");
    shell.tell(Progress::Published { records: snapshot.records });
    run.snapshot = Some(snapshot);
    run.status = RunStatus::Reconciling;
    shell.store.put_run(run, lease).await?;
    Ok(())
}

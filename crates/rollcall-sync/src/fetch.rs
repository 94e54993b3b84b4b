//! Fetch: reads one source completely and publishes a snapshot, or publishes nothing and says why (rule 23).
//!
//! The first step of a run, above `run`. It takes no decision about accounts.

mod csv;
mod previous;
mod kept_lines;
mod directory;
mod adds_up;

pub(crate) use directory::open as open_directory;

pub use kept_lines::kept_lines;
pub use rollcall_sources::csv::LineCells;

use crate::error::{Error, Kind};
use crate::run::dates::last_snapshot;
use crate::run::finish::fail;
use crate::run::lease::unless_replaced;
use crate::run::message::{StepMessage, send_to_next_step};
use crate::run::next::Next;
use crate::run::request::begin_next;
use crate::run::take_up::{TakenUp, take_up};
use crate::shell::{Progress, Shell};
use rollcall_config::{Config, SourceSettings};
use rollcall_store::{Lease, RecordSorter, RunId, RunRecord, RunStatus, SnapshotRef, Trigger};
use tracing::Instrument as _;

/// Reads the source of a run and sends the run on to be reconciled.
///
/// # Errors
/// Only what another delivery of the message may cure. A source that cannot be read ends the run as failed.
pub async fn fetch(shell: &Shell, message: StepMessage) -> Result<(), Error> {
    let step = async {
        let next = unless_replaced(fetch_step(shell, &message).await)?;
        begin_next(shell, next).await
    };
    step.instrument(message.span("fetch")).await
}

/// Answers with the request that waited, where the run has ended.
async fn fetch_step(shell: &Shell, message: &StepMessage) -> Result<Option<Next>, Error> {
    if let Some(run) = read_already(shell, message).await? {
        return send_to_next_step(shell, &run, None).await.map(|()| None);
    }
    let (mut run, lease) = match take_up(shell, message).await? {
        TakenUp::Run(run, lease) => (run, lease),
        TakenUp::Nothing(next) => return Ok(next),
    };
    match read_and_send_on(shell, &mut run, &lease).await {
        Ok(()) => Ok(None),
        Err(error) if matches!(error.kind(), Kind::Retry | Kind::Replaced) => Err(error),
        Err(error) => fail(shell, *run, &lease, &error).await,
    }
}

/// The run of a message that was delivered again after its snapshot was published. It is only sent on: taking its lease
/// would stop the invocation that reconciles it.
async fn read_already(shell: &Shell, message: &StepMessage) -> Result<Option<RunRecord>, Error> {
    let Ok(id) = RunId::parse(&message.run) else { return Ok(None) };
    let run = shell.store.run(&id).await?;
    Ok(run.filter(|run| run.snapshot.is_some() && !run.status.is_finished()))
}

async fn read_and_send_on(shell: &Shell, run: &mut RunRecord, lease: &Lease) -> Result<(), Error> {
    if run.snapshot.is_none() {
        read_and_publish(shell, run, lease).await?;
    }
    send_to_next_step(shell, run, Some(lease)).await
}

/// Reads the source to its end, or as far as time allows: then the run has no snapshot yet. A run that is there for a
/// date takes the snapshot that was applied last (rule 42).
async fn read_and_publish(shell: &Shell, run: &mut RunRecord, lease: &Lease) -> Result<(), Error> {
    run.status = RunStatus::Reading;
    shell.store.put_run(run, lease).await?;
    shell.tell(Progress::Reading);
    let snapshot = match run.trigger {
        Trigger::Date => last_snapshot(shell, run).await?,
        Trigger::Schedule | Trigger::Drop | Trigger::Reset | Trigger::Command => None,
    };
    let snapshot = match snapshot {
        Some(snapshot) => snapshot,
        None => match read(shell, run, lease).await? {
            Some(snapshot) => snapshot,
            None => return Ok(()),
        },
    };
    shell.tell(Progress::Published { records: snapshot.records });
    run.snapshot = Some(snapshot);
    run.status = RunStatus::Reconciling;
    shell.store.put_run(run, lease).await?;
    Ok(())
}

/// Reads the source as it is configured. `None` where another invocation must go on.
async fn read(shell: &Shell, run: &mut RunRecord, lease: &Lease) -> Result<Option<SnapshotRef>, Error> {
    let config = shell.config_of(run).await?;
    if run.source_change.is_some() {
        return nobody(shell, run, lease, &config).await.map(Some);
    }
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
            directory::read(shell, run, lease, source).await?
        }
    };
    if let Some(SnapshotRef { records, .. }) = &snapshot {
        tracing::info!(run.id = %run.id, source.name = %run.source, snapshot.records = records, "snapshot published");
    }
    Ok(snapshot)
}

/// The snapshot of a source that is to be retired: nobody is in it. It may be configured again meanwhile.
async fn nobody(
    shell: &Shell,
    run: &RunRecord,
    lease: &Lease,
    config: &Config,
) -> Result<SnapshotRef, Error> {
    if config.source(run.source.as_str()).is_some() {
        return Err(Error::StillConfigured { name: run.source.to_string() });
    }
    Ok(shell.store.publish_sorted(lease, RecordSorter::new(&lease.source)?.finish()?).await?)
}

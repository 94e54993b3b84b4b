//! Asking for a run: the one way in for the schedule, a dropped CSV, Reset and the command line (product 22, 26).

use crate::error::Error;
use crate::shell::{LEASE_MILLIS, Shell};
use futures::future::BoxFuture;
use rollcall_config::{Config, SourceConfig};
use rollcall_store::{Acquired, Lease, RunId, RunRecord, RunStatus, SnapshotRef, Trigger, digest_of};
use serde::{Deserialize, Serialize};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RunRequest {
    /// The source; may be left out where there is only one.
    pub source: Option<String>,
    /// What asks.
    pub trigger: Trigger,
    /// Who asks.
    pub actor: String,
    /// Whether to plan only.
    pub dry_run: bool,
    /// The held run whose removals are approved.
    pub approve: Option<RunId>,
    /// The text of a configuration that is to be tried in the place of the one in force; only in a dry run.
    pub candidate: Option<String>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requested {
    /// This run has begun.
    Started(RunId),
    /// This run of the source is under way already; no other was begun.
    UnderWay(RunId),
    /// This run is under way, and cannot do what is asked for; another follows it.
    Follows(RunId),
}

/// What the queues carry between the steps of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepMessage {
    /// The run to go on with.
    pub run: String,
}

impl StepMessage {
    /// What every line of the log is about that a step writes: its run, and its source as soon as that is known.
    pub(crate) fn span(&self, step: &'static str) -> tracing::Span {
        tracing::info_span!("step", step, run.id = self.run, source.name = tracing::field::Empty)
    }
}

/// Begins a run of a source, or answers with the one under way.
///
/// # Errors
/// When the source or the run to approve does not exist or does not fit, or the configuration to be tried has mistakes;
/// or the storage fails (ask again).
pub fn request_run(shell: &Shell, request: RunRequest) -> BoxFuture<'_, Result<Requested, Error>> {
    // Boxed because a run that ends may ask for the next one, and that for another.
    Box::pin(request_or_join(shell, request))
}

async fn request_or_join(shell: &Shell, request: RunRequest) -> Result<Requested, Error> {
    let config = match &request.candidate {
        Some(text) => Config::parse(text).map_err(Error::Configuration)?,
        None => shell.config().await?,
    };
    let source = choose(&config, request.source.as_deref())?;
    let snapshot = match &request.approve {
        Some(run) => Some(approvable(shell, source, run).await?),
        None => None,
    };
    let record = RunRecord {
        id: shell.new_run(),
        source: source.name.clone(),
        trigger: request.trigger,
        actor: request.actor.clone(),
        dry_run: request.dry_run,
        approves: request.approve.clone(),
        candidate: request.candidate.as_deref().map(digest_of),
        started_at: shell.now(),
        finished_at: None,
        status: RunStatus::Requested,
        invocations: 0,
        reading: None,
        read_tag: None,
        read_so_far: 0,
        written_so_far: 0,
        snapshot,
        summary: None,
        error: None,
        dismissed: None,
    };
    if let Some(text) = &request.candidate {
        shell.store.put_object(&candidate_of(&record.id), text.clone().into_bytes()).await?;
    }
    match shell.store.begin_run(&record, shell.now(), LEASE_MILLIS).await? {
        Acquired::Mine { lease, dead } => {
            crate::ending::end_dead(shell, &lease, &dead).await?;
            send(shell, &record, None).await?;
            tracing::info!(run.id = %record.id, source.name = %source.name, lease.epoch = lease.epoch, "run requested");
            Ok(Requested::Started(record.id))
        }
        Acquired::HeldBy(holder) => join(shell, source, request, holder).await,
    }
}

/// Joins the run that holds the source's lease, or asks once more if that has come to its end.
async fn join(
    shell: &Shell,
    source: &SourceConfig,
    request: RunRequest,
    holder: RunId,
) -> Result<Requested, Error> {
    let record = shell.store.run(&holder).await?;
    let Some(record) = record.filter(|record| !record.status.is_finished()) else {
        // The holder died between its last two writes. Its lease is given back for it.
        crate::ending::give_back(shell, &source.name, &holder).await?;
        return request_run(shell, request).await;
    };
    if record.status == RunStatus::Requested {
        // Whoever asked for it may have died before it could send it on.
        send(shell, &record, None).await?;
    }
    if request.approve.is_some() || request.candidate.is_some() {
        // Whoever asks again for the very same is told of it, as whoever asks for a plain run is.
        let candidate = request.candidate.as_deref().map(digest_of);
        let is_this = record.approves == request.approve
            && record.candidate == candidate
            && record.dry_run == request.dry_run;
        return if is_this {
            Ok(Requested::UnderWay(holder))
        } else {
            Err(Error::RunUnderWay { run: holder })
        };
    }
    // What was dropped may be newer than what the holder has read, and a dry run does nothing for anybody else.
    let follows = !request.dry_run && record.dry_run;
    if (follows || request.trigger == Trigger::Drop)
        && !shell.store.ask_again(&source.name, &holder, request.trigger, &request.actor).await?
    {
        return request_run(shell, request).await;
    }
    Ok(if follows { Requested::Follows(holder) } else { Requested::UnderWay(holder) })
}

/// Sends a run to its next step: once more, where the message for it may have been lost. Whoever has taken the lease for
/// it says so: its message must not be taken for one that went before it, whose receiver it has replaced.
///
/// # Errors
/// When the queue cannot be reached.
pub async fn send(shell: &Shell, record: &RunRecord, lease: Option<&Lease>) -> Result<(), Error> {
    let body = serde_json::to_string(&StepMessage { run: record.id.to_string() })?;
    let dedup = format!("{}-{}", record.id, lease.map_or(0, |lease| lease.epoch));
    if record.snapshot.is_some() {
        shell.queues.send_reconcile(body, &record.source, &dedup).await?;
    } else {
        shell.queues.send_fetch(body, &record.source, &dedup).await?;
    }
    Ok(())
}

/// Where the configuration lies that a dry run is planned with.
pub(crate) fn candidate_of(run: &RunId) -> String {
    format!("config/tried/{run}.toml")
}

/// The configured source of this name, or the only one where none is named.
///
/// # Errors
/// When there is none of that name, or several and none is named.
pub fn choose<'a>(config: &'a Config, name: Option<&str>) -> Result<&'a SourceConfig, Error> {
    let known = || config.sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", ");
    match (name, config.sources.as_slice()) {
        (Some(name), _) => {
            config.source(name).ok_or_else(|| Error::NoSuchSource { name: name.to_owned(), known: known() })
        }
        (None, [source]) => Ok(source),
        (None, _) => Err(Error::WhichSource { known: known() }),
    }
}

/// The snapshot of a held run, if it is the very one that the source was last reconciled with (product 24).
async fn approvable(shell: &Shell, source: &SourceConfig, run: &RunId) -> Result<SnapshotRef, Error> {
    let refuse = |why| Error::NotApprovable { run: run.clone(), why };
    let record = shell.store.run(run).await?.ok_or_else(|| Error::NoSuchRun { run: run.clone() })?;
    if record.source != source.name {
        return Err(refuse("it is a run of another source"));
    }
    if record.status != RunStatus::Held || record.dry_run {
        return Err(refuse("its removals are not held"));
    }
    let snapshot = record.snapshot.ok_or_else(|| refuse("it has no snapshot; start a new run"))?;
    let applied = shell.store.applied_snapshot(&source.name).await?;
    if applied.is_some_and(|applied| applied.digest != snapshot.digest) {
        return Err(refuse("the directory has changed since; look at the newest run and approve that one"));
    }
    Ok(snapshot)
}

//! Asking for a run: the one way in for the schedule, a dropped CSV, Reset and the command line (rules 22, 26).
//!
//! A request begins a run, or joins the one that is under way. Where it meets a run that has ended and still owns the
//! lease, it gives the lease back, begins what waited for that run, and asks once more.

use super::lease::{LEASE_MILLIS, end_expired, release_finished};
use super::message::send_to_next_step;
use super::next::Next;
use crate::error::{Error, Kind};
use crate::shell::{Shell, candidate_object};
use rollcall_config::{Config, SourceConfig};
use rollcall_store::{Acquired, PutBack, RunId, RunRecord, RunStatus, Trigger, digest_of};

/// The longest name of a tried file: file systems have no longer ones.
const TRIED_NAME_BYTES_MAX: usize = 200;

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
    /// The text of a configuration to try in place of the one in force; only in a dry run.
    pub candidate: Option<String>,
    /// The name of a file in the folder of tried files, to be read in place of the source's own; only in a dry run.
    pub tried: Option<String>,
    /// Whether the last other file that was read completely is put back before the source is read; in a dry run it is only
    /// read. Where a run is named, only the file that this run has read.
    pub previous: Option<Previous>,
}

/// Which earlier file is put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Previous {
    /// The last other one.
    Any,
    /// The one that this run has read, if that is the last other one.
    ReadBy(RunId),
}

impl RunRequest {
    /// A run that applies what its source has, and nothing else.
    #[must_use]
    pub fn of(source: Option<String>, trigger: Trigger, actor: String) -> Self {
        Self {
            source,
            trigger,
            actor,
            dry_run: false,
            approve: None,
            candidate: None,
            tried: None,
            previous: None,
        }
    }
}

impl From<&Next> for RunRequest {
    fn from(next: &Next) -> Self {
        Self::of(Some(next.source.to_string()), next.trigger, next.actor.clone())
    }
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

/// What asking once comes to.
enum Asked {
    /// An answer.
    Answered(Requested),
    /// The run in the way has ended. What waited for it begins first, then the request is made again.
    AskAgain(Option<Next>),
}

/// Begins a run of a source, or answers with the one under way.
///
/// # Errors
/// When the source or the run to approve does not exist or does not fit, or the configuration to try has mistakes; or
/// when the storage fails (ask again).
pub async fn request_run(shell: &Shell, request: RunRequest) -> Result<Requested, Error> {
    loop {
        match ask(shell, &request).await? {
            Asked::Answered(requested) => return Ok(requested),
            Asked::AskAgain(next) => begin_next(shell, next).await?,
        }
    }
}

/// Begins the run that waited for another to end, if there is one.
///
/// # Errors
/// When the storage fails: the mark stays on the lease, and trying again finds it.
pub(crate) async fn begin_next(shell: &Shell, mut next: Option<Next>) -> Result<(), Error> {
    while let Some(waiting) = next.take() {
        match ask(shell, &RunRequest::from(&waiting)).await {
            Ok(Asked::Answered(_)) => {}
            Ok(Asked::AskAgain(newer)) => next = newer.or(Some(waiting)),
            Err(error) if error.kind() == Kind::Retry => return Err(error),
            // The run that has ended cannot correct the configuration. The next run that reads finds the file.
            Err(error) => {
                let source = &waiting.source;
                tracing::error!(source.name = %source, error = %error, "the run that waited cannot begin");
            }
        }
    }
    Ok(())
}

async fn ask(shell: &Shell, request: &RunRequest) -> Result<Asked, Error> {
    let config = match &request.candidate {
        Some(text) => Config::parse(text).map_err(Error::Configuration)?,
        None => shell.config().await?,
    };
    let source = choose(&config, request.source.as_deref())?;
    let held = match &request.approve {
        Some(run) => Some(approvable(shell, source, run).await?),
        None => None,
    };
    if let Some(name) = &request.tried {
        check_tried(source, request.dry_run, name)?;
    }
    if let Some(previous) = &request.previous {
        check_previous(shell, source, previous).await?;
    }
    let record = record_of(shell, request, source, held);
    if let Some(text) = &request.candidate {
        shell.store.put_object(&candidate_object(&record.id), text.clone().into_bytes()).await?;
    }
    match begin(shell, &record).await? {
        Begun::Started => Ok(Asked::Answered(Requested::Started(record.id))),
        Begun::UnderWay(owner) => join(shell, source, request, *owner).await,
        Begun::AskAgain(next) => Ok(Asked::AskAgain(next)),
    }
}

/// What it comes to to begin a run of a source.
enum Begun {
    /// It has begun.
    Started,
    /// This one is under way.
    UnderWay(Box<RunRecord>),
    /// The run in the way has ended, and died between its last two writes. What waited for it begins first, then one asks again.
    AskAgain(Option<Next>),
}

/// Begins a run and sends it to its first step, unless its source has one under way.
async fn begin(shell: &Shell, record: &RunRecord) -> Result<Begun, Error> {
    match shell.store.begin_run(record, shell.now(), LEASE_MILLIS).await? {
        Acquired::Mine { lease, dead } => {
            end_expired(shell, &lease, &dead).await?;
            send_to_next_step(shell, record, None).await?;
            tracing::info!(run.id = %record.id, source.name = %record.source, lease.epoch = lease.epoch, "run requested");
            Ok(Begun::Started)
        }
        Acquired::OwnedBy(owner) => match shell.store.run(&owner).await? {
            Some(run) if !run.status.is_finished() => Ok(Begun::UnderWay(Box::new(run))),
            Some(_) | None => release_finished(shell, &record.source, &owner).await.map(Begun::AskAgain),
        },
    }
}

/// What a request that joins no run comes to.
pub(super) enum Found {
    /// This run has begun.
    Started(RunId),
    /// This one of the source is under way.
    UnderWay(Box<RunRecord>),
}

/// Begins a run, however many that have ended stand in its way, or finds the one under way.
pub(super) async fn begin_or_find(shell: &Shell, record: impl Fn() -> RunRecord) -> Result<Found, Error> {
    loop {
        let record = record();
        match begin(shell, &record).await? {
            Begun::Started => return Ok(Found::Started(record.id)),
            Begun::UnderWay(run) => return Ok(Found::UnderWay(run)),
            Begun::AskAgain(next) => begin_next(shell, next).await?,
        }
    }
}

/// The record of a run that has done nothing yet.
fn record_of(
    shell: &Shell,
    request: &RunRequest,
    source: &SourceConfig,
    held: Option<RunRecord>,
) -> RunRecord {
    let source = source.name.clone();
    // What the held run has read is what this one applies: the next one is compared with it.
    let (snapshot, file, read, expiries) =
        held.map_or_else(Default::default, |held| (held.snapshot, held.file, held.read, held.expiries));
    RunRecord {
        file,
        read,
        expiries,
        dry_run: request.dry_run,
        approves: request.approve.clone(),
        candidate: request.candidate.as_deref().map(digest_of),
        tried: request.tried.clone(),
        put_back: request.previous.as_ref().map(|previous| match previous {
            Previous::Any => PutBack::Asked { asked: None },
            Previous::ReadBy(run) => PutBack::Asked { asked: Some(run.clone()) },
        }),
        snapshot,
        ..RunRecord::new(shell.new_run(), source, request.trigger, &request.actor, shell.now())
    }
}

/// Joins the run that owns the source's lease.
async fn join(
    shell: &Shell,
    source: &SourceConfig,
    request: &RunRequest,
    record: RunRecord,
) -> Result<Asked, Error> {
    let owner = record.id.clone();
    if record.status == RunStatus::Requested {
        // The process that asked for it may have died before it sent the message.
        send_to_next_step(shell, &record, None).await?;
    }
    if request.approve.is_some()
        || request.candidate.is_some()
        || request.tried.is_some()
        || request.previous.is_some()
    {
        // The same request made twice gets the run that the first one began, as a plain request does.
        let candidate = request.candidate.as_deref().map(digest_of);
        let is_this = record.approves == request.approve
            && record.candidate == candidate
            && record.tried == request.tried
            && record.put_back.is_some() == request.previous.is_some()
            && record.dry_run == request.dry_run;
        return if is_this {
            Ok(Asked::Answered(Requested::UnderWay(owner)))
        } else {
            Err(Error::RunUnderWay { run: owner })
        };
    }
    if request.trigger == Trigger::Date {
        // Who looks for dates finds this one again when the owner has ended, unless it was decided then.
        return Ok(Asked::Answered(Requested::UnderWay(owner)));
    }
    // The dropped file may be newer than what the owner has read; and where the owner reads for nobody else, another run
    // must follow it.
    let follows = !request.dry_run && !record.reads_for_others();
    // One that has not begun to read reads what has been dropped: it was there before this was asked.
    let is_late = request.trigger == Trigger::Drop && record.status != RunStatus::Requested;
    if (follows || request.trigger == Trigger::Drop)
        && !shell.store.ask_again(&source.name, &owner, request.trigger, &request.actor).await?
    {
        return Ok(Asked::AskAgain(None));
    }
    let follows = follows || is_late;
    Ok(Asked::Answered(if follows { Requested::Follows(owner) } else { Requested::UnderWay(owner) }))
}

/// Whether there is an earlier file. Which one it is, the run finds when it has seen the file that lies there.
async fn check_previous(shell: &Shell, source: &SourceConfig, previous: &Previous) -> Result<(), Error> {
    let refuse = |why| Err(Error::NoPreviousFile { why });
    if source.object().is_none() {
        return refuse("the source reads no file");
    }
    let Some(files) = shell.store.kept_files(&source.name).await? else {
        return refuse("none was read completely yet");
    };
    match previous {
        Previous::ReadBy(run) if files.read_by(run).is_none() => refuse(CHANGED),
        Previous::Any | Previous::ReadBy(_) => Ok(()),
    }
}

/// Why a certain file cannot be put back.
pub(crate) const CHANGED: &str =
    "another file has been read since; look at the newest run, which says what can be put back";

/// Whether a file can be tried: only without applying it, only where a source reads files, and by a plain name.
fn check_tried(source: &SourceConfig, is_dry_run: bool, name: &str) -> Result<(), Error> {
    let refuse = |why| Err(Error::NotTriable { name: name.chars().take(80).collect(), why });
    let is_plain = !name.is_empty()
        && name.len() <= TRIED_NAME_BYTES_MAX
        && !name.starts_with('.')
        && !name.contains(['/', '\\'])
        && !name.chars().any(char::is_control);
    if !is_dry_run {
        refuse("a file is tried only in a dry run; to apply it, drop it in the place of the source's file")
    } else if source.object().is_none() {
        refuse("the source reads no file")
    } else if !is_plain || name.ends_with(".toml") {
        refuse("expected the name of a file in that folder")
    } else {
        Ok(())
    }
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

/// A held run, if its snapshot is the very one that the source was last reconciled with (rule 24).
async fn approvable(shell: &Shell, source: &SourceConfig, run: &RunId) -> Result<RunRecord, Error> {
    let refuse = |why| Error::NotApprovable { run: run.clone(), why };
    let record = shell.store.run(run).await?.ok_or_else(|| Error::NoSuchRun { run: run.clone() })?;
    if record.source != source.name {
        return Err(refuse("it is a run of another source"));
    }
    let parts = record.summary.as_ref().map(|summary| summary.held_parts).unwrap_or_default();
    let is_held = record.status == RunStatus::Held || record.status == RunStatus::Completed && parts.asks();
    if !is_held || record.dry_run {
        return Err(refuse("it holds nothing that waits for a person"));
    }
    let snapshot = record.snapshot.as_ref().ok_or_else(|| refuse("it has no snapshot; start a new run"))?;
    let applied = shell.store.applied_snapshot(&source.name).await?;
    if applied.is_some_and(|applied| applied.digest != snapshot.digest) {
        return Err(refuse("the directory has changed since; look at the newest run and approve that one"));
    }
    Ok(record)
}

//! What can go wrong in a run, and what the caller should do about it. This file alone decides that.

use crate::words::ledger_disagrees;
use rollcall_config::Mistake;
use rollcall_core::check::Violation;
use rollcall_store::RunId;

/// Why a step of a run was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no configuration in the bucket.
    #[error("there is no configuration in the bucket; put a rollcall.toml at config/rollcall.toml")]
    NoConfiguration,
    /// The mapping file has a mistake.
    #[error(
        "the mapping file {key} has a mistake on {why}; correct it, or take `[adopt]` out of the configuration"
    )]
    MappingFile {
        /// Its key in the bucket.
        key: String,
        /// The line, and what was expected.
        why: String,
    },
    /// The configuration has mistakes.
    #[error("the configuration has mistakes:\n{}", list(.0))]
    Configuration(Vec<Mistake>),
    /// No source of that name.
    #[error("there is no source named {name:?} in the configuration; it has {known}")]
    NoSuchSource {
        /// As it was asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// No account was ever of this source.
    #[error("no account is of a source {name:?}; accounts are, or were, of {known}")]
    UnknownSource {
        /// As it was asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// What is done to a source that is gone, asked for one that is configured.
    #[error(
        "the source {name:?} is configured, and its next run would take back what this does; take it out of the configuration \
         first"
    )]
    StillConfigured {
        /// Its name.
        name: String,
    },
    /// Several sources, and none was named.
    #[error(
        "the configuration has several sources ({known}); say which with `source`, or --source NAME at the command line"
    )]
    WhichSource {
        /// The names that exist.
        known: String,
    },
    /// The run to be approved cannot be.
    #[error("run {run} cannot be approved: {why}")]
    NotApprovable {
        /// The run.
        run: RunId,
        /// Why not, and what to do.
        why: &'static str,
    },
    /// Removals cannot be approved while the source is being read or applied.
    #[error("run {run} of this source is under way; nothing was approved, approve again when it has ended")]
    RunUnderWay {
        /// The run under way.
        run: RunId,
    },
    /// An examination cannot begin while a run of the first source is under way.
    #[error("run {run} is under way; ask for the examination again when it has ended")]
    NotNow {
        /// The run under way.
        run: RunId,
    },
    /// A change that must meet no run of its source.
    #[error("run {run} of this source is under way; nothing was changed, ask again when it has ended")]
    RunInTheWay {
        /// The run under way.
        run: RunId,
    },
    /// The run cannot be taken back.
    #[error("run {run} cannot be undone: {why}")]
    NotUndoable {
        /// The run.
        run: RunId,
        /// Why not, and what to do.
        why: &'static str,
    },
    /// An undo cannot begin while another run of the source is under way.
    #[error("run {run} of this source is under way; nothing was taken back, ask again when it has ended")]
    UndoLater {
        /// The run under way.
        run: RunId,
    },
    /// An examination is a run of a source, and there is none.
    #[error("the configuration has no [[source]]; nothing can be examined before it has one")]
    NoSources,
    /// No run has this id.
    #[error("there is no run {run}; `rollcall runs` lists them")]
    NoSuchRun {
        /// The id.
        run: RunId,
    },
    /// Nobody may use the HTTP API, because the configuration does not say who may.
    #[error(
        "a console signs people in here, and the configuration has no [roles] that say who may do what; add them to config/rollcall.toml in the bucket"
    )]
    NoRoles,
    /// The account is changed by others again and again.
    #[error("the account is being changed by others; try again")]
    Contended,
    /// The accounts could not be read in the time that one invocation has. A plan is only in memory, so another invocation
    /// would get no further.
    #[error(
        "the accounts could not be read for a plan in the time of one invocation ({done} of {of} parts were read); nothing was \
         changed. Give the function more memory, with which it gets more processor time (ReconcileMemory of the stack), \
         then start a new run"
    )]
    TooSlow {
        /// Shards that were read.
        done: u64,
        /// Shards in all.
        of: u64,
    },
    /// The source cannot be read as a whole: nothing is published, nothing changed.
    #[error("{0}")]
    Source(#[from] rollcall_sources::Error),
    /// The same, of a file that nobody has named: the newest that fits the pattern in `object`.
    #[error("{file}, the newest file of {object:?}: {why}")]
    NewestFile {
        /// Its key in the bucket.
        file: String,
        /// The pattern.
        object: String,
        /// What is wrong with it.
        why: Box<rollcall_sources::Error>,
    },
    /// A bug: the plan breaks an invariant. Nothing of it was committed.
    #[error("a bug in Rollcall, nothing was changed by it: {0}")]
    Violation(#[from] Violation),
    /// The seat ledger does not agree with the accounts: something else has written to the tables. No run may decide on it.
    #[error(
        "{}; nothing was changed. Find out who writes to the tables, \
         then run `rollcall doctor --repair`, with --remote where it is deployed",
        ledger_disagrees(what, *ledger, *counted)
    )]
    LedgerDisagrees {
        /// Of what: one of them.
        what: &'static str,
        /// What the ledger says.
        ledger: u64,
        /// What was counted.
        counted: u64,
    },
    /// A file that cannot be tried.
    #[error("the file {name:?} in {folder} cannot be tried: {why}", folder = rollcall_config::folders::TRIED)]
    NotTriable {
        /// Its name.
        name: String,
        /// Why.
        why: &'static str,
    },
    /// A file that was sent for a source is not put in its place.
    #[error("the file was not put in the place of the one of {source_name}: {why}")]
    NotPut {
        /// The source.
        source_name: String,
        /// Why.
        why: &'static str,
    },
    /// No earlier file can be put back.
    #[error("no earlier file can be put back: {why}")]
    NoPreviousFile {
        /// Why not, and what to do.
        why: &'static str,
    },
    /// The storage.
    #[error(transparent)]
    Store(#[from] rollcall_store::Error),
    /// A thread was lost.
    #[error("reading was cut off: {0}")]
    Lost(#[from] tokio::task::JoinError),
    /// A step of a run failed as often as it was tried.
    #[error(
        "gave up after {tries} tries: {why}; when the cause is fixed, start a new run: it finishes what this one began"
    )]
    GaveUp {
        /// How often.
        tries: u32,
        /// What went wrong the last time.
        why: String,
    },
    /// A message that no function of this version sends.
    #[error("a message in the queue cannot be read: {0}")]
    Message(#[from] serde_json::Error),
}

/// What the caller should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Try again later: the queue delivers the message again.
    Retry,
    /// Another invocation or another run goes on with it: stop at once.
    Replaced,
    /// The request or the configuration must be changed.
    Usage,
    /// The source must be put right; nothing was changed.
    SourceRefused,
    /// The licence or an account's state does not allow it.
    Refused,
    /// The permissions, the tables or the bucket must be repaired; until then it would fail again.
    Deployment,
    /// Tell the developers.
    Bug,
}

impl Error {
    /// What the caller should do.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::NoConfiguration
            | Self::Configuration(_)
            | Self::MappingFile { .. }
            | Self::NoSources
            | Self::NoSuchSource { .. }
            | Self::UnknownSource { .. }
            | Self::WhichSource { .. }
            | Self::NotApprovable { .. }
            | Self::NotTriable { .. }
            | Self::NoSuchRun { .. } => Kind::Usage,
            Self::NoRoles
            | Self::StillConfigured { .. }
            | Self::RunInTheWay { .. }
            | Self::NotPut { .. }
            | Self::RunUnderWay { .. }
            | Self::NotNow { .. }
            | Self::NotUndoable { .. }
            | Self::UndoLater { .. }
            | Self::NoPreviousFile { .. } => Kind::Refused,
            Self::Source(_) | Self::NewestFile { .. } => Kind::SourceRefused,
            Self::Store(rollcall_store::Error::Fenced { .. }) => Kind::Replaced,
            Self::Store(error) if error.is_of_source() => Kind::SourceRefused,
            Self::Store(error) if error.is_retryable() => Kind::Retry,
            Self::Store(error) if error.is_of_deployment() => Kind::Deployment,
            Self::TooSlow { .. } => Kind::Deployment,
            Self::Contended | Self::Lost(_) => Kind::Retry,
            Self::Store(_)
            | Self::LedgerDisagrees { .. }
            | Self::GaveUp { .. }
            | Self::Violation(_)
            | Self::Message(_) => Kind::Bug,
        }
    }
}

impl Error {
    /// Whether tables, or the licence, are lost. The error says what to do.
    #[must_use]
    pub fn is_of_lost_data(&self) -> bool {
        use rollcall_store::Error::{LicenceLost, TablesLost};
        matches!(self, Self::Store(TablesLost { .. } | LicenceLost { .. }))
    }
}

fn list(mistakes: &[Mistake]) -> String {
    mistakes.iter().map(|mistake| format!("  {mistake}")).collect::<Vec<_>>().join("\n")
}

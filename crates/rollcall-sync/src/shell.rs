//! What a run needs of the outside world, in one value: store, queues, clock, ids. Built once at the edge.

use crate::error::Error;
use crate::request::candidate_of;
use rollcall_config::{Config, Roles};
use rollcall_core::time::Timestamp;
pub use rollcall_sources::directory::{Patience, Wait};
use rollcall_store::{Bus, Queues, RunId, RunRecord, Store};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Key of the configuration in the bucket.
pub const CONFIG_OBJECT: &str = "config/rollcall.toml";

/// How long a lease lasts without renewal. Longer than a Lambda function may run (15 minutes), so that only a dead
/// holder can lose it; a holder that is slow all the same is fenced off by the lease's epoch.
pub(crate) const LEASE_MILLIS: i64 = 20 * 60 * 1000;

/// Hears of runs that fail, and why.
type Failures = dyn Fn(&str, &Error) + Send + Sync;

/// The outside world, as the steps of a run see it.
#[derive(Clone)]
pub struct Shell {
    /// Accounts, audit, snapshots, runs.
    pub store: Store,
    /// How the steps of a run hand over to each other.
    pub queues: Queues,
    /// Where notices go.
    pub bus: Bus,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ids: Arc<dyn Fn() -> RunId + Send + Sync>,
    progress: Arc<dyn Fn(Progress) + Send + Sync>,
    meter: Arc<dyn Fn(&Value) + Send + Sync>,
    failures: Arc<Failures>,
    limits: Limits,
}

/// How far one invocation goes.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// When it must be over; none where nobody ends it.
    pub deadline: Option<Instant>,
    /// How much of its time must be left to begin something that another invocation can do as well: to read the next
    /// page, to publish, to commit.
    pub reserve: Duration,
    /// How many pages of a directory it reads before the next invocation goes on; none where time decides.
    pub pages: Option<usize>,
    /// How many commits it makes before the next invocation goes on; none where time decides.
    pub commits: Option<usize>,
    /// How patient it is with directories.
    pub patience: Patience,
    /// How often it notes in the run's record how far it is. Oftener costs a write each time; more seldom, and whoever
    /// watches takes it for dead.
    pub noted_every: Duration,
}

/// How long an invocation may take that nobody ends.
const ENDLESS: Duration = Duration::from_secs(24 * 60 * 60);

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: None,
            reserve: Duration::from_secs(90),
            pages: None,
            commits: None,
            patience: Patience::default(),
            noted_every: Duration::from_secs(2),
        }
    }
}

impl Limits {
    /// The limits of an invocation that AWS ends at this time, in milliseconds since 1970.
    #[must_use]
    pub fn until_millis(deadline: u64) -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let left = Duration::from_millis(deadline).saturating_sub(since_1970);
        Self { deadline: Some(Instant::now() + left), ..Self::default() }
    }

    /// When whatever is waited for must have come, so that there is time to keep it.
    pub(crate) fn reading_deadline(&self) -> Instant {
        let reserve = self.reserve.min(Duration::from_secs(20));
        let deadline = self.deadline.map(|deadline| deadline.checked_sub(reserve).unwrap_or(deadline));
        deadline.unwrap_or_else(|| Instant::now() + ENDLESS)
    }

    /// Whether another invocation should go on, after so many pages in this one.
    pub(crate) fn is_enough_read(&self, pages: usize) -> bool {
        self.pages.is_some_and(|most| pages >= most) || self.is_late()
    }

    /// Whether another invocation should go on, after so many commits in this one. Never before the first: whoever has
    /// got nowhere would get nowhere the next time.
    pub(crate) fn is_enough_committed(&self, commits: usize) -> bool {
        commits > 0 && (self.commits.is_some_and(|most| commits >= most) || self.is_late())
    }

    fn is_late(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| deadline.saturating_duration_since(Instant::now()) < self.reserve)
    }
}

/// How far a run is, for people who watch it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The source is being read.
    Reading,
    /// So many records have been read.
    Listed {
        /// Records so far.
        records: u64,
    },
    /// The directory is not asked again before a wait is over.
    Waiting(Wait),
    /// The snapshot is published.
    Published {
        /// How many records it has.
        records: u64,
    },
    /// The accounts are being compared: so many shards of all.
    Comparing {
        /// Shards read.
        done: u64,
        /// Shards in all.
        of: u64,
    },
    /// Changes are being committed.
    Committing {
        /// Accounts written so far.
        done: u64,
    },
}

impl Shell {
    /// A shell on the system's clock, with time-ordered run ids.
    #[must_use]
    pub fn new(store: Store, queues: Queues) -> Self {
        Self {
            store,
            queues,
            clock: Arc::new(system_time),
            ids: Arc::new(new_run_id),
            progress: Arc::new(|_| ()),
            meter: Arc::new(|_| ()),
            failures: Arc::new(|_, _| ()),
            bus: Bus::local(),
            limits: Limits::default(),
        }
    }

    /// The shell of a function in AWS: names and queues from its environment.
    ///
    /// # Errors
    /// When the environment lacks a name; it says which.
    pub async fn from_env() -> Result<Self, Error> {
        let (store, queues) = (Store::from_env().await?, Queues::from_env().await?);
        Ok(Self { bus: Bus::from_env().await?, ..Self::new(store, queues) })
    }

    /// The same shell with another clock and other ids (for tests that must be repeatable).
    #[must_use]
    pub fn with_clock(
        self,
        clock: impl Fn() -> Timestamp + Send + Sync + 'static,
        ids: impl Fn() -> RunId + Send + Sync + 'static,
    ) -> Self {
        Self { clock: Arc::new(clock), ids: Arc::new(ids), ..self }
    }

    /// The same shell, telling somebody how far a run is.
    #[must_use]
    pub fn with_progress(self, progress: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self { progress: Arc::new(progress), ..self }
    }

    /// The same shell, telling somebody why a run has failed, by its id: also where its record cannot be written.
    #[must_use]
    pub fn with_failures(self, failures: impl Fn(&str, &Error) + Send + Sync + 'static) -> Self {
        Self { failures: Arc::new(failures), ..self }
    }

    /// The same shell, which has every metric written down: a line in CloudWatch's embedded metric format each.
    #[must_use]
    pub fn with_meter(self, meter: impl Fn(&Value) + Send + Sync + 'static) -> Self {
        Self { meter: Arc::new(meter), ..self }
    }

    /// The same shell for an invocation that goes so far.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// How far an invocation with this shell goes.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The id of a new run.
    #[must_use]
    pub fn new_run(&self) -> RunId {
        (self.ids)()
    }

    pub(crate) fn measure(&self, metrics: &Value) {
        (self.meter)(metrics);
    }

    pub(crate) fn tell_failure(&self, run: &str, error: &Error) {
        (self.failures)(run, error);
    }

    pub(crate) fn tell(&self, progress: Progress) {
        (self.progress)(progress);
    }

    /// Who may use the HTTP API. Of a configuration with mistakes only those in `[roles]` count: otherwise nobody could
    /// look at it, and mend it, over the API. None where it has no `[roles]`, and no mistake either: the section might be
    /// misspelt, and whoever it is to keep out let in.
    ///
    /// # Errors
    /// When there is no configuration, who may do what cannot be read in it, or `[roles]` is missing and must not be.
    pub async fn roles(&self) -> Result<Option<Roles>, Error> {
        let text = self.store.get_text(CONFIG_OBJECT).await?.ok_or(Error::NoConfiguration)?;
        match Config::roles_of(&text).map_err(Error::Configuration)? {
            Some(roles) => Ok(Some(roles)),
            None if self.store.needs_roles() => Err(Error::NoRoles),
            None => Config::parse(&text).map(|_| None).map_err(Error::Configuration),
        }
    }

    /// The configuration as it lies in the bucket.
    ///
    /// # Errors
    /// When there is none, or it has mistakes: put a correct one there (`rollcall check` explains each mistake).
    pub async fn config(&self) -> Result<Config, Error> {
        let text = self.store.get_text(CONFIG_OBJECT).await?.ok_or(Error::NoConfiguration)?;
        Config::parse(&text).map_err(Error::Configuration)
    }

    /// The configuration that a run is planned with: the one in force, or the one that a dry run tries.
    ///
    /// # Errors
    /// As [`Shell::config`].
    pub(crate) async fn config_of(&self, run: &RunRecord) -> Result<Config, Error> {
        if run.candidate.is_none() {
            return self.config().await;
        }
        let key = candidate_of(&run.id);
        let text = self.store.get_text(&key).await?;
        let text = text.ok_or(rollcall_store::Error::NoSuchObject { key })?;
        Config::parse(&text).map_err(Error::Configuration)
    }
}

impl std::fmt::Debug for Shell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shell").finish_non_exhaustive()
    }
}

fn system_time() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn new_run_id() -> RunId {
    RunId::parse(&uuid::Uuid::now_v7().to_string()).expect("a UUID in text is a run id")
}

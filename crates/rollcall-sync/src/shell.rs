//! What a run needs of the outside world, in one value: store, queues, clock, ids. The program builds it once, at its start.
//!
//! At the bottom of this crate: it knows no step and no run.

use crate::error::Error;
use rollcall_config::folders::TRIED;
use rollcall_config::{Config, Roles};
use rollcall_core::time::Timestamp;
pub use rollcall_sources::directory::{Patience, Wait};
use rollcall_store::{Bus, Queues, RunId, RunRecord, Store};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Key of the configuration in the bucket.
pub const CONFIG_OBJECT: &str = "config/rollcall.toml";

/// Key of the configuration that a dry run tries.
pub(crate) fn candidate_object(run: &RunId) -> String {
    format!("{TRIED}{run}.toml")
}

/// Key of the file that a dry run tries (rule 49).
#[must_use]
pub fn tried_object(name: &str) -> String {
    format!("{TRIED}{name}")
}

/// Is called for each run that fails, with the reason.
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
    /// When it must be over; `None` without a limit.
    pub deadline: Option<Instant>,
    /// How much time must remain to begin work that the next invocation can do as well: to read a page, to publish, to
    /// commit.
    pub reserve: Duration,
    /// How much time must remain to go on reading accounts for a plan: enough to end the run, or to send it on.
    pub planning_reserve: Duration,
    /// How many pages of a directory it reads before the next invocation goes on; none where time decides.
    pub pages: Option<usize>,
    /// How many commits it makes before the next invocation goes on; none where time decides.
    pub commits: Option<usize>,
    /// How patient it is with directories.
    pub patience: Patience,
    /// How often it records in the run's record how far it is. Each time costs a write; with long pauses, a person who
    /// watches takes the run for dead.
    pub noted_every: Duration,
    /// How long one commit goes on meeting those of others, at most. Below the time of a lease, which no commit renews.
    pub contended: Duration,
    /// How an export is made.
    pub exports: ExportLimits,
}

/// How an export is made.
#[derive(Clone, Copy, Debug)]
pub struct ExportLimits {
    /// How many entries a page has. A step ends only behind a page.
    pub page_entries: usize,
    /// How many bytes a part of the file has at least. S3 takes no part but the last below 5 MiB.
    pub part_bytes: usize,
    /// How many pages a step reads before the next one goes on; none where time decides.
    pub pages: Option<usize>,
    /// How long the request for an export works on it before it answers. A gateway gives up after 30 seconds.
    pub answer_within: Duration,
}

impl Default for ExportLimits {
    fn default() -> Self {
        Self {
            page_entries: 1000,
            part_bytes: 8 * 1024 * 1024,
            pages: None,
            answer_within: Duration::from_secs(4),
        }
    }
}

/// How long an invocation without a deadline may wait for an answer.
const ENDLESS: Duration = Duration::from_secs(24 * 60 * 60);

impl Default for Limits {
    fn default() -> Self {
        Self {
            deadline: None,
            reserve: Duration::from_secs(90),
            planning_reserve: Duration::from_secs(30),
            pages: None,
            commits: None,
            patience: Patience::default(),
            noted_every: Duration::from_secs(2),
            contended: Duration::from_secs(5 * 60),
            exports: ExportLimits::default(),
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

    /// When an awaited answer must have come, so that there is time to store it.
    pub(crate) fn reading_deadline(&self) -> Instant {
        let reserve = self.reserve.min(Duration::from_secs(20));
        let deadline = self.deadline.map(|deadline| deadline.checked_sub(reserve).unwrap_or(deadline));
        deadline.unwrap_or_else(|| Instant::now() + ENDLESS)
    }

    /// Whether another invocation should go on, after so many pages in this one.
    pub(crate) fn is_enough_read(&self, pages: usize) -> bool {
        self.pages.is_some_and(|most| pages >= most) || self.is_late()
    }

    /// Whether another invocation should go on, after so many commits in this one. Never before the first: an invocation
    /// that commits nothing would be followed by another that commits nothing.
    pub(crate) fn is_enough_committed(&self, commits: usize) -> bool {
        commits > 0 && (self.commits.is_some_and(|most| commits >= most) || self.is_late())
    }

    /// How long one commit may go on meeting others: while there is time, but not so long that the lease ends meanwhile.
    pub(crate) fn commit_patience(&self) -> Duration {
        let left = self.reading_deadline().saturating_duration_since(Instant::now());
        left.min(self.contended)
    }

    /// Whether a plan that is not made yet cannot be made in this invocation. The plan is only in memory, so another
    /// invocation begins it anew.
    pub(crate) fn is_too_late_to_plan(&self) -> bool {
        self.has_less_than(self.planning_reserve)
    }

    /// Whether time is short: what begins now may not end in this invocation.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.has_less_than(self.reserve)
    }

    fn has_less_than(&self, reserve: Duration) -> bool {
        self.deadline.is_some_and(|deadline| deadline.saturating_duration_since(Instant::now()) < reserve)
    }
}

/// How far a run is, for the people who watch it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The source is being read.
    Reading,
    /// So many records have been read.
    Listed {
        /// Records so far.
        records: u64,
    },
    /// The directory is asked again after a wait.
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
        written: u64,
        /// How far through the plan: records gone through, in each of its steps.
        done: u64,
        /// Records to go through, in all steps together.
        of: u64,
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

    /// The same shell, which sends its notices there.
    #[must_use]
    pub fn with_bus(self, bus: Bus) -> Self {
        Self { bus, ..self }
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

    /// The same shell, which tells a listener how far a run is.
    #[must_use]
    pub fn with_progress(self, progress: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self { progress: Arc::new(progress), ..self }
    }

    /// The same shell, which tells a listener the id of each run that fails and why, even where its record cannot be written.
    #[must_use]
    pub fn with_failures(self, failures: impl Fn(&str, &Error) + Send + Sync + 'static) -> Self {
        Self { failures: Arc::new(failures), ..self }
    }

    /// The same shell with a meter: it gets each metric as a document of CloudWatch's embedded metric format.
    #[must_use]
    pub fn with_meter(self, meter: impl Fn(&Value) + Send + Sync + 'static) -> Self {
        Self { meter: Arc::new(meter), ..self }
    }

    /// The same shell for an invocation with these limits.
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

    /// Who may use the HTTP API. Mistakes elsewhere in the configuration do not matter: otherwise nobody could read and
    /// correct it over the API. `None` where there is no `[roles]` section and the configuration has no mistakes. With
    /// mistakes this is an error, because the section's name might be misspelt, and everybody would be let in.
    ///
    /// # Errors
    /// When there is no configuration, its roles cannot be read, or `[roles]` is missing where a console needs it.
    pub async fn roles(&self) -> Result<Option<Roles>, Error> {
        let text = self.store.get_text(CONFIG_OBJECT).await?.ok_or(Error::NoConfiguration)?;
        match Config::roles_of(&text).map_err(Error::Configuration)? {
            Some(roles) => Ok(Some(roles)),
            None if self.store.needs_roles() => Err(Error::NoRoles),
            None => Config::parse(&text).map(|_| None).map_err(Error::Configuration),
        }
    }

    /// The configuration in the bucket.
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
        let key = candidate_object(&run.id);
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

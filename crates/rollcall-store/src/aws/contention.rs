//! What commits do when they meet others at the ledger, which all sources and people share.
//!
//! DynamoDB has no queue for an item: of two transactions that meet there, one is cancelled and must come again. Runs wait
//! longer and longer, so that of many one always goes through; a person's change comes again soon, because somebody waits
//! for it. All waits are drawn at random, so that those who met do not meet again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// After it has met others, so many commits of this process take it that they are still there.
const BUSY_COMMITS: u32 = 16;

/// How long a run leaves the ledger to others before a commit, at most, while they are there.
const MAKE_WAY_MILLIS: u64 = 40;

/// The longest pause before a person's change is tried again: about half the time that a commit of another holds the ledger,
/// so that a gap between two of them is met. Those who meet are one person and some runs, which wait far longer.
const PERSON_PAUSE_MILLIS: u64 = 10;

/// The longest pause of a run. Twenty runs whose commits take 60 ms each have a turn about so often.
const RUN_PAUSE_MILLIS: u64 = 1500;

/// The first pause of a run, which doubles from try to try.
const FIRST_PAUSE_MILLIS: u64 = 20;

/// Whether others commit in the same seconds as this process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contention(Arc<AtomicU32>);

impl Contention {
    /// A commit has met another.
    pub(crate) fn met(&self) {
        self.0.store(BUSY_COMMITS, Ordering::Relaxed);
    }

    /// Begins a commit. A run lets others go first while they are there: between two of its commits a person's change finds
    /// a gap.
    pub(crate) async fn make_way(&self, is_run: bool) {
        if !self.is_busy() {
            return;
        }
        // A lost race counts one commit too few or too many.
        self.0.store(self.0.load(Ordering::Relaxed).saturating_sub(1), Ordering::Relaxed);
        if is_run {
            tokio::time::sleep(up_to(MAKE_WAY_MILLIS)).await;
        }
    }

    /// Whether others were met lately.
    pub(crate) fn is_busy(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// The tries of one commit.
pub(crate) struct Tries {
    until: Instant,
    pause_max: u64,
    pause: u64,
}

impl Tries {
    /// Tries for so long; those of a run with longer pauses.
    pub(crate) fn new(patience: Duration, is_run: bool) -> Self {
        let pause_max = if is_run { RUN_PAUSE_MILLIS } else { PERSON_PAUSE_MILLIS };
        Self { until: Instant::now() + patience, pause_max, pause: FIRST_PAUSE_MILLIS.min(pause_max) }
    }

    /// Whether the time is over.
    pub(crate) fn are_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Waits before the next try. Where only the counts have moved, the way is free, and the wait is short.
    pub(crate) async fn pause(&mut self, has_only_moved: bool) {
        if has_only_moved {
            return tokio::time::sleep(up_to(FIRST_PAUSE_MILLIS / 2)).await;
        }
        tokio::time::sleep(up_to(self.pause)).await;
        self.pause = (self.pause * 2).min(self.pause_max);
    }
}

fn up_to(millis: u64) -> Duration {
    Duration::from_millis(fastrand::u64(0..=millis))
}

//! What a run has done so far, counted over all its passes and invocations.
//!
//! Each commit counts in its own transaction (`RunTally`), and each account says which run has changed it last. So the
//! counts are exact after a crash too, and rest on no index.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::account::{AccountId, BlockReason};
use rollcall_core::outcome::{Change, Outcome};
use rollcall_core::time::Timestamp;
use rollcall_store::{
    Changed, LastChange, Lease, RunCommit, RunId, RunRecord, RunSummary, RunTally, outcome_in_run,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// Counts of a run.
#[derive(Debug)]
pub(crate) struct Tally {
    run: RunId,
    /// What is committed.
    pub(crate) done: RunTally,
    /// The accounts that the run has changed, as far as they were read or committed in this invocation.
    changed: Changed,
    /// How often each outcome was observed without a change.
    observed: BTreeMap<Outcome, u64>,
    /// Commits of this invocation.
    pub(crate) commits: usize,
    /// The longest time that a seat was free before the run gave it to somebody who waited.
    pub(crate) time_to_seat_millis: Option<i64>,
}

impl Tally {
    /// What earlier invocations of the run have done. Which accounts they have changed, the accounts say
    /// ([`Tally::learn`]).
    pub(crate) async fn resume(shell: &Shell, run: &RunRecord) -> Result<Self, Error> {
        let done = shell.store.run_tally(&run.source, &run.id).await?;
        Ok(Self::of(run.id.clone(), done))
    }

    /// The counts of a run that has done this in earlier invocations.
    pub(crate) fn of(run: RunId, done: RunTally) -> Self {
        let (changed, observed) = (Changed::new(), BTreeMap::new());
        Self { run, done, changed, observed, commits: 0, time_to_seat_millis: None }
    }

    /// Takes note of what a run has made of an account, if it was this run. Every account is shown before it is changed.
    pub(crate) fn learn(&mut self, account: AccountId, last_change: Option<&LastChange>) {
        if let Some(change) = last_change.filter(|change| change.run == self.run) {
            self.changed.insert(account, change.outcome);
        }
    }

    /// What a commit of the run must know.
    pub(crate) fn of_commit<'a>(&'a self, lease: &'a Lease, patience: Duration) -> RunCommit<'a> {
        RunCommit { lease, tally: &self.done, changed: &self.changed, patience }
    }

    /// Counts a change that was committed.
    pub(crate) fn count_change(&mut self, change: &Change) {
        self.done.add(change, &self.changed);
        let outcome = outcome_in_run(change, &self.changed);
        self.changed.insert(change.after.id, outcome);
    }

    /// Counts how long a seat was free while a person waited for it, if this change gave it to them.
    pub(crate) fn count_time_to_seat(
        &mut self,
        change: &Change,
        free_since: Option<Timestamp>,
        now: Timestamp,
    ) {
        let waited = change.before.as_ref().and_then(|before| before.state.block());
        let Some(block) = waited.filter(|block| block.reason == BlockReason::NoSeat) else { return };
        if change.seat_delta() > 0 {
            // A seat that one commit freed and gave away was never free.
            let since = free_since.unwrap_or(now).max(block.since);
            let millis = now.millis_since(since);
            self.time_to_seat_millis = self.time_to_seat_millis.max(Some(millis));
        }
    }

    /// Takes over what the report has counted of outcomes without a change.
    pub(crate) fn set_observed(&mut self, observed: BTreeMap<Outcome, u64>) {
        self.observed = observed;
    }

    /// Whether the run has changed an account.
    pub(crate) fn has_changed(&self, account: &AccountId) -> bool {
        self.changed.contains_key(account)
    }

    /// How many accounts and entries had each outcome; every outcome of a run is named.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts: BTreeMap<String, u64> =
            Outcome::of_runs().map(|outcome| (outcome.as_str().to_owned(), 0)).collect();
        for (outcome, count) in self.done.counts.iter().chain(&self.observed) {
            *counts.entry(outcome.as_str().to_owned()).or_default() += count;
        }
        counts
    }
}

/// Puts into the record of a run that fails what it has changed: in an earlier pass, or in an earlier invocation.
pub(crate) async fn record_what_was_done(shell: &Shell, run: &mut RunRecord) -> Result<(), Error> {
    let tally = Tally::resume(shell, run).await?;
    if tally.done.writes > 0 {
        run.summary = Some(RunSummary {
            counts: tally.counts(),
            writes: tally.done.writes,
            freed: tally.done.freed,
            taken: tally.done.taken,
            ..run.summary.take().unwrap_or_default()
        });
    }
    Ok(())
}

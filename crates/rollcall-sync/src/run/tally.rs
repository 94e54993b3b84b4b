//! What a run has done so far, counted over all its passes and invocations.
//!
//! The audit log knows what earlier invocations have changed, so the counts are exact after a crash too.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::account::{AccountId, BlockReason};
use rollcall_core::outcome::{Change, Outcome};
use rollcall_core::time::Timestamp;
use rollcall_store::{AuditEntry, RunId, RunRecord, RunSummary};
use std::collections::BTreeMap;

/// Counts of a run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// The last outcome of each account that the run has changed, with the version that it made.
    changed: BTreeMap<AccountId, (u64, Outcome)>,
    /// How often each outcome was observed without a change.
    observed: BTreeMap<Outcome, u64>,
    /// Commits of this invocation.
    pub(crate) commits: usize,
    /// Account writes.
    pub(crate) writes: u64,
    /// Seats freed.
    pub(crate) freed: u64,
    /// Seats given.
    pub(crate) taken: u64,
    /// The longest time that a seat was free before the run gave it to somebody who waited.
    pub(crate) time_to_seat_millis: Option<i64>,
}

impl Tally {
    /// Counts what earlier invocations of the run have done, from the audit log.
    pub(crate) async fn resume(shell: &Shell, run: &RunId) -> Result<Self, Error> {
        let mut tally = Self::default();
        let mut cursor = None;
        loop {
            let page = shell.store.audit_of_run(run, cursor).await?;
            for entry in &page.entries {
                tally.count_entry(entry);
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(tally),
            }
        }
    }

    fn count_entry(&mut self, entry: &AuditEntry) {
        let (Some(account), Some(outcome)) = (entry.account, Outcome::from_word(&entry.outcome)) else {
            return;
        };
        let was_active = entry.before.as_ref().is_some_and(|state| state.state == "active");
        let is_active = entry.after.as_ref().is_some_and(|state| state.state == "active");
        self.count(account, entry.version, outcome, i64::from(is_active) - i64::from(was_active));
    }

    /// Counts a change that was committed.
    pub(crate) fn count_change(&mut self, change: &Change) {
        self.count(change.after.id, change.after.version, change.outcome, change.seat_delta());
    }

    fn count(&mut self, account: AccountId, version: u64, outcome: Outcome, seat_delta: i64) {
        // The audit log sorts a run's entries by outcome, so the version says which was the last. An adoption says more
        // than the change of fields that follows it.
        let last = self.changed.entry(account).or_insert((version, outcome));
        let rank = |(version, outcome): (u64, Outcome)| (outcome == Outcome::Adopted, version, outcome);
        if rank((version, outcome)) > rank(*last) {
            *last = (version, outcome);
        }
        self.writes += 1;
        self.freed += u64::from(seat_delta < 0);
        self.taken += u64::from(seat_delta > 0);
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
        let changed = self.changed.values().map(|(_, outcome)| (outcome, &1));
        for (outcome, count) in changed.chain(&self.observed) {
            *counts.entry(outcome.as_str().to_owned()).or_default() += count;
        }
        counts
    }
}

/// Puts into the record of a run that fails what it has changed: in an earlier pass, or in an earlier invocation.
pub(crate) async fn record_what_was_done(shell: &Shell, run: &mut RunRecord) -> Result<(), Error> {
    let tally = Tally::resume(shell, &run.id).await?;
    if tally.writes > 0 {
        run.summary = Some(RunSummary {
            counts: tally.counts(),
            writes: tally.writes,
            freed: tally.freed,
            taken: tally.taken,
            ..run.summary.take().unwrap_or_default()
        });
    }
    Ok(())
}

//! What a run has committed, counted in the item of its source's lease by the very transactions that commit. It is exact
//! at every moment and after every crash, and no index is asked, which would follow the tables by a moment.
//!
//! Only the holder of the lease writes it, so each commit writes the whole count. The next run overwrites it with its first
//! commit; before that it has ended the records of the runs that died (`lease.rs`).

use crate::aws::dynamo::{get_number, get_text, number, text};
use crate::error::Error;
use crate::ids::{Lease, RunId};
use crate::store::Store;
use crate::tables::lease::item_name;
use aws_sdk_dynamodb::types::{AttributeValue, Update};
use rollcall_core::account::AccountId;
use rollcall_core::outcome::{Change, Outcome};
use rollcall_core::source::SourceName;
use std::collections::{BTreeMap, HashMap};

/// The outcome that an account has in a run so far, for accounts that the run has changed.
pub type Changed = BTreeMap<AccountId, Outcome>;

/// Counts of what a run has committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunTally {
    /// How many accounts have each outcome. An account counts once.
    pub counts: BTreeMap<Outcome, u64>,
    /// Account writes.
    pub writes: u64,
    /// Seats freed.
    pub freed: u64,
    /// Seats given.
    pub taken: u64,
    /// Of the accounts that came back, those that wait for a seat (rule 56).
    pub back_waiting: u64,
}

/// Whether somebody comes back and waits for a seat.
#[must_use]
pub fn is_back_waiting(change: &Change) -> bool {
    change.outcome == Outcome::Reactivated && change.after.state.waiting_since().is_some()
}

/// The outcome of an account that one run changes twice: the last, but an adoption says more than the change of fields
/// that follows it.
#[must_use]
pub fn outcome_in_run(change: &Change, changed: &Changed) -> Outcome {
    let is_adopted = changed.get(&change.after.id) == Some(&Outcome::Adopted);
    if is_adopted { Outcome::Adopted } else { change.outcome }
}

impl RunTally {
    /// Counts a change of an account that may have an outcome in this run already.
    pub fn add(&mut self, change: &Change, changed: &Changed) {
        if let Some(earlier) = changed.get(&change.after.id)
            && let Some(count) = self.counts.get_mut(earlier)
        {
            *count = count.saturating_sub(1);
            // Who came back without a seat and is changed again by the same run counts by what is last.
            let waits = change.before.as_ref().is_some_and(|before| before.state.waiting_since().is_some());
            let was_counted = *earlier == Outcome::Reactivated && waits;
            self.back_waiting = self.back_waiting.saturating_sub(u64::from(was_counted));
        }
        self.back_waiting += u64::from(is_back_waiting(change));
        *self.counts.entry(outcome_in_run(change, changed)).or_default() += 1;
        self.writes += 1;
        self.freed += u64::from(change.seat_delta() < 0);
        self.taken += u64::from(change.seat_delta() > 0);
    }

    fn encode(&self, run: &RunId) -> AttributeValue {
        let counts = self.counts.iter().map(|(outcome, count)| (outcome.as_str().to_owned(), number(count)));
        AttributeValue::M(HashMap::from([
            (String::from("run"), text(run.as_str())),
            (String::from("writes"), number(self.writes)),
            (String::from("freed"), number(self.freed)),
            (String::from("taken"), number(self.taken)),
            (String::from("back_waiting"), number(self.back_waiting)),
            (String::from("counts"), AttributeValue::M(counts.collect())),
        ]))
    }
}

impl Store {
    /// What a run has committed so far. Nothing, where it has committed nothing or another run has committed since.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn run_tally(&self, source: &SourceName, run: &RunId) -> Result<RunTally, Error> {
        let item = self.control_item(&item_name(source), "reading what a run has done").await?;
        let tally = item.as_ref().and_then(|item| item.get("tally")).and_then(|tally| tally.as_m().ok());
        let Some(tally) = tally.filter(|tally| get_text(tally, "run") == Some(run.as_str())) else {
            return Ok(RunTally::default());
        };
        let counts = tally.get("counts").and_then(|counts| counts.as_m().ok());
        let counts = counts
            .into_iter()
            .flatten()
            .filter_map(|(word, count)| Some((Outcome::from_word(word)?, count.as_n().ok()?.parse().ok()?)));
        let of = |name: &str| get_number(tally, name).unwrap_or(0);
        Ok(RunTally {
            counts: counts.collect(),
            writes: of("writes"),
            freed: of("freed"),
            taken: of("taken"),
            back_waiting: of("back_waiting"),
        })
    }

    /// The item of a commit that checks that the lease is still held, and writes what the run has committed with it.
    pub(crate) fn tally_update(&self, lease: &Lease, tally: &RunTally) -> Result<Update, Error> {
        Update::builder()
            .table_name(&self.names.control)
            .key("name", text(item_name(&lease.source)))
            .update_expression("SET tally = :tally")
            .condition_expression("#run = :run AND epoch = :epoch")
            .expression_attribute_names("#run", "run")
            .expression_attribute_values(":run", text(lease.run.as_str()))
            .expression_attribute_values(":epoch", number(lease.epoch))
            .expression_attribute_values(":tally", tally.encode(&lease.run))
            .build()
            .map_err(|error| Error::service("checking a lease", error))
    }
}

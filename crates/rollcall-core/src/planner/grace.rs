//! The grace of leavers: the account of a person who left keeps its seat for a while (rule 21).

use super::Planner;
use crate::account::Account;
use crate::plan::{PlanInput, Removals};
use crate::snapshot::earlier;
use crate::time::Timestamp;

/// Whether an account of a person who left is in its grace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grace {
    /// It is missing for the first time, and keeps its seat.
    Begins,
    /// It keeps its seat as before.
    Runs,
    /// It has none, or it has ended: the account is blocked.
    Over,
}

impl PlanInput {
    /// The grace of an account without a record. Only a seat is kept: a person who waits loses their place at once.
    pub(super) fn grace_of(&self, account: &Account) -> Grace {
        let grace = self.policy.grace;
        if grace.is_zero() || !account.state.holds_seat() {
            return Grace::Over;
        }
        match account.missing_since {
            None => Grace::Begins,
            Some(since) if self.judged_at() < since.plus(grace) => Grace::Runs,
            Some(_) => Grace::Over,
        }
    }

    /// The time of the run that held the removals, if a person approved them: they have not seen the
    /// accounts whose grace ended later.
    fn judged_at(&self) -> Timestamp {
        match self.removals {
            Removals::Guarded | Removals::Held => self.now,
            Removals::Approved { held_at, .. } => held_at,
        }
    }
}

impl<S> Planner<S> {
    /// Records when the grace of this account ends, if it has any.
    pub(super) fn record_grace(&mut self, account: &Account, row: Option<u32>) {
        if row.is_some_and(|row| !self.index.row(row).is_outside()) {
            return;
        }
        let begins = match self.input.grace_of(account) {
            Grace::Begins => Some(self.input.now),
            Grace::Runs => account.missing_since,
            Grace::Over => None,
        };
        let ends = begins.map(|since| since.plus(self.input.policy.grace));
        self.next_grace_end = earlier(self.next_grace_end, ends);
    }
}

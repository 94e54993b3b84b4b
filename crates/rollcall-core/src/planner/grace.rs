//! The grace of leavers: an active account that has left keeps its seat for a while (product 21).

use crate::account::Account;
use crate::plan::{PlanInput, Removals};
use crate::time::Timestamp;

/// How far an account that has left is in its grace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grace {
    /// It is missing for the first time, and keeps its seat.
    Begins,
    /// It keeps its seat as before.
    Runs,
    /// It has none, or none left: it is blocked as ever.
    Over,
}

impl PlanInput {
    /// The grace of an account that no record speaks of. Only a seat is kept: who waits gives up the place at once.
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

    /// What was approved is what was held: those whose grace has ended since then were not shown to anybody.
    fn judged_at(&self) -> Timestamp {
        match self.removals {
            Removals::Guarded | Removals::Held => self.now,
            Removals::Approved { held_at, .. } => held_at,
        }
    }
}

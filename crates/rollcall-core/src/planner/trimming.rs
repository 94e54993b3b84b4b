//! Who loses a seat because the limit was lowered below the number of active accounts, where the policy says so
//! (product 16): those who would be seated last, as far as their accounts tell.

use super::{Planner, freed_by};
use crate::account_spill::AccountSpill;
use crate::licence::{Limit, SeatCount, Seats};
use crate::plan::fate::{Fate, Wish};
use crate::plan::kept::{Kept, KeptInOrder};
use crate::plan::usernames::Contested;
use crate::plan::{PlanInput, Removals};
use crate::policy::Trimming;
use alloc::vec::Vec;
use core::cmp::Reverse;

impl PlanInput {
    /// Whether seats may have to be trimmed: a slip is kept of everybody whom that may meet.
    pub(super) fn may_trim(&self) -> bool {
        let seats = Seats { limit: self.limit, used: self.used };
        self.policy.trimming == Trimming::On && seats.over_by() > SeatCount::ZERO
    }

    /// How many of so many seats are too many.
    fn excess(&self, used: SeatCount) -> SeatCount {
        let over_by = Seats { limit: self.limit, used }.over_by();
        match (self.limit, self.removals) {
            (Limit::Unlimited, _) | (Limit::Seats(_), Removals::Guarded | Removals::Held) => over_by,
            // The limit may be lower than when somebody looked at whom it would meet.
            (Limit::Seats(_), Removals::Approved { leaves, .. }) => over_by.min(used.less(leaves)),
        }
    }
}

impl<S: AccountSpill> Planner<S> {
    /// Takes seats from the end of the order in which they are given, once the leavers have freed theirs.
    pub(super) fn trim(&self, kept: &mut KeptInOrder) {
        if !self.input.may_trim() {
            return;
        }
        let mut excess = self.input.excess(self.used.less(freed_by(kept))).get();
        let mut admins = self.admins.staying;
        for at in self.last_seated_first(kept) {
            let one = kept.at_mut(at);
            if excess == 0 {
                return;
            }
            if one.is_admin && admins == 1 {
                continue;
            }
            admins -= u64::from(one.is_admin);
            excess -= 1;
            one.fate = Fate::Trim;
        }
    }

    /// By priority, then match key, both from the end: accounts do not say when they were seated.
    fn last_seated_first(&self, kept: &KeptInOrder) -> Vec<u32> {
        let candidates = kept.numbered().filter(|(_, one)| one.wish == Wish::MayBeTrimmed);
        let mut order: Vec<(u32, u32)> = candidates.filter_map(|(at, one)| Some((one.row?, at))).collect();
        // Rows are in the order of their folded keys.
        order.sort_unstable_by_key(|(row, _)| Reverse((self.index.row(*row).priority, *row)));
        order.into_iter().map(|(_, at)| at).collect()
    }

    /// Whether seats are still too many, and an account gives up the username for which it was exempt.
    pub(super) fn may_trim_more(&self, kept: &KeptInOrder, contested: &Contested) -> bool {
        let is_freed = |one: &Kept| one.wish == Wish::ExemptFromTrim && one.gives_up_username(contested);
        self.input.excess(self.used) > SeatCount::ZERO && kept.iter().any(is_freed)
    }
}

//! Who loses a seat because the limit was lowered below the number of active accounts, if the policy says so
//! (rule 16): the people who would get a seat last. Accounts do not store when they were seated.

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
    /// Whether seats may have to be trimmed. If so, the planner keeps each account that may lose its seat.
    pub(super) fn may_trim(&self) -> bool {
        let seats = Seats { limit: self.limit, used: self.used };
        self.policy.trimming == Trimming::On && seats.over_by() > SeatCount::ZERO
    }

    /// How many of the used seats are above the limit.
    fn excess(&self, used: SeatCount) -> SeatCount {
        let over_by = Seats { limit: self.limit, used }.over_by();
        match (self.limit, self.removals) {
            (Limit::Unlimited, _) | (Limit::Seats(_), Removals::Guarded | Removals::Held) => over_by,
            // The limit may have been lowered again since a person looked at the list and approved it.
            (Limit::Seats(_), Removals::Approved { leaves, .. }) => over_by.min(used.less(leaves)),
        }
    }
}

impl<S: AccountSpill> Planner<S> {
    /// Takes seats from the end of the order in which seats are given, after the leavers have freed theirs.
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

    /// By priority, then by match key, both from the end: accounts do not store when they were seated.
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

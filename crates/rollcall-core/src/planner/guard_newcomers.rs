//! The guard's third part: newcomers (rule 51).
//!
//! Too many for the source; or about as many as removals are held: people whose key has changed must not exist twice.

use super::Planner;
use crate::account_spill::AccountSpill;
use crate::plan::usernames::Contested;
use crate::plan::{Hold, Judgement, PartHold};

impl<S: AccountSpill> Planner<S> {
    pub(super) fn guard_newcomers(&self, contested: &Contested, removals: Option<&Hold>) -> Option<PartHold> {
        let newcomers = self.index.rows().filter(|(_, row)| row.asks_for_account() && !row.is_matched);
        let count = newcomers.filter(|(at, _)| !contested.contains(*at)).count();
        let (count, of) = (count as u64, self.of_source.accounts);
        let is_held = match self.input.decided.newcomers {
            _ if count == 0 => false,
            Judgement::Held => true,
            Judgement::Approved { at_most } => count > at_most,
            Judgement::Guarded => {
                let losses = removals.map_or(0, |hold| hold.removals + hold.places);
                let are_as_many = losses > 0 && count.saturating_mul(2) > losses;
                are_as_many || self.input.policy.guard.has_too_many_newcomers(count, of)
            }
        };
        is_held.then_some(PartHold { count, of })
    }
}

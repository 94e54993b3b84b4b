//! The guard's third part: newcomers (rule 51).
//!
//! Too many for the source; or about as many as removals are held: people whose key has changed must not exist twice.

use super::Planner;
use crate::account_spill::AccountSpill;
use crate::plan::usernames::Contested;
use crate::plan::{Hold, Judgement, PartHold};

/// What the guard says of the newcomers.
pub(super) struct Newcomers {
    /// How many are held.
    pub(super) hold: Option<PartHold>,
    /// They are let in, but when some of them are committed, the rest may look like too many (rule 51b).
    pub(super) may_look_too_many: bool,
}

impl<S: AccountSpill> Planner<S> {
    pub(super) fn guard_newcomers(&self, contested: &Contested, removals: Option<&Hold>) -> Newcomers {
        let newcomers = self.index.rows().filter(|(_, row)| row.asks_for_account() && !row.is_matched);
        let count = newcomers.filter(|(at, _)| !contested.contains(*at)).count();
        let (count, of) = (count as u64, self.of_source.accounts);
        let guard = &self.input.policy.guard;
        let losses = removals.map_or(0, |hold| hold.removals + hold.places);
        let are_as_many = losses > 0 && count.saturating_mul(2) > losses;
        let is_held = match self.input.decided.newcomers {
            _ if count == 0 => false,
            Judgement::Held => true,
            Judgement::Approved { at_most } => count > at_most,
            Judgement::Begun => are_as_many,
            Judgement::Guarded => are_as_many || guard.has_too_many_newcomers(count, of),
        };
        let hold = is_held.then_some(PartHold { count, of });
        Newcomers { hold, may_look_too_many: hold.is_none() && guard.may_hold_the_rest(count, of) }
    }
}

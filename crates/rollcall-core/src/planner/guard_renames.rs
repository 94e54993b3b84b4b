//! The guard's second part: changed usernames and admin marks of accounts that exist (rule 51).
//!
//! A file whose column moved by one row must not give everybody another's login. Counted are wishes, not what this
//! plan could do: in a chain of renames each plan can do one.

use super::Planner;
use crate::account_spill::AccountSpill;
use crate::plan::kept::{Kept, KeptInOrder, Login};
use crate::plan::{Judgement, PartHold};

/// From so many accounts on, it is a mistake if not one of them keeps its username and its admin mark.
const ALL_RENAMED_MIN: u64 = 3;

impl<S: AccountSpill> Planner<S> {
    /// Decides before anything depends on who is an administrator.
    pub(super) fn guard_renames(&self, kept: &mut KeptInOrder) -> Option<PartHold> {
        let is_renamed = |one: &Kept| match one.login {
            Login::Name | Login::Mark | Login::NameAndMark => true,
            Login::Same | Login::Held => false,
        };
        let count = kept.iter().filter(|one| is_renamed(one)).count() as u64;
        let of = self.of_source.matched;
        let is_held = match self.input.decided.renames {
            _ if count == 0 => false,
            Judgement::Held => true,
            Judgement::Approved { at_most } => count > at_most,
            Judgement::Guarded | Judgement::Begun => {
                // Each account once.
                let again = kept.iter().filter(|one| is_renamed(one) && one.is_renamed_before).count() as u64;
                let within_days = count + self.of_source.renamed_earlier - again;
                let is_everybody = count == of && count >= ALL_RENAMED_MIN;
                is_everybody || self.input.policy.guard.has_too_many_renames(within_days, of)
            }
        };
        if !is_held {
            return None;
        }
        kept.iter_mut().filter(|one| is_renamed(one)).for_each(Kept::hold_login);
        Some(PartHold { count, of })
    }
}

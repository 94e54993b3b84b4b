//! What an undo gave back is not taken away again by a snapshot that lacks the person or says that they are disabled,
//! until the directory has shown them once as eligible or a person approves (rule 58). Decided before seats are trimmed
//! and before the guard counts.

use super::Planner;
use crate::account_spill::AccountSpill;
use crate::plan::kept::{Kept, KeptInOrder};
use crate::plan::{HeldCause, Judgement};

impl<S: AccountSpill> Planner<S> {
    pub(super) fn hold_undone(&self, kept: &mut KeptInOrder) -> u64 {
        let is_undone = |one: &Kept| one.is_given_back && one.is_loss();
        let count = kept.iter().filter(|one| is_undone(one)).count() as u64;
        if let Judgement::Approved { at_most } = self.input.decided.undone
            && count <= at_most
        {
            return 0;
        }
        kept.iter_mut().filter(|one| is_undone(one)).for_each(|one| one.hold(HeldCause::Undone));
        count
    }
}

//! What an undo gave back is not taken away again by a snapshot that still lacks the person, until the directory has
//! shown them once or a person approves (rule 58). Decided before the guard counts.

use super::Planner;
use crate::account_spill::AccountSpill;
use crate::plan::fate::{Fate, Removal, Under};
use crate::plan::kept::{Kept, KeptInOrder};
use crate::plan::{HeldCause, Judgement};

impl<S: AccountSpill> Planner<S> {
    pub(super) fn hold_undone(&self, kept: &mut KeptInOrder) -> u64 {
        let is_undone = |one: &Kept| one.is_given_back && one.is_loss() && is_of_leaver(one);
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

/// A person whom the directory shows as disabled is shown.
fn is_of_leaver(one: &Kept) -> bool {
    match one.fate {
        Fate::Block(removal) | Fate::Beneath(Under::Gone(removal)) => removal == Removal::Left,
        Fate::Stay(_)
        | Fate::Hold(_)
        | Fate::Miss
        | Fate::Trim
        | Fate::Seat(_)
        | Fate::Wait
        | Fate::Beneath(Under::Back) => false,
    }
}

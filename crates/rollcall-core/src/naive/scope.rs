//! What conditions and dates make of an entry, naively (rules 41, 42).

use crate::account::{AccountState, AdminBlock, Beneath, Block, BlockReason};
use crate::entry::{Entry, EntryStatus};
use crate::plan::PlanInput;
use crate::time::Timestamp;

/// What an entry in scope says at the time of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    Eligible,
    Disabled,
    NotStarted(Timestamp),
}

// Rule 42: from `ends` on a person is as disabled; before `starts` they have not started.
pub(super) fn says(input: &PlanInput, entry: &Entry) -> Says {
    let is_over = entry.ends.is_some_and(|ends| input.now >= ends);
    if entry.status == EntryStatus::Disabled || is_over {
        return Says::Disabled;
    }
    match entry.starts {
        Some(starts) if input.now < starts => Says::NotStarted(starts),
        _ => Says::Eligible,
    }
}

// Rule 41: nobody's record.
pub(super) fn is_outside(entry: &Entry) -> bool {
    matches!(entry.status, EntryStatus::OutOfScope { .. })
}

/// Whether a person without an account gets one: with a seat, waiting, or not started.
pub(super) fn asks_for_account(input: &PlanInput, entry: &Entry) -> bool {
    says(input, entry) != Says::Disabled
}

// Rule 42: a start date that is moved counts at once.
pub(super) fn move_start(state: &mut AccountState, new: Timestamp) {
    let AccountState::Blocked(Block { reason, .. }) = state else { return };
    if let BlockReason::NotStarted { starts } = reason {
        *starts = new;
    }
    if let BlockReason::ByAdmin(AdminBlock { beneath: Beneath::NotStarted { starts, .. }, .. }) = reason {
        *starts = new;
    }
}

//! The state beneath a person's block, naively (section 4 of the rules, rule 19a).

use super::Case;
use super::returning::old_place;
use crate::account::{AccountState, Beneath, Block, BlockReason};
use crate::entry::EntryStatus;
use crate::plan::PlanInput;

/// Whether the account would lose the seat or place that lifting a person's block would give back.
pub(super) fn would_lose_beneath(input: &PlanInput, case: &Case<'_>) -> bool {
    let beneath = case.before.state.admin_block().map(|block| block.beneath);
    let is_enabled = case.entry.is_some_and(|entry| entry.status == EntryStatus::Enabled);
    matches!(beneath, Some(Beneath::Active | Beneath::NoSeat(_)))
        && !is_enabled
        && !input.policy.exemptions.contains(&case.before.username)
}

// Section 4 of the rules, rule 19a: the state beneath a person's block follows the directory, unless the guard holds it.
pub(super) fn keep_beneath(input: &PlanInput, cases: &mut [Case<'_>], is_held: bool) {
    for case in cases.iter_mut() {
        let would_lose = would_lose_beneath(input, case);
        let is_kept = case.is_kept_beneath;
        let place = old_place(input, case.before).unwrap_or(input.now);
        let AccountState::Blocked(Block { reason: BlockReason::ByAdmin(admin), .. }) = &mut case.after.state
        else {
            continue;
        };
        let had_something = matches!(admin.beneath, Beneath::Active | Beneath::NoSeat(_));
        admin.beneath = match (case.entry.map(|entry| &entry.status), admin.beneath) {
            (Some(EntryStatus::Enabled), Beneath::LeftScope(_) | Beneath::DisabledInDirectory(_)) => {
                Beneath::NoSeat(place)
            }
            (Some(EntryStatus::Enabled), stays) => stays,
            (_, stays) if had_something && (is_held || is_kept || !would_lose) => stays,
            (
                Some(EntryStatus::Disabled | EntryStatus::OutOfScope { .. }),
                Beneath::DisabledInDirectory(since),
            ) => Beneath::DisabledInDirectory(since),
            (Some(EntryStatus::Disabled | EntryStatus::OutOfScope { .. }), _) => {
                Beneath::DisabledInDirectory(input.now)
            }
            (None, Beneath::LeftScope(since)) => Beneath::LeftScope(since),
            (None, _) => Beneath::LeftScope(input.now),
        };
    }
}

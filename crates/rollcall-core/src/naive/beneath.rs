//! The state beneath a person's block, naively (section 4 of the rules, rule 19a).

use super::Case;
use super::returning::old_place;
use super::scope::{Says, says};
use crate::account::{AccountState, Beneath, Block, BlockReason};
use crate::plan::PlanInput;

/// Whether the account would lose the seat or place that lifting a person's block would give back.
pub(super) fn would_lose_beneath(input: &PlanInput, case: &Case<'_>) -> bool {
    let beneath = case.before.state.admin_block().map(|block| block.beneath);
    let is_enabled = case.entry.is_some_and(|entry| says(input, entry) == Says::Eligible);
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
        admin.beneath = match (case.entry.map(|entry| says(input, entry)), admin.beneath) {
            (Some(Says::Eligible), stays) if had_something => stays,
            (Some(Says::Eligible), _) => Beneath::NoSeat(place),
            (_, stays) if had_something && (is_held || is_kept || !would_lose) => stays,
            (Some(Says::Disabled), Beneath::DisabledInDirectory(since)) => {
                Beneath::DisabledInDirectory(since)
            }
            (Some(Says::Disabled), _) => Beneath::DisabledInDirectory(input.now),
            (Some(Says::NotStarted(starts)), Beneath::NotStarted { since, .. }) => {
                Beneath::NotStarted { since, starts }
            }
            (Some(Says::NotStarted(starts)), _) => Beneath::NotStarted { since: input.now, starts },
            (None, Beneath::LeftScope(since)) => Beneath::LeftScope(since),
            (None, _) => Beneath::LeftScope(input.now),
        };
    }
}

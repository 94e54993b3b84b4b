//! The removal guard, naively (rules 24, 24a), with an arithmetic of its own.

use super::beneath::would_lose_beneath;
use super::matching::clear_entries;
use super::{Case, count, would_lose, would_lose_seat};
use crate::account::Account;
use crate::entry::{EntryStatus, Record};
use crate::outcome::Outcome;
use crate::plan::{Hold, HoldCause, PlanInput, Removals};
use crate::policy::Guard;

// Rules 24, 24a: too many removals, or nobody eligible. Nobody loses a seat or a place.
pub(super) fn hold_removals(
    input: &PlanInput,
    records: &[Record],
    cases: &mut [Case<'_>],
    accounts: &[Account],
) -> Option<Hold> {
    let own = accounts.iter().filter(|account| account.source() == Some(&input.source));
    let active = count(own.filter(|account| account.state.holds_seat()));
    let removals = count(cases.iter().filter(|case| would_lose_seat(case)));
    let is_nobody_eligible = !clear_entries(records).iter().any(|entry| entry.status == EntryStatus::Enabled);
    let is_loss =
        |case: &Case<'_>| would_lose(case) || would_lose_beneath(input, case) && !case.is_perhaps_same;
    let cause = if let Removals::Approved { removals: approved, .. } = input.removals {
        if removals <= approved {
            return None;
        }
        HoldCause::TooMany
    } else if is_nobody_eligible && cases.iter().any(is_loss) {
        HoldCause::NobodyEligible
    } else if is_too_many(input.policy.guard, removals, active)
        || input.removals == Removals::Held && cases.iter().any(is_loss)
    {
        HoldCause::TooMany
    } else {
        return None;
    };
    for case in cases.iter_mut().filter(|case| would_lose(case)) {
        case.word = Some(Outcome::Held);
    }
    Some(Hold { removals, active, cause })
}

/// Whether these removals are held: more than `min_removals`, and more than the allowed share of the active accounts.
fn is_too_many(guard: Guard, removals: u64, active: u64) -> bool {
    removals > guard.min_removals && removals > may_go(active, guard.max_removal_percent)
}

/// How many of the active accounts may go at once: one by one, until the share is reached. Each is
/// a hundred parts of a whole of which every hundredth may go.
fn may_go(active: u64, percent: u8) -> u64 {
    let mut share: u64 = (0..active).map(|_| u64::from(percent)).sum();
    let mut gone = 0;
    while share >= 100 {
        share -= 100;
        gone += 1;
    }
    gone
}

#[test]
fn guard_share_is_rounded_down() {
    for (active, percent, expected) in [
        (0, 20, 0),
        (4, 20, 0),
        (5, 20, 1),
        (9, 20, 1),
        (24, 20, 4),
        (25, 20, 5),
        (29, 20, 5),
        (30, 20, 6),
        (2, 33, 0),
        (3, 34, 1),
        (7, 0, 0),
        (7, 99, 6),
        (7, 100, 7),
    ] {
        assert_eq!(may_go(active, percent), expected, "{percent} % of {active}");
    }
}

//! The removal guard, naively (rules 24, 24a), with an arithmetic of its own.

use super::beneath::would_lose_beneath;
use super::matching::clear_entries;
use super::names::is_same_name;
use super::scope::{Says, says};
use super::{Case, count, would_lose, would_lose_seat};
use crate::account::Account;
use crate::entry::{Entry, Record};
use crate::outcome::Outcome;
use crate::plan::{Earlier, Hold, HoldCause, Judgement, PartHold, PlanInput, Removals};
use crate::policy::Guard;
use crate::time::Timestamp;

// Rules 24, 24a, 52, 53: too many removals in seven days, or nobody eligible, or nobody known. Nobody loses a seat or a
// place.
pub(super) fn hold_removals(
    input: &PlanInput,
    records: &[Record],
    cases: &mut [Case<'_>],
    accounts: &[Account],
) -> Option<Hold> {
    let own = || accounts.iter().filter(|account| account.source() == Some(&input.source));
    let active = count(own().filter(|account| account.state.holds_seat()));
    let waiting = count(own().filter(|account| account.state.waiting_since().is_some()));
    let removals = count(cases.iter().filter(|case| would_lose_seat(input, case)));
    let places = count(cases.iter().filter(|case| would_lose(input, case) && !would_lose_seat(input, case)));
    let earlier = lost_earlier(input, accounts);
    let is_nobody_eligible = !clear_entries(records).iter().any(|entry| says(input, entry) == Says::Eligible);
    // A covered account has no case, and is mentioned all the same.
    let is_nobody_matched =
        cases.iter().all(|case| case.entry.is_none()) && count(own()) == count(cases.iter());
    let is_loss =
        |case: &Case<'_>| would_lose(input, case) || would_lose_beneath(input, case) && !case.is_kept_beneath;
    let is_any = cases.iter().any(is_loss);
    let is_exceeded = |now: u64, before: u64, of: u64| {
        now > 0 && is_too_many(input.policy.guard, now + before, of + before)
    };
    let cause = if let Removals::Approved { removals: seats, places: in_list, .. } = input.removals {
        if removals <= seats && places <= in_list {
            return None;
        }
        HoldCause::TooMany
    } else if is_nobody_eligible && is_any {
        HoldCause::NobodyEligible
    } else if is_nobody_matched && is_any {
        HoldCause::NobodyMatched
    } else if is_exceeded(removals, earlier.removals, active)
        || is_exceeded(places, earlier.places, waiting)
        || input.removals == Removals::Held && is_any
    {
        HoldCause::TooMany
    } else {
        return None;
    };
    for case in cases.iter_mut().filter(|case| would_lose(input, case)) {
        case.word = Some(Outcome::Held);
    }
    Some(Hold { removals, active, places, waiting, earlier, cause })
}

// Rule 52: what runs took in the last seven days and has not been given back.
fn lost_earlier(input: &PlanInput, accounts: &[Account]) -> Earlier {
    let lost = |has_place: bool| {
        let own = accounts.iter().filter(|account| account.source() == Some(&input.source));
        count(own.filter(|account| {
            let Some(away) = account.history.away else { return false };
            let was_seat = account.history.seat_lost_at == Some(away.since);
            let is_counted = if has_place { away.place.is_some() } else { away.place.is_none() && was_seat };
            is_counted && away.since > counts_from(input)
        }))
    };
    Earlier { removals: lost(false), places: lost(true) }
}

/// Rule 52: seven days ago, or when a person last approved something, if that is later.
fn counts_from(input: &PlanInput) -> Timestamp {
    let days_ago = Timestamp::from_millis(input.now.as_millis() - 7 * 86_400_000);
    input.decided.approved_at.into_iter().chain([days_ago]).max().unwrap()
}

// Rule 51: too many accounts would get another username or admin mark, or all three or more of them.
pub(super) fn hold_renames(
    input: &PlanInput,
    cases: &mut [Case<'_>],
    accounts: &[Account],
) -> Option<PartHold> {
    let wants = |case: &Case<'_>| {
        case.entry.is_some_and(|entry| {
            let name = entry.username.as_ref();
            name.is_some_and(|name| !is_same_name(name, &case.before.username))
                || entry.is_admin.is_some_and(|mark| mark != case.before.is_admin)
        })
    };
    let of = count(cases.iter().filter(|case| case.entry.is_some()));
    let renames = count(cases.iter().filter(|case| wants(case)));
    let own = accounts.iter().filter(|account| account.source() == Some(&input.source));
    let wants_again =
        |account: &Account| cases.iter().any(|case| case.before.id == account.id && wants(case));
    let recent = own.filter(|account| {
        account.history.renamed_at.is_some_and(|at| at > counts_from(input)) && !wants_again(account)
    });
    let in_days = renames + count(recent);
    let guard = input.policy.guard;
    let is_above = in_days > guard.min_renames && in_days > may_go(of, guard.max_rename_percent.into());
    let is_held = match input.decided.renames {
        Judgement::Guarded | Judgement::Begun => is_above || renames >= 3 && renames == of,
        Judgement::Held => true,
        Judgement::Approved { at_most } => renames > at_most,
    };
    if renames == 0 || !is_held {
        return None;
    }
    for case in cases.iter_mut().filter(|case| wants(case)) {
        case.is_login_held = true;
    }
    Some(PartHold { count: renames, of })
}

// Rule 51: too many newcomers for the source, or more than half as many as removals are held.
pub(super) fn hold_newcomers(
    input: &PlanInput,
    newcomers: &[&Entry],
    accounts: &[Account],
    removals: Option<Hold>,
) -> Option<PartHold> {
    let new = count(newcomers.iter());
    let of = count(accounts.iter().filter(|account| account.source() == Some(&input.source)));
    let guard = input.policy.guard;
    let is_above = of > guard.newcomers_from && new > may_go(of, guard.max_newcomer_percent);
    let held = removals.map_or(0, |hold| hold.removals + hold.places);
    let is_held = match input.decided.newcomers {
        Judgement::Guarded => is_above || held > 0 && new + new > held,
        Judgement::Begun => held > 0 && new + new > held,
        Judgement::Held => true,
        Judgement::Approved { at_most } => new > at_most,
    };
    (new > 0 && is_held).then_some(PartHold { count: new, of })
}

/// Whether these removals are held: more than `min_removals`, and more than the allowed share of the active accounts.
fn is_too_many(guard: Guard, removals: u64, active: u64) -> bool {
    removals > guard.min_removals && removals > may_go(active, guard.max_removal_percent.into())
}

/// How many of the active accounts may go at once: one by one, until the share is reached. Each is
/// a hundred parts of a whole of which every hundredth may go.
fn may_go(active: u64, percent: u16) -> u64 {
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
        (3, 150, 4),
        (3, 34, 1),
        (7, 0, 0),
        (7, 99, 6),
        (7, 100, 7),
    ] {
        assert_eq!(may_go(active, percent), expected, "{percent} % of {active}");
    }
}

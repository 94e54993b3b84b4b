//! The guard at its boundaries (rule 24): as a table, and in crowds that are large enough to have them.

use super::super::generators::{NOW, source};
use super::super::{Subject, run};
use super::people::{account, person};
use super::{config, plan};
use crate::account::Account;
use crate::entry::Record;
use crate::licence::{Limit, SeatCount};
use crate::outcome::Outcome;
use crate::plan::{Decided, PlanInput, Removals};
use crate::policy::{Guard, Policy};
use proptest::prelude::{Just, Strategy, prop_assert_eq, prop_oneof, proptest};
use std::format;
use std::vec::Vec;

/// Active accounts, some of which are no longer in the directory; and a newcomer, so that somebody is eligible.
fn crowd(guard: Guard, active: u64, removals: u64) -> (PlanInput, Vec<Record>, Vec<Account>) {
    let policy = Policy { guard, ..Policy::default() };
    let input = PlanInput {
        source: source("csv"),
        now: NOW,
        limit: Limit::Unlimited,
        used: SeatCount::ZERO,
        policy,
        removals: Removals::Guarded,
        decided: Decided::default(),
        asked_elsewhere: Vec::new(),
    };
    let records = (removals..=active).map(|number| person(number, number)).collect();
    (input, records, (0..active).map(account).collect())
}

/// Both, the planner and the naive statement, hold them or let them go.
#[track_caller]
fn check(guard: Guard, active: u64, removals: u64, is_held: bool) {
    let (input, records, accounts) = crowd(guard, active, removals);
    let what = format!("{removals} of {active} with {guard:?}");
    for result in [plan(&input, &records, &accounts).result, run(&input, &records, &accounts)] {
        assert_eq!(result.holds.removals.is_some(), is_held, "{what}");
        let word = if is_held { Outcome::Held } else { Outcome::BlockedLeft };
        let is_removal =
            |of: &Subject, outcome: Outcome| matches!(of, Subject::Account(_)) && outcome == word;
        let of_word = result.outcomes.iter().filter(|(of, outcome)| is_removal(of, *outcome)).count() as u64;
        assert_eq!(of_word, removals, "{what}: all of them or none");
    }
}

#[test]
fn default_guard_allows_a_fifth_and_five() {
    let usual = Guard::default();
    assert_eq!((usual.max_removal_percent, usual.min_removals), (20, 5));
    for (active, removals, is_held) in [
        (6, 5, false),
        (6, 6, true),
        (20, 5, false),
        (20, 6, true),
        (25, 5, false),
        (25, 6, true),
        (26, 5, false),
        (26, 6, true),
        (29, 6, true),
        (30, 6, false),
        (30, 7, true),
        (31, 6, false),
        (31, 7, true),
        (34, 7, true),
        (35, 7, false),
        (35, 8, true),
        (100, 20, false),
        (100, 21, true),
    ] {
        check(usual, active, removals, is_held);
    }
}

#[test]
fn both_settings_of_the_guard_count() {
    for (percent, min, active, removals, is_held) in [
        (0, 0, 9, 0, false),
        (0, 0, 9, 1, true),
        (0, 2, 9, 2, false),
        (0, 2, 9, 3, true),
        (33, 0, 3, 1, true),
        (34, 0, 3, 1, false),
        (50, 0, 4, 2, false),
        (50, 0, 4, 3, true),
        (50, 0, 5, 2, false),
        (50, 0, 5, 3, true),
        (99, 0, 7, 6, false),
        (99, 0, 7, 7, true),
    ] {
        check(Guard::of_removals(percent, min), active, removals, is_held);
    }
}

/// Crowds in which about as many leave as may go.
fn crowds() -> impl Strategy<Value = (Guard, u64, u64)> {
    let guard = prop_oneof![
        Just(Guard::default()),
        (0u8..=100, 0u64..8).prop_map(|(percent, min)| Guard::of_removals(percent, min)),
    ];
    (guard, 0u64..36, -1i64..=2).prop_map(|(guard, active, beyond)| {
        let share = active * u64::from(guard.max_removal_percent) / 100;
        let removals = share.max(guard.min_removals).saturating_add_signed(beyond);
        (guard, active, removals.min(active))
    })
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn planner_guard_agrees_with_the_rules((guard, active, removals) in crowds()) {
        let (input, records, accounts) = crowd(guard, active, removals);
        let planned = plan(&input, &records, &accounts).result;
        let naive = run(&input, &records, &accounts);
        prop_assert_eq!(planned.holds, naive.holds);
        prop_assert_eq!(planned, naive);
    }
}

#[test]
fn somebody_known_must_be_there() {
    let usual = Guard::default();
    for (active, removals, is_held) in
        [(1, 1, true), (2, 1, false), (5, 5, true), (5, 4, false), (6, 5, false)]
    {
        check(usual, active, removals, is_held);
    }
    check(Guard::of_removals(100, 9), 7, 7, true);
}

//! The guard's other parts at their boundaries, as tables (rules 51 to 53): planner and naive rules alike.

use super::super::generators::{NOW, source};
use super::super::{NaiveResult, run};
use super::people::{account, person};
use super::plan;
use crate::account::{Account, AccountState, BlockReason};
use crate::entry::Record;
use crate::history::{Away, History};
use crate::licence::{Limit, SeatCount};
use crate::plan::{Decided, Judgement, PartHold, PlanInput, Removals};
use crate::policy::Policy;
use crate::time::Timestamp;
use std::vec::Vec;

const DAY: i64 = 86_400_000;

fn input(decided: Decided) -> PlanInput {
    PlanInput {
        source: source("csv"),
        now: Timestamp::from_millis(NOW.as_millis() + 30 * DAY),
        limit: Limit::Unlimited,
        used: SeatCount::ZERO,
        policy: Policy::default(),
        removals: Removals::Guarded,
        decided,
        asked_elsewhere: Vec::new(),
    }
}

#[track_caller]
fn decide(decided: Decided, records: &[Record], accounts: &[Account]) -> NaiveResult {
    let input = input(decided);
    let planned = plan(&input, records, accounts).result;
    assert_eq!(planned, run(&input, records, accounts), "the naive rules say the same");
    planned
}

#[test]
fn renames_are_held_by_their_share_or_where_all_are_renamed() {
    for (people, renamed, is_held) in [
        (30, 5, false),
        (30, 6, false),
        (30, 7, true),
        (10, 5, false),
        (10, 6, true),
        (2, 2, false),
        (3, 3, true),
        (3, 2, false),
        (8, 8, true),
    ] {
        let accounts: Vec<Account> = (0..people).map(account).collect();
        let named = |number: u64| if number < renamed { number + 500 } else { number };
        let records: Vec<Record> = (0..people).map(|number| person(number, named(number))).collect();
        let result = decide(Decided::default(), &records, &accounts);
        let expected = is_held.then_some(PartHold { count: renamed, of: people });
        assert_eq!(result.holds.renames, expected, "{renamed} of {people}");
        let kept =
            result.accounts_after.values().filter(|one| one.username.folded().starts_with("u5")).count();
        assert_eq!(kept as u64, if is_held { 0 } else { renamed }, "{renamed} of {people}");
    }
}

#[test]
fn a_column_that_moved_by_one_row_renames_nobody() {
    let accounts: Vec<Account> = (0..8).map(account).collect();
    let records: Vec<Record> = (0..8).map(|number| person(number, number + 1)).collect();
    let result = decide(Decided::default(), &records, &accounts);
    let names: Vec<_> = result.accounts_after.values().map(|one| (one.id, one.username.clone())).collect();
    assert!(accounts.iter().all(|before| names.contains(&(before.id, before.username.clone()))));
}

#[test]
fn newcomers_are_held_where_there_are_too_many_for_the_source() {
    for (people, new, is_held) in
        [(20, 400, false), (21, 10, false), (21, 11, true), (40, 20, false), (40, 21, true), (0, 50, false)]
    {
        let accounts: Vec<Account> = (0..people).map(account).collect();
        let records: Vec<Record> = (0..people + new).map(|number| person(number, number)).collect();
        let result = decide(Decided::default(), &records, &accounts);
        assert_eq!(result.holds.newcomers.is_some(), is_held, "{new} to {people}");
        let created = result.accounts_after.len() as u64 - people;
        assert_eq!(created, if is_held { 0 } else { new }, "{new} to {people}");
        let approved = Decided { newcomers: Judgement::Approved { at_most: new }, ..Decided::default() };
        assert_eq!(decide(approved, &records, &accounts).accounts_after.len() as u64, people + new);
    }
}

#[test]
fn newcomers_that_are_let_in_stay_so_when_their_plan_is_cut_off() {
    for (people, new) in [(0, 50), (3, 400), (20, 12), (20, 400), (21, 10), (40, 20)] {
        let accounts: Vec<Account> = (0..people).map(account).collect();
        let records: Vec<Record> = (0..people + new).map(|number| person(number, number)).collect();
        let whole = super::plan(&input(Decided::default()), &records, &accounts);
        assert_eq!(whole.result.holds.newcomers, None, "{new} to {people}");
        for committed in 0..whole.changes.len() {
            let done = whole.changes[..committed].iter().map(|change| change.after.clone());
            let so_far: Vec<Account> = accounts.iter().cloned().chain(done).collect();
            let newcomers = if whole.admits_many { Judgement::Begun } else { Judgement::Guarded };
            let decided = Decided { newcomers, ..Decided::default() };
            let rest = super::plan(&input(decided), &records, &so_far);
            assert_eq!(rest.result.holds.newcomers, None, "{new} to {people}, after {committed}");
            assert_eq!(rest.result.accounts_after, whole.result.accounts_after);
        }
    }
}

#[test]
fn about_as_many_newcomers_as_held_removals_are_held_too() {
    for (new, is_held) in [(1, false), (4, false), (5, true), (8, true), (30, true)] {
        let accounts: Vec<Account> = (0..10).map(account).collect();
        // Eight of ten are gone.
        let records: Vec<Record> = (8..10 + new).map(|number| person(number, number)).collect();
        let result = decide(Decided::default(), &records, &accounts);
        assert!(result.holds.removals.is_some());
        assert_eq!(result.holds.newcomers.is_some(), is_held, "{new} newcomers");
    }
}

/// Accounts of people who left so many days ago, with the seat or the place that they had.
fn left(number: u64, days_ago: i64, place: Option<Timestamp>) -> Account {
    let since = Timestamp::from_millis(input(Decided::default()).now.as_millis() - days_ago * DAY);
    let history = History {
        seat_lost_at: Some(since).filter(|_| place.is_none()),
        away: Some(Away { since, place }),
        ..History::default()
    };
    Account { state: AccountState::blocked(BlockReason::LeftScope, since), history, ..account(number) }
}

#[test]
fn a_fifth_a_day_is_not_five_times_allowed() {
    for (days_ago, approved_days_ago, is_held) in [
        (1, None, true),
        (6, None, true),
        (7, None, false),
        (8, None, false),
        (3, Some(2), false),
        (3, Some(4), true),
    ] {
        // 19 of 100 left then, and 15 of 81 leave in this run.
        let mut accounts: Vec<Account> = (0..81).map(account).collect();
        accounts.extend((81..100).map(|number| left(number, days_ago, None)));
        let records: Vec<Record> = (15..81).map(|number| person(number, number)).collect();
        let now = input(Decided::default()).now.as_millis();
        let approved_at = approved_days_ago.map(|days: i64| Timestamp::from_millis(now - days * DAY));
        let result = decide(Decided { approved_at, ..Decided::default() }, &records, &accounts);
        assert_eq!(
            result.holds.removals.is_some(),
            is_held,
            "{days_ago} days, approved {approved_days_ago:?}"
        );
    }
}

#[test]
fn places_in_the_line_are_guarded_as_seats_are() {
    for (waiting, gone, is_held) in
        [(30, 30, true), (30, 6, false), (30, 7, true), (6, 5, false), (6, 6, true)]
    {
        let waits = |number: u64| Account {
            state: AccountState::blocked(BlockReason::NoSeat, NOW),
            ..account(number)
        };
        let accounts: Vec<Account> = (0..100).map(account).chain((100..100 + waiting).map(waits)).collect();
        let records: Vec<Record> =
            (0..100).chain(100 + gone..100 + waiting).map(|number| person(number, number)).collect();
        let result = decide(Decided::default(), &records, &accounts);
        assert_eq!(
            result.holds.removals.map(|hold| hold.places),
            is_held.then_some(gone),
            "{gone} of {waiting}"
        );
    }
}

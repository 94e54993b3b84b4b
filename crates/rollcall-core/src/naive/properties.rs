//! Properties: the planner agrees with the naive statement, and both keep the invariants of docs/rules.md.
//!
//! Stands beside `naive`; the planner is driven through its front door only, as `rollcall-sync` drives it.

mod dates;
mod guard;

use super::generators::{NOW, World, inputs, snapshots, source, worlds};
use super::{NaiveResult, Subject, count, id_of, run};
use crate::account::{Account, AccountId, Beneath, BlockReason};
use crate::check::{check_change, check_seats};
use crate::entry::{Entry, EntryStatus, Record};
use crate::fields::FieldName;
use crate::licence::{Limit, SeatCount};
use crate::outcome::{Change, Observation, Outcome};
use crate::plan::{Decision, Plan, PlanInput, Removals, Step};
use crate::planner::Planner;
use crate::policy::Trimming;
use crate::snapshot::SnapshotIndexBuilder;
use crate::time::Timestamp;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
use std::borrow::ToOwned as _;
use std::collections::{BTreeMap, BTreeSet};
use std::string::{String, ToString as _};
use std::time::Duration;
use std::vec::Vec;

/// What the planner makes of a world, and each change in the order in which it is to be committed.
struct Planned {
    result: NaiveResult,
    changes: Vec<Change>,
    is_settled: bool,
    next_date: Option<Timestamp>,
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn worlds_shuffled() -> impl Strategy<Value = (World, Vec<Account>)> {
    worlds().prop_flat_map(|world| {
        let shuffled = Just(world.accounts.clone()).prop_shuffle();
        (Just(world), shuffled)
    })
}

proptest! {
    #![proptest_config(config(4000))]

    #[test]
    fn planner_agrees_with_the_naive_statement((world, shuffled) in worlds_shuffled()) {
        let naive = run(&world.input, &world.records, &world.accounts);
        let planned = plan(&world.input, &world.records, &shuffled);
        prop_assert_eq!(&planned.result.outcomes, &naive.outcomes);
        prop_assert_eq!(&planned.result.accounts_after, &naive.accounts_after);
        prop_assert_eq!(planned.result.seats, naive.seats);
        prop_assert_eq!(planned.result.hold, naive.hold);
    }

    #[test]
    fn order_of_accounts_does_not_matter((world, shuffled) in worlds_shuffled()) {
        let one = plan(&world.input, &world.records, &world.accounts);
        let other = plan(&world.input, &world.records, &shuffled);
        prop_assert_eq!(one.result, other.result);
    }

    #[test]
    fn seats_never_exceed_the_limit_at_any_step(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let mut used = i64::try_from(planned.result.seats.used_before.get()).unwrap();
        let limit = match world.input.limit {
            Limit::Unlimited => i64::MAX,
            Limit::Seats(limit) => i64::try_from(limit.get()).unwrap(),
        };
        let most = limit.max(used);
        for change in &planned.changes {
            prop_assert!(used <= limit || change.seat_delta() <= 0, "{} of {} before {:?}", used, limit, change);
            used += change.seat_delta();
            prop_assert!(used <= most, "{} of {} after {:?}", used, most, change);
        }
        prop_assert_eq!(used, i64::try_from(planned.result.seats.used.get()).unwrap());
    }

    #[test]
    fn only_accounts_of_the_source_are_written(world in worlds()) {
        let after = plan(&world.input, &world.records, &world.accounts).result.accounts_after;
        for before in world.accounts.iter().filter(|account| account.source() != Some(&world.input.source)) {
            prop_assert_eq!(after.get(&before.id), Some(before));
        }
    }

    #[test]
    fn nobody_loses_seat_or_place_under_a_hold(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        if planned.result.hold.is_some() {
            for before in &world.accounts {
                let after = &planned.result.accounts_after[&before.id];
                prop_assert!(after.state.holds_seat() || !before.state.holds_seat());
                prop_assert!(after.state.holds_seat() || before.state.waiting_since() == after.state.waiting_since()
                    || before.state.waiting_since().is_none());
                let beneath = |account: &Account| account.state.admin_block().map(|block| block.beneath);
                if let Some(had @ (Beneath::Active | Beneath::NoSeat(_))) = beneath(before) {
                    prop_assert_eq!(beneath(after), Some(had));
                }
            }
        }
    }

    #[test]
    fn approval_removes_no_more_than_was_held(world in worlds()) {
        if let Removals::Approved { removals, .. } = world.input.removals {
            let planned = plan(&world.input, &world.records, &world.accounts);
            let lost = planned.changes.iter().filter(|change| change.seat_delta() < 0).count() as u64;
            prop_assert!(lost <= removals, "{lost} of {removals}");
        }
    }

    #[test]
    fn leaver_keeps_the_seat_until_the_grace_ends(mut world in worlds()) {
        world.input.policy.grace = Duration::from_millis(120);
        world.input.removals = Removals::Guarded;
        let after = plan(&world.input, &world.records, &world.accounts).result.accounts_after;
        let of_whom = |planned: &Planned, id| planned.result.outcomes.iter().find(|(of, _)| *of == Subject::Account(id)).unwrap().1;
        let last = plan_again(&world, after.clone(), 119);
        let over = plan_again(&world, after.clone(), 120);
        for marked in after.values().filter(|account| account.missing_since == Some(NOW)) {
            prop_assert!(marked.state.holds_seat());
            prop_assert_eq!(of_whom(&last, marked.id), Outcome::Unchanged);
            let outcome = of_whom(&over, marked.id);
            prop_assert!(matches!(outcome, Outcome::BlockedLeft | Outcome::Held | Outcome::Protected), "{:?}", outcome);
        }
    }

    #[test]
    fn outdated_ledger_only_delays_a_trim(mut world in worlds()) {
        world.input.policy.trimming = Trimming::On;
        let behind = plan_as_counted(&world.input, &world.records, &world.accounts);
        world.input.policy.trimming = Trimming::Off;
        let untrimmed = plan(&world.input, &world.records, &world.accounts);
        prop_assert_eq!(behind.result, untrimmed.result);
    }

    #[test]
    fn one_administrator_stays_active(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        // Somebody who would have been an active administrator without any removal (rule 20).
        let after = &planned.result.accounts_after;
        let had_one = world.accounts.iter().any(|before| before.state.holds_seat() && after[&before.id].is_admin);
        prop_assert!(!had_one || after.values().any(|account| account.state.holds_seat() && account.is_admin));
    }

    #[test]
    fn names_and_ids_stay_unique(world in worlds()) {
        let after = plan(&world.input, &world.records, &world.accounts).result.accounts_after;
        assert_unique(&after);
    }

    #[test]
    fn every_record_and_account_has_one_outcome(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let subjects: Vec<Subject> = planned.result.outcomes.iter().map(|(subject, _)| *subject).collect();
        let distinct: BTreeSet<Subject> = subjects.iter().copied().collect();
        prop_assert_eq!(distinct.len(), subjects.len());
    }

    #[test]
    fn changed_fields_are_listed(world in worlds()) {
        for change in plan(&world.input, &world.records, &world.accounts).changes {
            let Some(before) = &change.before else { continue };
            let listed: Vec<(String, String, String)> =
                change.changes.iter().map(|c| (c.field.clone(), c.old.clone(), c.new.clone())).collect();
            prop_assert_eq!(listed, differences(before, &change.after));
        }
    }

    #[test]
    fn nobody_has_a_seat_or_a_place_before_the_start(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        for change in &planned.changes {
            let gains_seat = change.seat_delta() > 0;
            let gains_place = change.after.state.waiting_since() == Some(NOW);
            let entry = world.records.iter().find_map(|record| match record {
                Record::Entry(entry) if Some(entry.key.original()) == change.after.key().map(|key| key.original()) => Some(entry),
                Record::Entry(_) | Record::Rejected(_) => None,
            });
            if let Some(entry) = entry.filter(|_| gains_seat || gains_place) {
                let of_key = |record: &&Record| matches!(record, Record::Entry(other) if other.key.folded() == entry.key.folded());
                if world.records.iter().filter(of_key).count() == 1 {
                    prop_assert!(entry.starts.is_none_or(|starts| starts <= NOW), "{:?}", change);
                    prop_assert!(entry.ends.is_none_or(|ends| ends > NOW), "{:?}", change);
                    prop_assert!(entry.status == EntryStatus::Enabled, "{:?}", change);
                }
            }
        }
    }

    #[test]
    fn field_written_at_creation_is_left_alone_afterwards(world in worlds()) {
        let after = plan(&world.input, &world.records, &world.accounts).result.accounts_after;
        let locale = FieldName::parse("locale").unwrap();
        for before in &world.accounts {
            prop_assert_eq!(before.fields.get(&locale), after[&before.id].fields.get(&locale));
        }
    }

    #[test]
    fn record_outside_a_condition_is_as_if_it_were_not_there(world in worlds()) {
        let is_outside = |record: &Record| matches!(record, Record::Entry(Entry { status: EntryStatus::OutOfScope { .. }, .. }));
        let rest: Vec<Record> = world.records.iter().filter(|record| !is_outside(record)).cloned().collect();
        let with = plan(&world.input, &world.records, &world.accounts).result;
        let without = plan(&world.input, &rest, &world.accounts).result;
        prop_assert_eq!(with.accounts_after, without.accounts_after);
        prop_assert_eq!(with.hold, without.hold);
        prop_assert_eq!(with.seats, without.seats);
    }

    #[test]
    fn second_run_writes_nothing(world in worlds()) {
        assert_convergent(world);
    }

    #[test]
    fn second_run_trims_nobody_after_a_rename(mut world in worlds()) {
        world.input.limit = Limit::Seats(SeatCount::ZERO);
        world.input.policy.trimming = Trimming::On;
        world.input.policy.exemptions = world.accounts.iter().map(|account| &account.username).collect();
        assert_convergent(world);
    }
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn invariants_hold_over_many_snapshots(steps in proptest::collection::vec((inputs(), snapshots()), 1..6)) {
        let mut accounts: BTreeMap<AccountId, Account> = BTreeMap::new();
        for (at, (input, records)) in steps.into_iter().enumerate() {
            let input = PlanInput { now: Timestamp::from_millis(at as i64), ..input };
            let known: Vec<Account> = accounts.values().cloned().collect();
            let naive = run(&input, &records, &known);
            let planned = plan(&input, &records, &known);
            prop_assert_eq!(&planned.result, &naive);
            accounts = naive.accounts_after;
            assert_unique(&accounts);
        }
    }
}

/// Once a run has planned until it is settled, another one on the same input changes nothing.
#[track_caller]
fn assert_convergent(world: World) {
    let (world, last) = settle(world);
    let second = plan_again(&world, last.result.accounts_after, 1);
    assert!(second.changes.is_empty(), "{:#?}", second.changes);
}

/// Plans until a plan is settled. Answers with the world as a later run of the same snapshot finds it, and the last plan.
#[track_caller]
fn settle(mut world: World) -> (World, Planned) {
    let mut last = plan(&world.input, &world.records, &world.accounts);
    let mut passes = 1;
    loop {
        // Held once is held until a person approves it (rule 24).
        if last.result.hold.is_some() {
            world.input.removals = Removals::Held;
        }
        if last.is_settled {
            return (world, last);
        }
        assert!(passes < 9, "{:#?}", last.changes);
        last = plan_again(&world, last.result.accounts_after, 0);
        passes += 1;
    }
}

fn plan_again(world: &World, accounts: BTreeMap<AccountId, Account>, later: i64) -> Planned {
    let now = Timestamp::from_millis(NOW.as_millis() + later);
    let accounts: Vec<Account> = accounts.into_values().collect();
    plan(&PlanInput { now, ..world.input.clone() }, &world.records, &accounts)
}

/// Plans with a ledger that counts the accounts that there are.
#[track_caller]
fn plan(input: &PlanInput, records: &[Record], accounts: &[Account]) -> Planned {
    let used = SeatCount::new(count(accounts.iter().filter(|account| account.state.holds_seat())));
    plan_as_counted(&PlanInput { used, ..input.clone() }, records, accounts)
}

/// Drives the planner over a whole snapshot and commits its changes one by one, in the order that the plan asks for.
#[track_caller]
fn plan_as_counted(input: &PlanInput, records: &[Record], accounts: &[Account]) -> Planned {
    let mut builder = SnapshotIndexBuilder::new(input.now);
    for record in records {
        builder.push(record).unwrap();
    }
    let mut planner = Planner::begin(input.clone(), builder.finish());
    let observed: Vec<Observation> = accounts.iter().filter_map(|account| planner.see(account)).collect();
    let plan = planner.finish();
    check_seats(plan.seats()).unwrap();

    let mut outcomes: Vec<(Subject, Outcome)> = observed.iter().map(of_observation).collect();
    let mut after: BTreeMap<AccountId, Account> =
        accounts.iter().map(|account| (account.id, account.clone())).collect();
    let mut changes = Vec::new();
    for decision in decisions_in_order(&plan, records) {
        match decision {
            Decision::Observe(observation) => outcomes.push(of_observation(&observation)),
            Decision::Change(change) => {
                check_change(input, &plan, &change).unwrap();
                outcomes.push((Subject::Account(change.after.id), change.outcome));
                let before = after.insert(change.after.id, change.after.clone());
                assert_eq!(before, change.before, "the record that was read is the one replaced");
                changes.push(change);
            }
        }
    }
    outcomes.sort_unstable();
    let result =
        NaiveResult { accounts_after: after, outcomes, seats: *plan.seats(), hold: plan.hold().copied() };
    Planned { result, changes, is_settled: plan.is_settled(), next_date: plan.next_date() }
}

fn decisions_in_order(plan: &Plan, records: &[Record]) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = plan.without_entry().collect();
    for step in [Step::Free, Step::Seat, Step::Arrive, Step::Rest] {
        let of_step = records.iter().enumerate().filter(|(ordinal, _)| plan.step(*ordinal) == step);
        decisions.extend(of_step.filter_map(|(ordinal, record)| plan.decide(ordinal, record)));
    }
    decisions
}

fn of_observation(observation: &Observation) -> (Subject, Outcome) {
    let line = || Subject::Line(observation.line.expect("an outcome is about an account or a line"));
    (observation.account.map_or_else(line, Subject::Account), observation.outcome)
}

#[track_caller]
fn assert_unique(accounts: &BTreeMap<AccountId, Account>) {
    let names: BTreeSet<&str> = accounts.values().map(|account| account.username.folded()).collect();
    assert_eq!(names.len(), accounts.len(), "usernames are unique: {accounts:#?}");
    let own = || accounts.values().filter(|account| account.source() == Some(&source("csv")));
    let ids: BTreeSet<_> = own().filter_map(id_of).collect();
    assert_eq!(ids.len() as u64, count(own().filter_map(id_of)), "immutable ids are unique: {accounts:#?}");
}

/// Every value that differs, by the name of its field.
fn differences(before: &Account, after: &Account) -> Vec<(String, String, String)> {
    let values = |account: &Account| {
        let text = |id: Option<&crate::match_key::ImmutableId>| id.map_or("", |id| id.as_str()).to_owned();
        let mut values: BTreeMap<String, String> =
            account.fields.iter().map(|(name, value)| (name.to_string(), value.to_owned())).collect();
        values.insert("username".to_owned(), account.username.original().to_owned());
        values.insert("match_key".to_owned(), account.key().map_or("", |key| key.original()).to_owned());
        values.insert("immutable_id".to_owned(), text(id_of(account)));
        values.insert("admin".to_owned(), account.is_admin.to_string());
        let beneath = account.state.admin_block().map_or("", |block| block.beneath.as_str());
        values.insert("when_unblocked".to_owned(), beneath.to_owned());
        values.insert("starts".to_owned(), account.state.starts().map_or(String::new(), |at| at.to_string()));
        // A person who left and is blocked for it has not been seen again.
        let has_left = after.state.block().is_some_and(|block| block.reason == BlockReason::LeftScope);
        values.insert("missing".to_owned(), (!has_left && account.missing_since.is_some()).to_string());
        values
    };
    let (old, new) = (values(before), values(after));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let value = |of: &BTreeMap<String, String>, name| of.get(name).cloned().unwrap_or_default();
    let pairs = names.into_iter().map(|name| (name.clone(), value(&old, name), value(&new, name)));
    // A start date that is new or gone is in the state.
    let is_listed = |name: &str, old: &str, new: &str| name != "starts" || !old.is_empty() && !new.is_empty();
    pairs.filter(|(name, old, new)| old != new && is_listed(name, old, new)).collect()
}

#[test]
fn generators_reach_every_outcome() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..2000 {
        let world = worlds().new_tree(&mut runner).unwrap().current();
        let result = run(&world.input, &world.records, &world.accounts);
        seen.extend(result.outcomes.into_iter().map(|(_, outcome)| outcome));
    }
    // Adoption comes before the plan.
    let planned = Outcome::of_runs().filter(|outcome| *outcome != Outcome::Adopted);
    assert_eq!(seen, planned.collect(), "{seen:?}");
}

//! Properties: the planner agrees with the naive statement, and both keep the invariants of docs/rules.md.
//!
//! Stands beside `naive`; the planner is driven through its front door only, as `rollcall-sync` drives it.

mod dates;
mod driving;
mod guard;
mod parts;
mod people;
mod perhaps_same;
mod undo;

use super::generators::{NOW, World, inputs, snapshots, source, worlds};
use super::{Subject, count, id_of, run};
use crate::account::{Account, AccountId, Beneath, BlockReason};
use crate::entry::{Entry, EntryStatus, Record, Standing};
use crate::fields::FieldName;
use crate::licence::{Limit, SeatCount};
use crate::outcome::Outcome;
use crate::plan::{Holds, Judgement, PlanInput, Removals};
use crate::policy::Trimming;
use crate::time::Timestamp;
use driving::{Planned, plan, plan_again, plan_as_counted};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
use std::borrow::ToOwned as _;
use std::collections::{BTreeMap, BTreeSet};
use std::string::{String, ToString as _};
use std::time::Duration;
use std::vec::Vec;

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
        prop_assert_eq!(planned.result.holds, naive.holds);
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
        if planned.result.holds.removals.is_some() {
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
    fn nobody_who_is_perhaps_somebody_else_loses_anything(mut world in worlds()) {
        world.input.decided.perhaps_same = Judgement::Guarded;
        let planned = plan(&world.input, &world.records, &world.accounts);
        let asks = |account: &Account| world.records.iter().any(|record| match record {
            Record::Entry(entry) => {
                matches!(entry.standing(NOW), Standing::Eligible | Standing::NotStarted { .. })
                    && entry.username.as_ref().is_some_and(|name| name.folded() == account.username.folded())
            }
            Record::Rejected(_) => false,
        });
        for before in world.accounts.iter().filter(|account| account.state.holds_seat() && asks(account)) {
            let after = &planned.result.accounts_after[&before.id];
            let outcome = planned.result.outcomes.iter().find(|(of, _)| *of == Subject::Account(before.id));
            // Without an entry that matches, nothing of the account's changes but the mark of a missing person.
            let has_left = matches!(outcome, Some((_, Outcome::BlockedLeft)));
            prop_assert!(!has_left && (after.state.holds_seat() || after.state.block().is_some_and(|block| block.reason != BlockReason::LeftScope)));
        }
    }

    #[test]
    fn nobody_gets_another_login_under_a_hold(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        if planned.result.holds.renames.is_some() {
            for before in &world.accounts {
                let after = &planned.result.accounts_after[&before.id];
                prop_assert_eq!(after.username.folded(), before.username.folded());
                prop_assert_eq!(after.is_admin, before.is_admin);
            }
        }
    }

    #[test]
    fn nobody_is_created_under_a_hold(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let is_created = planned.changes.iter().any(|change| change.before.is_none());
        prop_assert!(planned.result.holds.newcomers.is_none() || !is_created);
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
        prop_assert_eq!(with.holds, without.holds);
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
        hold_again(&mut world.input, &last.result.holds);
        if last.is_settled {
            return (world, last);
        }
        assert!(passes < 9, "{:#?}", last.changes);
        last = plan_again(&world, last.result.accounts_after, 0);
        passes += 1;
    }
}

/// What a run has held of a snapshot stays held until a person decides (rule 24b).
fn hold_again(input: &mut PlanInput, holds: &Holds) {
    if holds.removals.is_some() {
        input.removals = Removals::Held;
    }
    if holds.renames.is_some() {
        input.decided.renames = Judgement::Held;
    }
    if holds.newcomers.is_some() {
        input.decided.newcomers = Judgement::Held;
    }
    if holds.undone > 0 {
        input.decided.undone = Judgement::Held;
    }
    if holds.perhaps_same > 0 {
        input.decided.perhaps_same = Judgement::Held;
    }
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
        values.insert("priority".to_owned(), account.priority.to_string());
        let beneath = account.state.admin_block().map_or("", |block| block.beneath.as_str());
        values.insert("when_unblocked".to_owned(), beneath.to_owned());
        values.insert("starts".to_owned(), account.state.starts().map_or(String::new(), |at| at.to_string()));
        // A person who left and is blocked for it has not been seen again.
        let has_left = after.state.block().is_some_and(|block| block.reason == BlockReason::LeftScope);
        let is_given_back = account.history.given_back_at.is_some();
        values.insert("given_back".to_owned(), is_given_back.to_string());
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
    let planned = Outcome::of_runs().filter(|outcome| !matches!(outcome, Outcome::Adopted | Outcome::Undone));
    assert_eq!(seen, planned.collect(), "{seen:?}");
}

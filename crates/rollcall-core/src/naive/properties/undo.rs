//! Undo (rule 58): after it, everything is as it was; never over the limit; the same snapshot takes nothing again.

use super::super::generators::{NOW, World, worlds};
use super::super::undo::{has_something, undo, undo_in_rounds};
use super::{Planned, config, plan};
use crate::account::{Account, AccountId, AccountState};
use crate::licence::{Limit, SeatCount};
use crate::outcome::{Change, Outcome};
use crate::plan::{Decided, Judgement, PlanInput};
use crate::time::Timestamp;
use crate::undo::{Before, Done, LeftAlone, Undo, UndoInput, Was, plan_undo};
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use std::collections::BTreeMap;
use std::string::String;
use std::vec::Vec;

const LATER: Timestamp = Timestamp::from_millis(2_000);

fn by_id(accounts: &[Account]) -> BTreeMap<AccountId, Account> {
    accounts.iter().map(|account| (account.id, account.clone())).collect()
}

/// As the audit log has it.
fn done(change: &Change) -> Done {
    let was = |before: &Account| Was {
        state: before.state.clone(),
        missing_since: before.missing_since,
        history: before.history,
    };
    Done {
        account: change.after.id,
        version: change.after.version,
        before: change.before.as_ref().map_or(Before::Nothing, |before| Before::Was(was(before))),
        changes: change.changes.clone(),
    }
}

fn undo_of(planned: &Planned, limit: Limit, accounts: &BTreeMap<AccountId, Account>) -> Undo {
    let done: Vec<Done> = planned.changes.iter().map(done).collect();
    let accounts: Vec<Account> = accounts.values().cloned().collect();
    plan_undo(
        &UndoInput::of_all(String::from("run csv-7"), (LATER, NOW), limit, &accounts),
        &done,
        &[],
        &accounts,
    )
}

/// Commits the changes one by one, and looks at each moment.
#[track_caller]
fn commit(
    undo: &Undo,
    limit: Limit,
    accounts: &BTreeMap<AccountId, Account>,
) -> BTreeMap<AccountId, Account> {
    let mut accounts = accounts.clone();
    let used = |accounts: &BTreeMap<AccountId, Account>| {
        accounts.values().filter(|one| one.state.holds_seat()).count() as u64
    };
    for change in &undo.changes {
        let before = used(&accounts);
        let replaced = accounts.insert(change.after.id, change.after.clone());
        assert_eq!(replaced, change.before);
        assert_eq!(change.outcome, Outcome::Undone);
        if let Limit::Seats(limit) = limit {
            assert!(used(&accounts) <= limit.get().max(before), "over the limit");
            assert!(used(&accounts) <= before || used(&accounts) <= limit.get(), "over the limit");
        }
        super::assert_unique(&accounts);
    }
    accounts
}

/// Whether everybody could go back: seats were not over the limit, and an administrator stays.
fn is_possible(world: &World, undo: &Undo) -> bool {
    let used = world.accounts.iter().filter(|account| account.state.holds_seat()).count() as u64;
    let is_over = match world.input.limit {
        Limit::Seats(limit) => used > limit.get(),
        Limit::Unlimited => false,
    };
    !is_over && undo.left_alone.is_empty()
}

/// Whether everybody is as the run left them.
fn is_as_left(redone: &BTreeMap<AccountId, Account>, after: &BTreeMap<AccountId, Account>) -> bool {
    let plain = |account: &Account| {
        let mut account = account.clone();
        (account.version, account.history.given_back_at) = (0, None);
        account
    };
    redone.iter().all(|(id, account)| after.get(id).is_some_and(|left| plain(left) == plain(account)))
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn everything_is_as_it_was_after_an_undo(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let after = &planned.result.accounts_after;
        let undone = undo_of(&planned, world.input.limit, after);
        let back = commit(&undone, world.input.limit, after);
        prop_assert!(undone.left_alone.iter().all(|(_, why)| matches!(why, LeftAlone::LastAdmin | LeftAlone::NameTaken)));
        if is_possible(&world, &undone) {
            prop_assert_eq!(back, undo(LATER, &by_id(&world.accounts), after, after));
        }
    }

    #[test]
    fn the_order_is_that_of_trying_in_rounds(world in worlds(), limit in 0u64..9, taken in any::<u16>()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let after = &planned.result.accounts_after;
        let before = by_id(&world.accounts);
        let limit = Limit::Seats(SeatCount::new(limit));
        // Of some of them nobody knows that the run changed them: they keep seats and names.
        let is_shown = |at: usize| taken & (1 << (at % 16)) == 0;
        let shown = planned.changes.iter().enumerate().filter(|(at, _)| is_shown(*at));
        let done: Vec<Done> = shown.map(|(_, change)| done(change)).collect();
        let is_done = |id: &AccountId| done.iter().filter(|one| one.account == *id).count()
            == planned.changes.iter().filter(|change| change.after.id == *id).count();
        let wanted = undo(LATER, &before, after, after);
        let wanted: BTreeMap<_, _> = wanted
            .into_iter()
            .map(|(id, account)| if is_done(&id) { (id, account) } else { (id, after[&id].clone()) })
            .collect();
        let accounts: Vec<Account> = after.values().cloned().collect();
        let whole: Vec<Done> = done.iter().filter(|one| is_done(&one.account)).cloned().collect();
        let input = UndoInput::of_all(String::from("run csv-7"), (LATER, NOW), limit, &accounts);
        let back = commit(&plan_undo(&input, &whole, &[], &accounts), limit, after);
        prop_assert_eq!(back, undo_in_rounds(LATER, limit, &wanted, after));
    }

    #[test]
    fn an_undo_can_be_undone(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let after = &planned.result.accounts_after;
        let first = undo_of(&planned, world.input.limit, after);
        let back = commit(&first, world.input.limit, after);
        let entries: Vec<Done> = first.changes.iter().map(done).collect();
        let accounts: Vec<Account> = back.values().cloned().collect();
        let times = (LATER, LATER);
        let input = UndoInput::of_all(String::from("run undo-8"), times, world.input.limit, &accounts);
        let second = plan_undo(&input, &entries, &[], &accounts);
        let again = commit(&second, world.input.limit, &back);
        if is_possible(&world, &first) && second.left_alone.is_empty() {
            for (id, account) in &again {
                prop_assert_eq!(&account.state, &after[id].state);
                prop_assert_eq!(&account.username, &after[id].username);
            }
        }
    }

    #[test]
    fn what_was_taken_back_since_is_no_change(world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let after = &planned.result.accounts_after;
        let limit = world.input.limit;
        let first = undo_of(&planned, limit, after);
        let back = commit(&first, limit, after);
        let of_first: Vec<Done> = first.changes.iter().map(done).collect();
        let accounts: Vec<Account> = back.values().cloned().collect();
        let input = |decided, all: &[Account]| {
            UndoInput::of_all(String::from("run x"), (LATER, decided), limit, all)
        };
        let second = plan_undo(&input(LATER, &accounts), &of_first, &[], &accounts);
        let redone = commit(&second, limit, &back);
        if !is_as_left(&redone, after) {
            return Ok(());
        }
        // The run once more: the undo of it was taken back, so all is as the run left it.
        let of_run: Vec<Done> = planned.changes.iter().map(done).collect();
        let since: Vec<Done> = first.changes.iter().chain(&second.changes).map(done).collect();
        let accounts: Vec<Account> = redone.values().cloned().collect();
        let third = plan_undo(&input(NOW, &accounts), &of_run, &since, &accounts);
        prop_assert_eq!(&third.left_alone, &first.left_alone);
        let again = commit(&third, limit, &redone);
        for (id, account) in &again {
            prop_assert_eq!(&account.username, &back[id].username);
            prop_assert_eq!(&account.fields, &back[id].fields);
        }
    }

    #[test]
    fn what_has_changed_since_is_left_alone(world in worlds(), touched in any::<u16>(), limit in 0u64..9) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let after = &planned.result.accounts_after;
        let mut current = after.clone();
        for (at, account) in current.values_mut().enumerate() {
            account.version += u64::from(touched & (1 << (at % 16)) != 0);
        }
        let limit = Limit::Seats(SeatCount::new(limit));
        let undone = undo_of(&planned, limit, &current);
        let back = commit(&undone, limit, &current);
        let before = by_id(&world.accounts);
        for (id, account) in current.iter().filter(|(id, account)| account.version != after[id].version) {
            let is_of_run = planned.changes.iter().any(|change| change.after.id == *id);
            if !is_of_run || undone.left_alone.iter().any(|(of, _)| of == id) {
                prop_assert_eq!(&back[id], account);
                continue;
            }
            // It is, in all that the run had changed, what it was; or it waits for the very seat that the run took.
            let was = &before[id];
            let same = |one: &Account| (one.username.clone(), one.is_admin, one.fields.clone());
            prop_assert_eq!(same(&back[id]), same(was));
            let waited = account.state.waiting_since().is_some() && was.state == AccountState::Active;
            prop_assert!(account.state == was.state || waited, "{account:?} {was:?}");
        }
    }

    #[test]
    fn the_same_snapshot_takes_nothing_again(mut world in worlds()) {
        let planned = plan(&world.input, &world.records, &world.accounts);
        let after = &planned.result.accounts_after;
        let undone = undo_of(&planned, world.input.limit, after);
        let back = commit(&undone, world.input.limit, after);
        world.input.decided = Decided { undone: Judgement::Guarded, ..world.input.decided };
        let accounts: Vec<Account> = back.values().cloned().collect();
        // Dates may pass between two runs; here none does.
        let again = plan(&PlanInput { now: NOW, ..world.input.clone() }, &world.records, &accounts);
        for account in back.values().filter(|account| account.history.given_back_at == Some(LATER)) {
            let again = &again.result.accounts_after[&account.id];
            prop_assert!(has_something(again), "{account:?} {again:?}");
            prop_assert!(account.state != AccountState::Active || again.state == AccountState::Active);
        }
    }
}

//! What a plan of an undo holds in memory, and how long its order takes.

use super::{Before, Done, LeftAlone, UndoInput, UndoPlanner, Was};
use crate::account::{Account, AccountId, AccountState, Owner};
use crate::account_spill::AccountSpill;
use crate::fields::Fields;
use crate::history::History;
use crate::licence::{Limit, SeatCount};
use crate::match_key::MatchKey;
use crate::outcome::FieldChange;
use crate::source::SourceName;
use crate::time::Timestamp;
use crate::username::Username;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::cell::Cell;
use core::convert::Infallible;

const PEOPLE: usize = 50_000;

/// Counts the records that are read, so that a plan that kept them would be seen.
struct Counting<'a> {
    records: Vec<Account>,
    read: &'a Cell<usize>,
}

impl AccountSpill for Counting<'_> {
    type Error = Infallible;

    fn put(&mut self, account: &Account) -> Result<u32, Infallible> {
        self.records.put(account)
    }

    fn get(&self, position: u32) -> Result<Account, Infallible> {
        self.read.set(self.read.get() + 1);
        self.records.get(position)
    }
}

fn person(number: usize) -> Account {
    let source = SourceName::parse("staff").unwrap();
    let key = MatchKey::parse(&format!("key-{number}")).unwrap();
    Account {
        id: AccountId::of_key(&source, &key),
        owner: Owner::Source { source, key, immutable_id: None },
        username: Username::parse(&format!("user{}", number + 1)).unwrap(),
        is_admin: false,
        priority: 0,
        state: AccountState::Active,
        missing_since: None,
        history: History::default(),
        fields: Fields::default(),
        version: 2,
    }
}

/// Everybody had the name that the next one has now: a column was moved by one row.
fn renamed(account: &Account, number: usize) -> Done {
    let change = FieldChange {
        field: String::from("username"),
        old: format!("user{number}"),
        new: format!("user{}", number + 1),
    };
    Done { account: account.id, version: 2, before: Before::Was(Was::of(account)), changes: vec![change] }
}

fn input() -> UndoInput {
    UndoInput {
        now: Timestamp::from_millis(2_000),
        what: String::from("run csv-7"),
        decided_at: Timestamp::from_millis(1_000),
        limit: Limit::Unlimited,
        used: SeatCount::new(PEOPLE as u64),
        admins: 0,
    }
}

#[test]
fn a_plan_holds_no_record_and_hands_them_out_one_by_one() {
    let read = Cell::new(0);
    let mut planner = UndoPlanner::begin(input(), Counting { records: Vec::new(), read: &read });
    for number in 0..PEOPLE {
        let account = person(number);
        planner.take_name(&account.username);
        let Ok(position) = planner.spill_mut().put(&account);
        let Ok(wanted) = planner.see(position, &[renamed(&account, number)], &[]);
        assert_eq!(wanted.unwrap().original(), format!("user{number}"));
    }
    // Each account was read once to see it.
    assert_eq!(read.get(), PEOPLE);
    let Ok(plan) = planner.finish();
    assert_eq!(read.get(), PEOPLE, "to find the order, no record is read");
    assert_eq!((plan.steps().count(), plan.left_alone().count()), (PEOPLE, 0));
    for (number, step) in plan.steps().enumerate() {
        let Ok(change) = plan.change(step);
        // The first name is free, and each that goes back frees the next.
        assert_eq!(change.after.username.original(), format!("user{number}"));
        assert_eq!(read.get(), PEOPLE + 2 * (number + 1), "a change is read when it is asked for");
    }
}

#[test]
fn whose_name_is_another_ones_now_is_left_alone() {
    let (mut renamed_one, mut other) = (person(1), person(7));
    other.username = Username::parse("user1").unwrap();
    // Its run has noted that it was renamed; before it, it was not.
    let done = renamed(&renamed_one, 1);
    renamed_one.history.renamed_at = Some(Timestamp::from_millis(1_000));
    let read = Cell::new(0);
    let mut planner = UndoPlanner::begin(input(), Counting { records: Vec::new(), read: &read });
    let Ok(position) = planner.spill_mut().put(&renamed_one);
    let Ok(wanted) = planner.see(position, &[done], &[]);
    assert_eq!(wanted, Some(other.username.clone()));
    planner.take_name(&other.username);
    let Ok(plan) = planner.finish();
    assert_eq!(plan.steps().count(), 0);
    let left: Vec<_> = plan.left_alone().map(|left| (left.account, left.why)).collect();
    assert_eq!(left, [(renamed_one.id, LeftAlone::NameTaken)]);
    let Ok(account) = plan.account(plan.left_alone().next().unwrap());
    assert_eq!(account, renamed_one);
}

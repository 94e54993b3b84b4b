//! Perhaps the same person, as a table (rule 54): who is kept, and what the record is told.

use super::super::generators::{NOW, source};
use super::super::run;
use super::{Planned, plan};
use crate::account::{Account, AccountId, AccountState, BlockReason, Owner};
use crate::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use crate::fields::{FieldName, Fields};
use crate::history::History;
use crate::licence::{Limit, SeatCount};
use crate::match_key::{ImmutableId, MatchKey};
use crate::outcome::Outcome::{
    self, BlockedDisabled, BlockedLeft, Conflict, CreatedActive, Error, Held, SkippedDisabled,
    SkippedDuplicate, Unchanged,
};
use crate::plan::{AskedElsewhere, Decided, Judgement, PlanInput, Removals};
use crate::policy::Policy;
use crate::username::Username;
use std::borrow::ToOwned as _;
use std::string::String;
use std::vec::Vec;
use std::{format, vec};

fn input() -> PlanInput {
    PlanInput {
        source: source("csv"),
        now: NOW,
        limit: Limit::Seats(SeatCount::new(10)),
        used: SeatCount::ZERO,
        policy: Policy::default(),
        removals: Removals::Guarded,
        decided: Decided::default(),
        asked_elsewhere: Vec::new(),
    }
}

fn key(text: &str) -> MatchKey {
    MatchKey::parse(text).unwrap()
}

fn fields(email: &str) -> Fields {
    let given = Some(email).filter(|email| !email.is_empty());
    given.map(|email| (FieldName::parse("email").unwrap(), email.to_owned())).into_iter().collect()
}

/// An active account: key, username, e-mail address.
fn account(of: &str, username: &str, email: &str) -> Account {
    Account {
        id: AccountId::of_key(&source("csv"), &key(of)),
        owner: Owner::Source { source: source("csv"), key: key(of), immutable_id: None },
        username: Username::parse(username).unwrap(),
        is_admin: false,
        priority: 0,
        state: AccountState::Active,
        missing_since: None,
        history: History::default(),
        fields: fields(email),
        version: 1,
    }
}

/// An enabled person: key, username, e-mail address.
fn person(of: &str, username: &str, email: &str) -> Entry {
    Entry {
        line: 0,
        key: key(of),
        immutable_id: None,
        username: Some(username).filter(|name| !name.is_empty()).map(|name| Username::parse(name).unwrap()),
        status: EntryStatus::Enabled,
        is_admin: None,
        priority: 0,
        fields: fields(email),
        starts: None,
        ends: None,
        created_fields: Fields::new(),
    }
}

fn disabled(entry: Entry) -> Record {
    Record::Entry(Entry { status: EntryStatus::Disabled, ..entry })
}

fn damaged(of: &str, username: &str) -> Record {
    Record::Rejected(RejectedRow {
        line: 0,
        reason: RejectReason::Unreadable(String::from("damaged")),
        key: Some(key(of)),
        immutable_id: None,
        username: Some(Username::parse(username).unwrap()),
    })
}

/// The records get lines in their order, and bob is always there, so that somebody matches.
fn decide(input: &PlanInput, records: Vec<Record>, mut accounts: Vec<Account>) -> Planned {
    let bob = Record::Entry(person("bob", "", ""));
    let mut records: Vec<Record> = records.into_iter().chain([bob]).collect();
    for (line, record) in (2..).zip(&mut records) {
        match record {
            Record::Entry(entry) => entry.line = line,
            Record::Rejected(row) => row.line = line,
        }
    }
    records.sort_by(|one, other| one.order().cmp(&other.order()));
    accounts.push(account("bob", "bob", ""));
    let planned = plan(input, &records, &accounts);
    assert_eq!(planned.result, run(input, &records, &accounts), "the naive rules say the same");
    planned
}

/// The outcomes without bob's: of accounts by id, then of lines.
#[track_caller]
fn check(what: &str, records: Vec<Record>, accounts: Vec<Account>, expected: &[Outcome]) {
    let planned = decide(&input(), records, accounts);
    let mut outcomes: Vec<Outcome> = planned.result.outcomes.iter().map(|(_, outcome)| *outcome).collect();
    let bob = outcomes.iter().position(|outcome| *outcome == Unchanged).expect("bob is there");
    outcomes.remove(bob);
    outcomes.sort_unstable();
    let mut expected = expected.to_owned();
    expected.sort_unstable();
    assert_eq!(outcomes, expected, "{what}");
}

#[test]
fn neither_is_done_when_a_record_asks_for_a_leavers_login() {
    let ann = || vec![account("0099", "ann", "ann@x.test")];
    let one = |entry: Entry| vec![Record::Entry(entry)];
    check("a key lost its zero", one(person("99", "ann", "")), ann(), &[Held, Conflict]);
    check("the name in capitals", one(person("99", "ANN", "")), ann(), &[Held, Conflict]);
    check("the same address", one(person("99", "a.lee", "Ann@X.test")), ann(), &[Held, Conflict]);
    check("another person", one(person("99", "cy", "cy@x.test")), ann(), &[BlockedLeft, CreatedActive]);
    check(
        "no address at all",
        one(person("99", "cy", "")),
        vec![account("0099", "ann", "")],
        &[BlockedLeft, CreatedActive],
    );
    check(
        "hired again, the old row disabled",
        vec![disabled(person("0099", "ann", "")), Record::Entry(person("99", "ann", ""))],
        ann(),
        &[Held, Conflict],
    );
    check(
        "the new row disabled",
        vec![disabled(person("99", "ann", ""))],
        ann(),
        &[BlockedLeft, SkippedDisabled],
    );
    check("the new row damaged", vec![damaged("99", "ann")], ann(), &[Held, Error]);
    let twice = vec![Record::Entry(person("99", "ann", "")), Record::Entry(person("99", "ann", "x"))];
    check("the new row twice", twice, ann(), &[Held, SkippedDuplicate, SkippedDuplicate]);
    check("only disabled", vec![disabled(person("0099", "ann", ""))], ann(), &[BlockedDisabled]);
    let logs_in = |number: &str| vec![account(number, number, "")];
    check("the login lost its zeros", one(person("99", "", "")), logs_in("0099"), &[Held, Conflict]);
    check("the login got a fraction", one(person("99.0", "", "")), logs_in("99"), &[Held, Conflict]);
    check("another number", one(person("990", "", "")), logs_in("99"), &[BlockedLeft, CreatedActive]);
    check("the key is the name", one(person("ann", "", "")), ann(), &[Held, Conflict]);
}

/// The account follows its record to the new key in any case, so the next run would not see the sign any more.
#[test]
fn an_old_key_is_no_sign_where_the_record_has_another() {
    let id = ImmutableId::parse("9").unwrap();
    let owner = Owner::Source { source: source("csv"), key: key("7.0"), immutable_id: Some(id.clone()) };
    let accounts = vec![Account { owner, ..account("7.0", "7.0", "") }];
    let own = Entry { immutable_id: Some(id), ..person("A", "", "") };
    let records = vec![disabled(own), Record::Entry(person("7", "", ""))];
    check("their key is A now", records, accounts, &[BlockedDisabled, CreatedActive]);
}

#[test]
fn an_address_that_several_people_use_is_no_sign() {
    let accounts = vec![account("1", "ann", "desk@x.test"), account("2", "cy", "desk@x.test")];
    let records = vec![
        Record::Entry(person("2", "cy", "desk@x.test")),
        Record::Entry(person("3", "di", "desk@x.test")),
    ];
    let planned = decide(&input(), records, accounts);
    let has = |word| planned.result.outcomes.iter().any(|(_, outcome)| *outcome == word);
    assert!(has(BlockedLeft) && has(CreatedActive) && !has(Held), "{:?}", planned.result.outcomes);
}

#[test]
fn who_has_nothing_to_lose_is_no_question() {
    let left = AccountState::blocked(BlockReason::LeftScope, NOW);
    let gone = Account { state: left, ..account("0099", "ann", "") };
    let planned = decide(&input(), vec![Record::Entry(person("99", "ann", ""))], vec![gone]);
    assert!(planned.result.outcomes.iter().all(|(_, outcome)| *outcome != Held));
}

#[test]
fn who_says_that_they_are_two_is_believed_and_no_further() {
    let records = || vec![Record::Entry(person("99", "a.lee", "ann@x.test"))];
    let ann = || vec![account("0099", "ann", "ann@x.test")];
    for (at_most, is_held) in [(0, true), (1, false)] {
        let decided = Decided { perhaps_same: Judgement::Approved { at_most }, ..Decided::default() };
        let planned = decide(&PlanInput { decided, ..input() }, records(), ann());
        let held = planned.result.outcomes.iter().any(|(_, outcome)| *outcome == Held);
        assert_eq!(held, is_held, "{at_most} approved");
    }
}

#[test]
fn another_source_asks_for_the_name() {
    let asked =
        AskedElsewhere { username: Username::parse("Ann").unwrap(), source: source("south"), key: key("7") };
    let input = PlanInput { asked_elsewhere: vec![asked], ..input() };
    let planned = decide(&input, Vec::new(), vec![account("0099", "ann", "")]);
    let reasons = format!("{:?}", planned.reasons);
    assert!(
        reasons.contains("perhaps_same: source south asks for this username (key \\\"7\\\")"),
        "{reasons}"
    );
}

#[test]
fn both_sides_are_named() {
    let records = vec![Record::Entry(person("99", "ann", ""))];
    let planned = decide(&input(), records, vec![account("0099", "ann", "")]);
    let reasons = planned.reasons.join("\n");
    for part in [
        "perhaps_same: line 2 asks for this username under another key",
        "perhaps the same person as \"ann\" (source csv, active) with the key \"0099\"",
        "this record (key \"99\") asks for its username",
        "The same person: `rollcall rekey ann 99`. Another person: approve the run",
    ] {
        assert!(reasons.contains(part), "{part}: {reasons}");
    }
}

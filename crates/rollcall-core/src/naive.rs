//! The naive statement of a run: docs/rules.md as plainly as code can say them.
//!
//! Stands beside the planner and shares no code with it but the domain types. Slow on
//! purpose. [`run`] reads top down like the rules; `properties` holds the planner to it.
//! Numbers are those of docs/rules.md.

// The steps of `run`, in order.
mod matching;
mod perhaps_same;
mod undone;
mod returning;
mod undo;
mod trim;
mod guard;
mod beneath;
mod grace;
mod seating;

// What conditions and dates make of an entry.
mod scope;

// How they compare keys, ids and names.
mod names;
mod natural;

// The properties that hold the planner to it, and their worlds.
pub(crate) mod generators;
mod properties;

use crate::account::{Account, AccountId, AccountState, BlockReason, Owner};
use crate::entry::{Entry, Record, RejectReason, RejectedRow};
use crate::outcome::Outcome;
use crate::plan::{Holds, PlanInput, SeatArithmetic};
use crate::username::Username;
use beneath::keep_beneath;
use grace::mark_missing;
use guard::{hold_newcomers, hold_removals, hold_renames};
use matching::{clear_entries, distinct, is_duplicate, match_accounts};
use names::{folded_key, id_of, is_by_admin, is_same_id, is_same_name};
use perhaps_same::hold_perhaps_same;
use returning::remember;
use scope::{Says, asks_for_account, is_outside, says};
use seating::{count_seats, seat};
use std::collections::BTreeMap;
use std::vec::Vec;
use trim::trim;
use undone::hold_undone;

/// What an outcome is about: an account, or a line of the snapshot without an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    Account(AccountId),
    Line(u64),
}

/// The result of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NaiveResult {
    /// Every account of every owner, as it is afterwards.
    pub(crate) accounts_after: BTreeMap<AccountId, Account>,
    /// The outcomes, sorted.
    pub(crate) outcomes: Vec<(Subject, Outcome)>,
    pub(crate) seats: SeatArithmetic,
    pub(crate) holds: Holds,
}

/// One account that the run may change, and what has been decided about it so far.
struct Case<'a> {
    before: &'a Account,
    entry: Option<&'a Entry>,
    /// An entry outside a condition that is the person's: it says why they have left, and nothing else.
    outside: Option<&'a Entry>,
    after: Account,
    is_name_refused: bool,
    is_in_grace: bool,
    is_trimmed: bool,
    is_perhaps_same: bool,
    /// The state beneath a person's block stays, because the account is perhaps another's or an undo gave it back.
    is_kept_beneath: bool,
    /// It keeps its username and its admin mark.
    is_login_held: bool,
    /// The first of rule 30a's words that applies to its state, once one does.
    word: Option<Outcome>,
}

/// One run, stated naively.
pub(crate) fn run(input: &PlanInput, records: &[Record], accounts: &[Account]) -> NaiveResult {
    let records = &distinct(records);
    let mut cases = match_accounts(input, records, accounts);
    let renames = hold_renames(input, &mut cases, accounts);
    let newcomers = newcomers(input, records, &cases);
    let wanted = wanted_names(&cases, &newcomers);
    for case in &mut cases {
        follow_directory(input, case, accounts, &wanted);
    }
    let perhaps_same = hold_perhaps_same(input, records, &mut cases);
    let (refused, newcomers): (Vec<&Entry>, Vec<&Entry>) = newcomers.into_iter().partition(|entry| {
        let name = name_of_newcomer(entry);
        let id = AccountId::of_entry(&input.source, entry);
        // Rule 4c: an account was made from this key once and is known by another id since.
        let has_id_taken = accounts.iter().any(|account| account.id == id);
        let is_perhaps_same = perhaps_same.contains(&entry.line);
        is_taken(&name, None, accounts) || is_contested(&name, &wanted) || has_id_taken || is_perhaps_same
    });

    let held_before = count(cases.iter().filter(|case| case.is_perhaps_same));
    let undone = hold_undone(input, &mut cases);
    protect(input, &mut cases, accounts);
    trim(input, &mut cases, accounts);
    let hold = hold_removals(input, records, &mut cases, accounts);
    let held_newcomers = hold_newcomers(input, &newcomers, accounts, hold);
    let newcomers_in: &[&Entry] = if held_newcomers.is_some() { &[] } else { &newcomers };
    remove(input, &mut cases);
    keep_beneath(input, &mut cases, hold.is_some());
    mark_missing(input, &mut cases);
    let freed =
        cases.iter().filter(|case| case.before.state.holds_seat() && !case.after.state.holds_seat()).count();
    let active_before = accounts.iter().filter(|account| account.state.holds_seat()).count();
    let created = seat(input, &mut cases, newcomers_in, accounts, active_before - freed);
    for case in &mut cases {
        remember(input, case);
    }

    let mut outcomes = outcomes_of_records(input, records, &refused, &cases);
    if held_newcomers.is_some() {
        outcomes.extend(newcomers.iter().map(|entry| (Subject::Line(entry.line), Outcome::Held)));
    }
    outcomes.extend(created.iter().map(|account| (Subject::Account(account.id), word_of_newcomer(account))));
    outcomes.extend(cases.iter().map(|case| (Subject::Account(case.before.id), word_of(case))));
    outcomes.sort_unstable();

    let mut after: BTreeMap<AccountId, Account> =
        accounts.iter().map(|account| (account.id, account.clone())).collect();
    for case in cases {
        let version = case.before.version + u64::from(case.after != *case.before);
        after.insert(case.before.id, Account { version, ..case.after });
    }
    for account in created {
        let duplicate = after.insert(account.id, account);
        assert!(duplicate.is_none(), "two accounts with one id: {duplicate:?}");
    }
    let seats = count_seats(input.limit, active_before, freed, &after);
    let holds =
        Holds { removals: hold, renames, newcomers: held_newcomers, perhaps_same: held_before, undone };
    NaiveResult { accounts_after: after, outcomes, seats, holds }
}

/// Clear entries of people who may have an account, now or later, that no account matches.
fn newcomers<'a>(input: &PlanInput, records: &'a [Record], cases: &[Case<'_>]) -> Vec<&'a Entry> {
    let entries = clear_entries(records).into_iter();
    entries.filter(|entry| asks_for_account(input, entry) && !is_matched(entry, cases)).collect()
}

fn is_matched(entry: &Entry, cases: &[Case<'_>]) -> bool {
    cases.iter().any(|case| case.entry.is_some_and(|other| other.line == entry.line))
}

// Rules 7, 7a: the names that newcomers and accounts to be renamed ask for, one for each that asks.
fn wanted_names(cases: &[Case<'_>], newcomers: &[&Entry]) -> Vec<Username> {
    let renamed = cases.iter().filter(|case| !case.is_login_held).filter_map(|case| {
        let name = case.entry?.username.as_ref()?;
        (!is_same_name(name, &case.before.username)).then(|| name.clone())
    });
    renamed.chain(newcomers.iter().map(|entry| name_of_newcomer(entry))).collect()
}

fn is_contested(name: &Username, wanted: &[Username]) -> bool {
    wanted.iter().filter(|other| is_same_name(other, name)).count() > 1
}

// Rule 7a: held by any other account of any owner when the run begins.
fn is_taken(name: &Username, by_other_than: Option<AccountId>, accounts: &[Account]) -> bool {
    accounts.iter().any(|account| Some(account.id) != by_other_than && is_same_name(&account.username, name))
}

// Rule 9a: a newcomer without a username is named by its match key.
fn name_of_newcomer(entry: &Entry) -> Username {
    entry.username.clone().unwrap_or_else(|| Username::from(entry.key.clone()))
}

// Rules 9, 9a: fields follow the directory in every state; an absent field is left as it is.
fn follow_directory(input: &PlanInput, case: &mut Case<'_>, accounts: &[Account], wanted: &[Username]) {
    let Some(entry) = case.entry else { return };
    let after = &mut case.after;
    if let Owner::Source { key, immutable_id, .. } = &mut after.owner {
        key.clone_from(&entry.key);
        *immutable_id = entry.immutable_id.clone().or_else(|| immutable_id.clone());
    }
    after.priority = entry.priority;
    if !case.is_login_held {
        after.is_admin = entry.is_admin.unwrap_or(after.is_admin);
    }
    if let Says::NotStarted(starts) = says(input, entry) {
        scope::move_start(&mut after.state, starts);
    }
    for (name, value) in entry.fields.iter() {
        after.fields.store(name.clone(), value);
    }
    if let Some(name) = entry.username.as_ref().filter(|_| !case.is_login_held) {
        let is_rename = !is_same_name(name, &case.before.username);
        case.is_name_refused =
            is_rename && (is_taken(name, Some(case.before.id), accounts) || is_contested(name, wanted));
        if !case.is_name_refused {
            after.username = name.clone();
        }
    }
    let before = case.before;
    if !is_same_name(&after.username, &before.username) || after.is_admin != before.is_admin {
        after.history.renamed_at = Some(input.now);
    }
}

// Rules 4b, 6a and 16a: the reason for a block; `None` for a person who is in scope and not trimmed, and for people
// whom an administrator blocked.
fn reason_to_block(input: &PlanInput, case: &Case<'_>) -> Option<BlockReason> {
    if is_by_admin(case.before) {
        return None;
    }
    match case.entry.map(|entry| says(input, entry)) {
        None if case.is_in_grace => None,
        None => Some(BlockReason::LeftScope),
        Some(Says::Disabled) => Some(BlockReason::DisabledInDirectory),
        Some(Says::NotStarted(starts)) => Some(BlockReason::NotStarted { starts }),
        Some(Says::Eligible) => case.is_trimmed.then_some(BlockReason::NoSeat),
    }
}

/// Whether the account would lose its seat or its place on the waiting list.
fn would_lose(input: &PlanInput, case: &Case<'_>) -> bool {
    let has_something = case.before.state.holds_seat() || case.before.state.waiting_since().is_some();
    has_something && reason_to_block(input, case).is_some() && case.word.is_none()
}

fn would_lose_seat(input: &PlanInput, case: &Case<'_>) -> bool {
    would_lose(input, case) && case.before.state.holds_seat()
}

// Rules 20, 20a: exempt accounts, then the last active administrator.
fn protect(input: &PlanInput, cases: &mut [Case<'_>], accounts: &[Account]) {
    for case in cases.iter_mut() {
        if would_lose(input, case) && input.policy.exemptions.contains(&case.before.username) {
            case.word = Some(Outcome::Protected);
        }
    }
    let stays_admin = accounts.iter().any(|account| {
        let case = cases.iter().find(|case| case.before.id == account.id);
        let is_admin = case.map_or(account.is_admin, |case| case.after.is_admin);
        is_admin && account.state.holds_seat() && !case.is_some_and(|case| would_lose(input, case))
    });
    let admins = cases.iter_mut().filter(|case| would_lose_seat(input, case) && case.after.is_admin);
    let first = admins.min_by_key(|case| (folded_key(case.before), case.before.id));
    if let Some(case) = first.filter(|_| !stays_admin) {
        case.word = Some(Outcome::Protected);
    }
}

// Rules 6 and 14, 4b and 6a: since-when is the run's time whenever the reason changes.
fn remove(input: &PlanInput, cases: &mut [Case<'_>]) {
    for case in cases.iter_mut().filter(|case| case.word.is_none()) {
        let Some(reason) = reason_to_block(input, case) else { continue };
        if case.before.state.block().is_some_and(|block| block.reason.as_str() == reason.as_str()) {
            continue;
        }
        case.word = Some(match reason {
            BlockReason::LeftScope => Outcome::BlockedLeft,
            BlockReason::NoSeat => Outcome::BlockedNoSeat,
            BlockReason::DisabledInDirectory | BlockReason::NotStarted { .. } | BlockReason::ByAdmin(_) => {
                Outcome::BlockedDisabled
            }
        });
        case.after.state = AccountState::blocked(reason, input.now);
    }
}

// Rules 2, 3, 6, 7, 41: the outcomes of records without an account.
fn outcomes_of_records(
    input: &PlanInput,
    records: &[Record],
    refused: &[&Entry],
    cases: &[Case<'_>],
) -> Vec<(Subject, Outcome)> {
    let is_matched = |entry: &Entry| {
        cases.iter().any(|case| case.entry.or(case.outside).is_some_and(|e| e.line == entry.line))
    };
    let word = |record: &Record| match record {
        Record::Rejected(RejectedRow { reason: RejectReason::MissingKey, .. }) => {
            Some(Outcome::SkippedMissingKey)
        }
        Record::Rejected(RejectedRow { reason: RejectReason::Unreadable(_), .. }) => Some(Outcome::Error),
        Record::Entry(entry) if is_matched(entry) => None,
        Record::Entry(entry) if is_outside(entry) => Some(Outcome::SkippedScope),
        Record::Entry(entry) if is_duplicate(entry, records) => Some(Outcome::SkippedDuplicate),
        Record::Entry(entry) if says(input, entry) == Says::Disabled => Some(Outcome::SkippedDisabled),
        Record::Entry(entry) => refused.iter().any(|e| e.line == entry.line).then_some(Outcome::Conflict),
    };
    records.iter().filter_map(|record| Some((Subject::Line(record.line()), word(record)?))).collect()
}

// Rule 30a: state, then held or protected, then conflict, kept_admin_block, updated, unchanged.
fn word_of(case: &Case<'_>) -> Outcome {
    match case.word {
        Some(word) => word,
        None if case.is_login_held => Outcome::Held,
        None if case.is_name_refused => Outcome::Conflict,
        None if is_by_admin(case.before) => Outcome::KeptAdminBlock,
        None if case.after != *case.before => Outcome::Updated,
        None => Outcome::Unchanged,
    }
}

fn word_of_newcomer(account: &Account) -> Outcome {
    if account.state.holds_seat() { Outcome::CreatedActive } else { Outcome::CreatedBlocked }
}

fn count<T>(items: impl Iterator<Item = T>) -> u64 {
    items.map(|_| 1).sum()
}

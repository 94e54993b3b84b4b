//! From a fate to the record to write: the new state, and the fields as the directory has them (rule 9).

use super::decision::Decision;
use super::fate::{Fate, Removal, Under, Wish};
use super::input::PlanInput;
use super::kept::{Kept, Login};
use super::past::{self, Claim, Return};
use crate::account::{Account, AccountId, AccountState, AdminBlock, Beneath, Block, BlockReason, Owner};
use crate::entry::{Condition, Entry, EntryStatus, Standing};
use crate::fields::Fields;
use crate::history::History;
use crate::match_key::ImmutableId;
use crate::outcome::{Change, ENDED, FieldChange, OUTSIDE, Observation, Outcome, STARTS};
use crate::time::Timestamp;
use crate::username::Username;
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Why an account does not get all that the directory wants.
#[derive(Default)]
pub(super) struct Reasons {
    /// A date or a condition by which the directory says it.
    pub(super) by_directory: Option<String>,
    /// What a person who is back had before.
    pub(super) back: Option<String>,
    /// It keeps what it would lose.
    pub(super) held: Option<String>,
    /// It keeps its username and its admin mark.
    pub(super) keeps_login: Option<String>,
    /// It keeps its username.
    pub(super) keeps_username: Option<String>,
}

/// An account that no entry speaks of.
pub(super) fn to_leaver(kept: &Kept, before: Account, held: Option<String>, input: &PlanInput) -> Decision {
    leave(kept, before, Reasons { held, ..Reasons::default() }, None, input)
}

/// An account whose person's entry is outside a condition: as if no entry spoke of it, but the reason is known.
pub(super) fn to_outside(
    kept: &Kept,
    before: Account,
    entry: &Entry,
    condition: &Condition,
    reasons: Reasons,
    input: &PlanInput,
) -> Decision {
    let reasons = Reasons { by_directory: Some(outside(condition)), ..reasons };
    leave(kept, before, reasons, Some(entry.line), input)
}

fn leave(kept: &Kept, before: Account, reasons: Reasons, line: Option<u64>, input: &PlanInput) -> Decision {
    let (state, outcome) = after(kept, &before, None, input);
    let missing_since = match kept.fate {
        Fate::Miss => Some(input.now),
        Fate::Stay(_)
        | Fate::Hold(_)
        | Fate::Block(_)
        | Fate::Trim
        | Fate::Seat(_)
        | Fate::Wait
        | Fate::Beneath(_) => before.missing_since.filter(|_| state.holds_seat()),
    };
    let history = past::after(kept, &before, input);
    let account = Account { state, missing_since, history, ..before.clone() };
    let mut changes = Vec::new();
    // A blocked account says in its state that the person left.
    if account.state.holds_seat() {
        list_missing(&mut changes, &before, &account);
    }
    list_beneath(&mut changes, &before, &account);
    decision(before, account, outcome, changes, reasons, line)
}

/// An account and the entry that it matches.
pub(super) fn to_matched(
    kept: &Kept,
    before: Account,
    entry: &Entry,
    reasons: Reasons,
    input: &PlanInput,
) -> Decision {
    let starts = match entry.standing(input.now) {
        Standing::NotStarted { starts } => Some(starts),
        Standing::Eligible | Standing::Disabled | Standing::Ended | Standing::OutOfScope => None,
    };
    let (state, outcome) = after(kept, &before, starts, input);
    let mut history = past::after(kept, &before, input);
    if entry.standing(input.now) == Standing::Eligible {
        history.given_back_at = None;
    }
    let mut account = Account { state, missing_since: None, history, ..before.clone() };
    let keeps = match (&reasons.keeps_login, &reasons.keeps_username) {
        (Some(_), _) => Keeps::Login,
        (None, Some(_)) => Keeps::Username,
        (None, None) => Keeps::Nothing,
    };
    let reasons = Reasons { back: why_back(kept), by_directory: date_that_counts(entry, input), ..reasons };
    let mut changes = follow(&mut account, entry, keeps);
    let is_renamed = matches!(kept.login, Login::Name | Login::NameAndMark) && keeps == Keeps::Nothing
        || matches!(kept.login, Login::Mark | Login::NameAndMark);
    if is_renamed {
        account.history.renamed_at = Some(input.now);
    }
    list_missing(&mut changes, &before, &account);
    list_given_back(&mut changes, &before, &account);
    list_beneath(&mut changes, &before, &account);
    list_moved_start(&mut changes, &before, &account);
    changes.sort_by(|a, b| a.field.cmp(&b.field));
    decision(before, account, outcome, changes, reasons, Some(entry.line))
}

/// An entry that has no account yet.
pub(super) fn to_newcomer(entry: &Entry, is_seated: bool, input: &PlanInput) -> Decision {
    let (state, outcome) = match entry.standing(input.now) {
        Standing::NotStarted { starts } => {
            (AccountState::blocked(BlockReason::NotStarted { starts }, input.now), Outcome::CreatedBlocked)
        }
        Standing::Eligible | Standing::Disabled | Standing::Ended | Standing::OutOfScope if is_seated => {
            (AccountState::Active, Outcome::CreatedActive)
        }
        Standing::Eligible | Standing::Disabled | Standing::Ended | Standing::OutOfScope => {
            (AccountState::blocked(BlockReason::NoSeat, input.now), Outcome::CreatedBlocked)
        }
    };
    let mut fields = Fields::new();
    // Rule 46: the second kind is written here and nowhere else.
    for (name, value) in entry.fields.iter().chain(entry.created_fields.iter()) {
        fields.store(name.clone(), value);
    }
    let after = Account {
        id: AccountId::of_entry(&input.source, entry),
        owner: Owner::Source {
            source: input.source.clone(),
            key: entry.key.clone(),
            immutable_id: entry.immutable_id.clone(),
        },
        username: entry.username.clone().unwrap_or_else(|| Username::from(entry.key.clone())),
        is_admin: entry.is_admin.unwrap_or(false),
        priority: entry.priority,
        state,
        missing_since: None,
        history: History::default(),
        fields,
        version: 1,
    };
    let reason = date_that_counts(entry, input);
    Decision::Change(Change { outcome, reason, before: None, after, changes: Vec::new() })
}

/// Whether there was a seat, and what comes of it (rule 56).
fn why_back(kept: &Kept) -> Option<String> {
    let words = match (kept.wish, kept.claim, kept.fate) {
        (Wish::Back, Claim::KeptSeat, Fate::Seat(_)) => "had a seat, which was kept free",
        (Wish::Back, Claim::HadSeat, Fate::Seat(_)) => "had a seat and has one again",
        (Wish::Back, Claim::KeptSeat | Claim::HadSeat, Fate::Wait) => {
            "had a seat, which is taken: goes before all who never had one"
        }
        (Wish::Waiting, Claim::HadSeat, Fate::Seat(_)) => "had a seat before and has one again",
        _ => return None,
    };
    Some(words.to_owned())
}

/// The date by which the entry's status is what it is, in words.
pub(super) fn date_that_counts(entry: &Entry, input: &PlanInput) -> Option<String> {
    match entry.standing(input.now) {
        Standing::NotStarted { starts } => Some(format!("{STARTS}{starts}")),
        Standing::Ended => entry.ends.map(|ends| format!("{ENDED}{ends}")),
        Standing::Eligible | Standing::Disabled | Standing::OutOfScope => None,
    }
}

/// The condition that the entry does not meet, in words.
pub(super) fn condition_of(entry: &Entry) -> Option<String> {
    match &entry.status {
        EntryStatus::OutOfScope { condition } => Some(outside(condition)),
        EntryStatus::Enabled | EntryStatus::Disabled => None,
    }
}

fn outside(condition: &Condition) -> String {
    format!("{OUTSIDE}{condition}")
}

/// The state after a fate, and the word for it. `starts` is the start date of a person who has not started.
fn after(
    kept: &Kept,
    before: &Account,
    starts: Option<Timestamp>,
    input: &PlanInput,
) -> (AccountState, Outcome) {
    match kept.fate {
        Fate::Stay(outcome) => (with_starts(before.state.clone(), starts), outcome),
        Fate::Hold(_) => (with_starts(before.state.clone(), starts), Outcome::Held),
        Fate::Miss => (before.state.clone(), Outcome::Unchanged),
        Fate::Block(Removal::Left) => {
            (AccountState::blocked(BlockReason::LeftScope, input.now), Outcome::BlockedLeft)
        }
        Fate::Block(Removal::Disabled) => {
            (AccountState::blocked(BlockReason::DisabledInDirectory, input.now), Outcome::BlockedDisabled)
        }
        Fate::Block(Removal::NotStarted) => {
            // Only an entry with a date in the future asks for it.
            let starts = starts.unwrap_or(input.now);
            (AccountState::blocked(BlockReason::NotStarted { starts }, input.now), Outcome::BlockedDisabled)
        }
        Fate::Trim => (AccountState::blocked(BlockReason::NoSeat, input.now), Outcome::BlockedNoSeat),
        Fate::Seat(outcome) => (AccountState::Active, outcome),
        Fate::Wait => (AccountState::blocked(BlockReason::NoSeat, kept.since), Outcome::Reactivated),
        Fate::Beneath(under) => (beneath(before, under, starts, input), Outcome::KeptAdminBlock),
    }
}

/// A start date that has moved counts at once.
fn with_starts(state: AccountState, starts: Option<Timestamp>) -> AccountState {
    match starts {
        Some(starts) => state.with_starts(starts),
        None => state,
    }
}

fn beneath(before: &Account, under: Under, starts: Option<Timestamp>, input: &PlanInput) -> AccountState {
    let state = &before.state;
    let AccountState::Blocked(Block { reason: BlockReason::ByAdmin(block), since }) = state else {
        return state.clone();
    };
    let beneath = match under {
        Under::Gone(Removal::Left) => Beneath::LeftScope(input.now),
        Under::Gone(Removal::Disabled) => Beneath::DisabledInDirectory(input.now),
        Under::Gone(Removal::NotStarted) => {
            Beneath::NotStarted { since: input.now, starts: starts.unwrap_or(input.now) }
        }
        Under::Back => Beneath::NoSeat(Return::of(before, input).place.unwrap_or(input.now)),
    };
    AccountState::blocked(BlockReason::ByAdmin(AdminBlock { beneath, ..block.clone() }), *since)
}

/// What an account keeps, although its entry has another value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeps {
    Nothing,
    Username,
    /// The username and the admin mark.
    Login,
}

/// Gives the account the entry's values; answers which of them differed.
fn follow(account: &mut Account, entry: &Entry, keeps: Keeps) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    if let Owner::Source { key, immutable_id, .. } = &mut account.owner {
        list_change(&mut changes, "match_key", key.original(), entry.key.original());
        *key = entry.key.clone();
        if let Some(id) = &entry.immutable_id {
            list_change(
                &mut changes,
                "immutable_id",
                immutable_id.as_ref().map_or("", ImmutableId::as_str),
                id.as_str(),
            );
            *immutable_id = Some(id.clone());
        }
    }
    if let Some(username) = entry.username.as_ref().filter(|_| keeps == Keeps::Nothing) {
        list_change(&mut changes, "username", account.username.original(), username.original());
        account.username = username.clone();
    }
    if let Some(is_admin) = entry.is_admin.filter(|_| keeps != Keeps::Login) {
        list_change(&mut changes, "admin", word(account.is_admin), word(is_admin));
        account.is_admin = is_admin;
    }
    if account.priority != entry.priority {
        list_change(
            &mut changes,
            "priority",
            &format!("{}", account.priority),
            &format!("{}", entry.priority),
        );
        account.priority = entry.priority;
    }
    for (name, value) in entry.fields.iter() {
        list_change(&mut changes, name.as_str(), account.fields.get(name), value);
        account.fields.store(name.clone(), value);
    }
    changes
}

/// The state beneath a person's block is listed like a field: the rest of the state does not show that it changed.
fn list_beneath(changes: &mut Vec<FieldChange>, before: &Account, after: &Account) {
    let word = |account: &Account| account.state.admin_block().map_or("", |block| block.beneath.as_str());
    list_change(changes, "when_unblocked", word(before), word(after));
}

/// The mark of a missing person is listed like a field. The time of the audit entry says since when.
fn list_missing(changes: &mut Vec<FieldChange>, before: &Account, after: &Account) {
    let word = |account: &Account| word(account.missing_since.is_some());
    list_change(changes, "missing", word(before), word(after));
}

/// So is the mark of an undo, which goes when the directory shows the person.
fn list_given_back(changes: &mut Vec<FieldChange>, before: &Account, after: &Account) {
    let word = |account: &Account| word(account.history.given_back_at.is_some());
    list_change(changes, "given_back", word(before), word(after));
}

/// A start date that the directory has moved. Where it is new or gone, the state says so.
fn list_moved_start(changes: &mut Vec<FieldChange>, before: &Account, after: &Account) {
    if let (Some(old), Some(new)) = (before.state.starts(), after.state.starts()) {
        list_change(changes, "starts", &format!("{old}"), &format!("{new}"));
    }
}

fn list_change(changes: &mut Vec<FieldChange>, field: &str, old: &str, new: &str) {
    if old != new {
        changes.push(FieldChange { field: field.to_owned(), old: old.to_owned(), new: new.to_owned() });
    }
}

fn word(is_admin: bool) -> &'static str {
    if is_admin { "true" } else { "false" }
}

/// One outcome for an account: the change of state first, then what prevented a change, then the fields.
fn decision(
    before: Account,
    mut after: Account,
    outcome: Outcome,
    changes: Vec<FieldChange>,
    reasons: Reasons,
    line: Option<u64>,
) -> Decision {
    let kept_username = reasons.keeps_username.map(|why| alloc::format!("kept its username: {why}"));
    let is_login_held = reasons.keeps_login.is_some();
    let is_quiet = matches!(outcome, Outcome::Unchanged | Outcome::KeptAdminBlock);
    let outcome = match (is_quiet, &kept_username) {
        (true, _) if is_login_held => Outcome::Held,
        (true, Some(_)) => Outcome::Conflict,
        (true, None) if outcome == Outcome::Unchanged && !changes.is_empty() => Outcome::Updated,
        (true, None) | (false, _) => outcome,
    };
    let why: Vec<String> =
        [reasons.back, reasons.held, reasons.keeps_login, kept_username].into_iter().flatten().collect();
    // What the directory says explains an outcome and comes first; a conflict needs no such reason.
    let said = reasons.by_directory.filter(|_| outcome != Outcome::Conflict);
    let why: Vec<String> = said.into_iter().chain(why).collect();
    let reason = (!why.is_empty()).then(|| why.join("; "));
    if before == after {
        let line = line.map(|line| u32::try_from(line).unwrap_or(u32::MAX));
        return Decision::Observe(Observation::of_account(&before, outcome, reason, line));
    }
    after.version = before.version + 1;
    Decision::Change(Change { outcome, reason, before: Some(before), after, changes })
}

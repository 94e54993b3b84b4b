//! From a fate to the record to write: the new state, and the fields as the directory has them (rule 9).

use super::decision::Decision;
use super::fate::{Fate, Removal, Under};
use super::input::PlanInput;
use super::kept::Kept;
use crate::account::{Account, AccountId, AccountState, AdminBlock, Beneath, Block, BlockReason, Owner};
use crate::entry::{Condition, Entry, EntryStatus, Standing};
use crate::fields::Fields;
use crate::match_key::ImmutableId;
use crate::outcome::{Change, ENDED, FieldChange, OUTSIDE, Observation, Outcome, STARTS};
use crate::time::Timestamp;
use crate::username::Username;
use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// An account that no entry speaks of.
pub(super) fn to_leaver(kept: &Kept, before: Account, input: &PlanInput) -> Decision {
    leave(kept, before, None, None, input)
}

/// An account whose person's entry is outside a condition: as if no entry spoke of it, but the reason is known.
pub(super) fn to_outside(
    kept: &Kept,
    before: Account,
    entry: &Entry,
    condition: &Condition,
    input: &PlanInput,
) -> Decision {
    leave(kept, before, Some(outside(condition)), Some(entry.line), input)
}

fn leave(
    kept: &Kept,
    before: Account,
    reason: Option<String>,
    line: Option<u64>,
    input: &PlanInput,
) -> Decision {
    let (state, outcome) = after(kept, &before, None, input);
    let missing_since = match kept.fate {
        Fate::Miss => Some(input.now),
        Fate::Stay(_) | Fate::Block(_) | Fate::Trim | Fate::Seat(_) | Fate::Wait | Fate::Beneath(_) => {
            before.missing_since.filter(|_| state.holds_seat())
        }
    };
    let account = Account { state, missing_since, ..before.clone() };
    let mut changes = Vec::new();
    // A blocked account says in its state that the person left.
    if account.state.holds_seat() {
        list_missing(&mut changes, &before, &account);
    }
    list_beneath(&mut changes, &before, &account);
    let words = Words { hindrance: None, reason };
    decision(before, account, outcome, changes, words, line)
}

/// An account and the entry that it matches.
pub(super) fn to_matched(
    kept: &Kept,
    before: Account,
    entry: &Entry,
    contested: Option<&str>,
    input: &PlanInput,
) -> Decision {
    let starts = match entry.standing(input.now) {
        Standing::NotStarted { starts } => Some(starts),
        Standing::Eligible | Standing::Disabled | Standing::Ended | Standing::OutOfScope => None,
    };
    let (state, outcome) = after(kept, &before, starts, input);
    let mut account = Account { state, missing_since: None, ..before.clone() };
    let mut changes = follow(&mut account, entry, contested.is_some());
    list_missing(&mut changes, &before, &account);
    list_beneath(&mut changes, &before, &account);
    list_moved_start(&mut changes, &before, &account);
    changes.sort_by(|a, b| a.field.cmp(&b.field));
    let hindrance = contested.map(|why| format!("kept its username: {why}"));
    let words = Words { hindrance, reason: date_that_counts(entry, input) };
    decision(before, account, outcome, changes, words, Some(entry.line))
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
        fields.store(name.clone(), value.to_owned());
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
        state,
        missing_since: None,
        fields,
        version: 1,
    };
    let reason = date_that_counts(entry, input);
    Decision::Change(Change { outcome, reason, before: None, after, changes: Vec::new() })
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
        Fate::Wait => (AccountState::blocked(BlockReason::NoSeat, input.now), Outcome::Reactivated),
        Fate::Beneath(under) => (beneath(&before.state, under, starts, input), Outcome::KeptAdminBlock),
    }
}

/// A start date that has moved counts at once.
fn with_starts(state: AccountState, starts: Option<Timestamp>) -> AccountState {
    match starts {
        Some(starts) => state.with_starts(starts),
        None => state,
    }
}

fn beneath(state: &AccountState, under: Under, starts: Option<Timestamp>, input: &PlanInput) -> AccountState {
    let AccountState::Blocked(Block { reason: BlockReason::ByAdmin(block), since }) = state else {
        return state.clone();
    };
    let beneath = match under {
        Under::Gone(Removal::Left) => Beneath::LeftScope(input.now),
        Under::Gone(Removal::Disabled) => Beneath::DisabledInDirectory(input.now),
        Under::Gone(Removal::NotStarted) => {
            Beneath::NotStarted { since: input.now, starts: starts.unwrap_or(input.now) }
        }
        Under::Back => Beneath::NoSeat(input.now),
    };
    AccountState::blocked(BlockReason::ByAdmin(AdminBlock { beneath, ..block.clone() }), *since)
}

/// Gives the account the entry's values; answers which of them differed.
fn follow(account: &mut Account, entry: &Entry, keeps_username: bool) -> Vec<FieldChange> {
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
    if let Some(username) = entry.username.as_ref().filter(|_| !keeps_username) {
        list_change(&mut changes, "username", account.username.original(), username.original());
        account.username = username.clone();
    }
    if let Some(is_admin) = entry.is_admin {
        list_change(&mut changes, "admin", word(account.is_admin), word(is_admin));
        account.is_admin = is_admin;
    }
    for (name, value) in entry.fields.iter() {
        list_change(&mut changes, name.as_str(), account.fields.get(name), value);
        account.fields.store(name.clone(), value.to_owned());
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

/// What the report says beside the outcome.
struct Words {
    /// What prevented a change: the outcome is a conflict where nothing else happens.
    hindrance: Option<String>,
    /// Why the state is as it is.
    reason: Option<String>,
}

/// One outcome for an account: the change of state first, then what prevented a change, then the fields.
fn decision(
    before: Account,
    mut after: Account,
    outcome: Outcome,
    changes: Vec<FieldChange>,
    Words { hindrance, reason }: Words,
    line: Option<u64>,
) -> Decision {
    let is_quiet = matches!(outcome, Outcome::Unchanged | Outcome::KeptAdminBlock);
    let outcome = match (is_quiet, &hindrance) {
        (true, Some(_)) => Outcome::Conflict,
        (true, None) if outcome == Outcome::Unchanged && !changes.is_empty() => Outcome::Updated,
        (true, None) | (false, _) => outcome,
    };
    let reason = hindrance.or(reason);
    if before == after {
        let line = line.map(|line| u32::try_from(line).unwrap_or(u32::MAX));
        return Decision::Observe(Observation::of_account(&before, outcome, reason, line));
    }
    after.version = before.version + 1;
    Decision::Change(Change { outcome, reason, before: Some(before), after, changes })
}

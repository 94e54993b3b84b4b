//! From a fate to the record to write: the new state, and the fields as the directory has them (rule 9).

use super::decision::Decision;
use super::fate::{Fate, Removal, Under, Wish};
use super::input::PlanInput;
use super::kept::{Kept, Login};
use super::past::{self, Claim, Return};
use crate::account::{Account, AccountId, AccountState, AdminBlock, Beneath, Block, BlockReason, Owner};
use crate::entry::Entry;
use crate::fields::Fields;
use crate::history::History;
use crate::match_key::ImmutableId;
use crate::outcome::{Change, FieldChange, Observation, Outcome};
use crate::username::Username;
use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

/// Why an account does not get all that the directory wants.
pub(super) struct Reasons {
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
    let (state, outcome) = after(kept, &before, input);
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
    let reasons = Reasons { back: None, held, keeps_login: None, keeps_username: None };
    decision(before, account, outcome, changes, reasons, None)
}

/// An account and the entry that it matches.
pub(super) fn to_matched(
    kept: &Kept,
    before: Account,
    entry: &Entry,
    reasons: Reasons,
    input: &PlanInput,
) -> Decision {
    let (state, outcome) = after(kept, &before, input);
    // The directory has shown the person.
    let history = History { given_back_at: None, ..past::after(kept, &before, input) };
    let mut account = Account { state, missing_since: None, history, ..before.clone() };
    let keeps = match (&reasons.keeps_login, &reasons.keeps_username) {
        (Some(_), _) => Keeps::Login,
        (None, Some(_)) => Keeps::Username,
        (None, None) => Keeps::Nothing,
    };
    let back = why_back(kept);
    let mut changes = follow(&mut account, entry, keeps);
    let is_renamed = matches!(kept.login, Login::Name | Login::NameAndMark) && keeps == Keeps::Nothing
        || matches!(kept.login, Login::Mark | Login::NameAndMark);
    if is_renamed {
        account.history.renamed_at = Some(input.now);
    }
    list_missing(&mut changes, &before, &account);
    list_given_back(&mut changes, &before, &account);
    list_beneath(&mut changes, &before, &account);
    changes.sort_by(|a, b| a.field.cmp(&b.field));
    decision(before, account, outcome, changes, Reasons { back, ..reasons }, Some(entry.line))
}

/// An entry that has no account yet.
pub(super) fn to_newcomer(entry: &Entry, is_seated: bool, input: &PlanInput) -> Decision {
    let (state, outcome) = if is_seated {
        (AccountState::Active, Outcome::CreatedActive)
    } else {
        (AccountState::blocked(BlockReason::NoSeat, input.now), Outcome::CreatedBlocked)
    };
    let mut fields = Fields::new();
    for (name, value) in entry.fields.iter() {
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
        history: History::default(),
        fields,
        version: 1,
    };
    Decision::Change(Change { outcome, reason: None, before: None, after, changes: Vec::new() })
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

/// The state after a fate, and the word for it.
fn after(kept: &Kept, before: &Account, input: &PlanInput) -> (AccountState, Outcome) {
    match kept.fate {
        Fate::Stay(outcome) => (before.state.clone(), outcome),
        Fate::Hold(_) => (before.state.clone(), Outcome::Held),
        Fate::Miss => (before.state.clone(), Outcome::Unchanged),
        Fate::Block(Removal::Left) => {
            (AccountState::blocked(BlockReason::LeftScope, input.now), Outcome::BlockedLeft)
        }
        Fate::Block(Removal::Disabled) => {
            (AccountState::blocked(BlockReason::DisabledInDirectory, input.now), Outcome::BlockedDisabled)
        }
        Fate::Trim => (AccountState::blocked(BlockReason::NoSeat, input.now), Outcome::BlockedNoSeat),
        Fate::Seat(outcome) => (AccountState::Active, outcome),
        Fate::Wait => (AccountState::blocked(BlockReason::NoSeat, kept.since), Outcome::Reactivated),
        Fate::Beneath(under) => (beneath(before, under, input), Outcome::KeptAdminBlock),
    }
}

fn beneath(before: &Account, under: Under, input: &PlanInput) -> AccountState {
    let state = &before.state;
    let AccountState::Blocked(Block { reason: BlockReason::ByAdmin(block), since }) = state else {
        return state.clone();
    };
    let beneath = match under {
        Under::Gone(Removal::Left) => Beneath::LeftScope(input.now),
        Under::Gone(Removal::Disabled) => Beneath::DisabledInDirectory(input.now),
        Under::Back => Beneath::NoSeat(Return::of(&before.history, input).place.unwrap_or(input.now)),
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

/// So is the mark of an undo, which goes when the directory shows the person.
fn list_given_back(changes: &mut Vec<FieldChange>, before: &Account, after: &Account) {
    let word = |account: &Account| word(account.history.given_back_at.is_some());
    list_change(changes, "given_back", word(before), word(after));
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
    let hindrance = (!why.is_empty()).then(|| why.join("; "));
    if before == after {
        let line = line.map(|line| u32::try_from(line).unwrap_or(u32::MAX));
        return Decision::Observe(Observation::of_account(&before, outcome, hindrance, line));
    }
    after.version = before.version + 1;
    Decision::Change(Change { outcome, reason: hindrance, before: Some(before), after, changes })
}

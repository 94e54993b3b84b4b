//! Undo: from what a run did to accounts, to the changes that take it back (rule 58). A plan of its own; the shell
//! commits it as it commits a run's.
//!
//! Front door: [`UndoPlanner`], which is shown one account after the other with what the run did to it; or [`plan_undo`],
//! where all are in memory. Promises: an account that has changed since is left alone and named; at no change are more
//! accounts active than the limit allows; an active administrator stays; usernames stay unique. Where no seat is free, the
//! person waits before all who never had one. Beside it, `target.rs` says what one account was, `order.rs` in which order
//! the changes can be made.

mod order;
mod planner;
mod target;

pub use planner::{UndoPlan, UndoPlanner, UndoStep};

use crate::account::{Account, AccountId, AccountState, BlockReason, Owner};
use crate::account_spill::AccountSpill as _;
use crate::history::History;
use crate::licence::{Limit, SeatCount};
use crate::match_key::ImmutableId;
use crate::outcome::{Change, FieldChange, Outcome};
use crate::time::Timestamp;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What is undone, and among what.
#[derive(Clone, Debug)]
pub struct UndoInput {
    /// The time of the undo.
    pub now: Timestamp,
    /// What is taken back, as the reason of each change says it: `run csv-7`.
    pub what: String,
    /// The time at which the run decided: what it took was lost then.
    pub decided_at: Timestamp,
    /// The licence's limit.
    pub limit: Limit,
    /// Active accounts of all owners.
    pub used: SeatCount,
    /// Active administrators of all owners.
    pub admins: u64,
}

impl UndoInput {
    /// The undo of something, where every account there is is shown to the plan.
    #[must_use]
    pub fn of_all(
        what: String,
        (now, decided_at): (Timestamp, Timestamp),
        limit: Limit,
        accounts: &[Account],
    ) -> Self {
        let count = |is: fn(&Account) -> bool| accounts.iter().filter(|account| is(account)).count() as u64;
        Self {
            now,
            what,
            decided_at,
            limit,
            used: SeatCount::new(count(|account| account.state.holds_seat())),
            admins: count(Account::is_active_admin),
        }
    }
}

/// What one commit of the run did to one account, as its audit entry tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The account.
    pub account: AccountId,
    /// Its version after the commit.
    pub version: u64,
    /// What it was before.
    pub before: Before,
    /// The changed fields.
    pub changes: Vec<FieldChange>,
}

/// What an account was before a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// There was none: the commit made it.
    Nothing,
    /// This, beside its fields.
    Was(Was),
    /// It cannot be known: an earlier version of Rollcall wrote the entry.
    Unknown,
}

/// What an account was, as far as fields do not tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Was {
    /// Its state.
    pub state: AccountState,
    /// Since when it was missing.
    pub missing_since: Option<Timestamp>,
    /// What it had and lost.
    pub history: History,
}

impl Was {
    /// What this account is.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        Self { state: account.state.clone(), missing_since: account.missing_since, history: account.history }
    }
}

/// The result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// The changes, in the order in which they are to be committed.
    pub changes: Vec<Change>,
    /// The accounts that are left alone, by id.
    pub left_alone: Vec<(AccountId, LeftAlone)>,
}

/// Why an account is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftAlone {
    /// Somebody or something has changed it after the run.
    #[error("it has changed since: look at its history and decide by hand")]
    ChangedSince,
    /// Its entries in the audit log are not complete, or it is gone.
    #[error("the audit log does not tell completely what it was: look at its history and decide by hand")]
    Unknown,
    /// A mapping file gave it to the source.
    #[error("a mapping file gave it to this source: another one, in the other direction, gives it back")]
    OtherOwner,
    /// Only its username would go back, and another account has that now.
    #[error("another account has its old username now; rename or undo that one first, then undo once more")]
    NameTaken,
    /// No active administrator would be left.
    #[error("it is the last active administrator; make another one first")]
    LastAdmin,
}

/// Plans the undo. `accounts` are all that may have a name that is wanted again, those that the run has changed among them,
/// in any order. `since` is what was done to them after the run, as far as it is known.
#[must_use]
pub fn plan_undo(input: &UndoInput, done: &[Done], since: &[Done], accounts: &[Account]) -> Undo {
    let mut planner = UndoPlanner::begin(input.clone(), Vec::new());
    let (done, since) = (entries_by_account(done), entries_by_account(since));
    let mut shown = BTreeSet::new();
    for account in accounts {
        planner.take_name(&account.username);
        if let Some(done) = done.get(&account.id) {
            let Ok(position) = planner.spill_mut().put(account);
            let since = since.get(&account.id).map(Vec::as_slice).unwrap_or_default();
            let Ok(_) = planner.see(position, done, since);
            shown.insert(account.id);
        }
    }
    let Ok(plan) = planner.finish();
    let gone = done.keys().filter(|id| !shown.contains(id)).map(|id| (*id, LeftAlone::Unknown));
    let mut left_alone: Vec<_> = plan.left_alone().map(|left| (left.account, left.why)).chain(gone).collect();
    left_alone.sort_unstable_by_key(|(id, _)| *id);
    let change = |step| {
        let Ok(change) = plan.change(step);
        change
    };
    Undo { changes: plan.steps().map(change).collect(), left_alone }
}

fn entries_by_account(done: &[Done]) -> BTreeMap<AccountId, Vec<Done>> {
    let mut by_account: BTreeMap<AccountId, Vec<Done>> = BTreeMap::new();
    for entry in done {
        by_account.entry(entry.account).or_default().push(entry.clone());
    }
    by_account
}

/// An account of which as much goes back as is possible.
struct Reduced {
    keeps_name: bool,
    waits: bool,
}

/// The change of an account to what it was, but for what is not possible.
fn change_of(input: &UndoInput, before: Account, mut after: Account, reduced: &Reduced) -> Change {
    if reduced.keeps_name {
        after = with_name_of(&before, after);
    }
    if reduced.waits {
        after.state = AccountState::blocked(BlockReason::NoSeat, input.now);
        after.missing_since = None;
        after.history.seat_lost_at = before.history.seat_lost_at.or(Some(input.now));
        after.history.away = None;
    }
    let changes = list_changes(&before, &after);
    let tail = if reduced.waits {
        ": no seat is free, so the person waits before all who never had one"
    } else {
        ""
    };
    let reason = Some(format!("{}{tail}", input.what));
    Change { outcome: Outcome::Undone, reason, before: Some(before), after, changes }
}

/// The account with the username that it has now, and with the memory of when that was given (rule 52).
fn with_name_of(before: &Account, after: Account) -> Account {
    let history = History { renamed_at: before.history.renamed_at, ..after.history };
    Account { username: before.username.clone(), history, ..after }
}

fn is_same(before: &Account, after: &Account) -> bool {
    Account { version: before.version, ..after.clone() } == *before
}

/// The fields that differ, by name.
fn list_changes(before: &Account, after: &Account) -> Vec<FieldChange> {
    let (old, new) = (values(before), values(after));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let value = |of: &BTreeMap<String, String>, name: &String| of.get(name).cloned().unwrap_or_default();
    let change =
        |name: &String| FieldChange { field: name.clone(), old: value(&old, name), new: value(&new, name) };
    names.into_iter().map(change).filter(|change| change.old != change.new).collect()
}

fn values(account: &Account) -> BTreeMap<String, String> {
    let mut values: BTreeMap<String, String> = account
        .fields
        .iter()
        .map(|(name, value)| (String::from(name.as_str()), String::from(value)))
        .collect();
    let mut set = |name: &str, value: &str| drop(values.insert(String::from(name), String::from(value)));
    set("username", account.username.original());
    set("admin", if account.is_admin { "true" } else { "false" });
    set("missing", if account.missing_since.is_some() { "true" } else { "false" });
    set("given_back", if account.history.given_back_at.is_some() { "true" } else { "false" });
    set("when_unblocked", account.state.admin_block().map_or("", |block| block.beneath.as_str()));
    if let Owner::Source { key, immutable_id, .. } = &account.owner {
        set("priority", &format!("{}", account.priority));
        set("match_key", key.original());
        set("immutable_id", immutable_id.as_ref().map_or("", ImmutableId::as_str));
    }
    values
}

#[cfg(test)]
mod tests;

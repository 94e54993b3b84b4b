//! Undo: from what a run did to accounts, to the changes that take it back (rule 58). A plan of its own; the shell
//! commits it as it commits a run's.
//!
//! Front door: [`plan_undo`] with what the run did to each account, these accounts as they are, and what there is beside
//! them. Promises: an account that has changed since is left alone and named; at no change are more accounts active than
//! the limit allows; an active administrator stays; usernames stay unique. Where no seat is free, the person waits before
//! all who never had one. Beside it, `target.rs` says what one account was.

mod target;

use crate::account::{Account, AccountId, AccountState, BlockReason, Owner};
use crate::history::History;
use crate::licence::{Limit, SeatCount, Seats};
use crate::match_key::ImmutableId;
use crate::outcome::{Change, FieldChange, Outcome};
use crate::time::Timestamp;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;

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
    /// The folded usernames that accounts have which are not shown to the plan, as far as one of them may be wanted.
    pub taken_names: BTreeSet<String>,
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
            taken_names: BTreeSet::new(),
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
    /// No active administrator would be left.
    #[error("it is the last active administrator; make another one first")]
    LastAdmin,
}

/// Plans the undo. `accounts` are those that the run has changed, in any order; others may be among them. `since` is what
/// was done to them after the run, as far as it is known.
#[must_use]
pub fn plan_undo(input: &UndoInput, done: &[Done], since: &[Done], accounts: &[Account]) -> Undo {
    let by_id: BTreeMap<AccountId, &Account> = accounts.iter().map(|account| (account.id, account)).collect();
    let mut left_alone = Vec::new();
    let mut wanted = Vec::new();
    let since = entries_by_account(since);
    for (id, entries) in entries_by_account(done) {
        let since = since.get(&id).map(Vec::as_slice).unwrap_or_default();
        let account = by_id.get(&id).ok_or(LeftAlone::Unknown);
        match account.and_then(|account| target::of(input, account, &entries, since)) {
            Ok(after) => wanted.extend(by_id.get(&id).map(|before| ((*before).clone(), after))),
            Err(why) => left_alone.push((id, why)),
        }
    }
    wanted.retain(|(before, after)| !is_same(before, after));
    let mut world = World::of(input, accounts);
    let mut changes = Vec::new();
    // Seats are freed before they are given, and a username is given up before another account takes it.
    wanted.sort_by_key(|(before, after)| (seat_delta(before, after), before.id));
    loop {
        let count = changes.len();
        let mut refused = Vec::new();
        for (before, after) in wanted {
            if world.allows(&before, &after) {
                changes.push(world.commit(before, after));
            } else {
                refused.push((before, after));
            }
        }
        wanted = refused;
        if changes.len() == count {
            break;
        }
    }
    for (before, after) in wanted {
        let (reduced, why) = world.reduce(&before, after);
        match (why, reduced) {
            (Some(why), _) => left_alone.push((before.id, why)),
            (None, after) => changes.push(world.commit(before, after)),
        }
    }
    left_alone.sort_unstable_by_key(|(id, _)| *id);
    Undo { changes, left_alone }
}

/// The entries of each account, the newest first.
fn entries_by_account(done: &[Done]) -> BTreeMap<AccountId, Vec<&Done>> {
    let mut by_account: BTreeMap<AccountId, Vec<&Done>> = BTreeMap::new();
    for entry in done {
        by_account.entry(entry.account).or_default().push(entry);
    }
    by_account.values_mut().for_each(|entries| entries.sort_unstable_by_key(|entry| Reverse(entry.version)));
    by_account
}

fn is_same(before: &Account, after: &Account) -> bool {
    Account { version: before.version, ..after.clone() } == *before
}

fn seat_delta(before: &Account, after: &Account) -> i64 {
    i64::from(after.state.holds_seat()) - i64::from(before.state.holds_seat())
}

/// Seats, names and administrators while the changes are committed one after the other.
struct World<'a> {
    input: &'a UndoInput,
    used: SeatCount,
    admins: u64,
    names: BTreeSet<String>,
}

impl<'a> World<'a> {
    fn of(input: &'a UndoInput, accounts: &[Account]) -> Self {
        let names = accounts.iter().map(|account| String::from(account.username.folded()));
        Self {
            input,
            used: input.used,
            admins: input.admins,
            names: names.chain(input.taken_names.iter().cloned()).collect(),
        }
    }

    fn allows(&self, before: &Account, after: &Account) -> bool {
        self.has_seat(before, after) && self.has_name(before, after) && self.has_admin(before, after)
    }

    /// The reserve does not count: these are seats that the accounts had.
    fn has_seat(&self, before: &Account, after: &Account) -> bool {
        let free = Seats { limit: self.input.limit, used: self.used }.free(SeatCount::ZERO);
        seat_delta(before, after) <= 0 || free.is_none_or(|free| free > SeatCount::ZERO)
    }

    fn has_name(&self, before: &Account, after: &Account) -> bool {
        before.username.folded() == after.username.folded() || !self.names.contains(after.username.folded())
    }

    fn has_admin(&self, before: &Account, after: &Account) -> bool {
        !before.is_active_admin() || after.is_active_admin() || self.admins > 1
    }

    /// As much of a change as is possible, or why none is.
    fn reduce(&self, before: &Account, mut after: Account) -> (Account, Option<LeftAlone>) {
        if !self.has_name(before, &after) {
            after.username = before.username.clone();
        }
        if !self.has_seat(before, &after) {
            after.state = AccountState::blocked(BlockReason::NoSeat, self.input.now);
            after.missing_since = None;
            after.history.seat_lost_at = before.history.seat_lost_at.or(Some(self.input.now));
            after.history.away = None;
        }
        let why = (!self.has_admin(before, &after)).then_some(LeftAlone::LastAdmin);
        (after, why)
    }

    fn commit(&mut self, before: Account, after: Account) -> Change {
        match seat_delta(&before, &after) {
            0 => {}
            delta if delta < 0 => self.used = self.used.less(SeatCount::new(1)),
            _ => self.used = self.used.plus(SeatCount::new(1)),
        }
        self.admins = self.admins + u64::from(after.is_active_admin()) - u64::from(before.is_active_admin());
        self.names.remove(before.username.folded());
        self.names.insert(String::from(after.username.folded()));
        let changes = list_changes(&before, &after);
        let waits = after.state.waiting_since() == Some(self.input.now);
        let tail =
            if waits { ": no seat is free, so the person waits before all who never had one" } else { "" };
        let reason = Some(format!("{}{tail}", self.input.what));
        Change { outcome: Outcome::Undone, reason, before: Some(before), after, changes }
    }
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
        set("match_key", key.original());
        set("immutable_id", immutable_id.as_ref().map_or("", ImmutableId::as_str));
    }
    values
}

//! Undo, naively (rule 58): nobody reads an audit log, the accounts before and after the run lie side by side.

use crate::account::{Account, AccountId, AccountState, BlockReason};
use crate::licence::Limit;
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::vec::Vec;

/// What the accounts should be where every account can go back.
pub(super) fn undo(
    now: Timestamp,
    before: &BTreeMap<AccountId, Account>,
    after: &BTreeMap<AccountId, Account>,
    current: &BTreeMap<AccountId, Account>,
) -> BTreeMap<AccountId, Account> {
    let one = |(id, account): (&AccountId, &Account)| {
        let is_of_run = before.get(id) != after.get(id) && after.get(id) == Some(account);
        (*id, if is_of_run { taken_back(now, before.get(id), account) } else { account.clone() })
    };
    current.iter().map(one).collect()
}

fn taken_back(now: Timestamp, before: Option<&Account>, account: &Account) -> Account {
    let mut back = match before {
        Some(before) => before.clone(),
        None => Account { state: AccountState::blocked(BlockReason::LeftScope, now), ..account.clone() },
    };
    if has_something(&back) && !has_something(account) {
        back.history.given_back_at = Some(now);
    }
    back.version = account.version + 1;
    back
}

pub(super) fn has_something(account: &Account) -> bool {
    let state = match account.state.admin_block() {
        Some(block) => block.beneath.into_state(),
        None => account.state.clone(),
    };
    state == AccountState::Active || state.waiting_since().is_some()
}

/// What the accounts should be, where perhaps not every account can go back: round after round, everybody is tried against
/// everybody, until a round changes nothing.
pub(super) fn undo_in_rounds(
    now: Timestamp,
    limit: Limit,
    wanted: &BTreeMap<AccountId, Account>,
    current: &BTreeMap<AccountId, Account>,
) -> BTreeMap<AccountId, Account> {
    let mut accounts = current.clone();
    let delta = |id: &AccountId| {
        i64::from(wanted[id].state == AccountState::Active)
            - i64::from(current[id].state == AccountState::Active)
    };
    let mut left: Vec<AccountId> = wanted.keys().filter(|id| wanted[id] != current[id]).copied().collect();
    left.sort_by_key(|id| (delta(id), *id));
    loop {
        let count = left.len();
        left.retain(|id| match whole(limit, &accounts, &wanted[id]) {
            (true, true, true) => accounts.insert(*id, wanted[id].clone()).is_none(),
            _ => true,
        });
        if left.len() == count {
            break;
        }
    }
    for id in left {
        let mut reduced = wanted[&id].clone();
        let (has_name, has_seat, _) = whole(limit, &accounts, &reduced);
        if !has_name {
            reduced.username = accounts[&id].username.clone();
            reduced.history.renamed_at = accounts[&id].history.renamed_at;
        }
        if !has_seat {
            reduced.state = AccountState::blocked(BlockReason::NoSeat, now);
            reduced.missing_since = None;
            reduced.history.seat_lost_at = accounts[&id].history.seat_lost_at.or(Some(now));
            reduced.history.away = None;
        }
        let is_same = Account { version: accounts[&id].version, ..reduced.clone() } == accounts[&id];
        if whole(limit, &accounts, &reduced).2 && !is_same {
            accounts.insert(id, reduced);
        }
    }
    accounts
}

/// Whether an account can be this: by its name, by the seats, by the administrators.
fn whole(limit: Limit, accounts: &BTreeMap<AccountId, Account>, wanted: &Account) -> (bool, bool, bool) {
    let before = &accounts[&wanted.id];
    let is_active = |account: &Account| account.state == AccountState::Active;
    let used = accounts.values().filter(|account| is_active(account)).count() as u64;
    let admins = accounts.values().filter(|account| account.is_active_admin()).count();
    let is_free = match limit {
        Limit::Seats(limit) => used < limit.get(),
        Limit::Unlimited => true,
    };
    let name = wanted.username.folded();
    let has_name = accounts.values().all(|other| other.id == wanted.id || other.username.folded() != name);
    let has_seat = is_active(before) || !is_active(wanted) || is_free;
    let has_admin = !before.is_active_admin() || wanted.is_active_admin() || admins > 1;
    (has_name, has_seat, has_admin)
}

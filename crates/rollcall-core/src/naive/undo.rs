//! Undo, naively (rule 58): nobody reads an audit log, the accounts before and after the run lie side by side.

use crate::account::{Account, AccountId, AccountState, BlockReason};
use crate::time::Timestamp;
use std::collections::BTreeMap;

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

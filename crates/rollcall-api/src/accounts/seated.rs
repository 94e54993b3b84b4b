//! Who got their seat last: from whom a seat is most likely taken, where somebody else needs one (rule 60d).
//!
//! From the audit log's index by outcome. Promises to read a bounded number of items, however many accounts there are, and
//! to name nobody who has no seat. Administrators and exempt accounts are left out: whoever means them names them.

use super::list::{Filter, list};
use crate::error::Error;
use futures::future::try_join_all;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::outcome::Outcome;
use rollcall_core::time::Timestamp;
use rollcall_sync::Shell;
use rollcall_sync::store::{AuditEntry, Direction, LOCAL, Period};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What gives an account a seat, and how many of the newest entries of each are read: runs give most of them.
const GIVE_SEATS: [(Outcome, i32); 7] = [
    (Outcome::CreatedActive, 40),
    (Outcome::Activated, 40),
    (Outcome::Reactivated, 40),
    (Outcome::SeatedByAdmin, 10),
    (Outcome::UnblockedByAdmin, 10),
    (Outcome::CreatedLocal, 10),
    (Outcome::Undone, 10),
];

/// Accounts whose records are read for a page of so many: some have no seat any more.
const RECORDS_FOR_EACH: usize = 5;

/// Somebody who has a seat.
#[derive(Debug, Clone)]
pub struct Seated {
    /// The account.
    pub account: Account,
    /// Since when; none where the log does not tell.
    pub at: Option<Timestamp>,
}

/// Who got their seat last, the newest first; of one owner, or of all. Where the log tells of nobody, the first by username.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn seated_last(shell: &Shell, owner: Option<&str>, limit: usize) -> Result<Vec<Seated>, Error> {
    let config = shell.config().await?;
    let may_be_named =
        |account: &Account| !account.is_admin && !config.policy.exemptions.contains(&account.username);
    let newest = newest_of_each(shell, limit * RECORDS_FOR_EACH).await?;
    let ids: Vec<AccountId> = newest.iter().map(|(_, id)| *id).collect();
    let since: BTreeMap<AccountId, Timestamp> = newest.into_iter().map(|(at, id)| (id, at)).collect();
    let is_of = |account: &Account| {
        owner.is_none_or(|owner| account.source().map_or(LOCAL, |source| source.as_str()) == owner)
    };
    let accounts = shell.store.accounts_of(&ids).await?.into_iter();
    let seated =
        accounts.filter(|account| account.state.holds_seat() && is_of(account) && may_be_named(account));
    let mut seated: Vec<Seated> =
        seated.map(|account| Seated { at: since.get(&account.id).copied(), account }).collect();
    // A run gives many their seats at one time.
    seated.sort_by_cached_key(|one| (Reverse(one.at), one.account.username.folded().to_owned()));
    seated.truncate(limit);
    if seated.is_empty() {
        let filter = Filter { is_active: Some(true), owner: owner.map(str::to_owned), ..Filter::default() };
        let page = list(shell, &filter, Direction::default(), None, limit * 2).await?;
        let named = page.accounts.into_iter().filter(may_be_named).take(limit);
        seated.extend(named.map(|account| Seated { account, at: None }));
    }
    Ok(seated)
}

/// When accounts got their seat, the newest first: at most so many.
async fn newest_of_each(shell: &Shell, most: usize) -> Result<Vec<(Timestamp, AccountId)>, Error> {
    let whole = Period::default();
    let reads = GIVE_SEATS.map(|(outcome, count)| {
        let store = &shell.store;
        let whole = &whole;
        async move { store.audit_of_outcome(outcome.as_str(), whole, None, count).await }
    });
    let gives = |entry: &AuditEntry| {
        let is_active = entry.after.as_ref().is_some_and(|after| after.state == "active");
        Some((entry.at, entry.account?)).filter(|_| is_active)
    };
    let read = try_join_all(reads).await?;
    let mut newest: BTreeMap<AccountId, Timestamp> = BTreeMap::new();
    for (at, id) in read.iter().flatten().filter_map(gives) {
        let since = newest.entry(id).or_insert(at);
        *since = at.max(*since);
    }
    let mut newest: Vec<(Timestamp, AccountId)> = newest.into_iter().map(|(id, at)| (at, id)).collect();
    newest.sort_by_key(|(at, id)| (Reverse(*at), *id));
    newest.truncate(most);
    Ok(newest)
}

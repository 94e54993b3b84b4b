//! Reads every account for the plan: eight shards at once, page by page, each page once.
//!
//! The pages are shown in turn, one of each shard that is being read, so their order depends on what is stored and not on
//! which answer comes first. The plan does not depend on the order (the core's `order_of_accounts_does_not_matter`).
//! Promises that at most one page of each of the eight shards is ahead of the one that is shown: nine pages in memory, of
//! at most 1 MB each as DynamoDB counts.

use crate::error::Error;
use crate::shell::{Progress, Shell};
use rollcall_core::account::Account;
use rollcall_store::{AccountsPage, Cursor, LastChange};
use std::collections::VecDeque;
use tokio::task::JoinHandle;

/// Of how many shards a page is read at the same time. A page takes some ten milliseconds to come and about as long to
/// show, so more would only take memory.
const SHARDS_AT_ONCE: usize = 8;

/// Shows every account of every owner, each once, with what a run has made of it last.
///
/// # Errors
/// [`Error::TooSlow`] when the invocation must end before everything is read; or the storage fails.
pub(super) async fn for_each_account(
    shell: &Shell,
    mut see: impl FnMut(&Account, Option<&LastChange>) -> Result<(), Error>,
) -> Result<(), Error> {
    let of = shell.store.shards();
    let mut next = 0..of;
    let mut ahead: VecDeque<_> =
        next.by_ref().take(SHARDS_AT_ONCE).map(|shard| Ahead::read(shell, shard, None)).collect();
    let mut done = 0;
    while let Some(first) = ahead.pop_front() {
        if shell.limits().is_too_late_to_plan() {
            return Err(Error::TooSlow { done, of });
        }
        let shard = first.shard;
        let AccountsPage { accounts, last_changes, next: cursor } = first.page().await?;
        // What follows is read while this page is shown.
        let is_over = cursor.is_none();
        let follows = if is_over { next.next() } else { Some(shard) };
        ahead.extend(follows.map(|shard| Ahead::read(shell, shard, cursor)));
        for (account, last_change) in accounts.iter().zip(&last_changes) {
            see(account, last_change.as_ref())?;
        }
        if is_over {
            done += 1;
            shell.tell(Progress::Comparing { done, of });
        }
    }
    Ok(())
}

/// A page that is being read by a task of its own. The task ends with this value.
struct Ahead {
    shard: u64,
    page: JoinHandle<Result<AccountsPage, rollcall_store::Error>>,
}

impl Ahead {
    fn read(shell: &Shell, shard: u64, after: Option<Cursor>) -> Self {
        let store = shell.store.clone();
        Self { shard, page: tokio::spawn(async move { store.accounts_page(shard, after).await }) }
    }

    async fn page(mut self) -> Result<AccountsPage, Error> {
        Ok((&mut self.page).await??)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.page.abort();
    }
}

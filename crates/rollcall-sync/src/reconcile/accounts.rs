//! Reads every account for the plan: shard by shard, page by page.

use crate::error::Error;
use crate::shell::{Progress, Shell};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rollcall_core::account::Account;
use rollcall_store::{AccountsPage, LastChange};

/// Of how many shards the first pages are read at the same time. More gains nothing on two cores, and each page takes
/// memory.
const SHARDS_AT_ONCE: usize = 4;

/// Shows every account of every owner, each once, with what a run has made of it last.
pub(super) async fn for_each_account(
    shell: &Shell,
    mut see: impl FnMut(&Account, Option<&LastChange>) -> Result<(), Error>,
) -> Result<(), Error> {
    let shards = shell.store.shards();
    let mut first_pages =
        stream::iter(0..shards).map(|shard| shell.store.accounts_page(shard, None)).buffered(SHARDS_AT_ONCE);
    for shard in 0..shards {
        let mut page = first_pages.try_next().await?;
        // One page at a time: with a million accounts a shard takes 20 MB, and four shards a third of a run's memory.
        while let Some(AccountsPage { accounts, last_changes, next }) = page {
            for (account, last_change) in accounts.iter().zip(&last_changes) {
                see(account, last_change.as_ref())?;
            }
            page = match next {
                Some(next) => Some(shell.store.accounts_page(shard, Some(next)).await?),
                None => None,
            };
        }
        shell.tell(Progress::Comparing { done: shard + 1, of: shards });
    }
    Ok(())
}

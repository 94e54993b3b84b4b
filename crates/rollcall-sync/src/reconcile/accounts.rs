//! Reads every account for the plan, eight shards at once (`shards.rs`).
//!
//! The plan does not depend on the order of the pages (the core's `order_of_accounts_does_not_matter`).

use crate::error::Error;
use crate::shards::for_each_page;
use crate::shell::{Progress, Shell};
use rollcall_core::account::Account;
use rollcall_store::{AccountsPage, LastChange};

/// Shows every account of every owner, each once, with what a run has made of it last.
///
/// # Errors
/// [`Error::TooSlow`] when the invocation must end before everything is read; or the storage fails.
pub(super) async fn for_each_account(
    shell: &Shell,
    mut see: impl FnMut(&Account, Option<&LastChange>) -> Result<(), Error>,
) -> Result<(), Error> {
    let see_page = |page: &AccountsPage| {
        let mut accounts = page.accounts.iter().zip(&page.last_changes);
        accounts.try_for_each(|(account, last_change)| see(account, last_change.as_ref()))
    };
    for_each_accounts_page(shell, see_page).await
}

/// The same, page by page.
///
/// # Errors
/// As [`for_each_account`].
pub(super) async fn for_each_accounts_page(
    shell: &Shell,
    mut see: impl FnMut(&AccountsPage) -> Result<(), Error>,
) -> Result<(), Error> {
    let (of, mut done) = (shell.store.shards(), 0);
    let show = |page: AccountsPage, is_last: bool| {
        if shell.limits().is_too_late_to_plan() {
            return Err(Error::TooSlow { done, of });
        }
        see(&page)?;
        if is_last {
            done += 1;
            shell.tell(Progress::Comparing { done, of });
        }
        Ok(())
    };
    for_each_page(
        shell,
        |store, shard, after| async move {
            let mut page = store.accounts_page(shard, after).await?;
            let next = page.next.take();
            Ok((page, next))
        },
        show,
    )
    .await
}

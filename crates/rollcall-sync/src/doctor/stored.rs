//! The accounts and the claims on usernames as they are stored, each read once, for every check of `doctor`.

use crate::error::Error;
use crate::shards::for_each_page;
use crate::shell::Shell;
use rollcall_core::account::{Account, AccountId};
use rollcall_store::InspectedAccount;
use std::collections::{BTreeMap, BTreeSet};

/// Every account and every claim.
#[derive(Debug, Default)]
pub(super) struct Stored {
    pub(super) accounts: BTreeMap<AccountId, Account>,
    /// Accounts that the indexes do not sort by what they are.
    pub(super) misplaced: BTreeSet<AccountId>,
    /// Accounts that cannot be read, where their item has an id, and why.
    pub(super) unreadable: Vec<(Option<AccountId>, String)>,
    /// Accounts whose folded username is stored as an earlier version folded it, with that form.
    pub(super) outdated: BTreeMap<AccountId, String>,
    /// How many claims there are.
    pub(super) claims_count: u64,
    /// Folded usernames, and the accounts that claim them.
    pub(super) claims: BTreeMap<String, AccountId>,
    /// Folded usernames whose claim has no account's id.
    pub(super) bad_claims: BTreeSet<String>,
    /// Folded usernames whose claim does not name the shard of its account.
    pub(super) claims_without_shard: BTreeSet<String>,
}

impl Stored {
    /// Reads all accounts, then all claims.
    ///
    /// # Errors
    /// When the storage fails.
    pub(super) async fn read(shell: &Shell) -> Result<Self, Error> {
        let mut stored = Self::default();
        for_each_page(
            shell,
            |store, shard, after| async move { store.inspect_accounts(shard, after).await },
            |page, _| {
                page.into_iter().for_each(|found| stored.take(found));
                Ok(())
            },
        )
        .await?;
        stored.read_claims(shell).await?;
        Ok(stored)
    }

    fn take(&mut self, found: InspectedAccount) {
        match found.account {
            Ok(account) => {
                if !found.is_in_place {
                    self.misplaced.insert(account.id);
                }
                if let Some(outdated) = found.outdated {
                    self.outdated.insert(account.id, outdated);
                }
                self.accounts.insert(account.id, account);
            }
            Err(error) => self.unreadable.push((found.id, error.to_string())),
        }
    }

    async fn read_claims(&mut self, shell: &Shell) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = shell.store.usernames_page(after).await?;
            self.claims_count += page.claims.len() as u64;
            self.claims_without_shard.extend(page.without_shard);
            for (username, account) in page.claims {
                match account {
                    Some(account) => drop(self.claims.insert(username, account)),
                    None => drop(self.bad_claims.insert(username)),
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }
}

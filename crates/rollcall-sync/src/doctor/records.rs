//! Everything that the checks compare, read once.

use super::folding::{self, Look};
use super::log::{Log, OfAccount};
use super::stored::Stored;
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::licence::SeatCount;
use rollcall_core::source::SourceName;
use rollcall_store::{ControlTable, Counts, Recount};
use std::collections::{BTreeMap, BTreeSet};

/// What is stored.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) accounts: BTreeMap<AccountId, Account>,
    /// Accounts that the indexes do not sort by what they are.
    pub(super) misplaced: BTreeSet<AccountId>,
    /// Accounts that cannot be read, where their item has an id, and why.
    pub(super) unreadable: Vec<(Option<AccountId>, String)>,
    /// How many claims on usernames are stored.
    pub(super) claims_count: u64,
    /// What an earlier version folded in another way.
    pub(super) folded: Look,
    /// Folded usernames, and the accounts that claim them. A name that an earlier version folded is here as it is folded
    /// today.
    pub(super) claims: BTreeMap<String, AccountId>,
    /// Folded usernames whose claim has no account's id.
    pub(super) bad_claims: BTreeSet<String>,
    /// Folded usernames whose claim does not name the shard of its account.
    pub(super) claims_without_shard: BTreeSet<String>,
    pub(super) log: Log,
    pub(super) control: ControlTable,
    /// The highest epoch of the snapshots in the bucket, by source.
    pub(super) published: BTreeMap<SourceName, u64>,
    /// Whether old audit entries are removed. Then a missing entry proves nothing.
    pub(super) is_log_cut: bool,
}

impl Records {
    pub(super) async fn read(shell: &Shell) -> Result<Self, Error> {
        let log = Log::read(shell).await?;
        let control = shell.store.inspect_control().await?;
        let published = shell.store.inspect_bucket().await?;
        let mut stored = Stored::read(shell).await?;
        let folded = Look::at(&stored);
        // The check of folding names these accounts, and its repair puts them in place.
        for id in folded.listed_by_old_name() {
            stored.misplaced.remove(&id);
        }
        folding::as_folded_now(&mut stored.claims, &stored.accounts);
        Ok(Self {
            accounts: stored.accounts,
            misplaced: stored.misplaced,
            unreadable: stored.unreadable,
            claims_count: stored.claims_count,
            folded,
            claims: stored.claims,
            bad_claims: stored.bad_claims,
            claims_without_shard: stored.claims_without_shard,
            log,
            control,
            published,
            is_log_cut: shell.store.audit_retention_days().is_some(),
        })
    }

    /// Active accounts.
    pub(super) fn active(&self) -> u64 {
        self.accounts.values().filter(|account| account.state.holds_seat()).count() as u64
    }

    /// Active administrators.
    pub(super) fn admins(&self) -> u64 {
        self.accounts.values().filter(|account| account.is_active_admin()).count() as u64
    }

    /// The accounts, counted one by one.
    pub(super) fn recount(&self) -> Recount {
        let mut counts = Counts::default();
        self.accounts.values().for_each(|account| counts.add(account));
        Recount { used: SeatCount::new(self.active()), admins: self.admins(), counts }
    }

    /// Whether an account has a record, as far as that can be read.
    pub(super) fn has(&self, id: &AccountId) -> bool {
        self.accounts.contains_key(id) || self.unreadable.iter().any(|(other, _)| other.as_ref() == Some(id))
    }

    /// The accounts that the audit log knows and that have no record: none is ever deleted.
    pub(super) fn lost(&self) -> impl Iterator<Item = (&AccountId, &OfAccount)> {
        self.log.of_account.iter().filter(|(id, _)| !self.has(id))
    }

    /// Whether nothing of what should be counted is lost.
    pub(super) fn is_whole(&self) -> bool {
        let is_claimed_only = |id: &AccountId| !self.has(id) && self.is_log_cut;
        self.unreadable.is_empty()
            && self.lost().next().is_none()
            && !self.claims.values().any(is_claimed_only)
            && (!self.accounts.is_empty() || self.claims.is_empty())
    }
}

//! Everything that is compared, read once.

use super::folding::{self, Look};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::source::SourceName;
use rollcall_store::{AuditEntry, ControlTable, LEDGER_MENDED, LICENCE_SET, RunId, SHARDS};
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
    pub(super) claims_stored: u64,
    /// What an earlier folding has stored.
    pub(super) folded: Look,
    /// Folded usernames and the accounts that hold them; what an earlier folding wrote stands as it is folded now.
    pub(super) claims: BTreeMap<String, AccountId>,
    /// Folded usernames that are claimed for what is no account's id.
    pub(super) bad_claims: BTreeSet<String>,
    pub(super) log: Log,
    pub(super) control: ControlTable,
    /// The highest epoch of the snapshots in the bucket, by source.
    pub(super) published: BTreeMap<SourceName, u64>,
    /// Whether old audit entries are removed: then that one is missing says nothing.
    pub(super) is_log_cut: bool,
}

/// What the audit log says.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Entries of changes of accounts.
    pub(super) entries: u64,
    pub(super) entries_of: BTreeMap<AccountId, u64>,
    pub(super) last_of: BTreeMap<AccountId, AuditEntry>,
    /// The first entry of each run.
    pub(super) runs: BTreeMap<RunId, AuditEntry>,
    /// The entries of the licence, by the version that each made.
    pub(super) of_ledger: BTreeMap<u64, AuditEntry>,
    /// Entries that the indexes do not sort by what they are.
    pub(super) misplaced: Vec<String>,
}

impl Records {
    pub(super) async fn read(shell: &Shell) -> Result<Self, Error> {
        let mut records = Self {
            accounts: BTreeMap::new(),
            misplaced: BTreeSet::new(),
            unreadable: Vec::new(),
            claims_stored: 0,
            folded: Look::take(shell).await?,
            claims: BTreeMap::new(),
            bad_claims: BTreeSet::new(),
            log: Log::read(shell).await?,
            control: shell.store.inspect_control().await?,
            published: shell.store.inspect_bucket().await?,
            is_log_cut: shell.store.audit_retention_days().is_some(),
        };
        for shard in 0..SHARDS {
            records.read_accounts(shell, shard).await?;
        }
        records.read_claims(shell).await?;
        // What is said of them, and mended, with their names.
        for id in records.folded.listed_by_old_name() {
            records.misplaced.remove(&id);
        }
        folding::as_folded_now(&mut records.claims, &records.accounts);
        Ok(records)
    }

    async fn read_claims(&mut self, shell: &Shell) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = shell.store.usernames_page(after).await?;
            self.claims_stored += page.claims.len() as u64;
            for (username, holder) in page.claims {
                match holder {
                    Some(holder) => drop(self.claims.insert(username, holder)),
                    None => drop(self.bad_claims.insert(username)),
                }
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn read_accounts(&mut self, shell: &Shell, shard: u64) -> Result<(), Error> {
        let mut after = None;
        loop {
            let (accounts, next) = shell.store.inspect_accounts(shard, after).await?;
            for found in accounts {
                match found.account {
                    Ok(account) => {
                        if !found.is_in_place {
                            self.misplaced.insert(account.id);
                        }
                        self.accounts.insert(account.id, account);
                    }
                    Err(error) => self.unreadable.push((found.id, error.to_string())),
                }
            }
            match next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// Active accounts.
    pub(super) fn active(&self) -> u64 {
        self.accounts.values().filter(|account| account.state.holds_seat()).count() as u64
    }

    /// Active administrators.
    pub(super) fn admins(&self) -> u64 {
        self.accounts.values().filter(|account| account.is_active_admin()).count() as u64
    }

    /// Whether an account has a record, as far as that can be read.
    pub(super) fn has(&self, id: &AccountId) -> bool {
        self.accounts.contains_key(id) || self.unreadable.iter().any(|(other, _)| other.as_ref() == Some(id))
    }

    /// The accounts that the audit log knows and that have no record: none is ever deleted.
    pub(super) fn lost(&self) -> impl Iterator<Item = (&AccountId, &AuditEntry)> {
        self.log.last_of.iter().filter(|(id, _)| !self.has(id))
    }

    /// Whether what is counted is all that there was.
    pub(super) fn is_whole(&self) -> bool {
        let is_claimed_only = |id: &AccountId| !self.has(id) && self.is_log_cut;
        self.unreadable.is_empty()
            && self.lost().next().is_none()
            && !self.claims.values().any(is_claimed_only)
            && (!self.accounts.is_empty() || self.claims.is_empty())
    }
}

impl Log {
    async fn read(shell: &Shell) -> Result<Self, Error> {
        let mut log = Self::default();
        let mut after = None;
        loop {
            let (entries, next) = shell.store.inspect_audit(after).await?;
            for (entry, is_in_place) in entries {
                log.take(entry, is_in_place);
            }
            match next {
                Some(next) => after = Some(next),
                None => return Ok(log),
            }
        }
    }

    fn take(&mut self, entry: AuditEntry, is_in_place: bool) {
        if !is_in_place {
            self.misplaced.push(entry.position());
        }
        if let Some(run) = &entry.run
            && self.runs.get(run).is_none_or(|first| entry.at < first.at)
        {
            self.runs.insert(run.clone(), entry.clone());
        }
        if entry.account.is_none() && [LICENCE_SET, LEDGER_MENDED].contains(&entry.outcome.as_str()) {
            self.of_ledger.insert(entry.version, entry.clone());
        }
        let Some(id) = entry.account else { return };
        self.entries += 1;
        *self.entries_of.entry(id).or_default() += 1;
        if self.last_of.get(&id).is_none_or(|last| last.version < entry.version) {
            self.last_of.insert(id, entry);
        }
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.entries == 0
    }
}

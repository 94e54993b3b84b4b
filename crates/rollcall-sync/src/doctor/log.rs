//! What the audit log says, as far as the checks need it: a few words of the last entry of each account, not the entry.
//!
//! Below `records`. Promises to keep some hundred bytes for each account: there may be a million of them, and what an
//! entry says besides is many times that.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::account::AccountId;
use rollcall_store::{AuditEntry, LEDGER_MENDED, LICENCE_SET, RunId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the audit log says.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// Entries of changes of accounts.
    pub(super) entries: u64,
    pub(super) of_account: BTreeMap<AccountId, OfAccount>,
    /// The first entry of each run.
    pub(super) runs: BTreeMap<RunId, AuditEntry>,
    /// The entries of the licence, by the version that each made.
    pub(super) of_ledger: BTreeMap<u64, AuditEntry>,
    /// Entries that the indexes do not sort by what they are.
    pub(super) misplaced: Vec<String>,
    /// What many last entries say alike is kept once.
    said: BTreeSet<Arc<Said>>,
}

/// The entries of an account.
#[derive(Debug)]
pub(super) struct OfAccount {
    /// How many there are.
    pub(super) entries: u64,
    /// The version that the last one made.
    version: u64,
    /// The username in the last one.
    pub(super) username: Option<Box<str>>,
    /// What else the last one says.
    pub(super) last: Arc<Said>,
}

/// What an entry says of its account.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) outcome: String,
    pub(super) actor: String,
    pub(super) reason: Option<String>,
    /// The state after it.
    pub(super) state: Option<String>,
    /// Why that is blocked.
    pub(super) block: Option<String>,
}

impl Log {
    pub(super) async fn read(shell: &Shell) -> Result<Self, Error> {
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
        let mut entries = 1;
        if let Some(known) = self.of_account.get_mut(&id) {
            known.entries += 1;
            if known.version >= entry.version {
                return;
            }
            entries = known.entries;
        }
        let of_account = self.last(entry, entries);
        self.of_account.insert(id, of_account);
    }

    fn last(&mut self, entry: AuditEntry, entries: u64) -> OfAccount {
        let (state, block) = entry.after.map(|after| (after.state, after.reason)).unzip();
        let said = Said {
            outcome: entry.outcome,
            actor: entry.actor,
            reason: entry.reason,
            state,
            block: block.flatten(),
        };
        let last = self.said.get(&said).cloned().unwrap_or_else(|| {
            let said = Arc::new(said);
            self.said.insert(Arc::clone(&said));
            said
        });
        OfAccount { entries, version: entry.version, username: entry.username.map(Box::from), last }
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.entries == 0
    }
}

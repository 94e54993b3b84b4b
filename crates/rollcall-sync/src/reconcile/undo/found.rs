//! What an undo finds: the accounts that the run has changed, what it did to them, and how things stand beside them.
//!
//! Every account is read once, and says which run has changed it last. Those of the run that is taken back are kept, and
//! their entries are read from the audit log, consistently. The index by run names those that have changed since: it may
//! be behind by a moment, and nothing is decided by it.

use crate::error::Error;
use crate::reconcile::accounts::for_each_account;
use crate::run::tally::Tally;
use crate::shell::Shell;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rollcall_core::account::{Account, AccountId};
use rollcall_core::licence::SeatCount;
use rollcall_core::outcome::Outcome;
use rollcall_core::time::Timestamp;
use rollcall_core::undo::Done;
use rollcall_core::username::Username;
use rollcall_store::{AuditEntry, LastChange, RunId, RunRecord, Undoing};
use std::collections::{BTreeMap, BTreeSet};

/// How many accounts' entries are read at the same time.
const ACCOUNTS_AT_ONCE: usize = 16;

/// How far the clocks of two machines may be apart: entries of the run may say a time that is so much before its begin.
const CLOCKS_APART_MILLIS: i64 = 60 * 60 * 1000;

/// What there is to take back, and among what.
pub(super) struct Found {
    /// The accounts that the run has changed and no undo has taken back.
    pub(super) accounts: Vec<Account>,
    /// What the run did to them.
    pub(super) done: Vec<Done>,
    /// What was done to them after the run.
    pub(super) since: Vec<Done>,
    /// The accounts that this undo has taken back already.
    pub(super) back: Vec<Account>,
    /// How many an earlier undo of the same run has taken back.
    pub(super) back_before: u64,
    /// Active accounts of all owners.
    pub(super) used: SeatCount,
    /// Active administrators of all owners.
    pub(super) admins: u64,
    /// Accounts that wait.
    pub(super) waiting: SeatCount,
    /// Folded usernames that are wanted again, and that other accounts have.
    pub(super) taken_names: BTreeSet<String>,
}

impl Found {
    /// Reads everything that an undo decides by.
    pub(super) async fn read(
        shell: &Shell,
        run: &RunRecord,
        undone: &RunRecord,
        tally: &mut Tally,
    ) -> Result<Self, Error> {
        let only = run.undoes.as_ref().and_then(|undoing| undoing.account);
        let named = match only {
            Some(account) => BTreeSet::from([account]),
            None => accounts_named_by(shell, &undone.id).await?,
        };
        let mut found = Self {
            accounts: Vec::new(),
            done: Vec::new(),
            since: Vec::new(),
            back: Vec::new(),
            back_before: 0,
            used: SeatCount::ZERO,
            admins: 0,
            waiting: SeatCount::ZERO,
            taken_names: BTreeSet::new(),
        };
        let mut touched = Vec::new();
        for_each_account(shell, |account, last_change| {
            tally.learn(account.id, last_change);
            found.count(account);
            let is_of_run = last_change.is_some_and(|last| last.run == undone.id || last.run == run.id);
            let is_asked_for = only.is_none_or(|only| only == account.id);
            if is_asked_for && (is_of_run || named.contains(&account.id)) {
                touched.push((account.clone(), last_change.cloned()));
            }
            Ok(())
        })
        .await?;
        found.tell_apart(shell, run, undone, touched).await?;
        (found.done, found.since) = done_to(shell, undone, &found.accounts).await?;
        // Where one account is asked for, the run may never have touched it.
        let changed: BTreeSet<AccountId> = found.done.iter().map(|done| done.account).collect();
        if only.is_some() {
            found.accounts.retain(|account| changed.contains(&account.id));
        }
        found.taken_names = names_taken(shell, &found).await?;
        Ok(found)
    }

    fn count(&mut self, account: &Account) {
        let one = |is: bool| SeatCount::new(u64::from(is));
        self.used = self.used.plus(one(account.state.holds_seat()));
        self.waiting = self.waiting.plus(one(account.state.waiting_since().is_some()));
        self.admins += u64::from(account.is_active_admin());
    }

    /// Tells the accounts apart that an undo of the run has taken back already: this one, or an earlier one.
    async fn tell_apart(
        &mut self,
        shell: &Shell,
        run: &RunRecord,
        undone: &RunRecord,
        touched: Vec<(Account, Option<LastChange>)>,
    ) -> Result<(), Error> {
        let mut undoes: BTreeMap<RunId, bool> = BTreeMap::new();
        for (account, last_change) in touched {
            let Some(last) = last_change.filter(|last| last.outcome == Outcome::Undone) else {
                self.accounts.push(account);
                continue;
            };
            if last.run == run.id {
                self.back.push(account);
                continue;
            }
            let is_known = undoes.get(&last.run).copied();
            let is_undo = match is_known {
                Some(is_undo) => is_undo,
                None => is_undo_of(shell, &last.run, &undone.id).await?,
            };
            undoes.insert(last.run, is_undo);
            if is_undo {
                self.back_before += 1;
            } else {
                self.accounts.push(account);
            }
        }
        Ok(())
    }
}

async fn is_undo_of(shell: &Shell, undo: &RunId, run: &RunId) -> Result<bool, Error> {
    let record = shell.store.run(undo).await?;
    Ok(record.and_then(|record| record.undoes).is_some_and(|Undoing { run: of, .. }| of == *run))
}

/// The accounts that the index by run names.
async fn accounts_named_by(shell: &Shell, run: &RunId) -> Result<BTreeSet<AccountId>, Error> {
    let mut named = BTreeSet::new();
    let mut after = None;
    loop {
        let page = shell.store.audit_of_run(run, after).await?;
        named.extend(page.entries.iter().filter_map(|entry| entry.account));
        after = page.next;
        if after.is_none() {
            return Ok(named);
        }
    }
}

/// What a run did to these accounts, and what was done to them after it.
async fn done_to(
    shell: &Shell,
    run: &RunRecord,
    accounts: &[Account],
) -> Result<(Vec<Done>, Vec<Done>), Error> {
    let from = Timestamp::from_millis(run.started_at.as_millis() - CLOCKS_APART_MILLIS);
    let ids: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let read = stream::iter(ids).map(|id| shell.store.changes_since(id, from));
    let (mut done, mut since) = (Vec::new(), Vec::new());
    let mut read = read.buffer_unordered(ACCOUNTS_AT_ONCE);
    while let Some(entries) = read.try_next().await? {
        let (own, others): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|entry| entry.run.as_ref() == Some(&run.id));
        let newest = own.iter().map(|entry| entry.version).max().unwrap_or(u64::MAX);
        done.extend(own.into_iter().filter_map(AuditEntry::into_done));
        let later = others.into_iter().filter(|entry| entry.version > newest);
        since.extend(later.filter_map(AuditEntry::into_done));
        if shell.limits().is_too_late_to_plan() {
            return Err(Error::TooSlow { done: 0, of: accounts.len() as u64 });
        }
    }
    Ok((done, since))
}

/// The usernames that accounts gave up and want again, as far as accounts have them that are not taken back.
async fn names_taken(shell: &Shell, found: &Found) -> Result<BTreeSet<String>, Error> {
    let own: BTreeSet<AccountId> = found.accounts.iter().map(|account| account.id).collect();
    let changes = found.done.iter().flat_map(|done| &done.changes);
    let old = changes.filter(|change| change.field == "username").map(|change| &change.old);
    let names = old.filter_map(|old| Username::of_stored(old).ok());
    let names: BTreeMap<String, Username> = names.map(|name| (name.folded().to_owned(), name)).collect();
    let mut taken = BTreeSet::new();
    for (folded, name) in names {
        let holder = shell.store.account_by_username(&name).await?;
        if holder.is_some_and(|holder| !own.contains(&holder.id)) {
            taken.insert(folded);
        }
    }
    Ok(taken)
}

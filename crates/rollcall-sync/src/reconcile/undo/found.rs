//! What an undo finds: the accounts that the run has changed, what it did to them, and how things stand beside them.
//!
//! Every account is read once, and says which run has changed it last. Those of the run that is taken back are put into a
//! temporary file. Then their entries are read from the audit log, consistently, those of a few accounts at a time, and each
//! account is shown to the core's planner. The index by run names those that have changed since: it may be behind by a
//! moment, and nothing is decided by it. Memory: some 100 bytes for each account that the run has changed; no record.

use super::said::FirstNamed;
use crate::error::Error;
use crate::reconcile::accounts::for_each_account;
use crate::run::tally::Tally;
use crate::shell::Shell;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rollcall_core::account::{Account, AccountId};
use rollcall_core::account_spill::AccountSpill as _;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::outcome::Outcome;
use rollcall_core::time::Timestamp;
use rollcall_core::undo::{Done, UndoInput, UndoPlan, UndoPlanner};
use rollcall_core::username::Username;
use rollcall_store::{AuditEntry, LastChange, RunId, RunRecord, SpillFile, Undoing};
use std::collections::{BTreeMap, BTreeSet};

/// How many accounts' entries, or claims on usernames, are read at the same time.
const READ_AT_ONCE: usize = 16;

/// How many usernames are collected before it is looked who has them.
const NAMES_AT_ONCE: usize = 256;

/// How far the clocks of two machines may be apart: entries of the run may say a time that is so much before its begin.
const CLOCKS_APART_MILLIS: i64 = 60 * 60 * 1000;

/// An account in the temporary file: its position there.
type Put = (u32, AccountId);

/// How things stand, and what was found to be taken back already.
pub(super) struct Found {
    /// The accounts that this undo has taken back already.
    pub(super) back: FirstNamed,
    /// How many an earlier undo of the same run has taken back.
    pub(super) back_before: u64,
    /// Active accounts of all owners.
    pub(super) used: SeatCount,
    /// Active administrators of all owners.
    pub(super) admins: u64,
    /// Accounts that wait.
    pub(super) waiting: SeatCount,
}

/// The accounts that an undo may be about.
struct Touched {
    /// Their records.
    spill: SpillFile,
    /// Those that the run has changed and no undo has taken back.
    changed: Vec<Put>,
    /// Those that an undo has changed last, by its run.
    undone: BTreeMap<RunId, Vec<Put>>,
}

impl Touched {
    fn put(&mut self, account: &Account, last_change: Option<&LastChange>) -> Result<(), Error> {
        let put = (self.spill.put(account)?, account.id);
        match last_change.filter(|last| last.outcome == Outcome::Undone) {
            Some(last) => self.undone.entry(last.run.clone()).or_default().push(put),
            None => self.changed.push(put),
        }
        Ok(())
    }
}

impl Found {
    /// Reads everything that an undo decides by, and plans it under this limit.
    pub(super) async fn read(
        shell: &Shell,
        run: &RunRecord,
        undone: &RunRecord,
        limit: Limit,
        tally: &mut Tally,
    ) -> Result<(Self, UndoPlan<SpillFile>), Error> {
        let only = run.undoes.as_ref().and_then(|undoing| undoing.account);
        let named = match only {
            Some(account) => BTreeSet::from([account]),
            None => accounts_named_by(shell, &undone.id).await?,
        };
        let mut found = Self {
            back: FirstNamed::default(),
            back_before: 0,
            used: SeatCount::ZERO,
            admins: 0,
            waiting: SeatCount::ZERO,
        };
        let mut touched = Touched { spill: SpillFile::new()?, changed: Vec::new(), undone: BTreeMap::new() };
        for_each_account(shell, |account, last_change| {
            tally.learn(account.id, last_change);
            found.count(account);
            let is_of_run = last_change.is_some_and(|last| last.run == undone.id || last.run == run.id);
            let is_asked_for = only.is_none_or(|only| only == account.id);
            if is_asked_for && (is_of_run || named.contains(&account.id)) {
                touched.put(account, last_change)?;
            }
            Ok(())
        })
        .await?;
        let Touched { spill, changed, undone: by_undo } = touched;
        let changed = found.tell_apart(shell, run, undone, (&spill, changed, by_undo)).await?;
        let input = UndoInput {
            now: run.started_at,
            what: format!("run {}", undone.id),
            decided_at: undone.started_at,
            limit,
            used: found.used,
            admins: found.admins,
        };
        let mut planner = UndoPlanner::begin(input, spill);
        see_all(shell, undone, changed, only.is_some(), &mut planner).await?;
        Ok((found, planner.finish()?))
    }

    fn count(&mut self, account: &Account) {
        let one = |is: bool| SeatCount::new(u64::from(is));
        self.used = self.used.plus(one(account.state.holds_seat()));
        self.waiting = self.waiting.plus(one(account.state.waiting_since().is_some()));
        self.admins += u64::from(account.is_active_admin());
    }

    /// Tells the accounts apart that an undo of the run has taken back already: this one, or an earlier one. Answers with
    /// the others.
    async fn tell_apart(
        &mut self,
        shell: &Shell,
        run: &RunRecord,
        undone: &RunRecord,
        (spill, mut changed, by_undo): (&SpillFile, Vec<Put>, BTreeMap<RunId, Vec<Put>>),
    ) -> Result<Vec<Put>, Error> {
        for (undo, accounts) in by_undo {
            if undo == run.id {
                for (position, _) in accounts {
                    self.back.add_back(None, &spill.get(position)?);
                }
            } else if is_undo_of(shell, &undo, &undone.id).await? {
                self.back_before += accounts.len() as u64;
            } else {
                changed.extend(accounts);
            }
        }
        Ok(changed)
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

/// Shows each of these accounts to the planner, with what the run did to it and what was done to it after the run. Where one
/// account `is_asked_for`, the run may never have touched it.
async fn see_all(
    shell: &Shell,
    run: &RunRecord,
    accounts: Vec<Put>,
    is_asked_for: bool,
    planner: &mut UndoPlanner<SpillFile>,
) -> Result<(), Error> {
    let of = accounts.len() as u64;
    let mut read =
        stream::iter(accounts).map(|put| entries_of(shell, run, put)).buffer_unordered(READ_AT_ONCE);
    let (mut wanted, mut done) = (Vec::new(), 0);
    while let Some(entries) = read.try_next().await? {
        if shell.limits().is_too_late_to_plan() {
            return Err(Error::TooSlow { done, of });
        }
        done += 1;
        if entries.of_run.is_empty() && is_asked_for {
            continue;
        }
        wanted.extend(planner.see(entries.position, &entries.of_run, &entries.since)?);
        if wanted.len() == NAMES_AT_ONCE {
            take_names(shell, std::mem::take(&mut wanted), planner).await?;
        }
    }
    take_names(shell, wanted, planner).await
}

/// What was done to one account.
struct Entries {
    position: u32,
    of_run: Vec<Done>,
    since: Vec<Done>,
}

async fn entries_of(shell: &Shell, run: &RunRecord, (position, account): Put) -> Result<Entries, Error> {
    let from = Timestamp::from_millis(run.started_at.as_millis() - CLOCKS_APART_MILLIS);
    let entries = shell.store.changes_since(account, from).await?;
    let (own, others): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| entry.run.as_ref() == Some(&run.id));
    let newest = own.iter().map(|entry| entry.version).max().unwrap_or(u64::MAX);
    let later = others.into_iter().filter(|entry| entry.version > newest);
    let done =
        |entries: &mut dyn Iterator<Item = AuditEntry>| entries.filter_map(AuditEntry::into_done).collect();
    Ok(Entries { position, since: done(&mut { later }), of_run: done(&mut own.into_iter()) })
}

/// Tells the planner which of these usernames accounts have now.
async fn take_names(
    shell: &Shell,
    names: Vec<Username>,
    planner: &mut UndoPlanner<SpillFile>,
) -> Result<(), Error> {
    let look_up = |name: Username| async move {
        let holder = shell.store.account_by_username(&name).await?;
        Ok::<_, Error>(holder.map(|_| name))
    };
    let mut taken = stream::iter(names).map(look_up).buffer_unordered(READ_AT_ONCE);
    while let Some(name) = taken.try_next().await? {
        name.iter().for_each(|name| planner.take_name(name));
    }
    Ok(())
}

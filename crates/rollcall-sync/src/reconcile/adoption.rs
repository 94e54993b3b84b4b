//! Adoption in a run: reads the mapping file that the configuration names, and gives the accounts that it lists to the
//! run's source before the plan is made (rule 8).
//!
//! Convergent, as everything in a run: a line that is done is skipped, so the file may stay in place for any time. In a
//! dry run no account changes its source; the plan is made as if it had.

mod mapping_file;

use super::accounts::for_each_account;
use super::committer::{Committer, Uncommitted};
use super::report::observe_uncommitted;
use crate::error::Error;
use crate::run::tally::Tally;
use crate::shell::Shell;
use rollcall_config::folders::CONFIG;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::adoption::{Adopted, Adopter};
use rollcall_core::outcome::{Change, Observation};
use rollcall_store::{AuditHead, Lease, RunRecord, SnapshotRef};
use std::collections::BTreeMap;

/// The lines of the run's source that are not done yet, and what they come to.
#[derive(Debug, Default)]
pub(super) struct Adoptions {
    changes: BTreeMap<AccountId, Change>,
    refused: Vec<Observation>,
}

impl Adoptions {
    /// Reads the mapping file, and looks up the people that it names in the snapshot and among the accounts. Reads nothing
    /// where the configuration names no file, or the file does not name the source.
    ///
    /// # Errors
    /// When the file is missing or has a mistake, or the storage fails.
    pub(super) async fn of_run(
        shell: &Shell,
        run: &RunRecord,
        snapshot: &SnapshotRef,
        tally: &mut Tally,
    ) -> Result<Self, Error> {
        if run.source_change.is_some() {
            return Ok(Self::default());
        }
        let config = shell.config_of(run).await?;
        let Some(name) = &config.adoptions else { return Ok(Self::default()) };
        let key = format!("{CONFIG}{name}");
        let text = shell.store.get_text(&key).await?;
        let text = text.ok_or_else(|| rollcall_store::Error::NoSuchObject { key: key.clone() })?;
        let lines =
            mapping_file::read(&text, &config, &run.source).map_err(|why| Error::MappingFile { key, why })?;
        if lines.is_empty() {
            return Ok(Self::default());
        }
        let mut adopter = Adopter::new(run.source.clone(), lines);
        let snapshot = shell.store.open_snapshot(snapshot).await?;
        for record in snapshot.records()? {
            adopter.see_record(&record?);
        }
        for_each_account(shell, |account, last_change| {
            tally.learn(account.id, last_change);
            adopter.see_account(account);
            Ok(())
        })
        .await?;
        let mut adoptions = Self::default();
        for adopted in adopter.finish() {
            match adopted {
                Adopted::Change(change) => drop(adoptions.changes.insert(change.after.id, *change)),
                Adopted::Refused(observation) => adoptions.refused.push(*observation),
            }
        }
        Ok(adoptions)
    }

    /// Gives the accounts to the source. `false` where another invocation must go on.
    pub(super) async fn commit(
        &mut self,
        shell: &Shell,
        head: &AuditHead,
        lease: &Lease,
        tally: &mut Tally,
    ) -> Result<bool, Error> {
        let mut committer = Committer::new(shell, head, lease, tally);
        for change in self.changes.values() {
            committer.push(change.clone()).await?;
            if committer.is_enough() {
                committer.flush().await?;
                return Ok(false);
            }
        }
        committer.flush().await?;
        for Uncommitted { account, cause } in committer.into_uncommitted() {
            self.refused.extend(self.changes.get(&account).map(|change| observe_uncommitted(change, &cause)));
        }
        self.changes.clear();
        Ok(true)
    }

    /// The account as the plan is to see it.
    pub(super) fn apply<'a>(&'a self, account: &'a Account) -> &'a Account {
        self.changes.get(&account.id).map_or(account, |change| &change.after)
    }

    /// The adoptions that a dry run only plans, for the report.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.values()
    }

    /// The adoptions that cannot be done, for the report.
    pub(super) fn refused(&self) -> &[Observation] {
        &self.refused
    }
}

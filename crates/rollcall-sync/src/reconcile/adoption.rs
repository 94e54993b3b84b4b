//! Adoption in a run: the mapping file that the configuration names is read, and the accounts that it gives to the run's
//! source change hands before the plan is made (product 8).
//!
//! Convergent, as everything in a run: a line that is done is passed over, so the file may lie there for as long as
//! anybody likes. In a dry run nothing changes hands; the plan is made as if it had.

mod mapping_file;

use crate::error::Error;
use crate::reconcile::committer::{Lane, LeftOver};
use crate::reconcile::pass::{Tally, for_each_account, not_done};
use crate::shell::Shell;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::adoption::{Adopted, Adopter};
use rollcall_core::outcome::{Change, Observation};
use rollcall_store::{AuditHead, Lease, RunRecord, SnapshotRef};
use std::collections::BTreeMap;

/// What comes of the lines of the run's source that are not done.
#[derive(Debug, Default)]
pub(crate) struct Adoptions {
    changes: BTreeMap<AccountId, Change>,
    refused: Vec<Observation>,
}

impl Adoptions {
    /// Reads the mapping file, and looks for whom it names in the snapshot and among the accounts. Nothing is read where
    /// the configuration names no file, or the file does not name the source.
    ///
    /// # Errors
    /// When the file is missing or has a mistake, or the storage fails.
    pub(crate) async fn of_run(
        shell: &Shell,
        run: &RunRecord,
        snapshot: &SnapshotRef,
    ) -> Result<Self, Error> {
        let config = shell.config_of(run).await?;
        let Some(name) = &config.adoptions else { return Ok(Self::default()) };
        let key = format!("config/{name}");
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
        for_each_account(shell, |account| {
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

    /// Lets the accounts change hands. `false` where another invocation must go on.
    pub(crate) async fn commit(
        &mut self,
        shell: &Shell,
        head: &AuditHead,
        lease: &Lease,
        tally: &mut Tally,
    ) -> Result<bool, Error> {
        let mut lane = Lane::new(shell, head, lease, tally);
        for change in self.changes.values() {
            lane.push(change.clone()).await?;
            if lane.is_enough() {
                lane.flush().await?;
                return Ok(false);
            }
        }
        lane.flush().await?;
        for LeftOver { account, cause } in lane.into_left_over() {
            self.refused.extend(self.changes.get(&account).map(|change| not_done(change, &cause)));
        }
        self.changes.clear();
        Ok(true)
    }

    /// The account as the plan is to see it.
    pub(crate) fn apply<'a>(&'a self, account: &'a Account) -> &'a Account {
        self.changes.get(&account.id).map_or(account, |change| &change.after)
    }

    /// What would change hands (in a dry run), for the report.
    pub(crate) fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.values()
    }

    /// What cannot, for the report.
    pub(crate) fn refused(&self) -> &[Observation] {
        &self.refused
    }
}

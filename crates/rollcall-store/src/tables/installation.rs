//! Whether the tables are still those of this installation. A database that was lost, or made again, looks like that of a
//! new installation. The bucket is kept elsewhere and shows what has happened. An administrator's block must not disappear
//! silently.
//!
//! Checked only when the licence, or the lease of a source, is missing: once in the life of a healthy installation.

use crate::error::Error;
use crate::store::Store;
use crate::tables::lease;
use crate::tables::ledger::LEDGER;
use crate::tables::runs::RunRecord;
use rollcall_core::source::SourceName;
use std::collections::BTreeSet;

impl Store {
    /// Refuses to continue when the tables know nothing of the runs that the bucket shows, or have lost the licence.
    /// `sources` are further sources, from the configuration.
    ///
    /// # Errors
    /// [`Error::TablesLost`], [`Error::LicenceLost`]; or the storage fails.
    pub async fn refuse_lost_tables(&self, sources: &[SourceName]) -> Result<(), Error> {
        if self.control_item(LEDGER, "reading the licence").await?.is_some() {
            return Ok(());
        }
        let in_bucket = self.sources_in_bucket().await?;
        let known: BTreeSet<&SourceName> = in_bucket.keys().chain(sources).collect();
        let mut is_any_known = false;
        for source in known {
            let applied = self.applied_snapshot(source).await?;
            if let Some(applied) = &applied
                && let Some(run) = self.run(&applied.run).await?.filter(has_given_seats)
            {
                return Err(Error::LicenceLost { source_name: source.clone(), run: run.id });
            }
            // The lease is taken before anything is read, and its item is never deleted.
            let lease = self.control_item(&lease::item_name(source), "reading a lease").await?;
            is_any_known |= applied.is_some() || lease.is_some();
        }
        match in_bucket.into_values().next() {
            Some(object) if !is_any_known => Err(Error::TablesLost { object }),
            Some(_) | None => Ok(()),
        }
    }
}

fn has_given_seats(run: &RunRecord) -> bool {
    run.is_of_accounts() && run.status.is_complete()
}

//! Whether the tables are still those of this installation. A database that is lost or was made anew looks like one in
//! which nothing has happened yet; the bucket, which is kept elsewhere, knows better (an administrator's block must not
//! vanish in silence).
//!
//! Looked at only where the licence, or the lease of a source, is not there: once in the life of a healthy installation.

use crate::error::Error;
use crate::store::Store;
use crate::tables::lease;
use crate::tables::ledger::LEDGER;
use crate::tables::runs::RunRecord;
use rollcall_core::source::SourceName;
use std::collections::BTreeSet;

impl Store {
    /// Refuses to go on where the tables know nothing of what the bucket says has happened, or have lost the licence.
    /// `sources` are those that are known otherwise, by the configuration.
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
            // A lease is taken before anything is read, and its item stays for ever.
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
    !run.dry_run && run.status.is_complete()
}

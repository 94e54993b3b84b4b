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
use std::collections::{BTreeMap, BTreeSet};

/// Folders of the bucket that have one folder for each source that was ever read. They begin with a source's first run.
const FOLDERS: [&str; 2] = ["snapshots/", "reports/"];

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

    /// The highest epoch under which a snapshot of a source was published, of those that are still there; 0 for none.
    pub(crate) async fn highest_published(&self, source: &SourceName) -> Result<u64, Error> {
        let published = self.published(source).await?;
        Ok(published.into_iter().map(|(_, epoch)| epoch).max().unwrap_or(0))
    }

    /// The runs and epochs of the snapshots of a source that are still in the bucket, by their objects' names.
    pub(crate) async fn published(&self, source: &SourceName) -> Result<Vec<(String, u64)>, Error> {
        let folder = format!("snapshots/{source}/");
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let keys = self.keys_after(&folder, after.as_deref(), KEYS_MAX).await?;
            found.extend(keys.iter().filter_map(|key| {
                let (run, epoch) = key.strip_prefix(&folder)?.strip_suffix(".json")?.rsplit_once('-')?;
                Some((run.to_owned(), epoch.parse().ok()?))
            }));
            match keys.last() {
                Some(last) => after = Some(last.clone()),
                None => return Ok(found),
            }
        }
    }

    /// Every source that the bucket holds snapshots or reports of, with an object that says so.
    pub(crate) async fn sources_in_bucket(&self) -> Result<BTreeMap<SourceName, String>, Error> {
        let mut sources = BTreeMap::new();
        for folder in FOLDERS {
            let mut after = None;
            while let Some(key) = self.keys_after(folder, after.as_deref(), 1).await?.pop() {
                let name = key[folder.len()..].split('/').next().unwrap_or_default().to_owned();
                if let Ok(source) = SourceName::parse(&name) {
                    sources.entry(source).or_insert_with(|| key.clone());
                }
                // Behind everything in the folder of this source: `0` comes after `/`.
                after =
                    Some(if key[folder.len()..].contains('/') { format!("{folder}{name}0") } else { key });
            }
        }
        Ok(sources)
    }

    /// Keys of the bucket that begin so, in their order, after this one.
    async fn keys_after(&self, prefix: &str, after: Option<&str>, most: i32) -> Result<Vec<String>, Error> {
        let list = self.s3.list_objects_v2().bucket(&self.names.bucket).prefix(prefix).max_keys(most);
        let list = list.set_start_after(after.map(str::to_owned));
        let page = list.send().await.map_err(|error| Error::service("listing the bucket", error))?;
        Ok(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key).collect())
    }
}

/// Keys in one listing (S3: 1000).
const KEYS_MAX: i32 = 1000;

fn has_given_seats(run: &RunRecord) -> bool {
    !run.dry_run && run.status.is_complete()
}

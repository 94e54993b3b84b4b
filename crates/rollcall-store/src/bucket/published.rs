//! What the bucket shows of the past: which sources have snapshots or reports, and under which epochs.

use crate::error::Error;
use crate::ids::SnapshotRef;
use crate::store::Store;
use rollcall_config::folders::{REPORTS, SNAPSHOTS};
use rollcall_core::source::SourceName;
use std::collections::BTreeMap;

/// Folders of the bucket with one folder for each source that was ever read. The first run of a source makes them.
const FOLDERS: [&str; 2] = [SNAPSHOTS, REPORTS];

/// Keys in one listing (S3: 1000).
const KEYS_MAX: i32 = 1000;

impl Store {
    /// The highest epoch of the snapshots of a source that are still there; 0 where there is none.
    pub(crate) async fn highest_published(&self, source: &SourceName) -> Result<u64, Error> {
        let published = self.published(source).await?;
        Ok(published.into_iter().map(|(_, epoch)| epoch).max().unwrap_or(0))
    }

    /// The runs and epochs of the snapshots of a source that are still in the bucket, by their objects' names.
    pub(crate) async fn published(&self, source: &SourceName) -> Result<Vec<(String, u64)>, Error> {
        let folder = format!("{SNAPSHOTS}{source}/");
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

    /// Whether this snapshot is still in the bucket: the lifecycle takes old ones away.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn is_published(&self, snapshot: &SnapshotRef) -> Result<bool, Error> {
        let key = snapshot.key("json");
        Ok(self.keys_after(&key, None, 1).await?.contains(&key))
    }

    /// Every source that has snapshots or reports in the bucket, each with one of these objects.
    pub(crate) async fn sources_in_bucket(&self) -> Result<BTreeMap<SourceName, String>, Error> {
        let mut sources = BTreeMap::new();
        for folder in FOLDERS {
            let mut after = None;
            while let Some(key) = self.keys_after(folder, after.as_deref(), 1).await?.pop() {
                let name = key[folder.len()..].split('/').next().unwrap_or_default().to_owned();
                if let Ok(source) = SourceName::parse(&name) {
                    sources.entry(source).or_insert_with(|| key.clone());
                }
                // After everything in the folder of this source: `0` sorts after `/`.
                after =
                    Some(if key[folder.len()..].contains('/') { format!("{folder}{name}0") } else { key });
            }
        }
        Ok(sources)
    }

    /// At most `most` keys with this prefix, in their order, after this one.
    async fn keys_after(&self, prefix: &str, after: Option<&str>, most: i32) -> Result<Vec<String>, Error> {
        let list = self.s3.list_objects_v2().bucket(&self.names.bucket).prefix(prefix).max_keys(most);
        let list = list.set_start_after(after.map(str::to_owned));
        let page = list.send().await.map_err(|error| Error::service("listing the bucket", error))?;
        Ok(page.contents.unwrap_or_default().into_iter().filter_map(|object| object.key).collect())
    }
}

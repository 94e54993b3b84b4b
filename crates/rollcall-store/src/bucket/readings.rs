//! A reading in progress: the pages of a directory that have been read, and where to go on. In S3, so that another
//! invocation can; fenced by the run, whose record alone says which of its readings counts.
//!
//! Pages are published together as one snapshot, or never. What is not published goes by the bucket's lifecycle.

mod merge;

use crate::bucket::snapshot::{Packed, SnapshotRef, pack, read_records};
use crate::error::Error;
use crate::ids::Lease;
use crate::schema::{SCHEMA_VERSION, check_version};
use crate::store::Store;
use merge::{MERGED_AT_ONCE, by_person, merge};
use rollcall_core::entry::Record;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use tokio::runtime::Handle;

/// How far the reading of a directory is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The version of its shape, and of the pages'.
    #[serde(default = "crate::schema::first")]
    schema_version: u64,
    /// What has been read, in this order.
    pub pages: Vec<PageRef>,
    /// Digest of the settings that the source is read with.
    pub settings: String,
    /// How often a listing had to be begun anew.
    #[serde(default)]
    pub restarts: u32,
    /// Where to go on; none before the first page and after the last one.
    pub next: Option<String>,
    /// Whether the last page has been read.
    pub is_whole: bool,
}

/// A page that has been read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRef {
    /// Which listing it is of.
    pub listing: u32,
    /// How many records it has.
    pub records: u64,
    /// Digest of where it was read from: another page of the listing that is read from there closes a loop.
    pub place: String,
    /// Digest of who is on it: another page of the listing with the same people is the same page again.
    pub people: String,
    /// Key of its object.
    key: String,
}

impl Reading {
    /// Nothing is read yet, with these settings.
    #[must_use]
    pub fn new(settings: String) -> Self {
        let (pages, restarts, next, is_whole) = (Vec::new(), 0, None, false);
        Self { schema_version: SCHEMA_VERSION, pages, settings, restarts, next, is_whole }
    }
}

impl Store {
    /// Keeps a page, the `number`th that was read under this lease, from this place.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn put_page(
        &self,
        lease: &Lease,
        number: usize,
        listing: u32,
        place: &str,
        mut records: Vec<Record>,
    ) -> Result<PageRef, Error> {
        let packed = tokio::task::spawn_blocking(move || {
            records.sort_by(by_person);
            pack(records.into_iter().map(Ok))
        });
        let Packed { file, records, digest } = packed.await??;
        // The epoch rises with every taking of the lease: what a replaced invocation still writes lies elsewhere.
        let key = format!("{}-{number}.zst", prefix(lease));
        self.put_file(&key, file.path()).await?;
        Ok(PageRef { listing, records, place: digest_of(place), people: digest, key })
    }

    /// Keeps how far the reading is after the `number`th page under this lease; the answer is the key that the run's record must name from now on.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn put_reading(
        &self,
        lease: &Lease,
        number: usize,
        reading: &Reading,
    ) -> Result<String, Error> {
        let key = format!("{}-{number}.json", prefix(lease));
        let text =
            serde_json::to_vec(reading).map_err(|error| Error::corrupt("a reading", error.to_string()))?;
        self.put_object(&key, text).await?;
        Ok(key)
    }

    /// How far the reading is that the run's record names.
    ///
    /// # Errors
    /// [`Error::Corrupt`] where it is gone or not what was kept; start a new run. Or the storage fails.
    pub async fn reading(&self, key: &str) -> Result<Reading, Error> {
        let gone = || Error::corrupt(key, "it is gone; start a new run");
        let text = self.get_text(key).await?.ok_or_else(gone)?;
        let reading: Reading = serde_json::from_str(&text)
            .map_err(|error| Error::corrupt(key, format!("{error}; start a new run")))?;
        check_version(reading.schema_version, key)?;
        Ok(reading)
    }

    /// Publishes the pages of a reading together, each person once.
    ///
    /// # Errors
    /// [`Error::Corrupt`] where a page is gone or damaged; start a new run. Or the storage fails; nothing is published.
    pub async fn publish_pages(&self, lease: &Lease, pages: &[PageRef]) -> Result<SnapshotRef, Error> {
        let (store, pages) = (self.clone(), pages.to_vec());
        let runtime = Handle::current();
        // All on one thread: what one merge gives back another can use, which an allocator grants a thread only.
        let merged = tokio::task::spawn_blocking(move || merge_pages(&store, &pages, &runtime)).await??;
        self.publish(&lease.source, &lease.run, lease.epoch, merged).await
    }
}

fn merge_pages(store: &Store, pages: &[PageRef], runtime: &Handle) -> Result<Packed, Error> {
    let mut merged = Vec::new();
    for some in pages.chunks(MERGED_AT_ONCE) {
        let mut files = Vec::new();
        for page in some {
            let gone = || Error::corrupt(&page.key, "it is gone; start a new run");
            files.push((runtime.block_on(store.get(&page.key))?.ok_or_else(gone)?.file, page.records));
        }
        merged.push(merge_files(files)?);
    }
    while merged.len() > 1 {
        let rest = merged.split_off(merged.len().min(MERGED_AT_ONCE));
        let files = merged.into_iter().map(|packed| (packed.file.into_file(), packed.records));
        let one = merge_files(files.collect())?;
        // At the end: the longest are merged as seldom as the shortest.
        merged = rest;
        merged.push(one);
    }
    match merged.pop() {
        Some(packed) => Ok(packed),
        None => pack(std::iter::empty()),
    }
}

fn merge_files(files: Vec<(File, u64)>) -> Result<Packed, Error> {
    let parts = files.into_iter().map(|(file, records)| read_records(file, records, "a page"));
    pack(merge(parts.collect::<Result<Vec<_>, _>>()?))
}

/// Digest of a place, which may hold what nobody should see.
#[must_use]
pub fn digest_of(place: &str) -> String {
    Sha256::digest(place).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the pages of a reading lie.
fn prefix(lease: &Lease) -> String {
    format!("readings/{}/{}/{}", lease.source, lease.run, lease.epoch)
}

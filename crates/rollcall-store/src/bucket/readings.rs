//! A reading in progress: the pages of a directory that have been read, and where to continue. It is kept in S3, so that
//! another invocation can continue. The run's record names the reading that counts.
//!
//! Pages are published together as one snapshot, or not at all. The bucket's lifecycle deletes what is not published.

mod merge;

use crate::bucket::snapshot::{Packed, pack, read_records};
use crate::error::Error;
use crate::ids::{Lease, SnapshotRef};
use crate::schema::{SCHEMA_VERSION, check_version};
use crate::store::Store;
use merge::{MERGED_AT_ONCE, by_person, merge};
use rollcall_config::folders::READINGS;
use rollcall_core::entry::Record;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use tokio::runtime::Handle;

/// The progress of reading a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The version of the format of this document and of the pages.
    #[serde(default = "crate::wire::first_schema_version")]
    schema_version: u64,
    /// The pages that have been read, in this order.
    pub pages: Vec<PageRef>,
    /// Digest of the settings with which the source is read.
    pub settings: String,
    /// How often a listing had to start again.
    #[serde(default)]
    pub restarts: u32,
    /// Where to continue; none before the first page and after the last one.
    pub next: Option<String>,
    /// Whether the last page has been read.
    pub is_whole: bool,
}

/// A page that has been read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRef {
    /// The listing to which it belongs.
    pub listing: u32,
    /// How many records it has.
    pub records: u64,
    /// Digest of the position from which it was read. A second page of the listing from the same position closes a loop.
    pub place: String,
    /// Digest of the people on it. A second page of the listing with the same people is the same page again.
    pub people: String,
    /// Key of its object.
    key: String,
}

impl Reading {
    /// A reading with these settings, before its first page.
    #[must_use]
    pub fn new(settings: String) -> Self {
        let (pages, restarts, next, is_whole) = (Vec::new(), 0, None, false);
        Self { schema_version: SCHEMA_VERSION, pages, settings, restarts, next, is_whole }
    }
}

impl Store {
    /// Stores the `number`th page that was read under this lease, from this position.
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
        // The epoch rises each time the lease is taken, so a replaced invocation writes to other keys.
        let key = format!("{}-{number}.zst", prefix(lease));
        self.put_file(&key, file.path()).await?;
        Ok(PageRef { listing, records, place: digest_of(place), people: digest, key })
    }

    /// Stores the progress of a reading after the `number`th page under this lease. Returns the key that the run's record
    /// must name from then on.
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

    /// The reading that the run's record names.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is missing or damaged: start a new run. Or the storage fails.
    pub async fn reading(&self, key: &str) -> Result<Reading, Error> {
        let gone = || Error::corrupt(key, "it is missing; start a new run");
        let text = self.get_text(key).await?.ok_or_else(gone)?;
        let reading: Reading = serde_json::from_str(&text)
            .map_err(|error| Error::corrupt(key, format!("{error}; start a new run")))?;
        check_version(reading.schema_version, key)?;
        Ok(reading)
    }

    /// Publishes the pages of a reading together, each person once.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when a page is missing or damaged: start a new run. Or the storage fails. Nothing is published
    /// then.
    pub async fn publish_pages(&self, lease: &Lease, pages: &[PageRef]) -> Result<SnapshotRef, Error> {
        let (store, pages) = (self.clone(), pages.to_vec());
        let runtime = Handle::current();
        // All on one thread: an allocator gives memory that one merge has freed to the same thread only.
        let merged = tokio::task::spawn_blocking(move || merge_pages(&store, &pages, &runtime)).await??;
        self.publish(&lease.source, &lease.run, lease.epoch, merged).await
    }
}

fn merge_pages(store: &Store, pages: &[PageRef], runtime: &Handle) -> Result<Packed, Error> {
    let mut merged = Vec::new();
    for some in pages.chunks(MERGED_AT_ONCE) {
        let mut files = Vec::new();
        for page in some {
            let gone = || Error::corrupt(&page.key, "it is missing; start a new run");
            files.push((runtime.block_on(store.get(&page.key))?.ok_or_else(gone)?.file, page.records));
        }
        merged.push(merge_files(files)?);
    }
    while merged.len() > 1 {
        let rest = merged.split_off(merged.len().min(MERGED_AT_ONCE));
        let files = merged.into_iter().map(|packed| (packed.file.into_file(), packed.records));
        let one = merge_files(files.collect())?;
        // To the end of the list, so that long parts are merged no more often than short ones.
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

/// Digest of a position, which may contain secrets.
#[must_use]
pub fn digest_of(place: &str) -> String {
    Sha256::digest(place).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The prefix of the keys of a reading's pages.
fn prefix(lease: &Lease) -> String {
    format!("{READINGS}{}/{}/{}", lease.source, lease.run, lease.epoch)
}

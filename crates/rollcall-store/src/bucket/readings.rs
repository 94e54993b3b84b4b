//! A reading in progress: the pages of a directory that have been read, and where to continue. It is kept in S3, so that
//! another invocation can continue. The run's record names the reading that counts.
//!
//! Pages are published together as one snapshot, or not at all. The bucket's lifecycle deletes what is not published.

use crate::bucket::merge::{MERGED_AT_ONCE, by_person, merge_down, merge_people};
use crate::bucket::snapshot::{Packed, PartFile, pack, pack_page, pack_part};
use crate::error::Error;
use crate::ids::{Lease, SnapshotRef};
use crate::schema::{SCHEMA_VERSION, check_version};
use crate::store::Store;
use crate::tables::run_read::GroupRead;
use rollcall_config::folders::READINGS;
use rollcall_core::entry::Record;
use rollcall_core::source::SourceName;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use tokio::runtime::Handle;

/// How many checkpoints follow each other before one has the pages of all of them. So a reading of 50,000 pages is found
/// with 600 requests, and a page is listed twice.
const CHECKPOINTS_PER_LIST: usize = 100;

/// The progress of reading a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pages: Vec<PageRef>,
    /// Digest of the settings with which the source is read.
    pub settings: String,
    /// How often a listing had to start again.
    restarts: u32,
    /// Where to continue; none before the first page and after the last one.
    pub next: Option<String>,
    /// Whether the last page has been read.
    pub is_whole: bool,
    /// The newest checkpoint, and the newest one that is not to be listed again.
    newest: Option<Stored>,
    listed: Option<Stored>,
    /// How many checkpoints there are after `listed`.
    unlisted: usize,
}

/// A checkpoint in the bucket, and how many pages it and those before it have.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stored {
    key: String,
    pages: usize,
}

/// A reading's progress as it is stored: what is new since an earlier checkpoint, so that what is written grows with the
/// number of pages, and not with its square.
#[derive(Debug, Serialize, Deserialize)]
struct Checkpoint {
    /// The version of the format of this document and of the pages.
    #[serde(default = "crate::wire::first_schema_version")]
    schema_version: u64,
    settings: String,
    #[serde(default)]
    restarts: u32,
    next: Option<String>,
    is_whole: bool,
    /// How many checkpoints there are since one that lists many pages.
    #[serde(default)]
    unlisted: usize,
    /// The pages from the first one on, in the order of reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pages: Option<Vec<PageRef>>,
    /// Or those after the pages of another checkpoint. Under another name: a program that does not know it must not take
    /// them for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    more: Option<More>,
}

#[derive(Debug, Serialize, Deserialize)]
struct More {
    /// Key of the checkpoint with the pages before.
    after: String,
    pages: Vec<PageRef>,
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
    /// What it has shown beside its people.
    #[serde(default)]
    pub tally: PageTally,
    /// Key of its object.
    key: String,
}

/// What a page has shown beside its people: for checking that the whole adds up (rule 23).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageTally {
    /// The groups whose members are on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupRead>,
    /// How many people.
    #[serde(default)]
    pub people: u64,
    /// How many of them hide what everybody has.
    #[serde(default)]
    pub hidden: u64,
    /// How many of them have each mapped attribute that the directory has shown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, u64>,
    /// How many people have values that are hardly meant so, and one of them, by what the values have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub oddities: BTreeMap<String, (u64, String)>,
}

impl Reading {
    /// A reading with these settings, before its first page.
    #[must_use]
    pub fn new(settings: String) -> Self {
        let (pages, restarts, next, is_whole) = (Vec::new(), 0, None, false);
        Self { pages, settings, restarts, next, is_whole, newest: None, listed: None, unlisted: 0 }
    }

    /// The pages that have been read, in this order.
    #[must_use]
    pub fn pages(&self) -> &[PageRef] {
        &self.pages
    }

    /// How often a listing had to start again.
    #[must_use]
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// Adds a page that was read.
    pub fn push(&mut self, page: PageRef) {
        self.pages.push(page);
    }

    /// Forgets the pages of a listing that begins.
    pub fn begin_listing(&mut self, listing: u32) {
        let before = self.pages.len();
        self.pages.retain(|page| page.listing != listing);
        if self.pages.len() < before {
            self.restarts += 1;
            // What is stored has pages that do not count any more.
            (self.newest, self.listed, self.unlisted) = (None, None, 0);
        }
    }

    /// What is to be stored after what has been.
    fn checkpoint(&self) -> Checkpoint {
        let is_list = self.unlisted + 1 >= CHECKPOINTS_PER_LIST || self.newest.is_none();
        let after = if is_list { &self.listed } else { &self.newest };
        let rest = |from: usize| self.pages[from..].to_vec();
        let (pages, more) = match after {
            None => (Some(rest(0)), None),
            Some(Stored { key, pages }) => (None, Some(More { after: key.clone(), pages: rest(*pages) })),
        };
        Checkpoint {
            schema_version: SCHEMA_VERSION,
            settings: self.settings.clone(),
            restarts: self.restarts,
            next: self.next.clone(),
            is_whole: self.is_whole,
            unlisted: if is_list { 0 } else { self.unlisted + 1 },
            pages,
            more,
        }
    }

    /// Takes in that a checkpoint is stored under this key.
    fn is_stored(&mut self, key: String, unlisted: usize) {
        let stored = Stored { key, pages: self.pages.len() };
        if unlisted == 0 {
            self.listed = Some(stored.clone());
        }
        (self.newest, self.unlisted) = (Some(stored), unlisted);
    }
}

impl Store {
    /// Stores the `number`th page that was read under this lease, from this position, and what it has shown.
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
        tally: PageTally,
    ) -> Result<PageRef, Error> {
        let packed = tokio::task::spawn_blocking(move || {
            records.sort_by(by_person);
            pack_page(records.into_iter().map(Ok))
        });
        let Packed { file, records, digest } = packed.await??;
        // The epoch rises each time the lease is taken, so a replaced invocation writes to other keys.
        let key = format!("{}-{number}.zst", prefix(lease));
        self.put_file(&key, file).await?;
        Ok(PageRef { listing, records, place: digest_of(place), people: digest, tally, key })
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
        reading: &mut Reading,
    ) -> Result<String, Error> {
        let key = format!("{}-{number}.json", prefix(lease));
        let checkpoint = reading.checkpoint();
        let text = serde_json::to_vec(&checkpoint)
            .map_err(|error| Error::corrupt("a reading", error.to_string()))?;
        self.put_object(&key, text).await?;
        reading.is_stored(key.clone(), checkpoint.unlisted);
        Ok(key)
    }

    /// The reading that the run's record names.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when a part of it is missing or damaged: start a new run. Or the storage fails.
    pub async fn reading(&self, key: &str) -> Result<Reading, Error> {
        let mut next = Some(key.to_owned());
        // The newest first.
        let mut checkpoints: Vec<(String, Checkpoint)> = Vec::new();
        while let Some(key) = next {
            let mut checkpoint = self.checkpoint(&key).await?;
            let more = checkpoint.more.take();
            next = more.as_ref().map(|more| more.after.clone());
            if let Some(More { pages, .. }) = more {
                checkpoint.pages = Some(pages);
            }
            // One that has read the whole can be no earlier one, and neither can one with other settings.
            let is_before = |newest: &Checkpoint| {
                !checkpoint.is_whole
                    && checkpoint.settings == newest.settings
                    && checkpoint.restarts == newest.restarts
                    && checkpoints.iter().all(|(seen, _)| *seen != key)
            };
            if !checkpoints.first().is_none_or(|(_, newest)| is_before(newest)) {
                return Err(Error::corrupt(key, "it is not an earlier part of the reading; start a new run"));
            }
            checkpoints.push((key, checkpoint));
        }
        let newest = checkpoints.first().map(|(_, checkpoint)| checkpoint);
        let newest = newest.ok_or_else(|| Error::corrupt(key, "it is missing; start a new run"))?;
        let mut reading = Reading::new(newest.settings.clone());
        (reading.restarts, reading.next, reading.is_whole) =
            (newest.restarts, newest.next.clone(), newest.is_whole);
        for (key, checkpoint) in checkpoints.into_iter().rev() {
            let gone = || Error::corrupt(key.as_str(), "expected its pages; start a new run");
            reading.pages.append(&mut checkpoint.pages.ok_or_else(gone)?);
            reading.is_stored(key, checkpoint.unlisted);
        }
        Ok(reading)
    }

    async fn checkpoint(&self, key: &str) -> Result<Checkpoint, Error> {
        let gone = || Error::corrupt(key, "it is missing; start a new run");
        let text = self.get_text(key).await?.ok_or_else(gone)?;
        let checkpoint: Checkpoint = serde_json::from_str(&text)
            .map_err(|error| Error::corrupt(key, format!("{error}; start a new run")))?;
        check_version(checkpoint.schema_version, key)?;
        Ok(checkpoint)
    }

    /// Publishes the pages of a reading together, each person once.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when a page is missing or damaged: start a new run. Or the storage fails. Nothing is published
    /// then.
    pub async fn publish_pages(&self, lease: &Lease, pages: &[PageRef]) -> Result<SnapshotRef, Error> {
        let (store, pages, source) = (self.clone(), pages.to_vec(), lease.source.clone());
        let runtime = Handle::current();
        // All on one thread: an allocator gives memory that one merge has freed to the same thread only.
        let merged =
            tokio::task::spawn_blocking(move || merge_pages(&store, &source, &pages, &runtime)).await??;
        self.publish(&lease.source, &lease.run, lease.epoch, merged).await
    }
}

fn merge_pages(
    store: &Store,
    source: &SourceName,
    pages: &[PageRef],
    runtime: &Handle,
) -> Result<Packed, Error> {
    let mut merged = Vec::new();
    // Some at a time: a file of each would be too many open files.
    for some in pages.chunks(MERGED_AT_ONCE) {
        let mut parts = Vec::new();
        for page in some {
            let gone = || Error::corrupt(&page.key, "it is missing; start a new run");
            let file = runtime.block_on(store.get(&page.key))?.ok_or_else(gone)?.file;
            parts.push(PartFile { file, records: page.records });
        }
        merged.push(pack_part(merge_people(parts)?)?);
    }
    pack(source, merge_down(merged, merge_people)?)
}

/// Digest of a position, which may contain secrets.
#[must_use]
pub fn digest_of(place: &str) -> String {
    bytes_digest(place.as_bytes())
}

/// Digest of bytes, in hexadecimal digits.
#[must_use]
pub fn bytes_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The prefix of the keys of a reading's pages.
fn prefix(lease: &Lease) -> String {
    format!("{READINGS}{}/{}/{}", lease.source, lease.run, lease.epoch)
}

#[cfg(test)]
mod tests;

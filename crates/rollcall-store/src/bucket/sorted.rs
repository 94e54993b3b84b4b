//! Sorts the records of a source that has them in any order, a CSV file of any length, in bounded memory.
//!
//! Each record is encoded once, when it comes: its line, what the index has of it, and the key that orders it. So many as fit are
//! sorted in memory and written to a temporary file; at the end all files are merged, and nothing is parsed again. The records
//! come out as if everything had been sorted in memory. On the disk there are the compressed records twice at most: as parts,
//! and as what they are merged into.

mod encoded;
mod part;

use super::snapshot::{Packed, SnapshotWriter};
use crate::digest_key::random_digest_key;
use crate::error::Error;
use crate::ids::{Lease, SnapshotRef};
use crate::store::Store;
use encoded::{Encoded, encode};
use part::{Part, merge_all};
use rollcall_core::entry::Record;
use rollcall_core::snapshot::RecordIndexer;
use rollcall_core::source::SourceName;
use std::fs::File;

/// Bytes of records that are sorted in memory: 20,000 to 60,000 records. With fewer, a file of ten million rows has too many
/// parts to be merged in two rounds.
const BYTES_MAX: usize = 24 * 1024 * 1024;

/// Takes records in any order.
#[derive(Debug)]
pub struct RecordSorter {
    indexer: RecordIndexer,
    bytes: Vec<u8>,
    /// Each record in `bytes`: the prefix of its key, and where it begins.
    places: Vec<(u128, usize)>,
    bytes_max: usize,
    parts: Vec<Part>,
}

/// All records of a source, in the order of [`Record::order`], ready to be published.
#[derive(Debug)]
pub struct SortedRecords(Packed);

impl RecordSorter {
    /// For the records of one source.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new(source: &SourceName) -> Result<Self, Error> {
        Ok(Self::with_bytes_max(RecordIndexer::new(source, random_digest_key()?), BYTES_MAX))
    }

    /// A sorter that has about so many bytes of records in memory.
    fn with_bytes_max(indexer: RecordIndexer, bytes_max: usize) -> Self {
        Self { indexer, bytes: Vec::new(), places: Vec::new(), bytes_max, parts: Vec::new() }
    }

    /// Takes the next record.
    ///
    /// # Errors
    /// When this machine has no room for a temporary file, or there are too many fields; take no more records then.
    #[expect(clippy::needless_pass_by_value, reason = "a record is given once")]
    pub fn push(&mut self, record: Record) -> Result<(), Error> {
        let place = self.bytes.len();
        encode(&mut self.bytes, &record, &mut self.indexer)?;
        self.places.push((record.order().0.prefix(), place));
        if self.bytes.len() < self.bytes_max {
            return Ok(());
        }
        self.end_part()
    }

    fn end_part(&mut self) -> Result<(), Error> {
        self.sort();
        let part = Part::write(self.in_order())?;
        self.parts.push(part);
        self.bytes.clear();
        self.places.clear();
        Ok(())
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        let rest = |place: usize| Encoded::at(bytes, place).order();
        self.places
            .sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| rest(one.1).cmp(&rest(other.1))));
    }

    fn in_order(&self) -> impl Iterator<Item = Encoded<'_>> {
        self.places.iter().map(|(_, place)| Encoded::at(&self.bytes, *place))
    }

    /// Sorts all that was taken.
    ///
    /// # Errors
    /// As [`RecordSorter::push`].
    pub fn finish(mut self) -> Result<SortedRecords, Error> {
        let mut writer = SnapshotWriter::new()?;
        if self.parts.is_empty() {
            self.sort();
            for record in self.in_order() {
                let (indexed, line) = record.indexed_and_line();
                writer.push(line, indexed)?;
            }
        } else {
            self.end_part()?;
            // What was sorted in memory is needed no more.
            (self.bytes, self.places) = (Vec::new(), Vec::new());
            merge_all(self.parts, &mut |record| {
                let (indexed, line) = record.indexed_and_line();
                writer.push(line, indexed)
            })?;
        }
        writer.finish(&self.indexer).map(SortedRecords)
    }
}

impl SortedRecords {
    /// The packed records.
    pub(crate) fn into_file(self) -> File {
        self.0.file
    }
}

impl Store {
    /// Publishes a snapshot: all records of a source.
    ///
    /// # Errors
    /// When the storage fails; then nothing is published.
    pub async fn publish_sorted(&self, lease: &Lease, records: SortedRecords) -> Result<SnapshotRef, Error> {
        self.publish(&lease.source, &lease.run, lease.epoch, records.0).await
    }
}

#[cfg(test)]
mod tests;

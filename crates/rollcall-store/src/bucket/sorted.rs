//! Sorts the records of a source that has them in any order, a CSV file of any length, in bounded memory.
//!
//! So many records as fit are sorted in memory and written to a temporary file; at the end all files are merged. The
//! result is, byte for byte, that of sorting everything in memory. On the disk there are the compressed records twice at
//! most: as parts, and as what they are merged into.

use super::merge::{by_place, merge_down, merge_rows};
use super::snapshot::{Packed, PartFile, pack, pack_part};
use crate::error::Error;
use crate::ids::{Lease, SnapshotRef};
use crate::store::Store;
use rollcall_core::entry::Record;
use std::fs::File;

/// Records that are sorted in memory, about a kilobyte each. With fewer, a file of ten million rows has too many parts to
/// be merged in two rounds.
const RECORDS_MAX: usize = 50_000;

/// Takes records in any order.
#[derive(Debug)]
pub struct RecordSorter {
    records: Vec<Record>,
    records_max: usize,
    parts: Vec<PartFile>,
}

/// All records of a source, in the order of [`Record::order`], ready to be published.
#[derive(Debug)]
pub struct SortedRecords(Packed);

impl Default for RecordSorter {
    fn default() -> Self {
        Self::with_records_max(RECORDS_MAX)
    }
}

impl RecordSorter {
    /// A sorter that has at most so many records in memory.
    fn with_records_max(records_max: usize) -> Self {
        Self { records: Vec::new(), records_max, parts: Vec::new() }
    }

    /// Takes the next record.
    ///
    /// # Errors
    /// When this machine has no room for a temporary file; take no more records then.
    pub fn push(&mut self, record: Record) -> Result<(), Error> {
        self.records.push(record);
        if self.records.len() < self.records_max {
            return Ok(());
        }
        self.records.sort_unstable_by(by_place);
        self.parts.push(pack_part(self.records.drain(..).map(Ok))?);
        Ok(())
    }

    /// Sorts all that was taken.
    ///
    /// # Errors
    /// As [`RecordSorter::push`].
    pub fn finish(mut self) -> Result<SortedRecords, Error> {
        self.records.sort_unstable_by(by_place);
        if self.parts.is_empty() {
            return pack(self.records.into_iter().map(Ok)).map(SortedRecords);
        }
        self.parts.push(pack_part(self.records.into_iter().map(Ok))?);
        pack(merge_down(self.parts, |parts| merge_rows(parts, by_place))?).map(SortedRecords)
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

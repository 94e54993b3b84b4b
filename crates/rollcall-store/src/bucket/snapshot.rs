//! Snapshots: one complete reading of a source, published whole or not at all (rule 23).
//!
//! An object of compressed lines of JSON in frames, behind them what the planner compares of each record, and then a manifest
//! with its length, its count and its digest. Without a manifest there is no snapshot. A snapshot that does not match its
//! manifest is refused. Earlier versions published one frame and nothing behind it: their snapshots are read too, only slower.

mod frames;
mod index_file;
mod line;
mod writer;

use crate::bucket::sorted::RecordSorter;
use crate::digest_key::random_digest_key;
use crate::error::Error;
use crate::field_names::FieldNames;
use crate::ids::{RunId, SnapshotOrder, SnapshotRef};
use crate::schema::{SCHEMA_VERSION, check_version};
use crate::store::Store;
use frames::{FrameReader, stream_of};
use index_file::IndexFile;
pub(super) use index_file::write_indexed;
pub(super) use line::write_line;
use rollcall_config::folders::SNAPSHOTS;
use rollcall_core::entry::Record;
use rollcall_core::snapshot::{RecordIndexer, SnapshotIndex, SnapshotIndexBuilder};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use sha2::{Digest as _, Sha256};
use std::fmt::Display;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write as _};
pub(super) use writer::SnapshotWriter;

/// Of a page: zstd's own default.
const PAGE_LEVEL: i32 = 3;

/// Of what is read once more and then thrown away: half the work of level 1 for a fourteenth more bytes. Its decoder needs half
/// a megabyte; that of level 3 needs two, and 32 parts are read at once.
pub(super) const PART_LEVEL: i32 = -3;

/// A snapshot on this machine, which can be read many times.
#[derive(Debug)]
pub struct SnapshotReader {
    file: File,
    source: SourceName,
    records: u64,
    key: String,
    /// What is behind the records; none in a snapshot of an earlier version.
    index: Option<IndexFile>,
}

impl Store {
    /// Publishes packed records: the object first, then the manifest that makes it a snapshot.
    pub(crate) async fn publish(
        &self,
        source: &SourceName,
        run: &RunId,
        epoch: u64,
        packed: Packed,
    ) -> Result<SnapshotRef, Error> {
        let snapshot = SnapshotRef {
            schema_version: SCHEMA_VERSION,
            source: source.clone(),
            run: run.clone(),
            epoch,
            records: packed.records,
            bytes: packed.file.metadata()?.len(),
            digest: packed.digest,
            order: SnapshotOrder::Numbers,
        };
        self.put_file(&snapshot.key("zst"), packed.file).await?;
        let manifest = serde_json::to_vec_pretty(&snapshot)
            .map_err(|error| Error::corrupt("a snapshot's manifest", error.to_string()))?;
        self.put_object(&snapshot.key("json"), manifest).await?;
        Ok(snapshot)
    }

    /// Copies a published snapshot to this machine.
    ///
    /// # Errors
    /// [`Error::Corrupt`] when it is missing or is not what was published; or the storage fails.
    pub async fn open_snapshot(&self, snapshot: &SnapshotRef) -> Result<SnapshotReader, Error> {
        let key = snapshot.key("json");
        check_version(snapshot.schema_version, &key)?;
        let manifest = self.get_text(&key).await?.ok_or_else(|| damaged(&key, "it is missing"))?;
        let manifest: SnapshotRef = serde_json::from_str(&manifest).map_err(|error| damaged(&key, error))?;
        if manifest != *snapshot {
            return Err(damaged(&key, "expected the manifest that the run published"));
        }
        let key = snapshot.key("zst");
        let spooled = self.get(&key).await?.ok_or_else(|| damaged(&key, "it is missing"))?;
        if spooled.bytes != snapshot.bytes {
            let why = format!("expected {} bytes, it has {}", snapshot.bytes, spooled.bytes);
            return Err(damaged(&key, why));
        }
        let reader = SnapshotReader::new(spooled.file, snapshot.source.clone(), snapshot.records, key)?;
        match snapshot.order {
            SnapshotOrder::Numbers => Ok(reader),
            SnapshotOrder::Characters => tokio::task::spawn_blocking(move || reader.sorted()).await?,
        }
    }
}

impl SnapshotRef {
    pub(crate) fn key(&self, ending: &str) -> String {
        // The epoch rises when a run is read again after a crash, so no published object is overwritten.
        format!("{SNAPSHOTS}{}/{}-{}.{ending}", self.source, self.run, self.epoch)
    }
}

/// Records of a snapshot, each with its number from 0.
type NumberedRecords<'a> = Box<dyn Iterator<Item = Result<(usize, Record), Error>> + Send + 'a>;

impl SnapshotReader {
    /// Of the file of a snapshot of this source, which should have so many records. `key` names it in errors.
    fn new(file: File, source: SourceName, records: u64, key: String) -> Result<Self, Error> {
        let index = IndexFile::find(&file, &key)?;
        Ok(Self { file, source, records, key, index })
    }

    /// The same records in the order of this version.
    fn sorted(self) -> Result<Self, Error> {
        let mut sorter = RecordSorter::new(&self.source)?;
        for record in self.records()? {
            sorter.push(record?)?;
        }
        Self::new(sorter.finish()?.into_file(), self.source, self.records, self.key)
    }

    /// The records, in order, from the beginning. Only one iteration at a time.
    ///
    /// # Errors
    /// When the file on this machine cannot be read.
    pub fn records(&self) -> Result<impl Iterator<Item = Result<Record, Error>>, Error> {
        let bytes = self.index.as_ref().map_or(u64::MAX, |index| index.begin);
        read_records(stream_of(&self.file, bytes)?, self.records, &self.key)
    }

    /// The wanted records, in order, each with its number from 0. Frames without one are not read, and no other record is
    /// parsed. `is_wanted` may be asked more than once about a record. Only one iteration at a time.
    ///
    /// # Errors
    /// When the file on this machine cannot be read.
    pub fn records_where<'a>(
        &'a self,
        is_wanted: impl Fn(usize) -> bool + Send + 'a,
    ) -> Result<NumberedRecords<'a>, Error> {
        let Some(index) = &self.index else {
            let numbered = self.records()?.enumerate().map(|(ordinal, record)| Ok((ordinal, record?)));
            let wanted = numbered.filter(move |record| match record {
                Ok((ordinal, _)) => is_wanted(*ordinal),
                Err(_) => true,
            });
            return Ok(Box::new(wanted));
        };
        Ok(Box::new(FrameReader::new(&self.file, &self.key, &index.frames, is_wanted)?))
    }

    /// What the planner compares, at this time.
    ///
    /// # Errors
    /// [`Error::Snapshot`] and [`Error::Corrupt`] when it is not what was published; start a new run.
    pub fn index(&self, now: Timestamp) -> Result<SnapshotIndex, Error> {
        if let Some(index) = &self.index {
            return index.index(&self.file, (now, &self.source, self.records), &self.key);
        }
        let indexer = RecordIndexer::new(&self.source, random_digest_key()?);
        let mut builder = SnapshotIndexBuilder::new(now, indexer);
        for record in self.records()? {
            builder.push(&record?)?;
        }
        Ok(builder.finish())
    }
}

/// Reads packed records from the beginning; `key` names them in errors.
fn read_records<R: Read>(
    packed: R,
    records: u64,
    key: &str,
) -> Result<impl Iterator<Item = Result<Record, Error>> + use<R>, Error> {
    let lines = BufReader::new(zstd::Decoder::new(packed)?);
    Ok(Records {
        lines,
        line: String::new(),
        left: records,
        key: key.to_owned(),
        names: FieldNames::default(),
        is_over: false,
    })
}

struct Records<R> {
    lines: R,
    line: String,
    left: u64,
    key: String,
    names: FieldNames,
    is_over: bool,
}

impl<R: BufRead> Records<R> {
    fn read(&mut self) -> Result<Option<Record>, Error> {
        self.line.clear();
        let bytes = self.lines.read_line(&mut self.line).map_err(|error| damaged(&self.key, error))?;
        let is_end = bytes == 0;
        match (is_end, self.left) {
            (true, 0) => Ok(None),
            (true, _) | (false, 0) => {
                Err(damaged(&self.key, "expected as many records as its manifest says"))
            }
            (false, _) => {
                self.left -= 1;
                let line: line::Line =
                    serde_json::from_str(&self.line).map_err(|error| damaged(&self.key, error))?;
                line.into_record(&mut self.names).map(Some).map_err(|why| damaged(&self.key, why))
            }
        }
    }
}

impl<R: BufRead> Iterator for Records<R> {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.read().transpose();
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}

/// Records in a temporary file, as they are published.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(crate) file: File,
    pub(crate) records: u64,
    pub(crate) digest: String,
}

/// Records in a temporary file, to be merged with others.
#[derive(Debug)]
pub(crate) struct PartFile {
    pub(crate) file: File,
    pub(crate) records: u64,
}

impl PartFile {
    /// The records, in their order.
    pub(crate) fn records(self) -> Result<impl Iterator<Item = Result<Record, Error>> + use<>, Error> {
        read_records(stream_of(&self.file, u64::MAX)?, self.records, "a part of a snapshot")
    }
}

/// An error of a damaged snapshot: the source can still be read again.
fn damaged(key: &str, why: impl Display) -> Error {
    Error::corrupt(key, format!("{why}; start a new run"))
}

/// Packs records in the given order, to be published.
pub(crate) fn pack(
    source: &SourceName,
    records: impl Iterator<Item = Result<Record, Error>>,
) -> Result<Packed, Error> {
    let mut indexer = RecordIndexer::new(source, random_digest_key()?);
    let mut writer = SnapshotWriter::new()?;
    let (mut line, mut indexed) = (Vec::new(), Vec::new());
    for record in records {
        let record = record?;
        line.clear();
        indexed.clear();
        write_line(&mut line, &record);
        write_indexed(&mut indexed, &indexer.index(&record)?);
        writer.push(&line, &indexed)?;
    }
    writer.finish(&indexer)
}

/// Packs the records of a page, which are published together with those of other pages.
pub(crate) fn pack_page(records: impl Iterator<Item = Result<Record, Error>>) -> Result<Packed, Error> {
    let mut hash = Sha256::new();
    let PartFile { file, records } =
        write_lines(records, PAGE_LEVEL, |line| writer::hash_line(&mut hash, line))?;
    let digest = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Packed { file, records, digest })
}

/// Packs records in the given order, to be merged.
pub(crate) fn pack_part(records: impl Iterator<Item = Result<Record, Error>>) -> Result<PartFile, Error> {
    write_lines(records, PART_LEVEL, |_| ())
}

/// So many bytes are compressed at once.
const WRITTEN_BYTES: usize = 64 * 1024;

/// Writes a line for each record, and shows it to `see`.
fn write_lines(
    records: impl Iterator<Item = Result<Record, Error>>,
    level: i32,
    mut see: impl FnMut(&[u8]),
) -> Result<PartFile, Error> {
    let mut lines = zstd::Encoder::new(tempfile::tempfile()?, level)?;
    // With a checksum, reading fails at the end when the bytes are not those that were written.
    lines.include_checksum(true)?;
    let mut count = 0;
    // JSON is written in pieces of a few bytes, and each call of the compressor costs more than those.
    let mut text = Vec::with_capacity(WRITTEN_BYTES);
    for record in records {
        let record = record?;
        count += 1;
        let begin = text.len();
        write_line(&mut text, &record);
        see(&text[begin..]);
        text.push(b'\n');
        if text.len() >= WRITTEN_BYTES {
            lines.write_all(&text)?;
            text.clear();
        }
    }
    lines.write_all(&text)?;
    Ok(PartFile { file: lines.finish()?, records: count })
}

#[cfg(test)]
mod tests;

//! Sorted parts in temporary files, and their merge.
//!
//! Streams: holds one record of each part in memory, of at most 32 parts at a time. Where there are more, some are merged
//! first.

use super::encoded::Encoded;
use crate::bucket::merge::MERGED_AT_ONCE;
use crate::bucket::snapshot::PART_LEVEL;
use crate::error::Error;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Seek as _, Write as _};

/// Encoded records in their order, in a temporary file.
#[derive(Debug)]
pub(super) struct Part(File);

/// Writes a part.
struct PartWriter(BufWriter<zstd::Encoder<'static, File>>);

impl PartWriter {
    fn new() -> Result<Self, Error> {
        let mut encoder = zstd::Encoder::new(tempfile::tempfile()?, PART_LEVEL)?;
        // With a checksum, reading fails at the end when the bytes are not those that were written.
        encoder.include_checksum(true)?;
        Ok(Self(BufWriter::with_capacity(64 * 1024, encoder)))
    }

    fn push(&mut self, record: Encoded<'_>) -> Result<(), Error> {
        let length = u32::try_from(record.bytes().len()).map_err(std::io::Error::other)?;
        self.0.write_all(&length.to_le_bytes())?;
        self.0.write_all(record.bytes())?;
        Ok(())
    }

    fn finish(self) -> Result<Part, Error> {
        let encoder = self.0.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        Ok(Part(encoder.finish()?))
    }
}

impl Part {
    /// Writes these records, which are in their order.
    pub(super) fn write<'a>(records: impl Iterator<Item = Encoded<'a>>) -> Result<Self, Error> {
        let mut writer = PartWriter::new()?;
        for record in records {
            writer.push(record)?;
        }
        writer.finish()
    }
}

/// Gives the records of all parts to `sink`, in their order.
pub(super) fn merge_all(
    mut parts: Vec<Part>,
    sink: &mut dyn FnMut(Encoded<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    while parts.len() > MERGED_AT_ONCE {
        // To the end of the list, so that long parts are merged no more often than short ones.
        let rest = parts.split_off(MERGED_AT_ONCE);
        let mut writer = PartWriter::new()?;
        merge(parts, &mut |record| writer.push(record))?;
        parts = rest;
        parts.push(writer.finish()?);
    }
    merge(parts, sink)
}

fn merge(parts: Vec<Part>, sink: &mut dyn FnMut(Encoded<'_>) -> Result<(), Error>) -> Result<(), Error> {
    let mut heads = BinaryHeap::new();
    for part in parts {
        heads.extend(Head::first_of(part)?);
    }
    while let Some(mut head) = heads.peek_mut() {
        sink(head.record())?;
        if !head.advance()? {
            PeekMut::pop(head);
        }
    }
    Ok(())
}

/// The next record of a part. The greatest of several is the one that comes first.
struct Head {
    prefix: u128,
    bytes: Vec<u8>,
    rest: BufReader<zstd::Decoder<'static, BufReader<File>>>,
}

impl Head {
    /// None of an empty part.
    fn first_of(Part(mut file): Part) -> Result<Option<Self>, Error> {
        file.rewind()?;
        let rest = BufReader::with_capacity(32 * 1024, zstd::Decoder::new(file)?);
        let mut head = Self { prefix: 0, bytes: Vec::new(), rest };
        Ok(head.advance()?.then_some(head))
    }

    /// Reads the next record; `false` at the end.
    fn advance(&mut self) -> Result<bool, Error> {
        if self.rest.fill_buf()?.is_empty() {
            return Ok(false);
        }
        let mut length = [0; size_of::<u32>()];
        self.rest.read_exact(&mut length)?;
        self.bytes.resize(u32::from_le_bytes(length) as usize, 0);
        self.rest.read_exact(&mut self.bytes)?;
        self.prefix = self.record().order().0.prefix();
        Ok(true)
    }

    fn record(&self) -> Encoded<'_> {
        Encoded::of(&self.bytes)
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_prefix = other.prefix.cmp(&self.prefix);
        by_prefix.then_with(|| other.record().order().cmp(&self.record().order()))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

//! A record in bytes, as it is sorted and merged: what orders it can be read without parsing the rest.
//!
//! Its length in four bytes; then the line number, the length of the folded key and the key; what the index has of it; the line.

use crate::bucket::snapshot::{write_indexed, write_line};
use crate::error::Error;
use rollcall_core::entry::Record;
use rollcall_core::match_key::NaturalKey;
use rollcall_core::snapshot::{IndexedRecord, RecordIndexer};

/// The bytes of a record without the length before them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoded<'a>(&'a [u8]);

const LENGTH_BYTES: usize = size_of::<u32>();
const NUMBER_BYTES: usize = size_of::<u64>();

/// Adds a record behind these bytes.
pub(super) fn encode(to: &mut Vec<u8>, record: &Record, indexer: &mut RecordIndexer) -> Result<(), Error> {
    let begin = to.len();
    let indexed = indexer.index(record)?;
    let (key, number) = record.order();
    to.extend_from_slice(&[0; LENGTH_BYTES]);
    to.extend_from_slice(&number.to_le_bytes());
    to.extend_from_slice(&length_of(key.0.as_bytes())?);
    to.extend_from_slice(key.0.as_bytes());
    write_indexed(to, &indexed);
    write_line(to, record);
    let length = length_of(&to[begin + LENGTH_BYTES..])?;
    to[begin..begin + LENGTH_BYTES].copy_from_slice(&length);
    Ok(())
}

fn length_of(bytes: &[u8]) -> Result<[u8; LENGTH_BYTES], Error> {
    Ok(u32::try_from(bytes.len()).map_err(std::io::Error::other)?.to_le_bytes())
}

impl<'a> Encoded<'a> {
    /// The record that begins here, as [`encode`] has written it.
    pub(super) fn at(bytes: &'a [u8], place: usize) -> Self {
        let (length, rest) = split_length(&bytes[place..]);
        Self(&rest[..length])
    }

    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// Its place in a snapshot.
    pub(super) fn order(self) -> (NaturalKey<'a>, u64) {
        let (number, rest) = self.0.split_at(NUMBER_BYTES);
        let number = number.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let (length, rest) = split_length(rest);
        // The key was a text when it was written.
        (NaturalKey(std::str::from_utf8(&rest[..length]).unwrap_or_default()), number)
    }

    /// What the index has of it, as [`write_indexed`] has written it, and its line in a snapshot.
    pub(super) fn indexed_and_line(self) -> (&'a [u8], &'a [u8]) {
        let rest = self.behind_key();
        let has_note = rest[IndexedRecord::ROW_BYTES] != 0;
        let note_bytes = if has_note { IndexedRecord::NOTE_BYTES } else { 0 };
        rest.split_at(IndexedRecord::ROW_BYTES + 1 + note_bytes)
    }

    fn behind_key(self) -> &'a [u8] {
        let (length, rest) = split_length(&self.0[NUMBER_BYTES..]);
        &rest[length..]
    }
}

/// The length that stands at the beginning, and what follows it.
fn split_length(bytes: &[u8]) -> (usize, &[u8]) {
    let (length, rest) = bytes.split_at(LENGTH_BYTES);
    (length.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)), rest)
}

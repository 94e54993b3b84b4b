//! What the index has of one record whatever the time is: made once, where the record is read, and published beside it.
//!
//! Above the row, below the builder. With the dates and what else says whether two records are alike, it is all that the
//! index needs: a snapshot is indexed without its records.

use super::InvalidSnapshot;
use super::repeats::number_beside;
use super::row::{Digester, FieldTable, ROW_BYTES, RecordStatus, Row, fingerprint};
use crate::entry::{Record, Standing, first_date_after, standing_of_enabled};
use crate::fields::FieldName;
use crate::keyed::{DigestKey, Values};
use crate::source::SourceName;
use crate::time::Timestamp;
use alloc::vec::Vec;

/// Makes the rows of the records of one snapshot, in any order.
#[derive(Debug)]
pub struct RecordIndexer {
    digester: Digester,
    fields: FieldTable,
}

/// One record in the index.
#[derive(Debug)]
pub struct IndexedRecord {
    row: Row,
    note: Note,
}

/// What few records have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Note {
    starts: Option<Timestamp>,
    ends: Option<Timestamp>,
    /// See `repeats`.
    beside: u64,
}

impl RecordIndexer {
    /// For the records of this source. `key` is random, and used for one snapshot alone.
    #[must_use]
    pub fn new(source: &SourceName, key: DigestKey) -> Self {
        Self { digester: Digester::new(source.clone(), key), fields: FieldTable::default() }
    }

    /// The one that has met these names, in this order.
    pub(super) fn with_fields(source: &SourceName, key: DigestKey, fields: Vec<FieldName>) -> Self {
        Self { fields: FieldTable::of_names(fields), ..Self::new(source, key) }
    }

    /// The key of its digests.
    #[must_use]
    pub fn key(&self) -> DigestKey {
        self.digester.key()
    }

    /// The names of the fields that it has met, in the order in which it has met them: what is published has no meaning
    /// without them.
    #[must_use]
    pub fn field_names(&self) -> Vec<&FieldName> {
        self.fields.names_as_met()
    }

    /// What the index has of this record.
    ///
    /// # Errors
    /// When there are too many fields.
    pub fn index(&mut self, record: &Record) -> Result<IndexedRecord, InvalidSnapshot> {
        Ok(match record {
            Record::Entry(entry) => IndexedRecord {
                row: Row::of_entry(entry, &mut self.fields, &mut self.digester)?,
                note: Note {
                    starts: entry.starts,
                    ends: entry.ends,
                    beside: number_beside(entry, &mut self.digester),
                },
            },
            Record::Rejected(rejected) => {
                IndexedRecord { row: Row::of_rejected(rejected, &self.digester), note: Note::NONE }
            }
        })
    }

    pub(super) fn into_fields(self) -> FieldTable {
        self.fields
    }
}

impl IndexedRecord {
    /// The bytes of each record.
    pub const ROW_BYTES: usize = ROW_BYTES;

    /// The bytes of what few records have besides.
    pub const NOTE_BYTES: usize = 24;

    /// What every record has.
    #[must_use]
    pub fn row_bytes(&self) -> [u8; Self::ROW_BYTES] {
        self.row.encode()
    }

    /// What few records have; none for the others.
    #[must_use]
    pub fn note_bytes(&self) -> Option<[u8; Self::NOTE_BYTES]> {
        (self.note != Note::NONE).then(|| self.note.encode())
    }

    /// From what [`IndexedRecord::row_bytes`] and [`IndexedRecord::note_bytes`] gave; `None` for other bytes.
    #[must_use]
    pub fn from_bytes(row: &[u8; Self::ROW_BYTES], note: Option<&[u8; Self::NOTE_BYTES]>) -> Option<Self> {
        Some(Self { row: Row::decode(row)?, note: note.map_or(Note::NONE, Note::decode) })
    }

    /// Its row at this time, the number of what the row does not keep, and when it says something else (rule 42).
    pub(super) fn at(
        mut self,
        now: Timestamp,
        key: DigestKey,
        scratch: &mut Values,
    ) -> (Row, u64, Option<Timestamp>) {
        let dates = (self.note.starts, self.note.ends);
        if self.row.status != RecordStatus::Enabled || dates == (None, None) {
            return (self.row, self.note.beside, None);
        }
        let next_date = first_date_after(now, dates);
        match standing_of_enabled(dates, now) {
            Standing::Ended => {
                self.row.status = RecordStatus::Ended;
                return (self.row, self.note.beside, None);
            }
            Standing::NotStarted { starts } => {
                self.row.status = RecordStatus::NotStarted;
                self.row.fingerprint =
                    fingerprint::with_start(self.row.fingerprint, Some(starts), key, scratch);
            }
            Standing::Eligible | Standing::Disabled | Standing::OutOfScope => {}
        }
        (self.row, self.note.beside, next_date)
    }
}

/// Stands for "no date".
const NO_DATE: i64 = i64::MIN;

impl Note {
    const NONE: Self = Self { starts: None, ends: None, beside: 0 };

    fn encode(&self) -> [u8; IndexedRecord::NOTE_BYTES] {
        let mut bytes = [0; IndexedRecord::NOTE_BYTES];
        let date = |date: Option<Timestamp>| date.map_or(NO_DATE, Timestamp::as_millis).to_le_bytes();
        bytes[..8].copy_from_slice(&date(self.starts));
        bytes[8..16].copy_from_slice(&date(self.ends));
        bytes[16..].copy_from_slice(&self.beside.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8; IndexedRecord::NOTE_BYTES]) -> Self {
        let word = |at: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&bytes[at..at + 8]);
            word
        };
        let date = |at| {
            let millis = i64::from_le_bytes(word(at));
            (millis != NO_DATE).then(|| Timestamp::from_millis(millis))
        };
        Self { starts: date(0), ends: date(8), beside: u64::from_le_bytes(word(16)) }
    }
}

#[cfg(test)]
mod tests;

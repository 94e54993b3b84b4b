//! Merges the sorted pages of a directory into one, with every person once.
//!
//! Streams: holds one record of each part in memory, of at most 32 parts at a time. Where there are more, some are merged
//! first, into a temporary file without a name.

use crate::bucket::snapshot::{PartFile, pack_part};
use crate::error::Error;
use rollcall_core::entry::Record;
use rollcall_core::match_key::{ImmutableId, NaturalKey};
use std::cmp::Ordering;
use std::iter::Peekable;

/// How many parts are merged at once. Each has an open file, and a decoder in memory.
pub(super) const MERGED_AT_ONCE: usize = 32;

/// The order of keys, as in a snapshot. Records of one person are next to each other.
pub(super) fn by_person(one: &Record, other: &Record) -> Ordering {
    (key(one), immutable_id(one), rank(one)).cmp(&(key(other), immutable_id(other), rank(other)))
}

fn key(record: &Record) -> NaturalKey<'_> {
    record.order().0
}

fn immutable_id(record: &Record) -> Option<&str> {
    match record {
        Record::Entry(entry) => entry.immutable_id.as_ref(),
        Record::Rejected(row) => row.immutable_id.as_ref(),
    }
    .map(ImmutableId::as_str)
}

/// Of several records of one person the first is kept: the one with the best priority (rule 13a), and a usable record
/// before a rejected one.
fn rank(record: &Record) -> (bool, u16) {
    match record {
        Record::Entry(entry) => (false, entry.priority),
        Record::Rejected(_) => (true, 0),
    }
}

/// Whether two records are the same person, read twice: in two groups, or on two pages of one group (rule 5).
fn is_same_person(one: &Record, other: &Record) -> bool {
    immutable_id(one).is_some() && immutable_id(one) == immutable_id(other) && key(one) == key(other)
}

/// Merges parts until so few are left that they can be read at once. `merge` says what becomes of some of them.
pub(super) fn merge_down<I>(
    mut parts: Vec<PartFile>,
    merge: impl Fn(Vec<PartFile>) -> Result<I, Error>,
) -> Result<I, Error>
where
    I: Iterator<Item = Result<Record, Error>>,
{
    while parts.len() > MERGED_AT_ONCE {
        let rest = parts.split_off(MERGED_AT_ONCE);
        let one = pack_part(merge(parts)?)?;
        // To the end of the list, so that long parts are merged no more often than short ones.
        parts = rest;
        parts.push(one);
    }
    merge(parts)
}

/// Merges parts that are each in the order of [`by_person`]. Each person is there once; the records are numbered from 1.
pub(super) fn merge_people(
    parts: Vec<PartFile>,
) -> Result<impl Iterator<Item = Result<Record, Error>>, Error> {
    let parts = parts.into_iter().map(|part| part.records().map(Iterator::peekable));
    let rows = Merge { parts: parts.collect::<Result<Vec<_>, _>>()? };
    Ok(People { rows, last: None, line: 0 })
}

struct Merge<I: Iterator> {
    parts: Vec<Peekable<I>>,
}

impl<I: Iterator<Item = Result<Record, Error>>> Iterator for Merge<I> {
    type Item = Result<Record, Error>;

    /// The smallest next record of all parts; an error comes before every record.
    fn next(&mut self) -> Option<Self::Item> {
        let mut first: Option<(usize, &Record)> = None;
        let mut failed = None;
        for (at, part) in self.parts.iter_mut().enumerate() {
            match part.peek() {
                None => {}
                Some(Err(_)) => failed = Some(at),
                Some(Ok(record))
                    if first.is_none_or(|(_, least)| by_person(record, least) == Ordering::Less) =>
                {
                    first = Some((at, record));
                }
                Some(Ok(_)) => {}
            }
        }
        let at = failed.or(first.map(|(at, _)| at))?;
        self.parts[at].next()
    }
}

struct People<I> {
    rows: I,
    last: Option<Record>,
    line: u64,
}

impl<I: Iterator<Item = Result<Record, Error>>> Iterator for People<I> {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut record = match self.rows.next()? {
                Ok(record) => record,
                Err(error) => return Some(Err(error)),
            };
            if self.last.as_ref().is_some_and(|last| is_same_person(last, &record)) {
                continue;
            }
            self.line += 1;
            match &mut record {
                Record::Entry(entry) => entry.line = self.line,
                Record::Rejected(row) => row.line = self.line,
            }
            self.last = Some(record.clone());
            return Some(Ok(record));
        }
    }
}

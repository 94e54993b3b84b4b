//! Merges pages into one snapshot: every person once, in the order of a snapshot, from any page or group.
//!
//! Streams: holds one record of each part in memory.

use crate::error::Error;
use rollcall_core::entry::Record;
use rollcall_core::match_key::ImmutableId;
use std::cmp::Ordering;
use std::iter::Peekable;

/// How many parts are merged at once. Each has an open file, and a decoder in memory.
pub(super) const MERGED_AT_ONCE: usize = 32;

/// The order of keys, as in a snapshot. Records of one person are next to each other.
pub(super) fn by_person(one: &Record, other: &Record) -> Ordering {
    (key(one), immutable_id(one), rank(one)).cmp(&(key(other), immutable_id(other), rank(other)))
}

fn key(record: &Record) -> &str {
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

/// Merges parts that are each in the order of [`by_person`]. The records are numbered from 1.
pub(super) fn merge<I>(parts: Vec<I>) -> impl Iterator<Item = Result<Record, Error>>
where
    I: Iterator<Item = Result<Record, Error>>,
{
    let parts = parts.into_iter().map(Iterator::peekable).collect();
    Merge { parts, last: None, line: 0 }
}

struct Merge<I: Iterator> {
    parts: Vec<Peekable<I>>,
    last: Option<Record>,
    line: u64,
}

impl<I: Iterator<Item = Result<Record, Error>>> Merge<I> {
    /// The smallest next record of all parts; an error comes before every record.
    fn pop(&mut self) -> Option<Result<Record, Error>> {
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

impl<I: Iterator<Item = Result<Record, Error>>> Iterator for Merge<I> {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut record = match self.pop()? {
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

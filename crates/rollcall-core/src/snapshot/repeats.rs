//! Rule 2: entries that are alike in every used value are one entry.
//!
//! Below the index. Records with one key follow each other in a snapshot, however far apart they are in the file. Promises
//! a time that does not grow with the square of a group: a column with one value for everybody is one group.

use super::row::{Digester, RecordStatus, Row};
use crate::entry::{Entry, EntryStatus};
use crate::fields::Fields;
use crate::keyed::Values;
use crate::match_key::ImmutableId;
use crate::username::Username;
use alloc::collections::{BTreeMap, BTreeSet};

/// What an entry says and its row does not keep, because no account is compared with it: the dates, the condition that
/// failed, and the fields that are written once. Noted for entries only that follow one with the same key, or come before one.
#[derive(Debug, Default)]
pub(super) struct Beside {
    last: u64,
    noted: BTreeMap<usize, u64>,
}

impl Beside {
    /// Notes the number of what is said beside the row at this position.
    pub(super) fn record(&mut self, position: usize, has_same_key: bool, number: u64) {
        if has_same_key {
            self.noted.insert(position - 1, self.last);
            self.noted.insert(position, number);
        }
        self.last = number;
    }
}

/// Keeps the first of entries that are alike, and forgets what the others are found by.
pub(super) fn forget(rows: &mut [Row], beside: &Beside) {
    let mut begin = 0;
    for group in rows.chunk_by_mut(|a, b| a.has_key() && a.is_of_key_of(b)) {
        let first = begin;
        begin += group.len();
        if group.len() == 1 {
            continue;
        }
        let mut seen = BTreeSet::new();
        for (position, row) in (first..).zip(group) {
            let is_entry = row.status != RecordStatus::Rejected;
            if is_entry && !seen.insert((row.values(), beside.noted.get(&position))) {
                row.forget();
            }
        }
    }
}

/// One number for what an entry says beside its row. Zero where that is nothing: for nearly every entry, so there it must cost nothing.
pub(super) fn number_beside(entry: &Entry, digester: &mut Digester) -> u64 {
    let is_in_scope = !matches!(entry.status, EntryStatus::OutOfScope { .. });
    if is_in_scope
        && entry.starts.is_none()
        && entry.ends.is_none()
        && entry.created_fields.iter().next().is_none()
    {
        return 0;
    }
    digester.number_of(|parts| {
        parts.push_time(entry.starts);
        parts.push_time(entry.ends);
        push_fields(&entry.created_fields, parts);
        // Of an entry outside a condition the row keeps nothing but what it is found by.
        if let EntryStatus::OutOfScope { condition } = &entry.status {
            parts.push(condition.as_str());
            parts.push(entry.key.original());
            parts.push(entry.username.as_ref().map_or("", Username::original));
            parts.push(entry.immutable_id.as_ref().map_or("", ImmutableId::as_str));
            parts.push(entry.is_admin.map_or("", |is_admin| if is_admin { "yes" } else { "no" }));
            push_fields(&entry.fields, parts);
        }
    })
}

fn push_fields(fields: &Fields, parts: &mut Values) {
    for (name, value) in fields.iter() {
        parts.push(name.as_str());
        parts.push(value);
    }
}

//! Rule 2: entries that are alike in every used value are one entry.
//!
//! Below the index. Records with one key follow each other in a snapshot, however far apart they are in the file. Promises
//! a time that does not grow with the square of a group: a column with one value for everybody is one group.

use super::row::{RecordStatus, Row};
use alloc::collections::BTreeSet;

/// Keeps the first of entries that are alike, and forgets what the others are found by.
pub(super) fn forget(rows: &mut [Row]) {
    for group in rows.chunk_by_mut(|a, b| a.has_key() && a.is_of_key_of(b)).filter(|group| group.len() > 1) {
        let mut seen = BTreeSet::new();
        for row in group.iter_mut().filter(|row| row.status != RecordStatus::Rejected) {
            if !seen.insert(row.values()) {
                row.forget();
            }
        }
    }
}

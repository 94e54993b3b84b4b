//! The rows that have a digest, in its order, with a directory over its first bits: a search is two or three steps.
//!
//! Below the index. Digests are as good as random, so each part of the directory has about two rows. Rows with one digest
//! follow each other, in the order of the snapshot. Promises the same answers, only slower, where one digest has every row.

use super::row::Row;
use crate::keyed::KeyedDigest;
use alloc::vec::Vec;

/// About so many rows for each part of the directory. More save memory and cost time.
const ROWS_PER_PART: usize = 2;

/// Rows by one of their digests.
#[derive(Debug)]
pub(super) struct ByDigest {
    order: Vec<u32>,
    /// Where each part begins in `order`, and at last where it ends.
    parts: Vec<u32>,
    /// How many bits of the first word a part does not count.
    shift: u32,
}

impl ByDigest {
    /// All rows that have this digest.
    pub(super) fn of(rows: &[Row], digest: impl Fn(&Row) -> KeyedDigest) -> Self {
        let pairs = sorted(rows, &digest);
        let bits = (pairs.len() / ROWS_PER_PART).max(2).next_power_of_two().ilog2();
        let shift = u64::BITS - bits;
        let mut parts = Vec::with_capacity((1 << bits) + 1);
        for (place, pair) in (0u32..).zip(&pairs) {
            while parts.len() <= part_of(*pair, shift) {
                parts.push(place);
            }
        }
        parts.resize((1 << bits) + 1, u32::try_from(pairs.len()).unwrap_or(u32::MAX));
        let mut order: Vec<u32> = pairs.into_iter().map(row_of).collect();
        order.shrink_to_fit();
        Self { order, parts, shift }
    }

    /// The rows with this digest; `of` tells that of a row.
    pub(super) fn find(&self, digest: KeyedDigest, of: impl Fn(u32) -> KeyedDigest) -> &[u32] {
        let part = part_of(digest.first_word(), self.shift);
        let (begin, end) = (self.parts[part] as usize, self.parts[part + 1] as usize);
        let part = &self.order[begin..end];
        let rest = &part[part.partition_point(|row| of(*row) < digest)..];
        let is_same = |row: &u32| of(*row) == digest;
        // Nearly always it is one row.
        let count = if rest.get(1).is_some_and(is_same) {
            rest.partition_point(is_same)
        } else {
            usize::from(rest.first().is_some_and(is_same))
        };
        &rest[..count]
    }

    /// Rows with one digest, where there are several.
    pub(super) fn groups(&self, of: impl Fn(u32) -> KeyedDigest) -> impl Iterator<Item = &[u32]> {
        self.order.chunk_by(move |a, b| of(*a) == of(*b)).filter(|group| group.len() > 1)
    }
}

fn part_of(first_word: u64, shift: u32) -> usize {
    usize::try_from(first_word >> shift).unwrap_or(usize::MAX)
}

/// The rows that have such a digest, each behind the first half of its first word: sorted by the digest, rows of equal
/// digest in the order of the snapshot. Only rows that are equal in that half are looked at once more.
fn sorted(rows: &[Row], digest: &impl Fn(&Row) -> KeyedDigest) -> Vec<u64> {
    let half_of = |pair: u64| pair >> u32::BITS;
    let mut pairs: Vec<u64> = (0u64..)
        .zip(rows)
        .map(|(at, row)| (at, digest(row)))
        .filter(|(_, digest)| *digest != KeyedDigest::NONE)
        .map(|(at, digest)| half_of(digest.first_word()) << u32::BITS | at)
        .collect();
    pairs.sort_unstable();
    for same in pairs.chunk_by_mut(|a, b| half_of(*a) == half_of(*b)).filter(|same| same.len() > 1) {
        same.sort_by_key(|pair| digest(&rows[row_of(*pair) as usize]));
    }
    pairs
}

fn row_of(pair: u64) -> u32 {
    u32::try_from(pair & u64::from(u32::MAX)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;

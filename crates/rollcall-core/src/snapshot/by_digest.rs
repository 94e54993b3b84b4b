//! The rows that have a digest, with a directory over its first bits: a search looks at two or three rows.
//!
//! Below the index. Digests are as good as random, so each part of the directory has about two rows. Rows with one digest
//! follow each other, in the order of the snapshot. Promises the same answers, only slower, where one digest has every row.
//! Made without anything beside itself, so that a million rows need no more memory while they are put in order.

use super::row::Row;
use crate::keyed::Digest;
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
    /// Where in `order` rows begin that have one digest together.
    several: Vec<u32>,
}

impl ByDigest {
    /// All rows that have this digest.
    pub(super) fn of<D: Digest>(rows: &[Row], digest: impl Fn(&Row) -> D) -> Self {
        let with = || (0u32..).zip(rows).map(|(at, row)| (at, digest(row))).filter(|(_, one)| !one.is_none());
        let bits = (with().count() / ROWS_PER_PART).max(2).next_power_of_two().ilog2();
        let shift = u64::BITS - bits;
        let mut parts = alloc::vec![0u32; (1 << bits) + 1];
        // How many of each part; then where each begins.
        with().for_each(|(_, one)| parts[part_of(one, shift)] += 1);
        let mut end = 0;
        for part in &mut parts {
            end += core::mem::replace(part, end);
        }
        let mut order = alloc::vec![0; end as usize];
        for (at, one) in with() {
            let place = &mut parts[part_of(one, shift)];
            order[*place as usize] = at;
            *place += 1;
        }
        // Each part has moved to its end, where the next one begins.
        parts.rotate_right(1);
        parts[0] = 0;
        let mut index = Self { order, parts, shift, several: Vec::new() };
        index.sort_parts(|row| digest(&rows[row as usize]));
        index
    }

    /// Puts rows of one digest beside each other, and notes where there are any.
    fn sort_parts<D: Digest>(&mut self, of: impl Fn(u32) -> D) {
        for part in self.parts.windows(2) {
            let (begin, end) = (part[0] as usize, part[1] as usize);
            if end - begin < 2 {
                continue;
            }
            let rows = &mut self.order[begin..end];
            rows.sort_by_key(|row| of(*row));
            let mut first = part[0];
            for same in rows.chunk_by(|a, b| of(*a) == of(*b)) {
                self.several.extend((same.len() > 1).then_some(first));
                first += u32::try_from(same.len()).unwrap_or(u32::MAX);
            }
        }
    }

    /// The rows with this digest; `of` tells that of a row.
    pub(super) fn find<D: Digest>(&self, digest: D, of: impl Fn(u32) -> D) -> &[u32] {
        let part = part_of(digest, self.shift);
        let (begin, end) = (self.parts[part] as usize, self.parts[part + 1] as usize);
        let part = &self.order[begin..end];
        let rest = &part[part.partition_point(|row| of(*row) < digest)..];
        &rest[..count_same(rest, digest, of)]
    }

    /// Rows with one digest, where there are several.
    pub(super) fn groups<D: Digest>(&self, of: impl Fn(u32) -> D) -> impl Iterator<Item = &[u32]> {
        self.several.iter().map(move |begin| {
            let rest = &self.order[*begin as usize..];
            &rest[..count_same(rest, of(rest[0]), &of)]
        })
    }
}

/// How many rows at the beginning have this digest. Those that have it follow each other.
fn count_same<D: Digest>(rows: &[u32], digest: D, of: impl Fn(u32) -> D) -> usize {
    let is_same = |row: &u32| of(*row) == digest;
    // Nearly always it is one row.
    if !rows.first().is_some_and(is_same) {
        return 0;
    }
    let mut end = 1;
    while rows.get(end).is_some_and(is_same) {
        end *= 2;
    }
    let (begin, end) = (end / 2, end.min(rows.len()));
    begin + rows[begin..end].partition_point(is_same)
}

fn part_of(digest: impl Digest, shift: u32) -> usize {
    usize::try_from(digest.first_word() >> shift).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;

//! The rows that have a digest, with a directory over its first bits: a search looks at one row.
//!
//! Below the index. Digests are as good as random, so each part of the directory has about two rows. The number of a row does
//! not need all of its 32 bits: those that are left have the next bits of the digest, its tag, so that another row of the part
//! need not be looked at. Rows with one digest follow each other, in the order of the snapshot. Promises the same answers, only
//! slower, where one digest has every row. Made without anything beside itself, so that a million rows need no more memory while
//! they are put in order.

use super::row::Row;
use crate::keyed::Digest;
use alloc::vec::Vec;
use core::ops::Range;

/// About so many rows for each part of the directory. More save memory and cost time.
const ROWS_PER_PART: usize = 2;

/// Rows by one of their digests.
#[derive(Debug)]
pub(super) struct ByDigest {
    /// Each row with its tag above its number.
    order: Vec<u32>,
    /// Where each part begins in `order`, and at last where it ends.
    parts: Vec<u32>,
    bits: Bits,
    /// Where in `order` rows begin that have one digest together.
    several: Vec<u32>,
}

/// What each bit is for: those of the first word of a digest, and those of an entry in `order`.
#[derive(Debug, Clone, Copy)]
struct Bits {
    /// So many first bits of the word are the part, and the next ones the tag.
    part: u32,
    /// So many last bits of an entry are the number of the row.
    row: u32,
}

/// The rows with one digest, in the order of the snapshot.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rows<'a> {
    entries: &'a [u32],
    /// The bits of the number of a row.
    mask: u32,
}

impl<'a> Rows<'a> {
    /// The first one.
    pub(crate) fn first(self) -> Option<u32> {
        self.iter().next()
    }

    /// All.
    pub(crate) fn iter(self) -> impl Iterator<Item = u32> + 'a {
        self.entries.iter().map(move |entry| entry & self.mask)
    }
}

impl Bits {
    /// For so many rows, of which so many have a digest.
    fn of(rows: usize, with_digest: usize) -> Self {
        let part = (with_digest / ROWS_PER_PART).max(2).next_power_of_two().ilog2();
        Self { part, row: rows.max(2).next_power_of_two().ilog2().min(u32::BITS) }
    }

    fn part(self, digest: impl Digest) -> usize {
        usize::try_from(digest.first_word() >> (u64::BITS - self.part)).unwrap_or(usize::MAX)
    }

    /// The bits of the digest behind those of the part, where an entry has them.
    fn tag(self, digest: impl Digest) -> u32 {
        let behind = digest.first_word() << self.part >> u32::BITS;
        u32::try_from(behind).unwrap_or(u32::MAX) & !self.mask()
    }

    fn mask(self) -> u32 {
        u32::MAX.checked_shr(u32::BITS - self.row).unwrap_or(0)
    }
}

impl ByDigest {
    /// All rows that have this digest.
    pub(super) fn of<D: Digest>(rows: &[Row], digest: impl Fn(&Row) -> D) -> Self {
        let with = || (0u32..).zip(rows).map(|(at, row)| (at, digest(row))).filter(|(_, one)| !one.is_none());
        let bits = Bits::of(rows.len(), with().count());
        let mut parts = alloc::vec![0u32; (1 << bits.part) + 1];
        // How many of each part; then where each begins.
        with().for_each(|(_, one)| parts[bits.part(one)] += 1);
        let mut end = 0;
        for part in &mut parts {
            end += core::mem::replace(part, end);
        }
        let mut order = alloc::vec![0; end as usize];
        for (at, one) in with() {
            let place = &mut parts[bits.part(one)];
            order[*place as usize] = bits.tag(one) | at;
            *place += 1;
        }
        // Each part has moved to its end, where the next one begins.
        parts.rotate_right(1);
        parts[0] = 0;
        let mut index = Self { order, parts, bits, several: Vec::new() };
        index.sort_parts(|row| digest(&rows[row as usize]));
        index
    }

    /// Puts rows of one digest beside each other, and notes where there are any.
    fn sort_parts<D: Digest>(&mut self, of: impl Fn(u32) -> D) {
        let mask = self.bits.mask();
        for part in self.parts.windows(2) {
            let (begin, end) = (part[0] as usize, part[1] as usize);
            if end - begin < 2 {
                continue;
            }
            let entries = &mut self.order[begin..end];
            entries.sort_unstable();
            let mut first = part[0];
            for alike in entries.chunk_by_mut(|a, b| *a & !mask == *b & !mask) {
                if alike.len() > 1 {
                    alike.sort_by_key(|entry| of(*entry & mask));
                    let mut begin = first;
                    for same in alike.chunk_by(|a, b| of(*a & mask) == of(*b & mask)) {
                        self.several.extend((same.len() > 1).then_some(begin));
                        begin += in_32_bits(same.len());
                    }
                }
                first += in_32_bits(alike.len());
            }
        }
    }

    /// Where in the order rows with this digest can be.
    pub(super) fn place_of(&self, digest: impl Digest) -> Range<usize> {
        let part = self.bits.part(digest);
        self.parts[part] as usize..self.parts[part + 1] as usize
    }

    /// In that place, the first row whose tag is that of this digest.
    pub(super) fn first_alike(&self, digest: impl Digest, place: Range<usize>) -> Option<u32> {
        let (tag, mask) = (self.bits.tag(digest), self.bits.mask());
        let mut entries = self.order[place].iter();
        entries.find(|entry| *entry & !mask == tag).map(|entry| entry & mask)
    }

    /// The rows with this digest; `of` tells that of a row.
    pub(super) fn find<D: Digest>(&self, digest: D, of: impl Fn(u32) -> D) -> Rows<'_> {
        let (tag, mask) = (self.bits.tag(digest), self.bits.mask());
        let entries = &self.order[self.place_of(digest)];
        let is_before =
            |entry: &u32| (*entry & !mask).cmp(&tag).then_with(|| of(*entry & mask).cmp(&digest)).is_lt();
        let rest = &entries[entries.partition_point(is_before)..];
        let is_same = |entry: &u32| *entry & !mask == tag && of(*entry & mask) == digest;
        Rows { entries: &rest[..count_first(rest, is_same)], mask }
    }

    /// Rows with one digest, where there are several.
    pub(super) fn groups<D: Digest>(&self, of: impl Fn(u32) -> D) -> impl Iterator<Item = Rows<'_>> {
        let mask = self.bits.mask();
        self.several.iter().map(move |begin| {
            let rest = &self.order[*begin as usize..];
            let digest = of(rest[0] & mask);
            Rows { entries: &rest[..count_first(rest, |entry| of(*entry & mask) == digest)], mask }
        })
    }
}

/// How many at the beginning are so; those that are follow each other.
fn count_first(entries: &[u32], is_so: impl Fn(&u32) -> bool) -> usize {
    // Nearly always it is one.
    if !entries.first().is_some_and(&is_so) {
        return 0;
    }
    let mut end = 1;
    while entries.get(end).is_some_and(&is_so) {
        end *= 2;
    }
    let (begin, end) = (end / 2, end.min(entries.len()));
    begin + entries[begin..end].partition_point(is_so)
}

/// A number of rows: a snapshot has no more than that (`RECORDS_MAX`).
fn in_32_bits(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;

//! The rows of many accounts, looked up together: what is asked of the snapshot first.
//!
//! Above the index. With a million people no look into a table is in the processor's caches. Here each step is taken for all
//! accounts before the next one, so that the processor waits for many visits to memory at once.

use super::SnapshotIndex;
use super::by_digest::ByDigest;
use super::row::Row;
use crate::account::{Account, Owner};
use crate::keyed::KeyedDigest;
use crate::source::SourceName;
use alloc::vec::Vec;
use core::ops::Range;

/// What an account of a source is looked up by.
#[derive(Clone, Copy)]
struct Wanted {
    digest: KeyedDigest,
    by: By,
}

#[derive(Clone, Copy)]
enum By {
    ImmutableId,
    Key,
}

impl SnapshotIndex {
    /// For each account of the source the row with its immutable id; where it has none, with its key. Only a row that asks for an
    /// account and shares nothing with another row; none also where that is not seen at once.
    pub(crate) fn clear_rows_of(&self, accounts: &[&Account], source: &SourceName) -> Vec<Option<u32>> {
        let wanted: Vec<Option<Wanted>> =
            accounts.iter().map(|account| self.wanted(account, source)).collect();
        let place = |one: Wanted| (one, self.table(one.by).place_of(one.digest));
        let places: Vec<_> = wanted.into_iter().map(|one| one.map(place)).collect();
        let alike = |(one, place): (Wanted, Range<usize>)| {
            self.table(one.by).first_alike(one.digest, place).map(|row| (one, row))
        };
        let alike: Vec<_> = places.into_iter().map(|one| one.and_then(alike)).collect();
        let is_it = |(one, row): &(Wanted, u32)| {
            let row = self.row(*row);
            row.is_clear() && one.by.digest_of(row) == one.digest
        };
        alike.into_iter().map(|one| one.filter(is_it).map(|(_, row)| row)).collect()
    }

    fn wanted(&self, account: &Account, source: &SourceName) -> Option<Wanted> {
        let Owner::Source { source: theirs, key, immutable_id } = &account.owner else { return None };
        // Those of other sources may be many.
        (theirs == source).then(|| match immutable_id {
            Some(id) => Wanted { digest: self.key.of_immutable_id(id), by: By::ImmutableId },
            None => Wanted { digest: self.key.of_key(key), by: By::Key },
        })
    }

    fn table(&self, by: By) -> &ByDigest {
        match by {
            By::ImmutableId => &self.by_immutable_id,
            By::Key => &self.by_key,
        }
    }
}

impl By {
    fn digest_of(self, row: &Row) -> KeyedDigest {
        match self {
            Self::ImmutableId => row.immutable_id,
            Self::Key => row.key,
        }
    }
}

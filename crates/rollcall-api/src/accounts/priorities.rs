//! The priorities of those who wait, and the line in their order, as this process has last found them.
//!
//! Promises that a line is given again only while nobody has come to it or left it, and for a minute at most: the index that
//! it was read from may have been a moment behind.

use rollcall_core::account::AccountId;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_sync::store::{Listed, SnapshotRef};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A line in the order of the next run: each with their priority.
pub(crate) type InOrder = Arc<[(u16, Listed)]>;

/// For so long a line is given again.
const LINE_KEPT_MILLIS: i64 = 60_000;

/// The priorities of those who wait, by source, with the snapshot in which they were found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Priorities(Arc<Mutex<BTreeMap<SourceName, Known>>>);

/// What one snapshot says.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) snapshot: SnapshotRef,
    pub(crate) of: HashMap<AccountId, u16>,
    pub(crate) line: KnownLine,
}

/// A line as it was read.
#[derive(Debug, Clone)]
pub(crate) struct KnownLine {
    /// The ledger's version before it was read: nobody comes or leaves without another one.
    pub(crate) version: u64,
    /// When.
    pub(crate) at: Timestamp,
    pub(crate) in_order: InOrder,
}

impl Priorities {
    /// Those that are known from this snapshot.
    pub(crate) fn of(&self, snapshot: &SnapshotRef) -> HashMap<AccountId, u16> {
        let known = self.known();
        let known = known.get(&snapshot.source).filter(|known| known.snapshot == *snapshot);
        known.map(|known| known.of.clone()).unwrap_or_default()
    }

    /// The line by this snapshot, as it is at this version of the ledger.
    pub(crate) fn line(&self, snapshot: &SnapshotRef, version: u64, now: Timestamp) -> Option<InOrder> {
        let known = self.known();
        let known = known.get(&snapshot.source).filter(|known| known.snapshot == *snapshot)?;
        let age = now.as_millis().saturating_sub(known.line.at.as_millis());
        let is_fresh = known.line.version == version && (0..LINE_KEPT_MILLIS).contains(&age);
        is_fresh.then(|| known.line.in_order.clone())
    }

    /// Keeps them, in the place of those of another snapshot of the source.
    pub(crate) fn keep(&self, known: Known) {
        self.known().insert(known.snapshot.source.clone(), known);
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<SourceName, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The priorities of those who wait, as this process has last found them.

use rollcall_core::account::AccountId;
use rollcall_core::source::SourceName;
use rollcall_sync::store::SnapshotRef;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// The priorities of those who wait, by source, with the snapshot in which they were found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Priorities(Arc<Mutex<BTreeMap<SourceName, Known>>>);

/// What one snapshot says.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) snapshot: SnapshotRef,
    pub(crate) of: HashMap<AccountId, u16>,
}

impl Priorities {
    /// Those that are known from this snapshot.
    pub(crate) fn of(&self, snapshot: &SnapshotRef) -> HashMap<AccountId, u16> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(&snapshot.source).filter(|known| known.snapshot == *snapshot);
        known.map(|known| known.of.clone()).unwrap_or_default()
    }

    /// Keeps them, in the place of those of another snapshot of the source.
    pub(crate) fn keep(&self, known: Known) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(known.snapshot.source.clone(), known);
    }
}

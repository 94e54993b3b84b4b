//! The newest changes of an account or of an outcome, as far as they have been read ahead: no entry is read twice on the way
//! back through the log.

use crate::error::Error;
use rollcall_core::account::AccountId;
use rollcall_sync::store::{AuditEntry, Period, Store};
use std::collections::VecDeque;

/// Entries that a query gives at most.
const QUERY_ENTRIES_MAX: usize = 1000;

/// Whose changes, or of what kind.
#[derive(Debug)]
pub(super) enum Of {
    /// Of an account.
    Account(AccountId),
    /// With the outcome of this word.
    Outcome(String),
}

/// Changes, newest first.
#[derive(Debug)]
pub(super) struct Changes {
    of: Of,
    pub(super) read: VecDeque<AuditEntry>,
    is_over: bool,
}

impl Changes {
    pub(super) fn new(of: Of) -> Self {
        Self { of, read: VecDeque::new(), is_over: false }
    }

    /// Has so many of them before this place, or all that there are; those at the place or newer than it are forgotten.
    pub(super) async fn fill(
        &mut self,
        store: &Store,
        period: &Period,
        before: &str,
        count: usize,
    ) -> Result<(), Error> {
        while self.read.front().is_some_and(|entry| *entry.position() >= *before) {
            self.read.pop_front();
        }
        while !self.is_over && self.read.len() < count {
            let before = self.read.back().map_or_else(|| before.to_owned(), AuditEntry::position);
            let asked = (count - self.read.len()).min(QUERY_ENTRIES_MAX);
            let limit = i32::try_from(asked).unwrap_or(i32::MAX);
            let found = match &self.of {
                Of::Account(id) => store.audit_of_account(*id, period, Some(&before), limit).await?,
                Of::Outcome(word) => store.audit_of_outcome(word, period, Some(&before), limit).await?,
            };
            self.is_over = found.len() < asked;
            self.read.extend(found);
        }
        Ok(())
    }
}

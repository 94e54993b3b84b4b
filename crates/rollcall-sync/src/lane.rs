//! The way of changes into the store: one commit after the other, in the order of the plan.
//!
//! One lane, not several: every commit checks the source's lease, and DynamoDB cancels transactions that meet at an
//! item, so commits side by side would only get into each other's way.

use crate::error::Error;
use crate::pass::Tally;
use crate::shell::{Progress, Shell};
use rollcall_core::outcome::Change;
use rollcall_store::{AuditHead, CHANGES_PER_COMMIT_MAX, Committed, Lease};

/// Changes on their way into the store.
pub(crate) struct Lane<'a> {
    shell: &'a Shell,
    head: &'a AuditHead,
    lease: &'a Lease,
    tally: &'a mut Tally,
    taken: Vec<Change>,
    left_over: u64,
}

impl<'a> Lane<'a> {
    pub(crate) fn new(shell: &'a Shell, head: &'a AuditHead, lease: &'a Lease, tally: &'a mut Tally) -> Self {
        Self { shell, head, lease, tally, taken: Vec::new(), left_over: 0 }
    }

    /// Takes a change; commits when enough have come together.
    pub(crate) async fn push(&mut self, change: Change) -> Result<(), Error> {
        self.taken.push(change);
        if self.taken.len() == CHANGES_PER_COMMIT_MAX { self.flush().await } else { Ok(()) }
    }

    /// Commits everything taken so far, and holds the lease for longer.
    pub(crate) async fn flush(&mut self) -> Result<(), Error> {
        let changes = std::mem::take(&mut self.taken);
        if changes.is_empty() {
            return Ok(());
        }
        for committed in self.shell.store.commit(self.head, Some(self.lease), changes).await? {
            match committed {
                Committed::Done { change, .. } => self.tally.note_change(&change),
                Committed::Stale(_)
                | Committed::UsernameTaken(_)
                | Committed::NoSeat(_)
                | Committed::LastAdmin(_) => self.left_over += 1,
            }
        }
        self.shell.tell(Progress::Committing { done: self.tally.writes });
        Ok(())
    }

    /// Whether every change was committed as it was planned.
    pub(crate) fn is_everything_done(&self) -> bool {
        self.left_over == 0
    }
}

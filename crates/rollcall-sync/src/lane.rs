//! The way of changes into the store: one commit after the other, in the order of the plan.
//!
//! One lane, not several: every commit checks the source's lease, and DynamoDB cancels transactions that meet at an
//! item, so commits side by side would only get into each other's way.

use crate::error::Error;
use crate::notes::Notes;
use crate::pass::Tally;
use crate::shell::{Progress, Shell};
use rollcall_core::account::AccountId;
use rollcall_core::outcome::Change;
use rollcall_store::{AuditHead, CHANGES_PER_COMMIT_MAX, Committed, Lease, RunProgress};

/// Changes on their way into the store.
pub(crate) struct Lane<'a> {
    shell: &'a Shell,
    head: &'a AuditHead,
    lease: &'a Lease,
    tally: &'a mut Tally,
    taken: Vec<Change>,
    left_over: Vec<LeftOver>,
    notes: Notes,
}

/// A change that was not committed as it was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOver {
    /// The account that it was about, or would have made.
    pub(crate) account: AccountId,
    pub(crate) cause: Cause,
}

/// Why a change was not committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Others were quicker: another plan knows of it.
    Moved,
    /// The username is claimed for another account. If a later plan does not know of that account, it does not exist.
    UsernameClaimed,
    /// The storage does not take it.
    Refused(String),
}

impl<'a> Lane<'a> {
    pub(crate) fn new(shell: &'a Shell, head: &'a AuditHead, lease: &'a Lease, tally: &'a mut Tally) -> Self {
        Self { shell, head, lease, tally, taken: Vec::new(), left_over: Vec::new(), notes: Notes::begin() }
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
            let (change, cause) = match committed {
                Committed::Done { change, free_since, .. } => {
                    self.tally.note_change(&change);
                    self.tally.note_time_to_seat(&change, free_since, self.shell.now());
                    continue;
                }
                Committed::Stale(change)
                | Committed::NoSeat(change)
                | Committed::LastAdmin(change)
                | Committed::NotOver(change) => (change, Cause::Moved),
                Committed::UsernameTaken(change) => (change, Cause::UsernameClaimed),
                Committed::Refused(change, why) => (change, Cause::Refused(why)),
            };
            self.left_over.push(LeftOver { account: change.after.id, cause });
        }
        self.tally.commits += 1;
        self.notes.note(self.shell, &self.lease.run, RunProgress::Written(self.tally.writes)).await?;
        self.shell.tell(Progress::Committing { done: self.tally.writes });
        Ok(())
    }

    /// Whether this invocation should leave the rest to the next one.
    pub(crate) fn is_enough(&self) -> bool {
        self.shell.limits().is_enough_committed(self.tally.commits)
    }

    /// What was not committed as it was planned.
    pub(crate) fn into_left_over(self) -> Vec<LeftOver> {
        self.left_over
    }
}

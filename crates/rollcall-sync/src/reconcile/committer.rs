//! Commits the changes of a plan: one commit after the other, in the order of the plan.
//!
//! Not several at the same time: every commit checks the source's lease, and DynamoDB cancels transactions that meet at
//! an item, so they would only disturb each other.

use crate::error::Error;
use crate::run::progress::ProgressRecorder;
use crate::run::tally::Tally;
use crate::shell::{Progress, Shell};
use rollcall_core::account::AccountId;
use rollcall_core::outcome::Change;
use rollcall_store::{AuditHead, CHANGES_PER_COMMIT_MAX, Committed, Lease, RunProgress};

/// Takes changes, and commits them in groups.
pub(super) struct Committer<'a> {
    shell: &'a Shell,
    head: &'a AuditHead,
    lease: &'a Lease,
    tally: &'a mut Tally,
    taken: Vec<Change>,
    uncommitted: Vec<Uncommitted>,
    progress: ProgressRecorder,
    /// How many records of the plan have been gone through, and of how many.
    through: (u64, u64),
}

/// A change that was not committed as it was planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Uncommitted {
    /// The account that it was about, or would have made.
    pub(super) account: AccountId,
    pub(super) cause: Cause,
}

/// Why a change was not committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// Others changed the account or the seats first: the next plan sees it.
    Moved,
    /// The username is claimed for another account. If a later plan does not find that account, it does not exist.
    UsernameClaimed,
    /// The storage does not take it.
    Refused(String),
}

impl<'a> Committer<'a> {
    pub(super) fn new(shell: &'a Shell, head: &'a AuditHead, lease: &'a Lease, tally: &'a mut Tally) -> Self {
        let progress = ProgressRecorder::begin();
        Self {
            shell,
            head,
            lease,
            tally,
            taken: Vec::new(),
            uncommitted: Vec::new(),
            progress,
            through: (0, 0),
        }
    }

    /// Takes note of how far through the plan it is.
    pub(super) fn is_through(&mut self, done: u64, of: u64) {
        self.through = (done, of);
    }

    /// Takes a change; commits when there are enough for one commit.
    pub(super) async fn push(&mut self, change: Change) -> Result<(), Error> {
        self.taken.push(change);
        if self.taken.len() == CHANGES_PER_COMMIT_MAX { self.flush().await } else { Ok(()) }
    }

    /// Commits everything taken so far, if the lease is still owned.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        let changes = std::mem::take(&mut self.taken);
        if changes.is_empty() {
            return Ok(());
        }
        let patience = self.shell.limits().commit_patience();
        let run = self.tally.of_commit(self.lease, patience);
        for committed in self.shell.store.commit_run(self.head, &run, changes).await? {
            let (change, cause) = match committed {
                Committed::Done { change, free_since, .. } => {
                    self.tally.count_change(&change);
                    self.tally.count_time_to_seat(&change, free_since, self.shell.now());
                    continue;
                }
                Committed::Stale(change)
                | Committed::NoSeat(change)
                | Committed::LastAdmin(change)
                | Committed::NotOver(change) => (change, Cause::Moved),
                Committed::UsernameTaken(change) => (change, Cause::UsernameClaimed),
                Committed::Refused(change, why) => (change, Cause::Refused(why)),
            };
            self.uncommitted.push(Uncommitted { account: change.after.id, cause });
        }
        self.tally.commits += 1;
        self.progress
            .record(self.shell, &self.lease.run, RunProgress::Written(self.tally.done.writes))
            .await?;
        let (done, of) = self.through;
        self.shell.tell(Progress::Committing { written: self.tally.done.writes, done, of });
        Ok(())
    }

    /// Whether this invocation should leave the rest to the next one.
    pub(super) fn is_enough(&self) -> bool {
        self.shell.limits().is_enough_committed(self.tally.commits)
    }

    /// What was not committed as it was planned.
    pub(super) fn into_uncommitted(self) -> Vec<Uncommitted> {
        self.uncommitted
    }
}

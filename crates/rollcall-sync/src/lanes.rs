//! How changes reach the store: those that move seats one commit after the other, the others side by side.

use crate::error::Error;
use crate::pass::Tally;
use crate::shell::{Progress, Shell};
use futures::stream::{FuturesUnordered, StreamExt as _};
use rollcall_core::outcome::Change;
use rollcall_store::{AuditHead, CHANGES_PER_COMMIT_MAX, Committed, Lease};
use std::future::Future;
use std::pin::Pin;

/// How many commits that move no seat are under way at once.
const COMMITS_AT_ONCE: usize = 4;

type Commit<'a> = Pin<Box<dyn Future<Output = Result<Vec<Committed>, rollcall_store::Error>> + Send + 'a>>;

/// Changes on their way into the store.
pub(crate) struct Lanes<'a> {
    shell: &'a Shell,
    head: &'a AuditHead,
    lease: &'a Lease,
    tally: &'a mut Tally,
    /// Would meet each other at the seat ledger: one commit at a time, in order.
    moving_seats: Vec<Change>,
    others: Vec<Change>,
    under_way: FuturesUnordered<Commit<'a>>,
    left_over: u64,
}

impl<'a> Lanes<'a> {
    pub(crate) fn new(shell: &'a Shell, head: &'a AuditHead, lease: &'a Lease, tally: &'a mut Tally) -> Self {
        Self {
            shell,
            head,
            lease,
            tally,
            moving_seats: Vec::new(),
            others: Vec::new(),
            under_way: FuturesUnordered::new(),
            left_over: 0,
        }
    }

    /// Takes a change; commits when enough have come together.
    pub(crate) async fn push(&mut self, change: Change) -> Result<(), Error> {
        if change.seat_delta() == 0 {
            self.others.push(change);
            if self.others.len() == CHANGES_PER_COMMIT_MAX {
                self.begin_others();
            }
            while self.under_way.len() >= COMMITS_AT_ONCE {
                self.finish_one().await?;
            }
            return Ok(());
        }
        self.moving_seats.push(change);
        if self.moving_seats.len() == CHANGES_PER_COMMIT_MAX {
            self.commit_moving_seats().await?;
        }
        Ok(())
    }

    /// Commits everything taken so far.
    pub(crate) async fn flush(&mut self) -> Result<(), Error> {
        self.commit_moving_seats().await?;
        self.begin_others();
        while !self.under_way.is_empty() {
            self.finish_one().await?;
        }
        Ok(())
    }

    /// Whether every change was committed as it was planned.
    pub(crate) fn is_everything_done(&self) -> bool {
        self.left_over == 0
    }

    async fn commit_moving_seats(&mut self) -> Result<(), Error> {
        let changes = std::mem::take(&mut self.moving_seats);
        if !changes.is_empty() {
            let committed = self.shell.store.commit(self.head, Some(self.lease), changes).await?;
            self.note(&committed);
        }
        Ok(())
    }

    fn begin_others(&mut self) {
        let changes = std::mem::take(&mut self.others);
        if !changes.is_empty() {
            let (shell, head, lease) = (self.shell, self.head, self.lease);
            self.under_way.push(Box::pin(async move { shell.store.commit(head, Some(lease), changes).await }));
        }
    }

    async fn finish_one(&mut self) -> Result<(), Error> {
        if let Some(committed) = self.under_way.next().await {
            self.note(&committed?);
        }
        Ok(())
    }

    fn note(&mut self, committed: &[Committed]) {
        for one in committed {
            match one {
                Committed::Done { change, .. } => self.tally.note_change(change),
                Committed::Stale(_) | Committed::UsernameTaken(_) | Committed::NoSeat(_) => self.left_over += 1,
            }
        }
        self.shell.tell(Progress::Committing { done: self.tally.writes });
    }
}

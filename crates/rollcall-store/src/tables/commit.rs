//! The commit: changes of accounts, their audit entries, their claims on usernames and the seat ledger, in one
//! transaction (invariants 1 and 2), fenced by the lease of the run.
//!
//! Changes that can no longer be committed as they were decided are taken out and reported. The others go through.

pub(crate) mod parts;

mod batches;
mod cancelled;
mod committed;

pub use committed::{Committed, Together};

use crate::aws::contention::Tries;
use crate::error::Error;
use crate::ids::Lease;
use crate::store::Store;
use crate::tables::accounts::LastChange;
use crate::tables::audit::{AuditEntry, AuditHead};
use crate::tables::audit_write::Mark;
use crate::tables::between_runs::BetweenRuns;
use crate::tables::feed::NextItem;
use crate::tables::ledger::Ledger;
use crate::tables::ledger::step::{Count, LedgerStep};
use crate::tables::run_tally::{Changed, RunTally, outcome_in_run};
use crate::tables::words::MovedWords;
use aws_sdk_dynamodb::types::TransactWriteItem;
use batches::{halves, into_batches, let_through, take_out};
use cancelled::{Cancelled, Owner, cancelled};
use parts::parts_of;
use rollcall_core::account::AccountId;
use rollcall_core::commit_rules::{Manner, fit, keep_an_admin, trim_no_further};
use rollcall_core::licence::Seats;
use rollcall_core::outcome::Change;
use std::collections::BTreeSet;
use std::time::Duration;

/// How many changes a caller gives to one commit at most. A change has two to four items, and one for each word by which its person is found, and DynamoDB allows 100 in a
/// transaction.
pub const CHANGES_PER_COMMIT_MAX: usize = 32;

/// How long a person's change goes on meeting other transactions. Whoever asked is waiting.
const PERSON_PATIENCE: Duration = Duration::from_secs(20);

impl Store {
    /// Commits changes that a person has decided on the records as they were read. In the manner `Together` nothing is
    /// committed where anything cannot be, and [`Store::commit_together`] says it better.
    ///
    /// # Errors
    /// As [`Store::commit_run`], but for the lease.
    pub async fn commit(
        &self,
        head: &AuditHead,
        manner: Manner,
        changes: Vec<Change>,
    ) -> Result<Vec<Committed>, Error> {
        // On the heap, here and below: a commit's future has some 30 KB, and every caller would carry it on its stack.
        Box::pin(self.commit_within(head, None, None, manner, changes)).await
    }

    /// The same, where no run of a source may have begun since a moment between two.
    ///
    /// # Errors
    /// [`Error::Contended`] when one has begun, or the storage does not answer for long; nothing is committed then.
    pub async fn commit_between(
        &self,
        head: &AuditHead,
        moment: &BetweenRuns,
        changes: Vec<Change>,
    ) -> Result<Vec<Committed>, Error> {
        Box::pin(self.commit_within(head, None, Some(moment), Manner::Each, changes)).await
    }

    /// Commits changes that belong together: all of them in one transaction, or none. An administrator stays; one whom
    /// these changes make counts (rule 20). More than fit into a transaction are refused.
    ///
    /// # Errors
    /// As [`Store::commit_run`], but for the lease.
    pub async fn commit_together(&self, head: &AuditHead, changes: Vec<Change>) -> Result<Together, Error> {
        self.commit_all(head, Manner::Together, changes).await
    }

    /// The same, and the last administrator may go: a person has said so.
    ///
    /// # Errors
    /// As [`Store::commit_run`], but for the lease.
    pub async fn commit_together_even_last_admin(
        &self,
        head: &AuditHead,
        changes: Vec<Change>,
    ) -> Result<Together, Error> {
        self.commit_all(head, Manner::TogetherEvenLastAdmin, changes).await
    }

    async fn commit_all(
        &self,
        head: &AuditHead,
        manner: Manner,
        changes: Vec<Change>,
    ) -> Result<Together, Error> {
        let mut batches = into_batches(&MovedWords::of(&self.names, &changes), changes);
        let changes = match (batches.pop(), batches.is_empty()) {
            (None, _) => return Ok(Together::All(Vec::new())),
            (Some(all), true) => all,
            (Some(last), false) => {
                let all = batches.into_iter().flatten().chain(last);
                let why = "it belongs to more changes than one transaction takes";
                return Ok(Together::Nothing(
                    all.map(|change| Committed::Refused(change, why.to_owned())).collect(),
                ));
            }
        };
        let committed = Box::pin(self.commit_within(head, None, None, manner, changes)).await?;
        let (done, refused): (Vec<_>, Vec<_>) = committed.into_iter().partition(Committed::is_done);
        Ok(if refused.is_empty() { Together::All(done) } else { Together::Nothing(refused) })
    }

    /// Commits changes that a run has decided on the records as they were read. When others commit in the same second it
    /// tries again, while there is time.
    ///
    /// # Errors
    /// [`Error::Fenced`] when another run has taken the lease: stop at once. [`Error::Contended`] when the patience is over.
    /// Or the storage fails; some changes may be committed then and others not, but each is whole.
    pub async fn commit_run(
        &self,
        head: &AuditHead,
        run: &RunCommit<'_>,
        changes: Vec<Change>,
    ) -> Result<Vec<Committed>, Error> {
        Box::pin(self.commit_within(head, Some(run), None, Manner::Each, changes)).await
    }

    async fn commit_within(
        &self,
        head: &AuditHead,
        run: Option<&RunCommit<'_>>,
        moment: Option<&BetweenRuns>,
        manner: Manner,
        changes: Vec<Change>,
    ) -> Result<Vec<Committed>, Error> {
        let patience = run.map_or(PERSON_PATIENCE, |run| run.patience);
        let mut tally = run.map(|run| run.tally.clone()).unwrap_or_default();
        let mut done = Vec::with_capacity(changes.len());
        let words = MovedWords::of(&self.names, &changes);
        let mut batches = into_batches(&words, changes);
        batches.reverse();
        while let Some(batch) = batches.pop() {
            let by = By { head, run, moment, manner, tally: &tally, words: &words, mark: &Mark::new() };
            let tries = Tries::new(patience, run.is_some());
            let begin = done.len();
            let too_big = self.commit_batch(by, batch, tries, &mut done).await?;
            if let Some(run) = run {
                count(&mut tally, run, &done[begin..]);
            }
            // Attributes of the application count too, but are not known here. So both halves are tried, in their order.
            batches.extend(halves(too_big, manner, &mut done).into_iter().rev());
        }
        Ok(done)
    }

    /// Returns the changes that remain when they are too big for one transaction.
    async fn commit_batch(
        &self,
        by: By<'_>,
        mut batch: Vec<Change>,
        mut tries: Tries,
        done: &mut Vec<Committed>,
    ) -> Result<Vec<Change>, Error> {
        // Accounts whose earlier username is claimed for another account, which keeps it: an earlier folding told the two
        // usernames apart.
        let mut kept = BTreeSet::new();
        self.contention.make_way(by.run.is_some()).await;
        while !batch.is_empty() {
            // At once: while others commit, each moment between reading and writing is one in which they can be first.
            let lease = by.run.map(|run| run.lease);
            let (ledger, next) = futures::try_join!(self.seats(), self.next_in_feed(lease, &batch))?;
            let Some(step) = next_step(by, &ledger, &mut batch, done)? else { break };
            if by.is_given_up(done) {
                break;
            }
            // To insist on the exact number while others move seats too would let most tries fail.
            let count = if self.contention.is_busy() { Count::About } else { Count::Exact };
            let (items, owners) = self.transaction(by, (&step, count), &batch, &kept, &next)?;
            let request = self.dynamo.transact_write_items().set_transact_items(Some(items));
            let Err(error) = request.send().await else {
                let (seats, free_since) = (step.after().seats, step.free_since());
                done.extend(batch.into_iter().map(|change| Committed::Done { change, seats, free_since }));
                return Ok(Vec::new());
            };
            let is_for_seats = owners.iter().any(|owner| matches!(owner, Owner::Ledger));
            match cancelled(&error, &owners) {
                None => return Err(Error::service("committing changes", error)),
                Some(Cancelled::Fenced) => return Err(fenced(by.run)),
                Some(Cancelled::TooBig) => return Ok(batch),
                Some(Cancelled::Changes(failed)) => {
                    let moved = take_out(&mut batch, &failed, done, &mut kept);
                    self.own_or_stale(by, moved, &step, done).await?;
                    if by.is_given_up(done) {
                        break;
                    }
                }
                Some(Cancelled::Moved | Cancelled::Again) if tries.are_over() => {
                    return Err(Error::Contended { what: "the licence" });
                }
                Some(why @ (Cancelled::Moved | Cancelled::Again)) => {
                    if is_for_seats {
                        self.contention.met();
                    }
                    tries.pause(matches!(why, Cancelled::Moved)).await;
                    // The transaction that it met may have been its own first try.
                    let seats = step.after().seats;
                    if self.used_if_done(by.head, &batch[0], seats, by.mark).await?.is_some() {
                        let own = std::mem::take(&mut batch);
                        self.own_or_stale(by, own, &step, done).await?;
                    }
                }
            }
        }
        Ok(Vec::new())
    }

    /// Reports changes whose accounts have changed since they were read. Another writer was first, or it was this commit
    /// itself, whose first response was lost.
    async fn own_or_stale(
        &self,
        by: By<'_>,
        changes: Vec<Change>,
        step: &LedgerStep,
        done: &mut Vec<Committed>,
    ) -> Result<(), Error> {
        let (after, free_since) = (step.after(), step.free_since());
        for change in changes {
            done.push(match self.used_if_done(by.head, &change, after.seats, by.mark).await? {
                Some(used) => {
                    let seats = Seats { used, ..after.seats };
                    Committed::Done { change, seats, free_since }
                }
                None => Committed::Stale(change),
            });
        }
        Ok(())
    }

    /// The items of a transaction, and the owner of each.
    fn transaction(
        &self,
        by: By<'_>,
        (step, count): (&LedgerStep, Count),
        batch: &[Change],
        kept: &BTreeSet<AccountId>,
        next: &NextItem,
    ) -> Result<(Vec<TransactWriteItem>, Vec<Owner>), Error> {
        let mut items = Vec::new();
        let mut owners = Vec::new();
        if let Some(run) = by.run {
            let mut tally = by.tally.clone();
            batch.iter().for_each(|change| tally.add(change, run.changed));
            let update = self.tally_update(run.lease, &tally)?;
            items.push(TransactWriteItem::builder().update(update).build());
            owners.push(Owner::Lease);
        }
        if let Some(moment) = by.moment {
            let update = self.give_epoch_on(moment)?;
            items.push(TransactWriteItem::builder().update(update).build());
            owners.push(Owner::Lease);
        }
        let moves_seats = batch.iter().any(|change| change.seat_delta() != 0 || change.admin_delta() != 0);
        if moves_seats || step.moves_accounts() {
            // Who only goes from one reason to another may do so whatever others do to the seats.
            let count = if moves_seats { count } else { Count::About };
            let update = self.ledger_step(step, count)?;
            items.push(TransactWriteItem::builder().update(update).build());
            owners.push(Owner::Ledger);
        }
        let about = count == Count::About && moves_seats;
        let entry = |change| {
            let mut entry = AuditEntry::of_change(by.head, change, step.after().seats);
            entry.seats.about = about;
            entry
        };
        let entries: Vec<AuditEntry> = batch.iter().map(entry).collect();
        for item in next.items(&self.names, &entries)? {
            items.push(item);
            owners.push(Owner::Feed);
        }
        for (index, (change, entry)) in batch.iter().zip(&entries).enumerate() {
            let is_given_up = !kept.contains(&change.after.id);
            let in_run = by.run.map(|run| LastChange {
                run: run.lease.run.clone(),
                outcome: outcome_in_run(change, run.changed),
            });
            let parts =
                parts_of(&self.names, change, entry, in_run.as_ref(), is_given_up, (by.words, by.mark))?;
            for (part, item) in parts {
                items.push(item);
                owners.push(Owner::Change(index, part));
            }
        }
        Ok((items, owners))
    }
}

/// The step of the ledger that the batch makes now, without the changes that a rule refuses; `None` where none is left.
fn next_step(
    by: By<'_>,
    ledger: &Ledger,
    batch: &mut Vec<Change>,
    done: &mut Vec<Committed>,
) -> Result<Option<LedgerStep>, Error> {
    if !ledger.is_stored {
        return Err(Error::corrupt("the licence", "it was never set; run `rollcall licence set`"));
    }
    let mut kept = std::mem::take(batch);
    kept = let_through(keep_an_admin(kept, ledger.admins, by.manner), Committed::LastAdmin, done);
    kept = let_through(trim_no_further(kept, &ledger.seats), Committed::NotOver, done);
    *batch = let_through(fit(kept, &ledger.seats), Committed::NoSeat, done);
    if batch.is_empty() {
        return Ok(None);
    }
    LedgerStep::new(ledger, batch, by.head.at, by.manner).map(Some)
}

/// A run that commits.
#[derive(Clone, Copy, Debug)]
pub struct RunCommit<'a> {
    /// Its lease.
    pub lease: &'a Lease,
    /// What it has committed before, in all its invocations.
    pub tally: &'a RunTally,
    /// The accounts that it has changed before.
    pub changed: &'a Changed,
    /// How long it goes on meeting others.
    pub patience: Duration,
}

/// Counts what was committed.
fn count(tally: &mut RunTally, run: &RunCommit<'_>, committed: &[Committed]) {
    for one in committed {
        if let Committed::Done { change, .. } = one {
            tally.add(change, run.changed);
        }
    }
}

/// Who commits.
#[derive(Clone, Copy)]
struct By<'a> {
    head: &'a AuditHead,
    /// The run, if a run commits.
    run: Option<&'a RunCommit<'a>>,
    /// A moment between two runs in which a person has decided.
    moment: Option<&'a BetweenRuns>,
    manner: Manner,
    /// What the run has committed before.
    tally: &'a RunTally,
    /// The words of all its changes.
    words: &'a MovedWords,
    /// The same mark on every audit entry, in every try.
    mark: &'a Mark,
}

impl By<'_> {
    /// Whether nothing of the batch may be committed, because something of it cannot be.
    fn is_given_up(&self, done: &[Committed]) -> bool {
        self.manner.is_all_or_nothing() && !done.iter().all(Committed::is_done)
    }
}

fn fenced(run: Option<&RunCommit<'_>>) -> Error {
    match run {
        Some(RunCommit { lease, .. }) => {
            Error::Fenced { source_name: lease.source.clone(), run: lease.run.clone() }
        }
        None => Error::Contended { what: "the lease" },
    }
}

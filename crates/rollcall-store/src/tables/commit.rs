//! The commit: changes of accounts, their audit entries, their claims on usernames and the seat ledger, in one
//! transaction (invariants 1 and 2), fenced by the lease of the run.
//!
//! Changes that can no longer be committed as they were decided are taken out and reported. The others go through.

pub(crate) mod parts;

use crate::aws::dynamo::pause;
use crate::error::Error;
use crate::ids::Lease;
use crate::store::Store;
use crate::tables::audit::AuditHead;
use crate::tables::audit_write::Mark;
use crate::tables::feed::{self, NextItem};
use crate::tables::ledger::Ledger;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{CancellationReason, TransactWriteItem};
use parts::{Part, parts_of};
use rollcall_core::account::AccountId;
use rollcall_core::commit_rules::{Selection, fit, keep_an_admin, trim_no_further};
use rollcall_core::licence::Seats;
use rollcall_core::outcome::Change;
use rollcall_core::time::Timestamp;
use std::collections::BTreeSet;

/// How many changes a caller gives to one commit at most. A change has two to four items, and DynamoDB allows 100 in a
/// transaction.
pub const CHANGES_PER_COMMIT_MAX: usize = 32;

/// Items in a transaction, less the ledger, the lease and those of the feed of changes (DynamoDB: 100).
const ITEMS_MAX: usize = 98 - feed::ITEMS;

/// Bytes in a transaction (DynamoDB: 4 MB for all items). The count is an estimate from the texts.
const BYTES_MAX: usize = 3_000_000;

/// How often a transaction is tried again after it met another one.
const TRIES_MAX: u32 = 12;

/// The result of one change.
#[derive(Debug)]
pub enum Committed {
    /// It was committed.
    Done {
        /// The change.
        change: Change,
        /// The licence right after the commit.
        seats: Seats,
        /// Since when a seat had been free right before the commit; none where no seat was free.
        free_since: Option<Timestamp>,
    },
    /// The account has changed since it was read.
    Stale(Change),
    /// Another account holds the username.
    UsernameTaken(Change),
    /// No seat is free for it.
    NoSeat(Change),
    /// It would remove the last active administrator (rule 20).
    LastAdmin(Change),
    /// It would trim a seat, but no more seats are in use than were bought (rule 16).
    NotOver(Change),
    /// DynamoDB refuses the items of this change, and would refuse them again. With its message.
    Refused(Change, String),
}

/// Why a transaction was cancelled.
enum Cancelled {
    /// Another run has the lease.
    Fenced,
    /// The ledger or the feed has changed, or another transaction was under way: try again.
    Again,
    /// These changes failed, each with its failure.
    Changes(Vec<(usize, Failure)>),
    /// The transaction is too big.
    TooBig,
}

/// Why a change failed. Of several failures, the first in this order says most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Failure {
    /// The condition of this part does not hold.
    Condition(Part),
    /// DynamoDB refuses an item of it.
    Refused(String),
}

impl Store {
    /// Commits changes that were decided on the records as they were read.
    ///
    /// # Errors
    /// [`Error::Fenced`] when another run has taken the lease: stop at once. Or the storage fails; some changes may be
    /// committed then and others not, but each is whole.
    pub async fn commit(
        &self,
        head: &AuditHead,
        lease: Option<&Lease>,
        changes: Vec<Change>,
    ) -> Result<Vec<Committed>, Error> {
        let mut done = Vec::with_capacity(changes.len());
        let mut batches = into_batches(changes);
        batches.reverse();
        while let Some(batch) = batches.pop() {
            let too_big = self.commit_batch(By { head, lease, mark: &Mark::new() }, batch, &mut done).await?;
            // Attributes of the application count too, but are not known here. So both halves are tried, in their order.
            batches.extend(halves(too_big, &mut done).into_iter().rev());
        }
        Ok(done)
    }

    /// Returns the changes that remain when they are too big for one transaction.
    async fn commit_batch(
        &self,
        by: By<'_>,
        mut batch: Vec<Change>,
        done: &mut Vec<Committed>,
    ) -> Result<Vec<Change>, Error> {
        let mut tries = 0;
        // Accounts whose earlier username is claimed for another account, which keeps it: an earlier folding told the two
        // usernames apart.
        let mut kept = BTreeSet::new();
        while !batch.is_empty() {
            let ledger = self.seats().await?;
            if !ledger.is_stored {
                return Err(Error::corrupt("the licence", "it was never set; run `rollcall licence set`"));
            }
            if by.lease.is_some() {
                batch = let_through(keep_an_admin(batch, ledger.admins), Committed::LastAdmin, done);
            }
            batch = let_through(trim_no_further(batch, &ledger.seats), Committed::NotOver, done);
            batch = let_through(fit(batch, &ledger.seats), Committed::NoSeat, done);
            if batch.is_empty() {
                break;
            }
            let after = ledger.after(&batch, by.head.at)?;
            let (seats, free_since) = (after.seats, ledger.free_since);
            let next = self.next_in_feed(by.lease, &batch).await?;
            let (items, owners) = self.transaction(by, (&ledger, &after), &batch, &kept, &next)?;
            let request = self.dynamo.transact_write_items().set_transact_items(Some(items));
            let Err(error) = request.send().await else {
                done.extend(batch.into_iter().map(|change| Committed::Done { change, seats, free_since }));
                return Ok(Vec::new());
            };
            match cancelled(&error, &owners) {
                None => return Err(Error::service("committing changes", error)),
                Some(Cancelled::Fenced) => return Err(fenced(by.lease)),
                Some(Cancelled::TooBig) => return Ok(batch),
                Some(Cancelled::Changes(failed)) => {
                    let moved = take_out(&mut batch, &failed, done, &mut kept);
                    self.own_or_stale(by, moved, &after, free_since, done).await?;
                }
                Some(Cancelled::Again) if tries == TRIES_MAX => {
                    return Err(Error::Contended { what: "the licence" });
                }
                Some(Cancelled::Again) => {
                    tries += 1;
                    tokio::time::sleep(pause(tries)).await;
                    // The transaction that it met may have been its own first try.
                    let is_done = self.used_if_done(by.head, &batch[0], seats, by.mark).await?.is_some();
                    if is_done {
                        let own = std::mem::take(&mut batch);
                        self.own_or_stale(by, own, &after, free_since, done).await?;
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
        after: &Ledger,
        free_since: Option<Timestamp>,
        done: &mut Vec<Committed>,
    ) -> Result<(), Error> {
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
        (ledger, after): (&Ledger, &Ledger),
        batch: &[Change],
        kept: &BTreeSet<AccountId>,
        next: &NextItem,
    ) -> Result<(Vec<TransactWriteItem>, Vec<Owner>), Error> {
        let mut items = Vec::new();
        let mut owners = Vec::new();
        let building = |error| Error::service("making a commit", error);
        if let Some(lease) = by.lease {
            items.push(TransactWriteItem::builder().condition_check(self.lease_check(lease)?).build());
            owners.push(Owner::Lease);
        }
        if batch.iter().any(|change| change.seat_delta() != 0 || change.admin_delta() != 0) {
            let update = self.ledger_update(ledger, after).build().map_err(building)?;
            items.push(TransactWriteItem::builder().update(update).build());
            owners.push(Owner::Ledger);
        }
        for item in next.items(&self.names, by.head, batch, after.seats)? {
            items.push(item);
            owners.push(Owner::Feed);
        }
        for (index, change) in batch.iter().enumerate() {
            let is_given_up = !kept.contains(&change.after.id);
            for (part, item) in parts_of(&self.names, by.head, change, after.seats, is_given_up, by.mark)? {
                items.push(item);
                owners.push(Owner::Change(index, part));
            }
        }
        Ok((items, owners))
    }
}

/// Who commits.
#[derive(Clone, Copy)]
struct By<'a> {
    head: &'a AuditHead,
    /// The lease of the run, if a run commits.
    lease: Option<&'a Lease>,
    /// The same mark on every audit entry, in every try.
    mark: &'a Mark,
}

/// What an item of a transaction belongs to.
#[derive(Clone, Copy)]
enum Owner {
    Lease,
    Ledger,
    Feed,
    Change(usize, Part),
}

fn into_batches(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let mut batches: Vec<Vec<Change>> = Vec::new();
    let (mut items, mut bytes) = (usize::MAX, usize::MAX);
    for change in changes {
        let (more_items, more_bytes) = parts::weight(&change);
        if items.saturating_add(more_items) > ITEMS_MAX || bytes.saturating_add(more_bytes) > BYTES_MAX {
            batches.push(Vec::new());
            (items, bytes) = (0, 0);
        }
        items += more_items;
        bytes += more_bytes;
        if let Some(batch) = batches.last_mut() {
            batch.push(change);
        }
    }
    batches
}

/// Cuts a batch that is too big into halves. A single change that is too big is refused.
fn halves(mut changes: Vec<Change>, done: &mut Vec<Committed>) -> Vec<Vec<Change>> {
    let half = changes.len() / 2;
    if half == 0 {
        let why = "the account's record and its audit entry are too big for one transaction";
        done.extend(changes.into_iter().map(|change| Committed::Refused(change, why.to_owned())));
        return Vec::new();
    }
    let second = changes.split_off(half);
    vec![changes, second]
}

/// Reports what a rule refuses, and returns the rest.
fn let_through(
    selection: Selection,
    refusal: fn(Change) -> Committed,
    done: &mut Vec<Committed>,
) -> Vec<Change> {
    done.extend(selection.refused.into_iter().map(refusal));
    selection.kept
}

fn fenced(lease: Option<&Lease>) -> Error {
    match lease {
        Some(lease) => Error::Fenced { source_name: lease.source.clone(), run: lease.run.clone() },
        None => Error::Contended { what: "the lease" },
    }
}

/// Takes the failed changes out of the batch and reports them. Returns those whose accounts have changed since they were
/// read.
fn take_out(
    batch: &mut Vec<Change>,
    failed: &[(usize, Failure)],
    done: &mut Vec<Committed>,
    kept: &mut BTreeSet<AccountId>,
) -> Vec<Change> {
    let all = std::mem::take(batch);
    let mut moved = Vec::new();
    for (index, change) in all.into_iter().enumerate() {
        // A changed account says more than its username.
        match failed.iter().filter(|(at, _)| *at == index).map(|(_, failure)| failure).min() {
            None => batch.push(change),
            Some(Failure::Condition(Part::GivenUp)) => {
                kept.insert(change.after.id);
                batch.push(change);
            }
            Some(Failure::Condition(Part::Account | Part::Audit)) => moved.push(change),
            Some(Failure::Condition(Part::Claim)) => done.push(Committed::UsernameTaken(change)),
            Some(Failure::Refused(why)) => done.push(Committed::Refused(change, why.clone())),
        }
    }
    moved
}

/// Why a transaction was cancelled; `None` for every other error.
fn cancelled(error: &SdkError<TransactWriteItemsError>, owners: &[Owner]) -> Option<Cancelled> {
    let error = error.as_service_error()?;
    if error.is_transaction_in_progress_exception() {
        return Some(Cancelled::Again);
    }
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return is_too_big(error).then_some(Cancelled::TooBig);
    };
    let reasons = cancelled.cancellation_reasons();
    let is = |reason: &CancellationReason, code: &str| reason.code() == Some(code);
    let mut failed = Vec::new();
    let mut is_again = false;
    for (reason, owner) in reasons.iter().zip(owners) {
        let has_failed = is(reason, "ConditionalCheckFailed");
        is_again |= is(reason, "TransactionConflict")
            || is(reason, "ThrottlingError")
            || is(reason, "ProvisionedThroughputExceeded");
        match owner {
            Owner::Lease if has_failed => return Some(Cancelled::Fenced),
            Owner::Ledger | Owner::Feed if has_failed => is_again = true,
            Owner::Change(index, part) if has_failed => failed.push((*index, Failure::Condition(*part))),
            Owner::Change(index, _) if is(reason, "ValidationError") => {
                let why = reason.message().unwrap_or("DynamoDB refuses its record").to_owned();
                failed.push((*index, Failure::Refused(why)));
            }
            Owner::Lease | Owner::Ledger | Owner::Feed | Owner::Change(..) => {}
        }
    }
    match (failed.is_empty(), is_again) {
        (false, _) => Some(Cancelled::Changes(failed)),
        (true, true) => Some(Cancelled::Again),
        (true, false) => None,
    }
}

/// Whether a transaction was refused for its size (DynamoDB: 4 MB, with everything that the items already hold).
fn is_too_big(error: &TransactWriteItemsError) -> bool {
    let message = error.message().unwrap_or_default();
    error.code() == Some("ValidationException") && message.contains("size") && message.contains("exceed")
}

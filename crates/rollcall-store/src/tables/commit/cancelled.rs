//! Why a commit's transaction was cancelled: which of its items failed, and whether to try again.

use super::parts::Part;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata as _, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::CancellationReason;

/// What an item of a transaction belongs to.
#[derive(Clone, Copy)]
pub(super) enum Owner {
    Lease,
    Ledger,
    Feed,
    Change(usize, Part),
}

/// Why a transaction was cancelled.
pub(super) enum Cancelled {
    /// Another run has the lease.
    Fenced,
    /// The counts of the ledger or the numbers of the feed have moved: read them, and try again.
    Moved,
    /// Another transaction was under way at one of the items, the table is throttled, or there was no answer: try again a
    /// little later.
    Again,
    /// These changes failed, each with its failure.
    Changes(Vec<(usize, Failure)>),
    /// The transaction is too big.
    TooBig,
}

/// Why a change failed. Of several failures, the first in this order says most.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Failure {
    /// The condition of this part does not hold.
    Condition(Part),
    /// DynamoDB refuses an item of it.
    Refused(String),
}

/// Why a transaction was cancelled; `None` for every other error.
pub(super) fn cancelled(error: &SdkError<TransactWriteItemsError>, owners: &[Owner]) -> Option<Cancelled> {
    if matches!(error, SdkError::TimeoutError(_)) {
        return Some(Cancelled::Again);
    }
    let error = error.as_service_error()?;
    if error.is_transaction_in_progress_exception() || is_throttled(error) {
        return Some(Cancelled::Again);
    }
    let TransactWriteItemsError::TransactionCanceledException(cancelled) = error else {
        return is_too_big(error).then_some(Cancelled::TooBig);
    };
    let reasons = cancelled.cancellation_reasons();
    let is = |reason: &CancellationReason, code: &str| reason.code() == Some(code);
    let mut failed = Vec::new();
    let (mut is_again, mut has_moved) = (false, false);
    for (reason, owner) in reasons.iter().zip(owners) {
        let has_failed = is(reason, "ConditionalCheckFailed");
        is_again |= is(reason, "TransactionConflict")
            || is(reason, "ThrottlingError")
            || is(reason, "ProvisionedThroughputExceeded");
        match owner {
            Owner::Lease if has_failed => return Some(Cancelled::Fenced),
            Owner::Ledger | Owner::Feed if has_failed => has_moved = true,
            Owner::Change(index, part) if has_failed => failed.push((*index, Failure::Condition(*part))),
            Owner::Change(index, _) if is(reason, "ValidationError") => {
                let why = reason.message().unwrap_or("DynamoDB refuses its record").to_owned();
                failed.push((*index, Failure::Refused(why)));
            }
            Owner::Lease | Owner::Ledger | Owner::Feed | Owner::Change(..) => {}
        }
    }
    match (failed.is_empty(), has_moved, is_again) {
        (false, _, _) => Some(Cancelled::Changes(failed)),
        (true, true, _) => Some(Cancelled::Moved),
        (true, false, true) => Some(Cancelled::Again),
        (true, false, false) => None,
    }
}

/// Whether DynamoDB asks to send less, and went on asking while the SDK tried again.
fn is_throttled(error: &TransactWriteItemsError) -> bool {
    let codes = ["ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded"];
    error.code().is_some_and(|code| codes.contains(&code))
}

/// Whether a transaction was refused for its size (DynamoDB: 4 MB, with everything that the items already hold).
fn is_too_big(error: &TransactWriteItemsError) -> bool {
    let message = error.message().unwrap_or_default();
    error.code() == Some("ValidationException") && message.contains("size") && message.contains("exceed")
}

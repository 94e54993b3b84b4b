//! Which changes go into one transaction, and which are taken out of it and reported.

use super::cancelled::Failure;
use super::committed::Committed;
use super::parts::{self, Part};
use crate::tables::feed;
use crate::tables::words::MovedWords;
use rollcall_core::account::AccountId;
use rollcall_core::commit_rules::{Manner, Selection};
use rollcall_core::outcome::Change;
use std::collections::BTreeSet;

/// Items in a transaction, less the ledger, the lease and those of the feed of changes (DynamoDB: 100).
const ITEMS_MAX: usize = 98 - feed::ITEMS;

/// Bytes in a transaction (DynamoDB: 4 MB for all items). The count is an estimate from the texts.
const BYTES_MAX: usize = 3_000_000;

/// The changes in their order, cut so that each part fits into one transaction.
pub(super) fn into_batches(words: &MovedWords, changes: Vec<Change>) -> Vec<Vec<Change>> {
    let mut batches: Vec<Vec<Change>> = Vec::new();
    let (mut items, mut bytes) = (usize::MAX, usize::MAX);
    for change in changes {
        let (more_items, more_bytes) = parts::weight(words, &change);
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

/// Cuts a batch that is too big into halves. A single change that is too big is refused, and changes that belong together.
pub(super) fn halves(
    mut changes: Vec<Change>,
    manner: Manner,
    done: &mut Vec<Committed>,
) -> Vec<Vec<Change>> {
    let half = changes.len() / 2;
    if half == 0 || manner.is_all_or_nothing() {
        let why = "the account's record and its audit entry are too big for one transaction";
        done.extend(changes.into_iter().map(|change| Committed::Refused(change, why.to_owned())));
        return Vec::new();
    }
    let second = changes.split_off(half);
    vec![changes, second]
}

/// Reports what a rule refuses, and returns the rest.
pub(super) fn let_through(
    selection: Selection,
    refusal: fn(Change) -> Committed,
    done: &mut Vec<Committed>,
) -> Vec<Change> {
    done.extend(selection.refused.into_iter().map(refusal));
    selection.kept
}

/// Takes the failed changes out of the batch and reports them. Returns those whose accounts have changed since they were
/// read.
pub(super) fn take_out(
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
            // A word has no condition.
            Some(Failure::Condition(Part::Account | Part::Audit | Part::Word)) => moved.push(change),
            Some(Failure::Condition(Part::Claim)) => done.push(Committed::UsernameTaken(change)),
            Some(Failure::Refused(why)) => done.push(Committed::Refused(change, why.clone())),
        }
    }
    moved
}

//! Which entry an account belongs to: immutable id first, then match key (rules 1 to 4).

use crate::account::{Account, Owner};
use crate::match_key::{ImmutableId, MatchKey};
use crate::snapshot::{Rows, SnapshotIndex};

/// What the snapshot says about one account of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// A duplicate or unusable record is about it: it is left as it is.
    Covered,
    /// This row, and no other account has a better claim to it.
    Sure(u32),
    /// This row, unless another account has a better claim to it.
    Tentative(u32),
    /// No record is about it.
    None,
}

pub(super) fn find(index: &SnapshotIndex, account: &Account) -> Match {
    let Owner::Source { key, immutable_id, .. } = &account.owner else { return Match::None };
    let with_id = immutable_id.as_ref().map_or_else(Rows::default, |id| index.with_immutable_id(id));
    // The immutable id decides before the key: the key may have been given to another person.
    if let Some(row) = with_id.first() {
        return if index.row(row).covers() { Match::Covered } else { Match::Sure(row) };
    }
    let with_key = index.with_key(key);
    if with_key.iter().any(|row| index.row(row).covers()) {
        return Match::Covered;
    }
    let Some(row) = with_key.first() else {
        return if is_named_by_rejected(index, account) {
            Match::Covered
        } else {
            find_outside(index, key, immutable_id.as_ref())
        };
    };
    match (index.row(row).has_immutable_id(), immutable_id.is_some()) {
        // Both have one, and they differ: the key was given to another person.
        (true, true) => find_outside(index, key, immutable_id.as_ref()),
        // No second account can have an id made from this key.
        (false, false) if index.has_first_id(row, account.id) => Match::Sure(row),
        (false, false) | (true, false) | (false, true) => Match::Tentative(row),
    }
}

/// The row outside a condition that tells why the person has left (rule 41). Nothing else follows from it.
fn find_outside(index: &SnapshotIndex, key: &MatchKey, immutable_id: Option<&ImmutableId>) -> Match {
    let with_id = immutable_id.map_or_else(Rows::default, |id| index.outside_with_immutable_id(id));
    let is_theirs = |row: &u32| immutable_id.is_none() || !index.row(*row).has_immutable_id();
    let row = with_id.first().or_else(|| index.outside_with_key(key).iter().find(is_theirs));
    row.map_or(Match::None, Match::Tentative)
}

/// A rejected row without key and id may still name a person by the username (rule 3).
fn is_named_by_rejected(index: &SnapshotIndex, account: &Account) -> bool {
    index.with_username(&account.username).iter().any(|row| {
        let row = index.row(row);
        row.status == crate::snapshot::RecordStatus::Rejected && !row.has_key() && !row.has_immutable_id()
    })
}

#[cfg(test)]
mod tests;

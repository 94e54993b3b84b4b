//! Whether two keys, ids or usernames are one, for the naive statement and its generators.

use crate::account::{Account, BlockReason, Owner};
use crate::entry::Record;
use crate::match_key::{ImmutableId, MatchKey};
use crate::username::Username;

pub(crate) fn names_of(record: &Record) -> (Option<&MatchKey>, Option<&ImmutableId>, Option<&Username>) {
    match record {
        Record::Entry(entry) => (Some(&entry.key), entry.immutable_id.as_ref(), entry.username.as_ref()),
        Record::Rejected(row) => (row.key.as_ref(), row.immutable_id.as_ref(), row.username.as_ref()),
    }
}

pub(crate) fn id_of(account: &Account) -> Option<&ImmutableId> {
    match &account.owner {
        Owner::Local => None,
        Owner::Source { immutable_id, .. } => immutable_id.as_ref(),
    }
}

pub(crate) fn is_by_admin(account: &Account) -> bool {
    account.state.block().is_some_and(|block| matches!(block.reason, BlockReason::ByAdmin(_)))
}

pub(crate) fn folded_key(account: &Account) -> std::string::String {
    account.key().map_or("", MatchKey::folded).into()
}

pub(crate) fn is_same_key(one: Option<&MatchKey>, other: Option<&MatchKey>) -> bool {
    one.is_some() && one.map(MatchKey::folded) == other.map(MatchKey::folded)
}

pub(crate) fn is_same_id(one: Option<&ImmutableId>, other: Option<&ImmutableId>) -> bool {
    one.is_some() && one == other
}

pub(crate) fn is_same_name(one: &Username, other: &Username) -> bool {
    one.folded() == other.folded()
}

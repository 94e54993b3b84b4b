//! What one account is to be again: as the entries of the run tell it (rule 58), newest first.
//!
//! Below the plan of the undo. An account that something has changed since goes back in three cases only (rule 58d): what
//! came since was taken back itself; all that the run changed is as it was anyway; or its person is back and waits for the
//! very seat that the run took.

use super::{Before, Done, LeftAlone, UndoInput, Was};
use crate::account::{Account, AccountState, BlockReason, Owner};
use crate::fields::FieldName;
use crate::history::History;
use crate::match_key::{ImmutableId, MatchKey};
use crate::outcome::FieldChange;
use crate::username::Username;
use alloc::collections::BTreeMap;

/// What the account is to be, which may be what it is. `since` is what was done to it after the run.
pub(super) fn of(
    input: &UndoInput,
    account: &Account,
    entries: &[&Done],
    since: &[&Done],
) -> Result<Account, LeftAlone> {
    let Some(newest) = entries.first() else { return Err(LeftAlone::Unknown) };
    if newest.version != account.version && !comes_to_nothing(account, newest, since) {
        return changed_since(input, account, entries);
    }
    let mut after = Account { version: newest.version, ..account.clone() };
    for entry in entries {
        if entry.version != after.version {
            // Its own entries are not all there, or somebody came between two of them.
            return Err(LeftAlone::Unknown);
        }
        take_back(input, &mut after, entry)?;
    }
    let is_given_back = has_something(&after) && !has_something(account);
    // The snapshot that lacks the person must not take it away again.
    after.history.given_back_at = if is_given_back { Some(input.now) } else { after.history.given_back_at };
    after.version = account.version + 1;
    Ok(after)
}

/// Whether the account is what the run left: whatever was done since was taken back.
fn comes_to_nothing(account: &Account, newest: &Done, since: &[&Done]) -> bool {
    let Some(oldest) = since.last() else { return false };
    let Before::Was(left) = &oldest.before else { return false };
    // That an undo gave something back is no change of it.
    let history = History { given_back_at: left.history.given_back_at, ..account.history };
    let is = Was { state: account.state.clone(), missing_since: account.missing_since, history };
    oldest.version == newest.version + 1 && *left == is && has_fields_of(account, since)
}

/// The account where others have changed it after the run.
fn changed_since(input: &UndoInput, account: &Account, entries: &[&Done]) -> Result<Account, LeftAlone> {
    let Some(Before::Was(was)) = entries.last().map(|oldest| &oldest.before) else {
        return Err(LeftAlone::ChangedSince);
    };
    if !has_fields_of(account, entries) {
        return Err(LeftAlone::ChangedSince);
    }
    if account.state == was.state && account.missing_since == was.missing_since {
        return Ok(account.clone());
    }
    let waits_for_it =
        account.history.seat_lost_at == Some(input.decided_at) && account.state.waiting_since().is_some();
    if !was.state.holds_seat() || !waits_for_it {
        return Err(LeftAlone::ChangedSince);
    }
    let history = History { seat_lost_at: None, away: None, ..account.history };
    let version = account.version + 1;
    Ok(Account { state: AccountState::Active, history, version, ..account.clone() })
}

/// Whether the account has each value again that the run has changed.
fn has_fields_of(account: &Account, entries: &[&Done]) -> bool {
    let mut old: BTreeMap<&str, &str> = BTreeMap::new();
    // From the newest to the oldest, which knows best.
    for change in entries.iter().flat_map(|entry| &entry.changes).filter(|change| !is_of_state(change)) {
        old.insert(&change.field, &change.old);
    }
    let values = super::values(account);
    old.into_iter().all(|(field, old)| values.get(field).map_or("", |value| value.as_str()) == old)
}

fn take_back(input: &UndoInput, account: &mut Account, entry: &Done) -> Result<(), LeftAlone> {
    let Was { state, missing_since, history } = match &entry.before {
        Before::Was(was) => was.clone(),
        Before::Unknown => return Err(LeftAlone::Unknown),
        Before::Nothing => {
            // Nothing is deleted. The next snapshot that shows the person makes them a newcomer again.
            account.state = AccountState::blocked(BlockReason::LeftScope, input.now);
            return Ok(());
        }
    };
    (account.state, account.missing_since, account.history) = (state, missing_since, history);
    account.version = account.version.saturating_sub(1);
    entry.changes.iter().try_for_each(|change| take_back_field(account, change))
}

/// The state and the history tell these.
fn is_of_state(change: &FieldChange) -> bool {
    ["when_unblocked", "missing", "given_back", "starts"].contains(&change.field.as_str())
}

fn take_back_field(account: &mut Account, change: &FieldChange) -> Result<(), LeftAlone> {
    let unknown = LeftAlone::Unknown;
    match (change.field.as_str(), &mut account.owner) {
        _ if is_of_state(change) => {}
        ("username", _) => account.username = Username::of_stored(&change.old).map_err(|_| unknown)?,
        ("admin", _) => account.is_admin = change.old == "true",
        ("priority", Owner::Source { .. }) => {
            account.priority = change.old.parse().map_err(|_| unknown)?;
        }
        ("match_key", Owner::Source { key, .. }) => {
            *key = MatchKey::of_stored(&change.old).map_err(|_| unknown)?;
        }
        ("immutable_id", Owner::Source { immutable_id, .. }) => {
            *immutable_id = match change.old.as_str() {
                "" => None,
                old => Some(ImmutableId::of_stored(old).map_err(|_| unknown)?),
            };
        }
        ("source", _) => return Err(LeftAlone::OtherOwner),
        ("match_key" | "immutable_id", _) => return Err(unknown),
        (field, _) => {
            let name = FieldName::parse(field).map_err(|_| unknown)?;
            account.fields.store(name, &change.old);
        }
    }
    Ok(())
}

/// A seat or a place, if only beneath a person's block.
fn has_something(account: &Account) -> bool {
    let beneath = account.state.admin_block().map(|block| block.beneath.into_state());
    let state = beneath.as_ref().unwrap_or(&account.state);
    state.holds_seat() || state.waiting_since().is_some()
}

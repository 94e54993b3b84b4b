//! Whether a person gave the account its seat out of order, or gave its seat to somebody else (rule 60).
//!
//! Below the explanation; reads the newest change of the account, and says nothing once something else has changed it.

use super::minute;
use crate::accounts::seat::{SEAT_FROM, SEAT_TO, WHY};
use crate::error::Error;
use rollcall_core::account::Account;
use rollcall_core::outcome::Outcome;
use rollcall_sync::Shell;
use rollcall_sync::store::AuditEntry;

/// A sentence about the seat, if a person's decision about it is the newest change of the account.
///
/// # Errors
/// When the storage fails.
pub(super) async fn sentence(shell: &Shell, account: &Account) -> Result<Option<String>, Error> {
    let newest = shell.store.newest_change(account.id).await?;
    Ok(newest.filter(|entry| entry.version == account.version).as_ref().and_then(in_words))
}

fn in_words(entry: &AuditEntry) -> Option<String> {
    let said = |name: &str| {
        let change = entry.changes.iter().find(|change| change.field == name);
        change.map(|change| change.new.as_str())
    };
    let why = said(WHY).map(|why| format!(" (\"{why}\")")).unwrap_or_default();
    let (who, at) = (&entry.actor, minute(entry.at));
    match (Outcome::from_word(&entry.outcome)?, said(SEAT_FROM), said(SEAT_TO)) {
        (Outcome::SeatedByAdmin, Some(from), _) => {
            Some(format!("{who} gave them the seat of {from} at {at}{why}."))
        }
        (Outcome::SeatedByAdmin, None, _) => {
            Some(format!("{who} gave them a seat out of order at {at}{why}."))
        }
        (Outcome::UnseatedByAdmin, _, Some(to)) => {
            Some(format!("{who} gave their seat to {to} at {at}{why}."))
        }
        _ => None,
    }
}

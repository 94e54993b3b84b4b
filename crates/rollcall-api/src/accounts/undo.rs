//! Taking back one person's change of one account: a block, the lifting of one, or a seat that was given (rules 58f and 60).
//! What a run did is taken back by an undo of that run, in `rollcall-sync`.
//!
//! The same plan as for a run, for one account; for both where a seat was handed over, together or not at all. It goes
//! through the seats, never takes the last administrator, and is audited as `undone`.

use super::administer::{TRIES_MAX, find};
use super::seat::{SEAT_FROM, SEAT_TO, WHY, counterpart, may_be_tried_again};
use crate::error::Error;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::outcome::{Change, FieldChange, Outcome};
use rollcall_core::undo::{Done, UndoInput, plan_undo};
use rollcall_core::username::Username;
use rollcall_sync::actor::{Actor, head};
use rollcall_sync::store::{AuditEntry, Committed, Ledger, Together, show_time};
use rollcall_sync::{Shell, licence};

/// What people do to accounts that can be taken back so.
const OF_PEOPLE: [Outcome; 5] = [
    Outcome::BlockedByAdmin,
    Outcome::UnblockedByAdmin,
    Outcome::SeatedByAdmin,
    Outcome::UnseatedByAdmin,
    Outcome::Undone,
];

/// Takes back the newest change of an account, if a person has made it. The same request sent again, known by the `key` of its
/// record, takes back the same change or nothing: never its own undo.
///
/// # Errors
/// [`Error::NothingToUndo`] where the newest change is of a run, or cannot be taken back; it says what to do. Or there is no
/// such account, or the storage fails.
pub async fn undo_newest(
    shell: &Shell,
    id: AccountId,
    actor: impl Into<Actor<'_>>,
    key: Option<&str>,
) -> Result<Account, Error> {
    let actor = actor.into();
    for _ in 0..TRIES_MAX {
        let (_, ledger) = licence::use_configured(shell).await?;
        let account = find(shell, id).await?;
        let Some(entry) = newest_of(shell, &account).await? else { continue };
        if let Some(key) = key {
            let undone = shell.store.version_undone_by(key, account.version).await?;
            if undone < account.version && is_undo_of(&entry, undone, actor) {
                return Ok(account);
            }
            if undone != account.version {
                return Err(refused("it has been changed since this undo was asked for"));
            }
        }
        let both = both_of_seat(shell, (account, entry)).await?;
        let changes = plan(shell, &ledger, both)?;
        match Box::pin(shell.store.commit_together(&head(shell, actor), changes)).await? {
            Together::All(done) => {
                let after =
                    |one| if let Committed::Done { change, .. } = one { Some(change.after) } else { None };
                let own = done.into_iter().filter_map(after).find(|after| after.id == id);
                return own.ok_or_else(|| refused("it is what it was already"));
            }
            Together::Nothing(refused) => refused.into_iter().try_for_each(may_be_tried_again)?,
        }
    }
    Err(rollcall_sync::Error::Contended.into())
}

/// What the account would be after [`undo_newest`]. Nothing is changed.
///
/// # Errors
/// As for the undo itself.
pub async fn would_undo_newest(shell: &Shell, id: AccountId) -> Result<Account, Error> {
    for _ in 0..TRIES_MAX {
        let (_, ledger) = licence::use_configured(shell).await?;
        let account = find(shell, id).await?;
        let Some(entry) = newest_of(shell, &account).await? else { continue };
        let changes = plan(shell, &ledger, both_of_seat(shell, (account, entry)).await?)?;
        let own = changes.into_iter().map(|change| change.after).find(|after| after.id == id);
        return own.ok_or_else(|| refused("it is what it was already"));
    }
    Err(rollcall_sync::Error::Contended.into())
}

/// The newest change of an account; `None` if somebody has changed it since it was read.
async fn newest_of(shell: &Shell, account: &Account) -> Result<Option<AuditEntry>, Error> {
    let entry = shell.store.newest_change(account.id).await?;
    let entry = entry.filter(|entry| entry.version == account.version);
    // Or its entries are gone.
    if entry.is_none()
        && shell.store.account(account.id).await?.is_some_and(|again| again.version == account.version)
    {
        return Err(refused("the audit log does not tell completely what it was"));
    }
    Ok(entry)
}

/// Whether this entry is what an undo of that version by this person has written.
fn is_undo_of(entry: &AuditEntry, version: u64, actor: Actor<'_>) -> bool {
    entry.version == version + 1 && entry.outcome == Outcome::Undone.as_str() && entry.actor == actor.name
}

/// An account, and its newest change.
type Changed = (Account, AuditEntry);

/// The account, and the other one of a seat that a person handed over, as long as nothing has changed that one since.
async fn both_of_seat(shell: &Shell, one: Changed) -> Result<Vec<Changed>, Error> {
    let (account, entry) = &one;
    let Some(name) = counterpart(entry).filter(|_| entry.run.is_none()) else { return Ok(vec![one]) };
    let other = match Username::of_stored(name) {
        Ok(name) => shell.store.account_by_username(&name).await?,
        Err(_) => None,
    };
    let newest = match &other {
        Some(other) => shell.store.newest_change(other.id).await?,
        None => None,
    };
    let is_other_side = |other: &Account, newest: &AuditEntry| {
        newest.version == other.version
            && newest.at == entry.at
            && newest.run.is_none()
            // An account that was made with the seat stays.
            && newest.outcome != Outcome::CreatedLocal.as_str()
            && counterpart(newest) == Some(account.username.original())
    };
    match (other, newest) {
        (Some(other), Some(newest)) if is_other_side(&other, &newest) => Ok(vec![one, (other, newest)]),
        _ => Ok(vec![one]),
    }
}

/// The changes that take these entries back: of one account, or of both between whom a seat was handed over.
fn plan(shell: &Shell, ledger: &Ledger, both: Vec<Changed>) -> Result<Vec<Change>, Error> {
    let Some((_, entry)) = both.first() else { return Err(refused("it is what it was already")) };
    if let Some(run) = &entry.run {
        let why = format!("a run has changed it last; the undo of run {run} takes that back");
        return Err(refused(why));
    }
    if !OF_PEOPLE.iter().any(|outcome| outcome.as_str() == entry.outcome) {
        return Err(refused(
            "its newest change is no block, no unblock and no seat that was given; block or unblock it",
        ));
    }
    let input = UndoInput {
        now: shell.now(),
        what: format!("the change of {} by {}", show_time(entry.at), entry.actor),
        decided_at: entry.at,
        limit: ledger.seats.limit,
        used: ledger.seats.used,
        admins: ledger.admins,
    };
    let names: Vec<String> = both.iter().map(|(one, _)| one.username.original().to_owned()).collect();
    let (accounts, entries): (Vec<Account>, Vec<AuditEntry>) = both.into_iter().unzip();
    let done: Vec<Done> =
        entries.into_iter().filter_map(AuditEntry::into_done).map(without_what_is_said).collect();
    let plan = plan_undo(&input, &done, &[], &accounts);
    if let Some((_, why)) = plan.left_alone.first() {
        return Err(refused(why.to_string()));
    }
    let mut changes = plan.changes;
    if let ([_, _], [one, other]) = (changes.as_slice(), names.as_slice()) {
        changes.iter_mut().for_each(|change| name_the_other(change, one, other));
    }
    if changes.is_empty() { Err(refused("it is what it was already")) } else { Ok(changes) }
}

/// Says in the entry whose seat it was, so that this undo can be taken back as a whole too.
fn name_the_other(change: &mut Change, one: &str, other: &str) {
    let name = if change.after.username.original() == one { other } else { one };
    let field = if change.seat_delta() > 0 { SEAT_FROM } else { SEAT_TO };
    let (field, new) = (field.to_owned(), name.to_owned());
    change.changes.push(FieldChange { field, old: String::new(), new });
}

/// Why somebody decided it, and about whose seat, is no field of the account.
fn without_what_is_said(mut done: Done) -> Done {
    done.changes.retain(|change| ![WHY, SEAT_FROM, SEAT_TO].contains(&change.field.as_str()));
    done
}

fn refused(why: impl Into<String>) -> Error {
    Error::NothingToUndo { why: why.into() }
}

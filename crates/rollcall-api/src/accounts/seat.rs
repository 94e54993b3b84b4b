//! A person gives somebody a seat out of order: the next free one, or another person's (rule 60).
//!
//! The core decides, and both accounts change in one transaction or neither does. The same request of the same person, sent
//! again, is answered as done.

use super::administer::{Changed, TRIES_MAX, find};
use super::seated::seated_last;
use crate::error::Error;
use rollcall_core::account::{Account, AccountId, AccountState};
use rollcall_core::give_seat::{self, Given, give_seat};
use rollcall_core::licence::Seats;
use rollcall_core::outcome::{Change, FieldChange, Outcome};
use rollcall_core::seat_gate::Decided;
use rollcall_sync::actor::{Actor, head};
use rollcall_sync::store::{AuditEntry, AuditHead, Committed, LOCAL, Together};
use rollcall_sync::{Shell, licence};

/// In the audit entry of who was given a seat: the username of the account whose seat it was.
pub(super) const SEAT_FROM: &str = "seat_from";

/// In the audit entry of whose seat was given away: the username of the account that has it.
pub(super) const SEAT_TO: &str = "seat_to";

/// Why the person did it, in the audit entry of both.
pub(super) const WHY: &str = "why";

/// How many active accounts a refusal names.
const NAMED_MAX: usize = 5;

/// What a person wants.
#[derive(Debug, Clone, Copy)]
pub struct SeatWish<'a> {
    /// The account that is to have a seat.
    pub to: AccountId,
    /// The account whose seat it is to be; none for a free one.
    pub from: Option<AccountId>,
    /// Why, for the record.
    pub why: &'a str,
    /// Even if the seat is that of the last active administrator (rule 20).
    pub even_last_admin: bool,
}

/// A seat that was given.
#[derive(Debug, Clone)]
pub struct SeatGiven {
    /// The account that has it.
    pub seated: Changed,
    /// The account that had it, where it was another's.
    pub unseated: Option<Changed>,
}

/// Gives somebody who waits a seat.
///
/// # Errors
/// When there is no such account, the core refuses it, no seat is free, or nobody could administer the application.
pub async fn give(
    shell: &Shell,
    wish: SeatWish<'_>,
    actor: impl Into<Actor<'_>>,
) -> Result<SeatGiven, Error> {
    let actor = actor.into();
    for _ in 0..TRIES_MAX {
        let (config, ledger) = licence::use_configured(shell).await?;
        let account = find(shell, wish.to).await?;
        let other = match wish.from {
            Some(id) => Some(find(shell, id).await?),
            None => None,
        };
        let head = head(shell, actor);
        if let Some(done) = done_before(shell, &head, &account, other.as_ref(), ledger.seats).await? {
            return Ok(done);
        }
        let decided = give_seat(&account, other.as_ref(), &ledger.seats, &config.policy, shell.now());
        let given = match decided {
            Ok(given) => given,
            Err(refusal) => return Err(refused(shell, refusal, &account).await?),
        };
        let changes = changes(account, other, given, wish.why);
        let committed = if wish.even_last_admin {
            Box::pin(shell.store.commit_together_even_last_admin(&head, changes)).await?
        } else {
            Box::pin(shell.store.commit_together(&head, changes)).await?
        };
        match committed {
            Together::All(done) => {
                if let Some(given) = given_of(done) {
                    return Ok(given);
                }
            }
            Together::Nothing(refused) => refused.into_iter().try_for_each(may_be_tried_again)?,
        }
    }
    Err(rollcall_sync::Error::Contended.into())
}

/// Whether this very request was carried out before: the person has the seat, and nothing has changed the account since.
async fn done_before(
    shell: &Shell,
    head: &AuditHead,
    account: &Account,
    other: Option<&Account>,
    seats: Seats,
) -> Result<Option<SeatGiven>, Error> {
    if !account.state.holds_seat() {
        return Ok(None);
    }
    let newest = shell.store.newest_change(account.id).await?;
    let is_it = |entry: &AuditEntry| {
        entry.version == account.version
            && entry.outcome == Outcome::SeatedByAdmin.as_str()
            && entry.actor == head.actor
            && counterpart(entry) == other.map(|other| other.username.original())
    };
    let Some(was) = newest.filter(is_it).and_then(|entry| entry.was) else { return Ok(None) };
    let before = Account { state: was.state, history: was.history, ..account.clone() };
    let seated = Changed { before, after: account.clone(), seats };
    let unseated = other.map(|other| {
        let before = Account { state: AccountState::Active, ..other.clone() };
        Changed { before, after: other.clone(), seats }
    });
    Ok(Some(SeatGiven { seated, unseated }))
}

/// The username of the other account of a seat that was handed over, as an entry of either names it.
pub(super) fn counterpart(entry: &AuditEntry) -> Option<&str> {
    let change = entry.changes.iter().find(|change| [SEAT_FROM, SEAT_TO].contains(&change.field.as_str()));
    change.map(|change| change.new.as_str())
}

/// Whose seat it was comes first: it is free before it is given.
fn changes(account: Account, other: Option<Account>, given: Given, why: &str) -> Vec<Change> {
    let name = |account: &Account| account.username.original().to_owned();
    let mut changes = Vec::new();
    let from = other.as_ref().map(name);
    if let (Some(other), Some(decided)) = (other, given.unseated) {
        let said = vec![(WHY, why.to_owned()), (SEAT_TO, name(&account))];
        changes.push(unseating(other, decided, said));
    }
    let said = [(WHY, why.to_owned())].into_iter().chain(from.map(|from| (SEAT_FROM, from)));
    changes.push(change(Outcome::SeatedByAdmin, account, given.seated, said.collect()));
    changes
}

/// The change of the account whose seat goes to another one.
pub(super) fn unseating(other: Account, decided: Decided, said: Vec<(&str, String)>) -> Change {
    change(Outcome::UnseatedByAdmin, other, decided, said)
}

fn change(outcome: Outcome, before: Account, decided: Decided, said: Vec<(&str, String)>) -> Change {
    let Decided { state, history } = decided;
    let version = before.version + 1;
    // Who waits has no grace.
    let after = Account { state, history, missing_since: None, version, ..before.clone() };
    let said = said.into_iter();
    let changes =
        said.map(|(field, new)| FieldChange { field: field.to_owned(), old: String::new(), new }).collect();
    Change { outcome, reason: None, before: Some(before), after, changes }
}

/// What was given, from what was committed.
fn given_of(done: Vec<Committed>) -> Option<SeatGiven> {
    let (mut seated, mut unseated) = (None, None);
    for one in done {
        if let Committed::Done { change: Change { before: Some(before), after, .. }, seats, .. } = one {
            let is_seated = after.state.holds_seat();
            let changed = Some(Changed { before, after, seats });
            *if is_seated { &mut seated } else { &mut unseated } = changed;
        }
    }
    Some(SeatGiven { seated: seated?, unseated })
}

/// Others were quicker, and the wish is decided again; or it never can be done.
pub(super) fn may_be_tried_again(refused: Committed) -> Result<(), Error> {
    match refused {
        Committed::LastAdmin(change) => {
            Err(Error::LastAdmin { username: change.after.username.original().to_owned() })
        }
        Committed::Refused(_, why) => Err(Error::NotTaken { why }),
        Committed::Done { .. }
        | Committed::Stale(_)
        | Committed::UsernameTaken(_)
        | Committed::NoSeat(_)
        | Committed::NotOver(_) => Ok(()),
    }
}

/// The refusal; where no seat is free, with people who could be named: who got their seat last comes first.
async fn refused(shell: &Shell, refusal: give_seat::Refusal, account: &Account) -> Result<Error, Error> {
    let give_seat::Refusal::NoSeat(refusal) = refusal else { return Ok(Error::Seat(refusal)) };
    let owner = account.source().map_or(LOCAL, |source| source.as_str());
    let mut named = seated_last(shell, Some(owner), NAMED_MAX + 1).await?;
    let are_all = named.len() <= NAMED_MAX && has_no_more(shell, owner, named.len()).await?;
    named.truncate(NAMED_MAX);
    let could_give = named.iter().map(|one| one.account.username.original().to_owned()).collect();
    Ok(Error::NoSeatToGive { refusal, could_give, are_all })
}

/// Whether an owner has so many active accounts and no more, as the ledger counts them.
async fn has_no_more(shell: &Shell, owner: &str, named: usize) -> Result<bool, Error> {
    let counts = shell.store.counts().await?;
    Ok(counts.is_some_and(|counts| counts.of(owner, "active") <= named as u64))
}

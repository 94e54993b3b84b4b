//! A person gives somebody a seat out of order: the next free one, or another person's (rule 60).
//!
//! Beside `seat_gate`, whose gate it uses. Decides both accounts at once; the shell commits them together or not at all.
//! Promises: only somebody who waits gets a seat; nobody gets one above the limit; a seat that is handed over is one seat
//! before and after.

use crate::account::{Account, AccountState, BlockReason, Owner};
use crate::licence::{SeatCount, Seats};
use crate::policy::Policy;
use crate::seat_gate::{self, Decided, admit_one};
use crate::time::Timestamp;
use alloc::string::String;

/// What both accounts become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The account that gets the seat.
    pub seated: Decided,
    /// The account whose seat it was, where it was another's.
    pub unseated: Option<Decided>,
}

/// Why the seat is not given. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No seat is free for it, also with the one that would be handed over.
    #[error(transparent)]
    NoSeat(seat_gate::Refusal),
    /// The account does not wait for a seat.
    #[error("{username:?} does not wait for a seat: the account is {state}; {todo}")]
    NotWaiting {
        /// Its username.
        username: String,
        /// Its state in a word.
        state: &'static str,
        /// What to do in place of it.
        todo: &'static str,
    },
    /// The account whose seat is wanted has none.
    #[error("{username:?} has no seat to give: the account is {state}; name an active account")]
    HasNone {
        /// Its username.
        username: String,
        /// Its state in a word.
        state: &'static str,
    },
    /// Both are the same account.
    #[error("nobody can take their own seat; name another account in `from`")]
    OwnSeat,
}

/// What becomes of an account that is given a seat, and of the one whose seat it was.
///
/// Whose seat is given away waits from then on: the last in the line, but for priorities.
///
/// # Errors
/// [`Refusal`]; each says what to do.
pub fn give_seat(
    account: &Account,
    from: Option<&Account>,
    seats: &Seats,
    policy: &Policy,
    now: Timestamp,
) -> Result<Given, Refusal> {
    if from.is_some_and(|other| other.id == account.id) {
        return Err(Refusal::OwnSeat);
    }
    if account.state.waiting_since().is_none() {
        return Err(not_waiting(account));
    }
    let Some(other) = from else {
        admit_one(account, seats, policy.reserve).map_err(Refusal::NoSeat)?;
        return Ok(Given { seated: Decided::of(account, AccountState::Active), unseated: None });
    };
    let unseated = hand_over(account, other, seats, policy, now)?;
    Ok(Given { seated: Decided::of(account, AccountState::Active), unseated: Some(unseated) })
}

/// What becomes of the account whose seat goes to another one, which waits for it or is made with it (rule 60d).
///
/// # Errors
/// [`Refusal`], where there is no seat to hand over, or it may not be handed over.
pub fn hand_over(
    account: &Account,
    other: &Account,
    seats: &Seats,
    policy: &Policy,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    if !other.state.holds_seat() {
        let (username, state) = (String::from(other.username.original()), word(other));
        return Err(Refusal::HasNone { username, state });
    }
    let without = Seats { used: seats.used.less(SeatCount::new(1)), ..*seats };
    // An ordinary seat stays ordinary. One that may be of the reserve does not leave it by being handed over (rule 18).
    let reserve = if may_use_reserve(other) { policy.reserve } else { SeatCount::ZERO };
    admit_one(account, &without, reserve).map_err(|refusal| Refusal::NoSeat(with_theirs(refusal, seats)))?;
    Ok(Decided::of(other, AccountState::blocked(BlockReason::NoSeat, now)))
}

/// The figures as they are, with the seat that would have been handed over.
fn with_theirs(refusal: seat_gate::Refusal, seats: &Seats) -> seat_gate::Refusal {
    match refusal {
        seat_gate::Refusal::NoSeat { limit, reserve, needed, .. } => {
            seat_gate::Refusal::NoSeat { used: seats.used, limit, reserve, needed }
        }
        other @ (seat_gate::Refusal::NotByAdmin { .. } | seat_gate::Refusal::Already { .. }) => other,
    }
}

fn may_use_reserve(account: &Account) -> bool {
    account.is_admin && account.owner == Owner::Local
}

fn word(account: &Account) -> &'static str {
    account.state.block().map_or("active", |block| block.reason.as_str())
}

fn not_waiting(account: &Account) -> Refusal {
    let todo = match account.state.block().map(|block| &block.reason) {
        None | Some(BlockReason::NoSeat) => "it has a seat already",
        Some(BlockReason::ByAdmin(_)) => "unblock it first",
        Some(BlockReason::LeftScope) => {
            "put the person back into a syncing group, or into the file, and sync; then they wait or have a seat"
        }
        Some(BlockReason::DisabledInDirectory) => {
            "enable the person in the directory, and sync; then they wait or have a seat"
        }
        Some(BlockReason::NotStarted { .. }) => "the person waits or has a seat from their start date on",
    };
    Refusal::NotWaiting { username: String::from(account.username.original()), state: word(account), todo }
}

#[cfg(test)]
mod tests;

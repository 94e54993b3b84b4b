//! The one gate to a seat for everything that is not a sync: unblocking and local accounts (product 15).

use crate::account::{Account, AccountState, AdminBlock, Block, BlockReason};
use crate::licence::{Limit, SeatCount, Seats};
use crate::time::Timestamp;
use alloc::string::String;

/// Why a person's request about one account is refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The licence has no free seat.
    #[error(
        "no free seat: {used} of {limit} are used and {needed} is needed; block an account or raise the licence first"
    )]
    NoSeat {
        /// Seats in use.
        used: SeatCount,
        /// Seats bought.
        limit: SeatCount,
        /// Seats that the request needs.
        needed: SeatCount,
    },
    /// The account is not blocked by a person, so a person cannot lift its block.
    #[error("the account is blocked as {reason}, which only the sync lifts: it is activated when {when}")]
    NotByAdmin {
        /// The reason of the block.
        reason: &'static str,
        /// What lifts it.
        when: &'static str,
    },
    /// It is so already.
    #[error("the account is {state} already")]
    Already {
        /// `active`, or `blocked by an administrator`.
        state: &'static str,
    },
}

/// Asks for one seat.
///
/// # Errors
/// [`Refusal::NoSeat`] with used, limit and needed.
pub fn admit_one(seats: &Seats) -> Result<(), Refusal> {
    let one = SeatCount::new(1);
    match seats.limit {
        Limit::Seats(limit) if seats.free(SeatCount::ZERO) == Some(SeatCount::ZERO) => {
            Err(Refusal::NoSeat { used: seats.used, limit, needed: one })
        }
        Limit::Seats(_) | Limit::Unlimited => Ok(()),
    }
}

/// The state of an account that a person blocks.
///
/// # Errors
/// [`Refusal::Already`] when a person has blocked it before.
pub fn block(
    account: &Account,
    by: String,
    why: Option<String>,
    now: Timestamp,
) -> Result<AccountState, Refusal> {
    if let AccountState::Blocked(Block { reason: BlockReason::ByAdmin(_), .. }) = &account.state {
        return Err(Refusal::Already { state: "blocked by an administrator" });
    }
    let waiting_since = account.state.waiting_since();
    Ok(AccountState::blocked(BlockReason::ByAdmin(AdminBlock { by, why, waiting_since }), now))
}

/// The state of an account whose block a person lifts: active where a seat is free, else back at its old place in
/// the waiting list where it had one.
///
/// # Errors
/// [`Refusal::NoSeat`] where it had no place and no seat is free; [`Refusal::NotByAdmin`] where the sync blocked it.
pub fn unblock(account: &Account, seats: &Seats) -> Result<AccountState, Refusal> {
    let block = match &account.state {
        AccountState::Active => return Err(Refusal::Already { state: "active" }),
        AccountState::Blocked(block) => block,
    };
    let when = match &block.reason {
        BlockReason::ByAdmin(admin) => return lift(admin, seats),
        BlockReason::NoSeat => "a seat is free and everybody who waits longer has one",
        BlockReason::LeftScope => "the person is back in the directory's scope and a seat is free",
        BlockReason::DisabledInDirectory => "the person is enabled in the directory and a seat is free",
    };
    Err(Refusal::NotByAdmin { reason: block.reason.as_str(), when })
}

fn lift(admin: &AdminBlock, seats: &Seats) -> Result<AccountState, Refusal> {
    // Someone who was waiting goes back into the line: an administrator's block and its lifting must not be a way
    // past those who wait longer.
    match admin.waiting_since {
        Some(since) => Ok(AccountState::blocked(BlockReason::NoSeat, since)),
        None => admit_one(seats).map(|()| AccountState::Active),
    }
}

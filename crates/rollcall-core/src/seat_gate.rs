//! The one gate to a seat for everything that is not a sync: unblocking and local accounts (rule 15).

use crate::account::{Account, AccountState, AdminBlock, Beneath, Block, BlockReason, Owner};
use crate::history::History;
use crate::licence::{Limit, SeatCount, Seats};
use crate::policy::Policy;
use crate::time::Timestamp;
use alloc::format;
use alloc::string::String;

/// Why a person's request about one account is refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The licence has no free seat.
    #[error(
        "no free seat: {used} of {limit} {} used{} and {needed} is needed; block an account or raise the licence first",
        if used.get() == 1 { "is" } else { "are" },
        kept_back(*.reserve)
    )]
    NoSeat {
        /// Seats in use.
        used: SeatCount,
        /// Seats bought.
        limit: SeatCount,
        /// Seats that this account cannot use, because they are reserved for others (rule 18).
        reserve: SeatCount,
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
    /// The account already has this state.
    #[error("the account is {state} already")]
    Already {
        /// `active`, or `blocked by an administrator`.
        state: &'static str,
    },
}

fn kept_back(reserve: SeatCount) -> String {
    match reserve.get() {
        0 => String::new(),
        kept => format!(" ({kept} kept for local administrators)"),
    }
}

/// Asks for one seat for this account. Only local administrators may use the reserve (rule 18).
///
/// # Errors
/// [`Refusal::NoSeat`] with used, limit and needed.
pub fn admit_one(account: &Account, seats: &Seats, reserve: SeatCount) -> Result<(), Refusal> {
    let may_use_reserve = account.is_admin && account.owner == Owner::Local;
    let reserve = if may_use_reserve { SeatCount::ZERO } else { reserve };
    match seats.limit {
        Limit::Seats(limit) if seats.free(reserve) == Some(SeatCount::ZERO) => {
            Err(Refusal::NoSeat { used: seats.used, limit, reserve, needed: SeatCount::new(1) })
        }
        Limit::Seats(_) | Limit::Unlimited => Ok(()),
    }
}

/// What an account becomes by a person's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Its state.
    pub state: AccountState,
    /// What it remembers of what it had.
    pub history: History,
}

impl Decided {
    pub(crate) fn of(account: &Account, state: AccountState) -> Self {
        let history = account.history.of_state(&state);
        Self { state, history }
    }
}

/// The state of an account that a person blocks.
///
/// # Errors
/// [`Refusal::Already`] when a person has blocked it before.
pub fn block(account: &Account, by: String, why: Option<String>, now: Timestamp) -> Result<Decided, Refusal> {
    let beneath = match &account.state {
        AccountState::Active => Beneath::Active,
        AccountState::Blocked(Block { reason, since }) => match reason {
            BlockReason::NoSeat => Beneath::NoSeat(*since),
            BlockReason::LeftScope => Beneath::LeftScope(*since),
            BlockReason::DisabledInDirectory => Beneath::DisabledInDirectory(*since),
            BlockReason::NotStarted { starts } => Beneath::NotStarted { since: *since, starts: *starts },
            BlockReason::ByAdmin(_) => {
                return Err(Refusal::Already { state: "blocked by an administrator" });
            }
        },
    };
    let state = AccountState::blocked(BlockReason::ByAdmin(AdminBlock { by, why, beneath }), now);
    Ok(Decided::of(account, state))
}

/// The state of an account after a person lifts its block: the state beneath the block. A person who waited gets
/// their old place on the waiting list back, behind the people who have waited longer.
///
/// A person's block can always be taken back (rule 59). Who had a seat, and finds none free, waits since the block; and
/// before all who never had one, if the block is no older than the return period, as after leaving (rule 56).
///
/// A local account that waits gets the next free seat so: no run gives it one.
///
/// # Errors
/// [`Refusal::NotByAdmin`] where the sync blocked it; [`Refusal::Already`] where it is active; [`Refusal::NoSeat`] for a
/// local account that waits, while none is free.
pub fn unblock(
    account: &Account,
    seats: &Seats,
    policy: &Policy,
    now: Timestamp,
) -> Result<Decided, Refusal> {
    let block = match &account.state {
        AccountState::Active => return Err(Refusal::Already { state: "active" }),
        AccountState::Blocked(block) => block,
    };
    let when = match &block.reason {
        BlockReason::ByAdmin(admin) => {
            let state = admin.beneath.into_state();
            if state.holds_seat() && admit_one(account, seats, policy.reserve).is_err() {
                return Ok(wait_after_block(account, block.since, policy, now));
            }
            return Ok(Decided::of(account, state));
        }
        // No run gives a seat to a local account.
        BlockReason::NoSeat if account.owner == Owner::Local => {
            admit_one(account, seats, policy.reserve)?;
            return Ok(Decided::of(account, AccountState::Active));
        }
        BlockReason::NoSeat => "a seat is free and everybody who waits longer has one",
        BlockReason::LeftScope => "the person is back in the directory's scope and a seat is free",
        BlockReason::DisabledInDirectory => "the person is enabled in the directory and a seat is free",
        BlockReason::NotStarted { .. } => "the person's start date has come and a seat is free",
    };
    Err(Refusal::NotByAdmin { reason: block.reason.as_str(), when })
}

/// The seat that the person had before the block is given away.
fn wait_after_block(account: &Account, since: Timestamp, policy: &Policy, now: Timestamp) -> Decided {
    // A wrong clock may have stored a time in the future: no later place than now.
    let since = since.min(now);
    let mut decided = Decided::of(account, AccountState::blocked(BlockReason::NoSeat, since));
    let is_in_time = !policy.return_period.is_zero() && now <= since.plus(policy.return_period);
    decided.history.seat_lost_at = is_in_time.then_some(since);
    decided
}

#[cfg(test)]
pub(crate) mod tests;

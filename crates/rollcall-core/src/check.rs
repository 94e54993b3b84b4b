//! A second look at every decision, written without the planner: the invariants that no change may break.
//!
//! `rollcall-sync` runs it over a plan before anything is committed; a violation is a bug and stops the run.

use crate::account::{Account, AccountState, AdminBlock, Block, BlockReason};
use crate::account_spill::AccountSpill;
use crate::licence::{Limit, SeatCount};
use crate::outcome::Change;
use crate::plan::{Plan, PlanInput, Removals, SeatArithmetic};
use crate::policy::Trimming;

/// A plan that must not be committed. Always a bug of Rollcall: report it with the run's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// Invariant 3.
    #[error("account {account} does not belong to source {source_name}")]
    ForeignAccount {
        /// The account.
        account: crate::account::AccountId,
        /// The source of the run.
        source_name: crate::source::SourceName,
    },
    /// Section 4 of the rules: an administrator's block is never lifted by a sync.
    #[error("account {account} is blocked by an administrator and would be changed to another state")]
    AdminBlockLifted {
        /// The account.
        account: crate::account::AccountId,
    },
    /// Rule 24.
    #[error("account {account} would lose its seat though removals are held")]
    RemovedUnderHold {
        /// The account.
        account: crate::account::AccountId,
    },
    /// Rule 21.
    #[error("account {account} would be blocked within the grace of leavers")]
    BlockedInGrace {
        /// The account.
        account: crate::account::AccountId,
    },
    /// Rule 21: only a person with a seat can be missing, and since when never changes.
    #[error("account {account} would be marked as missing otherwise than it is")]
    WrongMark {
        /// The account.
        account: crate::account::AccountId,
    },
    /// Rule 16.
    #[error(
        "account {account} would lose its seat to a lowered limit, though no policy or count asks for it"
    )]
    WronglyTrimmed {
        /// The account.
        account: crate::account::AccountId,
    },
    /// A write must name the version after the one that it was decided on.
    #[error("account {account} would not be written as the next version")]
    WrongVersion {
        /// The account.
        account: crate::account::AccountId,
    },
    /// Rule 42.
    #[error("account {account} would be blocked as not started, though its start date has come")]
    StartHasCome {
        /// The account.
        account: crate::account::AccountId,
    },
    /// Invariant 1.
    #[error("{used} accounts would be active, over the limit, where {used_before} are")]
    OverLimit {
        /// After.
        used: u64,
        /// Before.
        used_before: u64,
    },
}

/// Checks the plan's seats: more than the limit only where that was so before, and then not more than before.
///
/// # Errors
/// [`Violation::OverLimit`].
pub fn check_seats(seats: &SeatArithmetic) -> Result<(), Violation> {
    let (used, used_before) = (seats.used.get(), seats.used_before.get());
    match seats.limit {
        Limit::Seats(limit) if used > limit.get() && used > used_before => {
            Err(Violation::OverLimit { used, used_before })
        }
        Limit::Seats(_) | Limit::Unlimited => Ok(()),
    }
}

/// Checks one change of a plan.
///
/// # Errors
/// The first invariant that it breaks.
pub fn check_change<S: AccountSpill>(
    input: &PlanInput,
    plan: &Plan<S>,
    change: &Change,
) -> Result<(), Violation> {
    let account = change.after.id;
    let is_own = |account: &Account| account.source() == Some(&input.source);
    if !is_own(&change.after) || change.before.as_ref().is_some_and(|before| !is_own(before)) {
        return Err(Violation::ForeignAccount { account, source_name: input.source.clone() });
    }
    let version_before = change.before.as_ref().map_or(0, |before| before.version);
    if change.after.version != version_before + 1 {
        return Err(Violation::WrongVersion { account });
    }
    let has_new_state = change.before.as_ref().is_none_or(|before| before.state != change.after.state);
    if has_new_state && change.after.state.starts().is_some_and(|starts| starts <= input.now) {
        return Err(Violation::StartHasCome { account });
    }
    let Some(before) = &change.before else { return Ok(()) };
    if is_admin_block_lifted(&before.state, &change.after.state) {
        return Err(Violation::AdminBlockLifted { account });
    }
    if plan.hold().is_some() && before.state.holds_seat() && !change.after.state.holds_seat() {
        return Err(Violation::RemovedUnderHold { account });
    }
    if is_in_grace(input, before) && change.after.state.block().is_some_and(has_left) {
        return Err(Violation::BlockedInGrace { account });
    }
    // Of a plan by the shape: no other outcome of a run sends a person from a seat to the line.
    let is_sent_to_wait = before.state.holds_seat() && change.after.state.waiting_since().is_some();
    if is_sent_to_wait && !may_be_trimmed(input, plan.seats(), before) {
        return Err(Violation::WronglyTrimmed { account });
    }
    if !is_mark_right(before, &change.after) {
        return Err(Violation::WrongMark { account });
    }
    Ok(())
}

/// Whether a seat is kept although the person has left.
fn is_in_grace(input: &PlanInput, before: &Account) -> bool {
    let judged_at = match input.removals {
        Removals::Approved { held_at, .. } => held_at,
        Removals::Guarded | Removals::Held => input.now,
    };
    let ends = before.missing_since.map(|since| since.plus(input.policy.grace));
    let has_grace = before.state.holds_seat() && !input.policy.grace.is_zero();
    has_grace && ends.is_none_or(|ends| judged_at < ends)
}

/// A trim is configured, ends at the limit, and gives no seat to anybody else.
fn may_be_trimmed(input: &PlanInput, seats: &SeatArithmetic, before: &Account) -> bool {
    let Limit::Seats(limit) = seats.limit else { return false };
    let is_asked_for = input.policy.trimming == Trimming::On && seats.used_before > limit;
    let is_exempt = input.policy.exemptions.contains(&before.username);
    is_asked_for && !is_exempt && seats.used >= limit && seats.taken == SeatCount::ZERO
}

fn has_left(block: &Block) -> bool {
    block.reason == BlockReason::LeftScope
}

fn is_mark_right(before: &Account, after: &Account) -> bool {
    let Some(since) = after.missing_since else { return true };
    after.state.holds_seat() && before.missing_since.is_none_or(|marked| marked == since)
}

/// Everything in a person's block must stay, except the state beneath it.
fn is_admin_block_lifted(before: &AccountState, after: &AccountState) -> bool {
    let AccountState::Blocked(Block { reason: BlockReason::ByAdmin(admin), since }) = before else {
        return false;
    };
    let same = |beneath| {
        let admin = AdminBlock { beneath, ..admin.clone() };
        AccountState::blocked(BlockReason::ByAdmin(admin), *since)
    };
    after.admin_block().is_none_or(|block| *after != same(block.beneath))
}

//! People who come back, naively: what they had, and what an account remembers (rules 13, 56, 57).

use super::Case;
use super::scope::{Says, says};
use crate::account::{Account, AccountState, Beneath};
use crate::history::{Away, History};
use crate::plan::PlanInput;
use crate::time::Timestamp;

/// Rule 57: the seat that the person had is free and given to nobody else.
pub(super) fn is_seat_kept(input: &PlanInput, account: &Account) -> bool {
    let History { seat_lost_at, away, .. } = account.history;
    let keep = i64::try_from(input.policy.keep_seat.as_millis()).unwrap();
    match (seat_lost_at, away) {
        (Some(lost), Some(Away { since, place: None })) => {
            !account.state.holds_seat()
                && account.state.admin_block().is_none()
                && lost == since
                && since.as_millis() + keep > input.now.as_millis()
        }
        _ => false,
    }
}

/// Rule 56: they left no longer ago than the return period.
fn is_in_time(input: &PlanInput, account: &Account) -> bool {
    let period = i64::try_from(input.policy.return_period.as_millis()).unwrap();
    let gone = account.history.away.map(|away| input.now.as_millis() - away.since.as_millis());
    period > 0 && gone.is_some_and(|gone| gone <= period)
}

/// Rule 56: they had a seat, and have waited since they came back in time, or are back in time now.
pub(super) fn had_seat(input: &PlanInput, account: &Account) -> bool {
    let waits = account.state.waiting_since().is_some();
    let is_back = is_in_time(input, account) || is_seat_kept(input, account);
    account.history.seat_lost_at.is_some() && (waits || is_back)
}

/// Rule 13: the place that they had, if they are back in time.
pub(super) fn old_place(input: &PlanInput, account: &Account) -> Option<Timestamp> {
    account.history.away?.place.filter(|_| is_in_time(input, account))
}

/// Rule 57: how many free seats are kept for people who are not back.
pub(super) fn seats_kept(
    input: &PlanInput,
    accounts: &[Account],
    cases: &[Case<'_>],
    back: &[&Account],
) -> u64 {
    if input.policy.keep_seat.is_zero() {
        return 0;
    }
    let is_back = |account: &Account| back.iter().any(|one| one.id == account.id);
    let earlier = accounts.iter().filter(|account| is_seat_kept(input, account) && !is_back(account));
    let leaving = cases
        .iter()
        .filter(|case| case.before.state.holds_seat() && !case.after.state.holds_seat() && !case.is_trimmed);
    super::count(earlier) + super::count(leaving)
}

/// What each account remembers of what it had.
pub(super) fn remember(input: &PlanInput, case: &mut Case<'_>) {
    let before = case.before;
    let history = &mut case.after.history;
    let beneath = |account: &Account| account.state.admin_block().map(|block| block.beneath);
    let is_waiting = |state: &AccountState| state.waiting_since().is_some();
    let lost_place = match (&before.state, beneath(before)) {
        (state, None) if is_waiting(state) => state.waiting_since(),
        (_, Some(Beneath::NoSeat(since))) => Some(since),
        _ => None,
    };
    let after = (&case.after.state, case.after.state.admin_block().map(|block| block.beneath));
    let is_gone = match after {
        (AccountState::Active, _) => false,
        (state, None) => !is_waiting(state),
        (_, Some(beneath)) => matches!(
            beneath,
            Beneath::LeftScope(_) | Beneath::DisabledInDirectory(_) | Beneath::NotStarted { .. }
        ),
    };
    let was_gone = match (&before.state, beneath(before)) {
        (AccountState::Active, _) => false,
        (state, None) => !is_waiting(state),
        (_, Some(beneath)) => matches!(
            beneath,
            Beneath::LeftScope(_) | Beneath::DisabledInDirectory(_) | Beneath::NotStarted { .. }
        ),
    };
    if is_gone && !was_gone {
        if before.state.holds_seat() {
            history.seat_lost_at = Some(input.now);
            history.away = Some(Away { since: input.now, place: None });
        } else if let Some(place) = lost_place {
            history.away = Some(Away { since: input.now, place: Some(place) });
        }
    } else if was_gone && !is_gone {
        if !had_seat(input, before) || case.after.state.holds_seat() {
            history.seat_lost_at = None;
        }
        history.away = None;
    } else if before.state.holds_seat() != case.after.state.holds_seat() {
        // Seated, or trimmed.
        history.seat_lost_at = None;
        history.away = None;
    }
    if case.entry.is_some_and(|entry| says(input, entry) == Says::Eligible) {
        history.given_back_at = None;
    }
}

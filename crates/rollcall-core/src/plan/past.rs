//! What an account remembers of what it had, after a fate (rules 52, 56 and 58).

use super::fate::{Fate, Under};
use super::input::PlanInput;
use super::kept::{Kept, Taken};
use crate::account::{Account, Beneath};
use crate::history::{Away, History};
use crate::time::Timestamp;

/// What a person who is back had when they left, if they are back in time (rule 56).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Return {
    /// The place in the waiting list.
    pub(crate) place: Option<Timestamp>,
    pub(crate) claim: Claim,
}

/// What the person may claim because of a seat they had, from the strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Claim {
    /// The seat itself: it was kept free (rule 57).
    KeptSeat,
    /// To go before those who never had a seat (rule 56).
    HadSeat,
    /// Nothing.
    None,
}

impl Return {
    const LATE: Self = Self { place: None, claim: Claim::None };

    /// Of an account whose person is eligible again.
    pub(crate) fn of(account: &Account, input: &PlanInput) -> Self {
        let history = &account.history;
        let Some(away) = history.away else { return Self::LATE };
        let is_in_time =
            |within: core::time::Duration| !within.is_zero() && input.now <= away.since.plus(within);
        if keeps_seat(account, input) {
            return Self { place: None, claim: Claim::KeptSeat };
        }
        if !is_in_time(input.policy.return_period) {
            return Self::LATE;
        }
        let claim = if history.seat_lost_at.is_some() { Claim::HadSeat } else { Claim::None };
        Self { place: away.place, claim }
    }
}

/// Whether the seat that the account lost is still kept for its person (rule 57). A block by a person gives it up.
pub(crate) fn keeps_seat(account: &Account, input: &PlanInput) -> bool {
    let history = &account.history;
    if account.state.holds_seat() || account.state.admin_block().is_some() {
        return false;
    }
    history.away.is_some_and(|away| {
        let is_of_seat = away.place.is_none() && history.seat_lost_at == Some(away.since);
        is_of_seat && input.now < away.since.plus(input.policy.keep_seat)
    })
}

/// What the account remembers after this plan.
pub(super) fn after(kept: &Kept, before: &Account, input: &PlanInput) -> History {
    let history = before.history;
    let nothing_lost = History { seat_lost_at: None, away: None, ..history };
    match kept.fate {
        Fate::Stay(_) | Fate::Hold(_) | Fate::Miss => history,
        Fate::Block(_) => match kept.holds {
            Taken::Seat => History {
                seat_lost_at: Some(input.now),
                away: Some(Away { since: input.now, place: None }),
                ..history
            },
            Taken::PlaceInList => lose_place(history, kept.since, input),
            Taken::Nothing => history,
        },
        Fate::Trim | Fate::Seat(_) => nothing_lost,
        Fate::Wait => back(before, input),
        Fate::Beneath(Under::Back) => back(before, input),
        Fate::Beneath(Under::Gone(_)) => match before.state.admin_block().map(|block| block.beneath) {
            Some(Beneath::NoSeat(since)) => lose_place(history, since, input),
            Some(
                Beneath::Active
                | Beneath::LeftScope(_)
                | Beneath::DisabledInDirectory(_)
                | Beneath::NotStarted { .. },
            )
            | None => history,
        },
    }
}

fn lose_place(history: History, place: Timestamp, input: &PlanInput) -> History {
    History { away: Some(Away { since: input.now, place: Some(place) }), ..history }
}

/// They wait. Who had a seat and is back in time keeps that claim for as long as they wait.
fn back(before: &Account, input: &PlanInput) -> History {
    let history = before.history;
    let keeps_claim = Return::of(before, input).claim != Claim::None;
    History { seat_lost_at: history.seat_lost_at.filter(|_| keeps_claim), away: None, ..history }
}

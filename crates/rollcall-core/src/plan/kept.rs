//! The accounts that can be decided only when all have been seen: 48 bytes for each here, the record is in the spill.

use super::fate::{Fate, Under, Wish};
use super::hold::HeldCause;
use super::input::PlanInput;
use super::past::{Claim, Return};
use super::usernames::Contested;
use crate::account::{Account, AccountId};
use crate::outcome::Outcome;
use crate::time::Timestamp;
use alloc::vec::Vec;

/// An account that can be decided only when all accounts have been seen.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) id: AccountId,
    /// The position of its record in the spill.
    pub(crate) position: u32,
    /// The row of the entry that it matches; `None` for a leaver.
    pub(crate) row: Option<u32>,
    pub(crate) holds: Taken,
    /// Since when it has waited, or had waited if its person is back. Has no meaning for others.
    pub(crate) since: Timestamp,
    pub(crate) wish: Wish,
    pub(crate) fate: Fate,
    /// What its entry asks of its username and its admin mark.
    pub(crate) login: Login,
    /// Whether it administers the application after this run's fields.
    pub(crate) is_admin: bool,
    /// What it may claim because of a seat that it had.
    pub(crate) claim: Claim,
    /// Whether an undo gave it something back.
    pub(crate) is_given_back: bool,
    /// Whether a run of the guard's days renamed it.
    pub(crate) is_renamed_before: bool,
}

// Memory: there may be one for each account.
const _: () = assert!(size_of::<Kept>() == 48);

/// What an entry asks of the username and the admin mark of its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Login {
    /// Nothing new, or only another spelling.
    Same,
    /// Another username.
    Name,
    /// Another admin mark.
    Mark,
    /// Both.
    NameAndMark,
    /// Something, but the guard holds the renames: the account keeps both.
    Held,
}

impl Login {
    pub(crate) fn of(asks_for_name: bool, changes_mark: bool) -> Self {
        match (asks_for_name, changes_mark) {
            (false, false) => Self::Same,
            (true, false) => Self::Name,
            (false, true) => Self::Mark,
            (true, true) => Self::NameAndMark,
        }
    }
}

/// What a removal can take from an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Seat,
    PlaceInList,
    Nothing,
}

impl Taken {
    /// What an account has, since when it waits, and what it may claim.
    pub(crate) fn of(account: &Account, wish: Wish, input: &PlanInput) -> (Self, Timestamp, Claim) {
        match (account.state.holds_seat(), account.state.waiting_since()) {
            (true, _) => (Self::Seat, Timestamp::from_millis(0), Claim::None),
            (false, Some(since)) => {
                let had_seat = account.history.seat_lost_at.is_some();
                (Self::PlaceInList, since, if had_seat { Claim::HadSeat } else { Claim::None })
            }
            (false, None) if wish == Wish::Back => {
                let back = Return::of(account, input);
                (Self::Nothing, back.place.unwrap_or(input.now), back.claim)
            }
            (false, None) => (Self::Nothing, Timestamp::from_millis(0), Claim::None),
        }
    }
}

impl Kept {
    pub(crate) fn holds_seat(&self) -> bool {
        self.holds == Taken::Seat
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.holds == Taken::PlaceInList
    }

    /// Whether the account would lose a seat or a place on the waiting list, even if only beneath a person's block.
    pub(crate) fn is_loss(&self) -> bool {
        match self.fate {
            Fate::Block(_) => self.holds != Taken::Nothing,
            Fate::Trim => true,
            Fate::Beneath(Under::Gone(_)) => matches!(self.wish, Wish::LoseBeneath(_)),
            Fate::Beneath(Under::Back)
            | Fate::Stay(_)
            | Fate::Hold(_)
            | Fate::Miss
            | Fate::Seat(_)
            | Fate::Wait => false,
        }
    }

    /// Whether its entry asks for another username than it has.
    pub(crate) fn asks_for_username(&self) -> bool {
        matches!(self.login, Login::Name | Login::NameAndMark)
    }

    /// Whether this plan renames it, so that its old username is free afterwards.
    pub(crate) fn gives_up_username(&self, contested: &Contested) -> bool {
        self.asks_for_username() && self.row.is_some_and(|row| !contested.contains(row))
    }

    /// Whether an exemption keeps it from a loss, or the last administrator's protection does.
    pub(crate) fn is_spared(&self) -> bool {
        matches!(
            (self.wish, self.fate),
            (Wish::Lose(_), Fate::Stay(Outcome::Protected))
                | (Wish::LoseBeneath(_), Fate::Stay(Outcome::KeptAdminBlock))
        )
    }

    /// Keeps the username and the admin mark, because the guard holds the renames.
    pub(crate) fn hold_login(&mut self) {
        if matches!(self.login, Login::Mark | Login::NameAndMark) {
            self.is_admin = !self.is_admin;
        }
        self.login = Login::Held;
    }

    /// Keeps what the account has.
    pub(crate) fn hold(&mut self, cause: HeldCause) {
        let is_by_admin = matches!(self.fate, Fate::Beneath(_));
        self.fate = if is_by_admin { Fate::Stay(Outcome::KeptAdminBlock) } else { Fate::Hold(cause) };
    }
}

/// All kept accounts, after every account has been seen: leavers by id, then the others by row.
#[derive(Debug)]
pub(crate) struct KeptInOrder(Vec<Kept>);

impl KeptInOrder {
    pub(crate) fn new(mut kept: Vec<Kept>) -> Self {
        kept.sort_unstable_by_key(|one| (one.row, one.id));
        Self(kept)
    }

    /// Each leaver with their number.
    pub(crate) fn leavers(&self) -> impl Iterator<Item = (u32, &Kept)> {
        self.numbered().take(self.0.partition_point(|one| one.row.is_none()))
    }

    pub(crate) fn of_row(&self, row: u32) -> Option<&Kept> {
        self.numbered_of_row(row).map(|(_, one)| one)
    }

    /// The one of this row, with its number.
    pub(crate) fn numbered_of_row(&self, row: u32) -> Option<(u32, &Kept)> {
        let at = self.0.binary_search_by_key(&Some(row), |one| one.row).ok()?;
        Some((u32::try_from(at).unwrap_or(u32::MAX), &self.0[at]))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Kept> + Clone {
        self.0.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Kept> {
        self.0.iter_mut()
    }

    pub(crate) fn at(&self, at: u32) -> &Kept {
        &self.0[at as usize]
    }

    pub(crate) fn at_mut(&mut self, at: u32) -> &mut Kept {
        &mut self.0[at as usize]
    }

    /// Each with its number in this order.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u32, &Kept)> + Clone {
        (0u32..).zip(&self.0)
    }
}

//! The accounts that can be decided only when all have been seen: 48 bytes for each here, the record is in the spill.

use super::fate::{Fate, Under, Wish};
use super::hold::HeldCause;
use super::usernames::Contested;
use crate::account::{AccountId, AccountState};
use crate::outcome::Outcome;
use crate::time::Timestamp;
use alloc::vec::Vec;

/// An account that can be decided only when all accounts have been seen.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) id: AccountId,
    /// The position of its record in the spill.
    pub(crate) position: usize,
    /// The row of the entry that it matches; `None` for a leaver.
    pub(crate) row: Option<u32>,
    pub(crate) holds: Holds,
    /// Since when it has waited. Has no meaning if it is not on the waiting list.
    pub(crate) since: Timestamp,
    pub(crate) wish: Wish,
    pub(crate) fate: Fate,
    /// Whether its entry asks for another username than it has.
    pub(crate) wants_username: bool,
    /// Whether it administers the application after this run's fields.
    pub(crate) is_admin: bool,
}

// Memory: there may be one for each account.
const _: () = assert!(size_of::<Kept>() == 48);

/// What a removal can take from an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Seat,
    PlaceInList,
    Nothing,
}

impl Holds {
    /// What an account in this state has, and since when it waits.
    pub(crate) fn of(state: &AccountState) -> (Self, Timestamp) {
        match (state.holds_seat(), state.waiting_since()) {
            (true, _) => (Self::Seat, Timestamp::from_millis(0)),
            (false, Some(since)) => (Self::PlaceInList, since),
            (false, None) => (Self::Nothing, Timestamp::from_millis(0)),
        }
    }
}

impl Kept {
    pub(crate) fn holds_seat(&self) -> bool {
        self.holds == Holds::Seat
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.holds == Holds::PlaceInList
    }

    /// Whether the account would lose a seat or a place on the waiting list, even if only beneath a person's block.
    pub(crate) fn is_loss(&self) -> bool {
        match self.fate {
            Fate::Block(_) => self.holds != Holds::Nothing,
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
        self.wants_username
    }

    /// Whether this plan renames it, so that its old username is free afterwards.
    pub(crate) fn gives_up_username(&self, contested: &Contested) -> bool {
        self.wants_username && self.row.is_some_and(|row| !contested.contains(row))
    }

    /// Whether an exemption keeps it from a loss, or the last administrator's protection does.
    pub(crate) fn is_spared(&self) -> bool {
        matches!(
            (self.wish, self.fate),
            (Wish::Lose(_), Fate::Stay(Outcome::Protected))
                | (Wish::LoseBeneath(_), Fate::Stay(Outcome::KeptAdminBlock))
        )
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

    pub(crate) fn leavers(&self) -> &[Kept] {
        &self.0[..self.0.partition_point(|one| one.row.is_none())]
    }

    pub(crate) fn of_row(&self, row: u32) -> Option<&Kept> {
        let at = self.0.binary_search_by_key(&Some(row), |one| one.row).ok()?;
        Some(&self.0[at])
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Kept> + Clone {
        self.0.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Kept> {
        self.0.iter_mut()
    }

    pub(crate) fn at_mut(&mut self, at: u32) -> &mut Kept {
        &mut self.0[at as usize]
    }

    /// Each with its number in this order.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u32, &Kept)> {
        (0u32..).zip(&self.0)
    }
}

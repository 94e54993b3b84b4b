//! The accounts about which the whole picture decides: a slip of 48 bytes for each, the record lies on the spill.

use super::fate::{Fate, Under, Wish};
use super::usernames::Contested;
use crate::account::{AccountId, AccountState};
use crate::outcome::Outcome;
use crate::time::Timestamp;
use alloc::vec::Vec;

/// An account about which the whole picture decides.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) id: AccountId,
    /// Where its record lies on the spill.
    pub(crate) position: usize,
    /// The entry that it matches; none for a leaver.
    pub(crate) row: Option<u32>,
    pub(crate) holds: Holds,
    /// Since when it has waited; means nothing where it holds no place in the line.
    pub(crate) since: Timestamp,
    pub(crate) wish: Wish,
    pub(crate) fate: Fate,
    /// Whether its entry asks for another username than it has.
    pub(crate) wants_username: bool,
    /// Whether it administers the application after this run's fields.
    pub(crate) is_admin: bool,
}

// There may be one for each account.
const _: () = assert!(size_of::<Kept>() == 48);

/// What an account has that a removal takes.
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

    /// Whether somebody would lose a seat or a place in the line, were it only beneath a person's block.
    pub(crate) fn is_loss(&self) -> bool {
        match self.fate {
            Fate::Block(_) => self.holds != Holds::Nothing,
            Fate::Trim => true,
            Fate::Beneath(Under::Gone(_)) => matches!(self.wish, Wish::LoseBeneath(_)),
            Fate::Beneath(Under::Back) | Fate::Stay(_) | Fate::Miss | Fate::Seat(_) | Fate::Wait => false,
        }
    }

    /// Whether it is renamed by this plan: its old name is free afterwards.
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

    /// What the guard makes of a loss.
    pub(crate) fn hold(&mut self) {
        let is_by_admin = matches!(self.fate, Fate::Beneath(_));
        self.fate = Fate::Stay(if is_by_admin { Outcome::KeptAdminBlock } else { Outcome::Held });
    }
}

/// All of them, once everybody has been seen: leavers by id, then the others by row.
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

//! Which changes of a commit still go through when the ledger has moved since they were planned.
//!
//! The plan counted seats and administrators; other runs and people may have changed both since. Below the planner;
//! the store asks it before each transaction. Promises that the kept changes break no limit: no seat above the licence (rule 10), no trim below
//! it (rule 16), and an active administrator left (rule 20). Keeps the order of the changes. [`Bounds`] says the same as
//! numbers, so that a database can check it in the moment of the write.

use crate::licence::{Limit, SeatCount, Seats};
use crate::outcome::Change;
use alloc::vec::Vec;

/// The changes of a batch, told apart by one rule; both in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// What the rule lets through.
    pub kept: Vec<Change>,
    /// What it refuses.
    pub refused: Vec<Change>,
}

/// How the changes of a batch depend on each other, and what of the last active administrator (rule 20).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Each on its own: what a rule refuses is left out. An administrator stays; those whom the batch makes do not count,
    /// for they may still be refused for want of a seat.
    Each,
    /// All or nothing. An administrator stays; those whom the batch makes count.
    Together,
    /// Each on its own, and the last administrator may go: a person has said so.
    EvenLastAdmin,
    /// All or nothing, and the last administrator may go: a person has said so.
    TogetherEvenLastAdmin,
}

impl Manner {
    /// Whether nothing is committed where anything cannot be.
    #[must_use]
    pub fn is_all_or_nothing(self) -> bool {
        match self {
            Self::Together | Self::TogetherEvenLastAdmin => true,
            Self::Each | Self::EvenLastAdmin => false,
        }
    }

    /// How many administrators there are beside those whom the batch removes, for this rule; none where it does not hold.
    fn admins(self, admins: u64, batch: &[Change]) -> Option<u64> {
        let losses = count(batch, |change| change.admin_delta() < 0);
        let gains = count(batch, |change| change.admin_delta() > 0);
        match self {
            Self::Each => Some(admins.saturating_sub(losses)),
            Self::Together => Some(admins.saturating_add(gains).saturating_sub(losses)),
            Self::EvenLastAdmin | Self::TogetherEvenLastAdmin => None,
        }
    }
}

/// The counts of the ledger between which a batch may be committed as it is. Other batches may move the counts within
/// these bounds between reading and writing, and no rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// At least so many seats are in use before the batch.
    pub used_min: u64,
    /// At most so many; none where the batch takes no seat, or there is no limit.
    pub used_max: Option<u64>,
    /// At least so many administrators are active before the batch.
    pub admins_min: u64,
}

impl Bounds {
    /// The bounds of a batch that the rules below have let through, under this limit.
    #[must_use]
    pub fn of(batch: &[Change], limit: Limit, manner: Manner) -> Self {
        let freed = count(batch, |change| change.seat_delta() < 0);
        let taken = count(batch, |change| change.seat_delta() > 0);
        let trimmed = count(batch, |change| change.is_trim());
        let limit = limit.seats();
        let trims_down_to = limit.filter(|_| trimmed > 0).unwrap_or(0);
        let losses = count(batch, |change| change.admin_delta() < 0);
        let removes = batch.iter().any(Change::removes_admin);
        Self {
            // Who is blocked was counted. What is trimmed was above the limit, whatever else the batch frees.
            used_min: trims_down_to.saturating_add(freed),
            used_max: limit
                .filter(|_| taken > 0)
                .map(|limit| limit.saturating_add(freed).saturating_sub(taken)),
            admins_min: losses + u64::from(removes && manner.admins(losses, batch) == Some(0)),
        }
    }

    /// Whether these counts are within the bounds.
    #[must_use]
    pub fn has(&self, used: u64, admins: u64) -> bool {
        used >= self.used_min && self.used_max.is_none_or(|most| used <= most) && admins >= self.admins_min
    }
}

/// Refuses the removal that would leave no active administrator (rule 20).
///
/// `admins` counts the active administrators before the batch.
#[must_use]
pub fn keep_an_admin(batch: Vec<Change>, admins: u64, manner: Manner) -> Selection {
    let Some(mut remaining) = manner.admins(admins, &batch) else {
        return Selection { kept: batch, refused: Vec::new() };
    };
    select(batch, |change| {
        let is_last = remaining == 0 && change.removes_admin();
        remaining += u64::from(is_last);
        !is_last
    })
}

/// Refuses the trims that would take the active accounts below the limit (rule 16).
///
/// Seats that other changes of the batch free come first: each makes one trim needless.
#[must_use]
pub fn trim_no_further(batch: Vec<Change>, seats: &Seats) -> Selection {
    let freed = count(&batch, |change| change.seat_delta() < 0 && !change.is_trim());
    let remaining = Seats { used: seats.used.less(SeatCount::new(freed)), ..*seats };
    let mut excess = remaining.over_by().get();
    select(batch, |change| {
        let is_needless = change.is_trim() && excess == 0;
        excess = excess.saturating_sub(u64::from(change.is_trim()));
        !is_needless
    })
}

/// Refuses the changes for which no seat is free (rule 10).
///
/// A batch is one transaction: the seats that it frees are free for all of it (rule 14), and the first change that needs a seat
/// gets one first.
#[must_use]
pub fn fit(batch: Vec<Change>, seats: &Seats) -> Selection {
    let Limit::Seats(limit) = seats.limit else {
        return Selection { kept: batch, refused: Vec::new() };
    };
    let freed = count(&batch, |change| change.seat_delta() < 0);
    let mut free = limit.less(seats.used.less(SeatCount::new(freed))).get();
    select(batch, |change| {
        let fits = change.seat_delta() <= 0 || free > 0;
        if change.seat_delta() > 0 {
            free = free.saturating_sub(1);
        }
        fits
    })
}

fn count(batch: &[Change], is_counted: impl Fn(&&Change) -> bool) -> u64 {
    batch.iter().filter(is_counted).count() as u64
}

fn select(batch: Vec<Change>, is_kept: impl FnMut(&Change) -> bool) -> Selection {
    let (kept, refused) = batch.into_iter().partition(is_kept);
    Selection { kept, refused }
}

#[cfg(test)]
mod tests;

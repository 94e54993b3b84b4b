//! Which changes of a commit still go through when the ledger has moved since they were planned.
//!
//! The plan counted seats and administrators; other runs and people may have changed both since. Below the planner;
//! the store asks it before each transaction. Promises that the kept changes break no limit: no seat above the licence (rule 10), no trim below
//! it (rule 16), and an active administrator left (rule 20). Keeps the order of the changes.

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

/// Refuses the removal that would leave no active administrator (rule 20).
///
/// `admins` counts the active administrators before the batch. Administrators whom the batch makes do not count: they
/// may still be refused for want of a seat.
#[must_use]
pub fn keep_an_admin(batch: Vec<Change>, admins: u64) -> Selection {
    let mut remaining = admins.saturating_sub(count(&batch, |change| change.admin_delta() < 0));
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

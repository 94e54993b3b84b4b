//! A person changes the licence's limit (rules 16 and 59).
//!
//! Above `licence`. [`LimitWish::decide`] says which limit comes of a wish, or why it must be asked again: a limit below
//! the seats in use lets nobody in for a long time, and is most often a slip of the finger.

use crate::licence::{Limit, SeatCount, Seats};
use alloc::format;
use alloc::string::String;

/// The most seats that a licence may have: what every reader of JSON still reads exactly, 2 to the power of 53, less one.
pub const LIMIT_MAX: u64 = 9_007_199_254_740_991;

/// What a person wants of the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitWish {
    /// This limit.
    To(Limit),
    /// So many seats more than there are, or fewer.
    By(i64),
}

/// Whether a limit below the seats in use is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BelowUse {
    /// Nobody has said so: ask first.
    Asks,
    /// The person has seen the figures, and means it.
    Meant,
}

/// Why the limit stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitRefusal {
    /// Nothing can be added to no limit.
    #[error(
        "the licence has no limit, so it cannot be raised or lowered by a number; say how many seats there are to be"
    )]
    NoLimit,
    /// It would be less than none, or more than can be counted.
    #[error("{before} seats {}: a licence has between 0 and {LIMIT_MAX} seats", moved(*.by))]
    OutOfRange {
        /// The limit as it is.
        before: SeatCount,
        /// By how much it was to be moved.
        by: i64,
    },
    /// It is below the seats in use, and lower than the limit is.
    #[error(
        "{limit} seats are fewer than the {used} in use{}: everybody keeps their seat, but nobody gets one until {} have left. \
         Say that you mean it: `--below-use`, or `\"below_use\": true` over the API", was(*.before), until_free(*.used, *.limit)
    )]
    BelowUse {
        /// The limit as it is.
        before: Limit,
        /// The limit that was wanted.
        limit: SeatCount,
        /// Seats in use.
        used: SeatCount,
    },
}

fn moved(by: i64) -> String {
    let sign = if by < 0 { "less" } else { "and" };
    format!("{sign} {}", by.unsigned_abs())
}

/// How many must leave before somebody gets a seat.
fn until_free(used: SeatCount, limit: SeatCount) -> SeatCount {
    used.less(limit).plus(SeatCount::new(1))
}

fn was(before: Limit) -> String {
    match before {
        Limit::Unlimited => String::from(" (there is no limit now)"),
        Limit::Seats(seats) => format!(" (the limit is {seats} now)"),
    }
}

impl LimitWish {
    /// The limit that comes of the wish.
    ///
    /// # Errors
    /// [`LimitRefusal`]: nothing is changed; each says what to do.
    pub fn decide(self, seats: &Seats, below_use: BelowUse) -> Result<Limit, LimitRefusal> {
        let limit = match (self, seats.limit) {
            (Self::To(limit), _) => limit,
            (Self::By(_), Limit::Unlimited) => return Err(LimitRefusal::NoLimit),
            (Self::By(by), Limit::Seats(before)) => {
                let sum = before.get().checked_add_signed(by).filter(|sum| *sum <= LIMIT_MAX);
                Limit::Seats(SeatCount::new(sum.ok_or(LimitRefusal::OutOfRange { before, by })?))
            }
        };
        match limit {
            Limit::Seats(limit)
                if below_use == BelowUse::Asks && limit < seats.used && is_lower(limit, seats.limit) =>
            {
                Err(LimitRefusal::BelowUse { before: seats.limit, limit, used: seats.used })
            }
            Limit::Seats(_) | Limit::Unlimited => Ok(limit),
        }
    }
}

/// A limit that rises helps, even where it is still below the seats in use.
fn is_lower(limit: SeatCount, before: Limit) -> bool {
    match before {
        Limit::Unlimited => true,
        Limit::Seats(before) => limit < before,
    }
}

#[cfg(test)]
mod tests;

//! The licence: how many seats were bought, how many are taken. Checked arithmetic, no seat below zero.

use core::fmt;

/// A number of seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatCount(u64);

impl SeatCount {
    /// No seat.
    pub const ZERO: Self = Self(0);

    /// A number of seats.
    #[must_use]
    pub const fn new(seats: u64) -> Self {
        Self(seats)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// One more.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left after taking some away: never below zero.
    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for SeatCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How many accounts may be active (rule 17: none configured is unlimited, 0 gives no seat to anybody new).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// No limit.
    Unlimited,
    /// At most this many.
    Seats(SeatCount),
}

impl Limit {
    /// How many seats it has, as others show and store it; `None` is no limit.
    #[must_use]
    pub fn seats(self) -> Option<u64> {
        match self {
            Self::Unlimited => None,
            Self::Seats(seats) => Some(seats.get()),
        }
    }
}

/// The licence and who holds its seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seats {
    /// How many were bought.
    pub limit: Limit,
    /// How many accounts are active, synced and local.
    pub used: SeatCount,
}

impl Seats {
    /// How many more accounts may become active, keeping `reserve` seats back. `None` is unlimited.
    #[must_use]
    pub fn free(&self, reserve: SeatCount) -> Option<SeatCount> {
        match self.limit {
            Limit::Unlimited => None,
            Limit::Seats(limit) => Some(limit.less(reserve).less(self.used)),
        }
    }

    /// By how many seats the limit is exceeded (a limit lowered below the active count, rule 16).
    #[must_use]
    pub fn over_by(&self) -> SeatCount {
        match self.limit {
            Limit::Unlimited => SeatCount::ZERO,
            Limit::Seats(limit) => self.used.less(limit),
        }
    }
}

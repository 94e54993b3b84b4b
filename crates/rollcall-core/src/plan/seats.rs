//! What a plan does to the number of seats.

use crate::licence::{Limit, SeatCount};

/// The seats before and after (rule 28).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatArithmetic {
    /// The limit it was made under.
    pub limit: Limit,
    /// Active accounts of all owners before.
    pub used_before: SeatCount,
    /// Seats that removals free.
    pub freed: SeatCount,
    /// Seats given.
    pub taken: SeatCount,
    /// Active accounts afterwards.
    pub used: SeatCount,
    /// Accounts of all owners that wait afterwards.
    pub waiting: SeatCount,
    /// By how many the limit is exceeded afterwards.
    pub over_by: SeatCount,
}

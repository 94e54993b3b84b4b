//! What a plan says of one account or record, and in which order that is committed.

use crate::outcome::{Change, Observation};

/// What happens to one account, or is said of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "made one at a time and taken apart at once, never kept in numbers"
)]
pub enum Decision {
    /// The account changes.
    Change(Change),
    /// It does not.
    Observe(Observation),
}

/// In which order the decisions about records are to be committed, so that seats are freed before they are given,
/// and given to those who wait before newcomers (product 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Frees a seat.
    Free,
    /// Gives a seat to somebody who waited.
    Seat,
    /// Gives a seat to a newcomer or somebody who came back. Before the rest, so that a run killed in between finds
    /// nobody waiting who would be seated before those whose turn it was.
    Arrive,
    /// Everything else.
    Rest,
}

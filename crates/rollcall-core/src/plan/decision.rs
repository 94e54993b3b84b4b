//! What a plan says about one account or record, and in which order decisions are committed.

use crate::outcome::{Change, Observation};

/// What happens to one account, or what the report says about one record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one exists at a time; it is never stored in a list")]
pub enum Decision {
    /// The account changes.
    Change(Change),
    /// It does not.
    Observe(Observation),
}

/// In which order the decisions about records are committed, so that seats are freed before they are given,
/// and given to people who wait before newcomers (rule 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Frees a seat.
    Free,
    /// Gives a seat to a person who waited.
    Seat,
    /// Gives a seat to a newcomer or a person who came back. This is before `Rest`: if a run is killed between them,
    /// the next run finds no new waiting people who would be seated before the newcomers whose turn it was.
    Arrive,
    /// Everything else.
    Rest,
}

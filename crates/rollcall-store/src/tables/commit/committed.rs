//! What became of the changes that were given to a commit.

use rollcall_core::licence::Seats;
use rollcall_core::outcome::Change;
use rollcall_core::time::Timestamp;

/// The result of one change.
#[derive(Debug)]
pub enum Committed {
    /// It was committed.
    Done {
        /// The change.
        change: Change,
        /// The licence right after the commit, as far as others did not move seats in the same moment.
        seats: Seats,
        /// Since when a seat had been free right before the commit; none where no seat was free.
        free_since: Option<Timestamp>,
    },
    /// The account has changed since it was read.
    Stale(Change),
    /// Another account holds the username.
    UsernameTaken(Change),
    /// No seat is free for it.
    NoSeat(Change),
    /// It would remove the last active administrator (rule 20).
    LastAdmin(Change),
    /// It would trim a seat, but no more seats are in use than were bought (rule 16).
    NotOver(Change),
    /// DynamoDB refuses the items of this change, and would refuse them again. With its message.
    Refused(Change, String),
}

/// The result of changes that are committed together.
#[derive(Debug)]
pub enum Together {
    /// All are committed, in one transaction: each is [`Committed::Done`].
    All(Vec<Committed>),
    /// Nothing is: these changes cannot be committed as they were decided, and the others were not tried.
    Nothing(Vec<Committed>),
}

impl Committed {
    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }
}

//! What the directory wants of an account, and what the plan makes of that.

use crate::outcome::Outcome;

/// What the directory wants of one account's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// As it is.
    Nothing,
    /// Blocked by a person, which no sync lifts.
    KeepAdminBlock,
    /// The same, and would not be active were the block lifted: a seat or a place is lost beneath it.
    LoseBeneath(Removal),
    /// The same, and what lies beneath is another reason: nobody loses anything.
    RelabelBeneath(Removal),
    /// The same, and is eligible again.
    BackBeneath,
    /// To keep its seat, which is one of too many.
    MayBeTrimmed,
    /// The same, but the account is exempt.
    ExemptFromTrim,
    /// To keep its seat, and to be marked as missing.
    Miss,
    /// To take its seat or its place in the line.
    Lose(Removal),
    /// Blocked by the sync already, for another reason: nobody loses anything.
    Relabel(Removal),
    /// Waits, and is still eligible.
    Waiting,
    /// Was gone or disabled, and is eligible again.
    Back,
}

/// What becomes of the state of a kept account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Stays as it is; fields follow the directory.
    Stay(Outcome),
    /// Stays as it is, and is missing from this run on.
    Miss,
    /// Is blocked, or blocked for this other reason.
    Block(Removal),
    /// Loses its seat to a lowered limit, and waits from this run on.
    Trim,
    /// Gets a seat; the word tells whether it waited or came back.
    Seat(Outcome),
    /// Came back and waits from this run on.
    Wait,
    /// Stays blocked by a person, and this is what lies beneath the block from now on.
    Beneath(Under),
}

/// What the directory says of somebody whom a person blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Under {
    /// Is no longer eligible.
    Gone(Removal),
    /// Is eligible again, and waits from this run on.
    Back,
}

/// Why somebody loses a seat or a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    Left,
    Disabled,
}

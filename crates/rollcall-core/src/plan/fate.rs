//! What the directory wants of an account, and what the plan makes of that.

use super::hold::HeldCause;
use crate::outcome::Outcome;

/// What the directory wants of one account's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wish {
    /// As it is.
    Nothing,
    /// Blocked by a person. No sync lifts such a block.
    KeepAdminBlock,
    /// The same, and the account would not be active if the block were lifted: it loses a seat or a place beneath the
    /// block.
    LoseBeneath(Removal),
    /// The same, and the reason beneath the block changes: the person loses nothing.
    RelabelBeneath(Removal),
    /// The same, and the person is eligible again.
    BackBeneath,
    /// To keep its seat, though more seats are used than were bought.
    MayBeTrimmed,
    /// The same, but the account is exempt.
    ExemptFromTrim,
    /// To keep its seat, and to be marked as missing.
    Miss,
    /// To lose its seat or its place on the waiting list.
    Lose(Removal),
    /// The sync has blocked it already, for another reason: the person loses nothing.
    Relabel(Removal),
    /// Waits, and the person is still eligible.
    Waiting,
    /// The person had left, was disabled or had not started, and is eligible.
    Back,
}

/// What becomes of the state of a kept account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Stays as it is; fields follow the directory.
    Stay(Outcome),
    /// Keeps what it would lose, until a person decides.
    Hold(HeldCause),
    /// Stays as it is, and is marked as missing from this run on.
    Miss,
    /// Is blocked, or blocked for this other reason.
    Block(Removal),
    /// Loses its seat to a lowered limit, and waits from this run on.
    Trim,
    /// Gets a seat. The outcome says whether the person waited or came back.
    Seat(Outcome),
    /// The person came back and waits from this run on.
    Wait,
    /// Stays blocked by a person, and gets this state beneath the block.
    Beneath(Under),
}

/// What the directory says about somebody whom a person blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Under {
    /// They are no longer eligible.
    Gone(Removal),
    /// They are eligible again, and wait from this run on.
    Back,
}

/// Why an account loses a seat or a place on the waiting list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    Left,
    Disabled,
    /// The start date has not come.
    NotStarted,
}

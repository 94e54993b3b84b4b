//! What the guard holds of a plan, and why.

use crate::account::Account;
use crate::entry::Entry;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Why the run's removals are held (rule 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Active accounts that would be blocked.
    pub removals: u64,
    /// Active accounts of the source.
    pub active: u64,
    /// Waiting accounts that would lose their place (rule 53).
    pub places: u64,
    /// Waiting accounts of the source.
    pub waiting: u64,
    /// What earlier runs of the last seven days took and nobody approved (rule 52).
    pub earlier: Earlier,
    /// Which of the rules holds them.
    pub cause: HoldCause,
}

/// The rules of the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldCause {
    /// More than the configured share.
    TooMany,
    /// Nobody in the snapshot is eligible.
    NobodyEligible,
    /// The snapshot has none of the people who have an account.
    NobodyMatched,
}

/// What runs took from accounts of the source within the guard's seven days, and has not been given back (rule 52).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Seats.
    pub removals: u64,
    /// Places in the waiting list.
    pub places: u64,
}

/// How many of one part of the guard are held, and of how many (rule 51).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartHold {
    /// Held in this run.
    pub count: u64,
    /// Of so many accounts.
    pub of: u64,
}

/// Everything that a plan holds, part by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holds {
    /// Removals: seats and places.
    pub removals: Option<Hold>,
    /// Changed usernames and admin marks, of the accounts in the snapshot.
    pub renames: Option<PartHold>,
    /// Newcomers, of the accounts of the source.
    pub newcomers: Option<PartHold>,
    /// Accounts whose person a record may be (rule 54).
    pub perhaps_same: u64,
    /// Accounts that an undo gave something back, and that the snapshot lacks (rule 58).
    pub undone: u64,
}

/// Why one account or newcomer is `held`: the first word of the reason in its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeldCause {
    /// The run's removals are held (rule 24).
    Removals,
    /// The run's renames and admin marks are held (rule 51).
    Renames,
    /// The run's newcomers are held (rule 51).
    Newcomers,
    /// A record asks for its username, or has its e-mail address (rule 54).
    PerhapsSame,
    /// An undo gave it back, and the directory has not shown the person since (rule 58).
    Undone,
}

impl HeldCause {
    /// The word of rule 30.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Removals => "removals",
            Self::Renames => "renames",
            Self::Newcomers => "newcomers",
            Self::PerhapsSame => "perhaps_same",
            Self::Undone => "undone",
        }
    }
}

/// Why one of a part that is held as a whole does not get what the directory wants.
pub(super) fn why_part(cause: HeldCause) -> String {
    let why = match cause {
        HeldCause::Removals => "a person decides about the run's removals",
        HeldCause::Renames => "a person decides about the run's changed usernames and admin marks",
        HeldCause::Newcomers => "a person decides about the run's newcomers",
        HeldCause::PerhapsSame => "a record may be this person",
        HeldCause::Undone => "an undo gave it back, and the directory has not shown the person since",
    };
    format!("{}: {why}", cause.as_str())
}

/// Why an account keeps its username and its admin mark, and what it would get instead.
pub(super) fn why_login(account: &Account, entry: &Entry) -> String {
    let new = entry.username.as_ref().filter(|name| name.folded() != account.username.folded());
    let name = new.map(|new| format!("username {:?} → {:?}", account.username.original(), new.original()));
    let mark = entry.is_admin.filter(|is_admin| *is_admin != account.is_admin);
    let mark = mark.map(|is_admin| String::from(if is_admin { "administrator" } else { "no administrator" }));
    let wanted: Vec<String> = name.into_iter().chain(mark).collect();
    let why = why_part(HeldCause::Renames);
    if wanted.is_empty() { why } else { format!("{why} ({})", wanted.join(", ")) }
}

//! What the guard holds of a plan, and why.

/// Why the run's removals are held (rule 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Active accounts that would be blocked.
    pub removals: u64,
    /// Active accounts of the source.
    pub active: u64,
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

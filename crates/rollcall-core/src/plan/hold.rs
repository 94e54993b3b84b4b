//! Why the guard holds the removals of a plan.

/// Why the run's removals are held (rule 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Active accounts that would be blocked.
    pub removals: u64,
    /// Active accounts of the source.
    pub active: u64,
    /// Which of the two rules holds them.
    pub cause: HoldCause,
}

/// The two rules of the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldCause {
    /// More than the configured share.
    TooMany,
    /// Nobody in the snapshot is eligible.
    NobodyEligible,
}

//! What a run holds until a person decides, as its record says it (rules 24, 51 and 54).

use serde::{Deserialize, Serialize};

/// Why removals are held (rule 24).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldSummary {
    /// Active accounts that would be blocked.
    pub removals: u64,
    /// Active accounts of the source.
    pub active: u64,
    /// Waiting accounts that would lose their place. Runs of earlier versions did not count them.
    #[serde(default)]
    pub places: Option<u64>,
    /// The rule of the guard that holds them.
    pub cause: String,
}

/// What a run holds beside removals, part by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldParts {
    /// Changed usernames and admin marks (rule 51).
    #[serde(default)]
    pub renames: Option<PartSummary>,
    /// Newcomers (rule 51).
    #[serde(default)]
    pub newcomers: Option<PartSummary>,
    /// Accounts whose person a record may be (rule 54).
    #[serde(default)]
    pub perhaps_same: u64,
    /// Accounts that an undo gave something back, and that the snapshot lacks (rule 58c).
    #[serde(default)]
    pub undone: u64,
}

impl HeldParts {
    /// What a run may hold that ended as completed: people are asked about it, and nothing else waits for them.
    #[must_use]
    pub fn asks(&self) -> bool {
        self.perhaps_same > 0 || self.undone > 0
    }
}

/// How many of one part are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartSummary {
    /// So many.
    pub count: u64,
    /// Of so many accounts.
    pub of: u64,
}

//! What a run is that examines an installation instead of reading a source: the doctor's run. Part of a run's record.

use serde::{Deserialize, Serialize};

/// The doctor's part of a run's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examination {
    /// Whether it repairs what it can, or only looks.
    pub repair: bool,
    /// What it came to; none while it is under way.
    #[serde(default)]
    pub result: Option<ExaminationResult>,
}

/// What an examination came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExaminationResult {
    /// Account records.
    pub accounts: u64,
    /// Active ones among them.
    pub active: u64,
    /// Username claims.
    pub claims: u64,
    /// Audit entries of changes.
    pub audit_entries: u64,
    /// What was repaired, a sentence each.
    pub repairs: Vec<String>,
    /// What is wrong still, and the cure; empty where all is well.
    pub findings: Vec<String>,
}

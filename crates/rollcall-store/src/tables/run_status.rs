//! How far a run is.
//!
//! Below `runs`, whose records have it. Promises that its codes are those of records, logs and answers.

use serde::{Deserialize, Serialize};

/// The status of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Asked for.
    Requested,
    /// The source is being read.
    Reading,
    /// The snapshot is being applied.
    Reconciling,
    /// Everything was applied.
    Completed,
    /// Everything but the removals was applied.
    Held,
    /// Nothing was applied, or another run has replaced it.
    Failed,
    /// Planned only.
    DryRun,
}

impl RunStatus {
    /// The code in records and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Reading => "reading",
            Self::Reconciling => "reconciling",
            Self::Completed => "completed",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::DryRun => "dry_run",
        }
    }

    /// Whether nothing more will happen in the run.
    #[must_use]
    pub fn is_finished(self) -> bool {
        match self {
            Self::Requested | Self::Reading | Self::Reconciling => false,
            Self::Completed | Self::Held | Self::Failed | Self::DryRun => true,
        }
    }

    /// Whether the run has read its whole source and applied all of it, or all but the removals.
    #[must_use]
    pub fn is_complete(self) -> bool {
        matches!(self, Self::Completed | Self::Held)
    }
}

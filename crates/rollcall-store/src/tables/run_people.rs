//! The people whom the summary of a run names: a part of its record (rules 32 and 62).

use crate::tables::audit_views::ChangeView;
use rollcall_core::outcome::Change;
use serde::{Deserialize, Serialize};

/// How many changed values of a person a summary shows.
const VALUES_MAX: usize = 5;

/// A person or a row that could not be processed (rule 62).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unprocessed {
    /// The username, or else the match key; where there is neither, the place in what was read.
    pub name: String,
    /// The outcome.
    pub outcome: String,
    /// Why, where the outcome alone does not say it.
    pub reason: Option<String>,
}

/// A change that a dry run found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// The username.
    pub name: String,
    /// The outcome.
    pub outcome: String,
    /// Whether the account would hold a seat afterwards.
    pub is_seated: bool,
    /// Why, where the outcome alone does not say it.
    pub reason: Option<String>,
    /// The changed values, at most five.
    pub changes: Vec<ChangeView>,
}

impl Planned {
    /// What a change of a plan would do to somebody.
    #[must_use]
    pub fn of(change: &Change) -> Self {
        Self {
            name: change.after.username.original().to_owned(),
            outcome: change.outcome.as_str().to_owned(),
            is_seated: change.after.state.holds_seat(),
            reason: change.reason.clone(),
            changes: change.changes.iter().take(VALUES_MAX).map(ChangeView::of).collect(),
        }
    }
}

//! What a trial has found: what would surely be wrong, and what a person should look at.

use serde::Serialize;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// The configuration would surely do the wrong thing (rule 48).
    Wrong,
    /// It may be right; a person should know.
    Look,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it weighs.
    pub weight: Weight,
    /// The setting that it is about, if it is about one.
    pub setting: Option<String>,
    /// What was found.
    pub what: String,
    /// What to do.
    pub cure: String,
}

impl Finding {
    pub(crate) fn wrong(setting: &str, what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self {
            weight: Weight::Wrong,
            setting: Some(setting.to_owned()),
            what: what.into(),
            cure: cure.into(),
        }
    }

    pub(crate) fn look(setting: &str, what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { weight: Weight::Look, ..Self::wrong(setting, what, cure) }
    }
}

//! What a trial shows beside its findings: how many have a value, and a few people.

use serde::Serialize;

/// How many people have a value for a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fill {
    /// The setting.
    pub setting: String,
    /// What it is made of.
    pub from: String,
    /// People with a value.
    pub filled: u64,
    /// People that were looked at.
    pub of: u64,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The line on which the row begins; `None` for somebody in a directory, which has no lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Who it is, in a directory: by username, match key or the directory's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// The cells of the columns that the configuration names.
    pub before: Vec<(String, String)>,
    /// What the mapping makes of them.
    pub after: Vec<(String, String)>,
    /// What would become of the person.
    pub end: String,
}

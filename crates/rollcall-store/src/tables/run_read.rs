//! What a run has read of its source beside the people: as its record carries it.

use crate::wire;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A credential or a certificate that a source needs, and when it expires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialExpiry {
    /// What it is, for people.
    pub what: String,
    /// When it expires.
    #[serde(with = "wire::time")]
    pub at: Timestamp,
}

/// What a run has read of a directory, beside the people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectoryRead {
    /// The groups, in the order of the configuration. The next run compares them with what it reads.
    pub groups: Vec<GroupRead>,
    /// What is to be said of it, one sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// What a run has read of the members of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRead {
    /// As it is configured.
    pub name: String,
    /// The directory's own id of it.
    #[serde(default)]
    pub id: Option<String>,
    /// How many members the directory says that it has.
    #[serde(default)]
    pub counted: Option<u64>,
    /// How many members the directory has shown.
    pub seen: u64,
    /// How many of them are people who are used.
    pub people: u64,
    /// How many are no people, or are left out.
    #[serde(default)]
    pub not_people: u64,
    /// How many are named, and were not shown as people.
    #[serde(default)]
    pub not_visible: u64,
}

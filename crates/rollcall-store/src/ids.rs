//! What runs and exports are known by: their ids, what started them, the lease that lets a run write, and the snapshot that they read.
//!
//! Plain values on the ground floor; the tables and the bucket both name them.

use crate::wire;
use rollcall_core::source::SourceName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The id of a run: 1 to 64 characters of `a-z`, `0-9`, `-`. Part of object keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunId(String);

/// A text that is not a run's id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not the id of a run; `rollcall runs` lists them")]
pub struct InvalidRunId {
    text: String,
}

impl RunId {
    /// Parses the id of a run.
    ///
    /// # Errors
    /// When the text has another format.
    pub fn parse(text: &str) -> Result<Self, InvalidRunId> {
        let is_plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if is_plain && (1..=64).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidRunId { text: text.chars().take(80).collect() })
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for RunId {
    type Error = InvalidRunId;

    fn try_from(text: String) -> Result<Self, InvalidRunId> {
        Self::parse(&text)
    }
}

impl From<RunId> for String {
    fn from(id: RunId) -> Self {
        id.0
    }
}

/// The id of an export. It has the form of a run's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExportId(RunId);

impl ExportId {
    /// A new id, made from one that nothing else has.
    #[must_use]
    pub fn new(unused: RunId) -> Self {
        Self(unused)
    }

    /// Parses an id; none where the text has another form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        RunId::parse(text).ok().map(Self)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for ExportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What started a run (rule 22).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The timer.
    Schedule,
    /// A file dropped into the bucket.
    Drop,
    /// A person, over HTTP.
    Reset,
    /// A person, on the command line.
    Command,
    /// A date of a person that has come (rule 42).
    Date,
}

impl Trigger {
    /// The code in records and logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Drop => "drop",
            Self::Reset => "reset",
            Self::Command => "command",
            Self::Date => "date",
        }
    }

    /// The trigger with this code.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Schedule, Self::Drop, Self::Reset, Self::Command, Self::Date]
            .into_iter()
            .find(|trigger| trigger.as_str() == word)
    }
}

/// A lease that a run holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The source.
    pub source: SourceName,
    /// The run.
    pub run: RunId,
    /// Rises by one each time the lease is taken.
    pub epoch: u64,
}

/// Names a published snapshot. Its manifest has the same content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRef {
    /// The version of the records' format.
    #[serde(default = "crate::wire::first_schema_version")]
    pub schema_version: u64,
    /// The source that was read.
    #[serde(with = "wire::source_name")]
    pub source: SourceName,
    /// The run that read it.
    pub run: RunId,
    /// The epoch of the lease under which it was read. A later reading has a higher epoch.
    pub epoch: u64,
    /// How many records it has.
    pub records: u64,
    /// How many bytes the object has.
    pub bytes: u64,
    /// SHA-256 of its content without line numbers: the same people in another order are the same snapshot.
    pub digest: String,
    /// The order of its records.
    #[serde(default)]
    pub order: SnapshotOrder,
}

/// The order of a snapshot's records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotOrder {
    /// By the characters of their keys, as earlier versions published them: they are sorted when they are read.
    #[default]
    Characters,
    /// That of the core: digits compare as numbers (rule 13d).
    Numbers,
}

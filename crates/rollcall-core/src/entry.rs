//! One person as the directory shows them, or one row of it that cannot be used.

use crate::fields::Fields;
use crate::match_key::{ImmutableId, MatchKey};
use crate::username::Username;
use alloc::string::String;

/// A person in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its position in what was read: for CSV the line on which the row begins, from 1.
    pub line: u64,
    /// The value of the source's match field.
    pub key: MatchKey,
    /// The directory's own id, if the source has one.
    pub immutable_id: Option<ImmutableId>,
    /// The username that the directory asks for; `None` if its value is empty, which leaves the account's username as
    /// it is.
    pub username: Option<Username>,
    /// Whether the person is enabled in the directory and in scope.
    pub status: EntryStatus,
    /// Whether the person administers the application, if the source maps that.
    pub is_admin: Option<bool>,
    /// Priority of the best of the person's syncing groups: lower is seated first (rule 13a).
    pub priority: u16,
    /// The other mapped fields that this entry sets or clears.
    pub fields: Fields,
}

/// What the directory says of a person's account there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryStatus {
    /// May have an account.
    Enabled,
    /// Disabled in the directory (rule 6).
    Disabled,
}

/// A row that cannot be used, and what is known about the person. It is never taken for a person who left (rule 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// The line on which the row begins, from 1.
    pub line: u64,
    /// Why it cannot be used.
    pub reason: RejectReason,
    /// Its match key, if it could be read.
    pub key: Option<MatchKey>,
    /// Its immutable id, if it could be read.
    pub immutable_id: Option<ImmutableId>,
    /// Its username, if it could be read.
    pub username: Option<Username>,
}

/// Why a row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RejectReason {
    /// The match field is empty: `skipped_missing_key`.
    MissingKey,
    /// The row is damaged: `error`. The text says what was expected and what to do.
    Unreadable(String),
}

/// One record of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A person.
    Entry(Entry),
    /// A row that cannot be used.
    Rejected(RejectedRow),
}

impl Record {
    /// The position of the record in a snapshot: by folded key, records without a key first; then by line.
    ///
    /// This order makes a snapshot independent of the order of rows, and is rule 13d for the planner.
    #[must_use]
    pub fn order(&self) -> (&str, u64) {
        match self {
            Self::Entry(entry) => (entry.key.folded(), entry.line),
            Self::Rejected(row) => (row.key.as_ref().map_or("", MatchKey::folded), row.line),
        }
    }

    /// The line on which the record begins.
    #[must_use]
    pub fn line(&self) -> u64 {
        match self {
            Self::Entry(entry) => entry.line,
            Self::Rejected(row) => row.line,
        }
    }
}

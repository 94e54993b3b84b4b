//! One person as the directory shows them, or one row of it that cannot be used.

use crate::fields::Fields;
use crate::match_key::{ImmutableId, MatchKey, NaturalKey};
use crate::time::Timestamp;
use crate::username::Username;
use alloc::string::String;
use core::fmt;

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
    /// Whether the person is enabled in the directory and in scope, whatever the dates say.
    pub status: EntryStatus,
    /// From when on the person may have a seat (rule 42); `None` where the directory names no date.
    pub starts: Option<Timestamp>,
    /// From when on the person is as disabled (rule 42): the first moment after their last day. `None` where the directory
    /// names no date.
    pub ends: Option<Timestamp>,
    /// Whether the person administers the application, if the source maps that.
    pub is_admin: Option<bool>,
    /// Priority of the best of the person's syncing groups: lower is seated first (rule 13a).
    pub priority: u16,
    /// The other mapped fields that this entry sets or clears.
    pub fields: Fields,
    /// The fields that are written only when the account is created (rule 46). None of them is in `fields` too.
    pub created_fields: Fields,
}

impl Entry {
    /// What the entry says at this time: the status, and the dates (rules 41 and 42). The first that applies counts: outside
    /// a condition, disabled, past the end, before the start.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        match self.status {
            EntryStatus::OutOfScope { .. } => Standing::OutOfScope,
            EntryStatus::Disabled => Standing::Disabled,
            EntryStatus::Enabled => standing_of_enabled((self.starts, self.ends), now),
        }
    }

    /// The first moment after this one at which the entry says something else, if nobody changes it (rule 42).
    #[must_use]
    pub fn next_date(&self, now: Timestamp) -> Option<Timestamp> {
        match self.standing(now) {
            Standing::Eligible | Standing::NotStarted { .. } => {
                first_date_after(now, (self.starts, self.ends))
            }
            Standing::Disabled | Standing::Ended | Standing::OutOfScope => None,
        }
    }
}

/// What the first and the last date make of an enabled entry.
pub(crate) fn standing_of_enabled(
    (starts, ends): (Option<Timestamp>, Option<Timestamp>),
    now: Timestamp,
) -> Standing {
    if ends.is_some_and(|ends| ends <= now) {
        return Standing::Ended;
    }
    match starts.filter(|starts| *starts > now) {
        Some(starts) => Standing::NotStarted { starts },
        None => Standing::Eligible,
    }
}

pub(crate) fn first_date_after(
    now: Timestamp,
    (starts, ends): (Option<Timestamp>, Option<Timestamp>),
) -> Option<Timestamp> {
    [starts, ends].into_iter().flatten().filter(|date| *date > now).min()
}

/// What an entry says at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// May have a seat.
    Eligible,
    /// Will be eligible then.
    NotStarted {
        /// When.
        starts: Timestamp,
    },
    /// Disabled in the directory.
    Disabled,
    /// The last day is over: as disabled.
    Ended,
    /// Outside a condition of the source: as a person who is not in the directory.
    OutOfScope,
}

/// What the directory says of a person's account there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryStatus {
    /// May have an account.
    Enabled,
    /// Disabled in the directory (rule 6).
    Disabled,
    /// Outside a condition of the source (rule 41). The record is there to say why the person has no account: it has no
    /// other effect, and makes no other record a duplicate.
    OutOfScope {
        /// The condition that it does not meet.
        condition: Condition,
    },
}

/// A condition of a source in words, as in the configuration: `Department = Sales`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(String);

/// The most characters of a condition's words: they are in every record that is outside.
const CONDITION_CHARS_MAX: usize = 200;

impl Condition {
    /// The condition with these words; what is longer than 200 characters is cut.
    #[must_use]
    pub fn new(words: &str) -> Self {
        let mut kept: String = words.chars().take(CONDITION_CHARS_MAX).collect();
        if kept.len() < words.len() {
            kept.pop();
            kept.push('…');
        }
        Self(kept)
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
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

/// Stands in the reason of a rejected row between what the keeper of the directory does and what could be configured in its
/// place.
pub const OR_CONFIGURE: &str = ". Or, in Rollcall's configuration: ";

/// The reason as it is for the keeper of the directory, and what whoever administers Rollcall could do in its place.
#[must_use]
pub fn for_keeper_and_administrator(reason: &str) -> (&str, Option<&str>) {
    match reason.split_once(OR_CONFIGURE) {
        Some((for_keeper, for_administrator)) => (for_keeper, Some(for_administrator)),
        None => (reason, None),
    }
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
    /// The position of the record in a snapshot: by folded key with digits as numbers, records without a key first; then
    /// by line.
    ///
    /// This order makes a snapshot independent of the order of rows, and is rule 13d for the planner.
    #[must_use]
    pub fn order(&self) -> (NaturalKey<'_>, u64) {
        match self {
            Self::Entry(entry) => (entry.key.place(), entry.line),
            Self::Rejected(row) => (row.key.as_ref().map_or(NaturalKey(""), MatchKey::place), row.line),
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

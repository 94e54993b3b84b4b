//! One record in the snapshot's index: digests to find it by, and what the planner must know of it.

mod digester;
pub(super) mod email;
mod encoding;
mod field_table;
pub(super) mod fingerprint;

use super::InvalidSnapshot;
use crate::entry::{Entry, EntryStatus, RejectedRow};
use crate::keyed::{KeyedDigest, NameDigest};
pub(super) use digester::Digester;
pub(super) use encoding::ROW_BYTES;
pub(super) use field_table::FieldTable;

const NONE: KeyedDigest = KeyedDigest::NONE;

/// The most distinct mapped fields: one bit each, and three for the values that every entry may have.
pub(super) const FIELDS_MAX: usize = 29;

/// What is kept about one record.
#[derive(Debug)]
pub(crate) struct Row {
    pub(super) key: KeyedDigest,
    pub(super) immutable_id: KeyedDigest,
    /// The username that it asks for, or that a newcomer would get.
    pub(super) username: NameDigest,
    /// The first word of the id of the account that a newcomer would get. That another account has the same word is a chance
    /// of 2^-64, and would only keep the newcomer out.
    pub(crate) first_id: u64,
    pub(super) fingerprint: u64,
    /// The e-mail address in 8 bytes; 0 where the entry has none.
    pub(crate) email: u64,
    pub(super) shape: Shape,
    line: u32,
    /// Lower is seated first (rule 13a).
    pub(crate) priority: u16,
    pub(crate) status: RecordStatus,
    /// Whether the entry says that the person is an administrator.
    pub(crate) is_admin: Option<bool>,
    /// Whether another row asks for the same username.
    pub(crate) shares_username: bool,
    /// Set by the planner if an account matches it.
    pub(crate) is_matched: bool,
    /// Set by the planner if a newcomer gets a seat.
    pub(crate) is_seated: bool,
    /// Set by the planner if the account that matches it is decided at the end.
    pub(crate) is_kept: bool,
}

/// What can be done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RecordStatus {
    /// Should have an account.
    Enabled,
    /// Should have an account, and a seat later.
    NotStarted,
    /// Disabled in the directory.
    Disabled,
    /// As disabled, since the last day is over.
    Ended,
    /// Outside a condition: nobody's record.
    OutOfScope,
    /// Says again what another entry says (rule 2).
    Repeated,
    /// Shares its key or immutable id with another record, and says something else.
    Duplicate,
    /// Cannot be used.
    Rejected,
}

/// Which values an entry has: a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape(u32);

impl Shape {
    const IMMUTABLE_ID: Self = Self(1);
    const USERNAME: Self = Self(2);
    const ADMIN: Self = Self(4);

    fn of_field(number: usize) -> Self {
        Self(8 << number)
    }

    fn has(self, part: Self) -> bool {
        self.0 & part.0 != 0
    }
}

impl Row {
    /// That of an entry, whatever its dates say.
    pub(super) fn of_entry(
        entry: &Entry,
        fields: &mut FieldTable,
        digester: &mut Digester,
    ) -> Result<Self, InvalidSnapshot> {
        let status = match entry.status {
            EntryStatus::Enabled => RecordStatus::Enabled,
            EntryStatus::Disabled => RecordStatus::Disabled,
            EntryStatus::OutOfScope { .. } => return Ok(Self::of_outside(entry, digester)),
        };
        Ok(Self {
            username: digester.username(entry),
            first_id: digester.first_id(entry),
            fingerprint: fingerprint::of_entry(entry, digester),
            email: email::of_entry(entry, digester.key()),
            shape: fields.shape_of(entry)?,
            status,
            is_admin: entry.is_admin,
            ..Self::of_outside(entry, digester)
        })
    }

    /// An entry outside a condition: it asks for nothing.
    fn of_outside(entry: &Entry, digester: &Digester) -> Self {
        Self {
            key: digester.key().of_key(&entry.key),
            immutable_id: digester.immutable_id(entry.immutable_id.as_ref()),
            line: short(entry.line),
            priority: entry.priority,
            status: RecordStatus::OutOfScope,
            ..Self::EMPTY
        }
    }

    pub(super) fn of_rejected(row: &RejectedRow, digester: &Digester) -> Self {
        let key = digester.key();
        Self {
            key: row.key.as_ref().map_or(NONE, |text| key.of_key(text)),
            immutable_id: digester.immutable_id(row.immutable_id.as_ref()),
            username: row.username.as_ref().map_or(NameDigest::NONE, |text| key.of_username(text)),
            line: short(row.line),
            ..Self::EMPTY
        }
    }

    /// A record of which nothing is known.
    const EMPTY: Self = Self {
        key: NONE,
        immutable_id: NONE,
        username: NameDigest::NONE,
        first_id: 0,
        fingerprint: 0,
        email: 0,
        shape: Shape(0),
        line: 0,
        priority: 0,
        status: RecordStatus::Rejected,
        is_admin: None,
        shares_username: false,
        is_matched: false,
        is_seated: false,
        is_kept: false,
    };

    #[cfg(test)]
    pub(super) fn of_key_digest(key: KeyedDigest) -> Self {
        Self { key, ..Self::EMPTY }
    }

    pub(super) fn is_of_key_of(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// All that it says, but for the line: equal for entries that are alike in every used value.
    pub(super) fn values(&self) -> (u64, u32, RecordStatus, u16) {
        (self.fingerprint, self.shape.0, self.status, self.priority)
    }

    /// Makes it a repetition, which nothing finds.
    pub(super) fn forget(&mut self) {
        (self.key, self.immutable_id, self.username) = (NONE, NONE, NameDigest::NONE);
        self.status = RecordStatus::Repeated;
    }

    /// The line it begins on.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    pub(crate) fn has_key(&self) -> bool {
        self.key != NONE
    }

    pub(crate) fn has_immutable_id(&self) -> bool {
        self.immutable_id != NONE
    }

    /// Whether the entry itself asks for a username, not only because a newcomer needs one.
    pub(crate) fn asks_for_username(&self) -> bool {
        self.shape.has(Shape::USERNAME)
    }

    /// Whether it is outside a condition.
    pub(crate) fn is_outside(&self) -> bool {
        self.status == RecordStatus::OutOfScope
    }

    /// Whether the person should have an account and a seat, and no other record has the key, the immutable id or the username.
    pub(super) fn is_clear(&self) -> bool {
        self.status == RecordStatus::Enabled && !self.shares_username
    }

    /// Whether it is a newcomer's, if no account matches it: they get an account, with a seat or without one.
    pub(crate) fn asks_for_account(&self) -> bool {
        matches!(self.status, RecordStatus::Enabled | RecordStatus::NotStarted)
    }

    /// Whether accounts that it is about stay as they are (rules 2 and 3).
    pub(crate) fn covers(&self) -> bool {
        matches!(self.status, RecordStatus::Duplicate | RecordStatus::Rejected)
    }
}

/// A line number in 32 bits. Files with more lines are refused before.
fn short(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

//! The line of a record in the plain way: every value in a struct, which serde writes. `text` must write the same bytes.

use super::named::{Named, Text};
use super::{Line, Status};
use rollcall_core::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fields::Fields;
use rollcall_core::time::Timestamp;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this form")]
pub(super) fn is_zero(number: &u16) -> bool {
    *number == 0
}

pub(super) fn is_empty(named: &Named<'_>) -> bool {
    named.0.is_empty()
}

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'a> Line<'a> {
    pub(crate) fn of(record: &'a Record) -> Self {
        match record {
            Record::Entry(entry) => Self::of_entry(entry),
            Record::Rejected(row) => Self::of_rejected(row),
        }
    }

    fn of_entry(entry: &'a Entry) -> Self {
        let (status, why) = match &entry.status {
            EntryStatus::Enabled => (Status::Enabled, None),
            EntryStatus::Disabled => (Status::Disabled, None),
            EntryStatus::OutOfScope { condition } => {
                (Status::OutOfScope, Some(Cow::Borrowed(condition.as_str())))
            }
        };
        Self {
            line: entry.line,
            status,
            key: Some(Cow::Borrowed(entry.key.original())),
            id: entry.immutable_id.as_ref().map(|id| Cow::Borrowed(id.as_str())),
            username: entry.username.as_ref().map(|name| Cow::Borrowed(name.original())),
            admin: entry.is_admin,
            priority: entry.priority,
            starts: entry.starts.map(Timestamp::as_millis),
            ends: entry.ends.map(Timestamp::as_millis),
            why,
            fields: named(&entry.fields),
            created: named(&entry.created_fields),
        }
    }

    fn of_rejected(row: &'a RejectedRow) -> Self {
        let (status, why) = match &row.reason {
            RejectReason::MissingKey => (Status::MissingKey, None),
            RejectReason::Unreadable(why) => (Status::Unreadable, Some(Cow::Borrowed(why.as_str()))),
        };
        Self {
            line: row.line,
            status,
            key: row.key.as_ref().map(|key| Cow::Borrowed(key.original())),
            id: row.immutable_id.as_ref().map(|id| Cow::Borrowed(id.as_str())),
            username: row.username.as_ref().map(|name| Cow::Borrowed(name.original())),
            admin: None,
            priority: 0,
            starts: None,
            ends: None,
            why,
            fields: Named::default(),
            created: Named::default(),
        }
    }
}

fn named(fields: &Fields) -> Named<'_> {
    let text = |text| Text(Cow::Borrowed(text));
    Named(fields.iter().map(|(name, value)| (text(name.as_str()), text(value))).collect())
}

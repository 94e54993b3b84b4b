//! One record of a snapshot as a line of JSON.

use rollcall_core::entry::{Condition, Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A record, flat. Short names: a snapshot has a million of them.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Line<'a> {
    line: u64,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    key: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    id: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    username: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin: Option<bool>,
    #[serde(default, skip_serializing_if = "is_zero")]
    priority: u16,
    /// Milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    starts: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ends: Option<i64>,
    /// Why the row is rejected, or the condition that it does not meet.
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    why: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", borrow)]
    fields: Named<'a>,
    /// Fields of a new account only.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", borrow)]
    created: Named<'a>,
}

/// Values by name.
type Named<'a> = BTreeMap<Cow<'a, str>, Cow<'a, str>>;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Enabled,
    Disabled,
    OutOfScope,
    MissingKey,
    Unreadable,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this form")]
fn is_zero(number: &u16) -> bool {
    *number == 0
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
            fields: BTreeMap::new(),
            created: BTreeMap::new(),
        }
    }

    pub(crate) fn into_record(self) -> Result<Record, String> {
        let bad = |error: &dyn std::fmt::Display| format!("the record of line {}: {error}", self.line);
        let key = self.key.as_deref().map(MatchKey::parse).transpose().map_err(|error| bad(&error))?;
        let immutable_id =
            self.id.as_deref().map(ImmutableId::parse).transpose().map_err(|error| bad(&error))?;
        let username =
            self.username.as_deref().map(Username::parse).transpose().map_err(|error| bad(&error))?;
        let line = self.line;
        let rejected = |reason| {
            Ok(Record::Rejected(RejectedRow {
                line,
                reason,
                key: key.clone(),
                immutable_id: immutable_id.clone(),
                username: username.clone(),
            }))
        };
        let why = self.why.unwrap_or_default();
        let status = match self.status {
            Status::Enabled => EntryStatus::Enabled,
            Status::Disabled => EntryStatus::Disabled,
            Status::OutOfScope => EntryStatus::OutOfScope { condition: Condition::new(&why) },
            Status::MissingKey => return rejected(RejectReason::MissingKey),
            Status::Unreadable => return rejected(RejectReason::Unreadable(why.into_owned())),
        };
        let fields = |values: Named<'_>| -> Result<Fields, String> {
            let parse = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
                let name = FieldName::parse(&name);
                let name = name.map_err(|error| format!("the record of line {line}: {error}"))?;
                Ok((name, value.into_owned()))
            };
            values.into_iter().map(parse).collect()
        };
        Ok(Record::Entry(Entry {
            line,
            key: key.ok_or_else(|| format!("the record of line {line}: expected a key"))?,
            immutable_id,
            username,
            status,
            starts: self.starts.map(Timestamp::from_millis),
            ends: self.ends.map(Timestamp::from_millis),
            is_admin: self.admin,
            priority: self.priority,
            fields: fields(self.fields)?,
            created_fields: fields(self.created)?,
        }))
    }
}

fn named(fields: &Fields) -> Named<'_> {
    fields.iter().map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(value))).collect()
}

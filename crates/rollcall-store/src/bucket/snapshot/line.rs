//! One record of a snapshot as a line of JSON.

use rollcall_core::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::match_key::{ImmutableId, MatchKey};
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
    #[serde(skip_serializing_if = "Option::is_none", borrow)]
    why: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", borrow)]
    fields: BTreeMap<Cow<'a, str>, Cow<'a, str>>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Enabled,
    Disabled,
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

    /// Removes the line number: the rest is what the directory says.
    pub(crate) fn forget_number(&mut self) {
        self.line = 0;
    }

    fn of_entry(entry: &'a Entry) -> Self {
        Self {
            line: entry.line,
            status: match entry.status {
                EntryStatus::Enabled => Status::Enabled,
                EntryStatus::Disabled => Status::Disabled,
            },
            key: Some(Cow::Borrowed(entry.key.original())),
            id: entry.immutable_id.as_ref().map(|id| Cow::Borrowed(id.as_str())),
            username: entry.username.as_ref().map(|name| Cow::Borrowed(name.original())),
            admin: entry.is_admin,
            priority: entry.priority,
            why: None,
            fields: entry
                .fields
                .iter()
                .map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(value)))
                .collect(),
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
            why,
            fields: BTreeMap::new(),
        }
    }

    pub(crate) fn into_record(self) -> Result<Record, String> {
        let bad = |error: &dyn std::fmt::Display| format!("the record of line {}: {error}", self.line);
        let key = self.key.as_deref().map(MatchKey::parse).transpose().map_err(|error| bad(&error))?;
        let immutable_id =
            self.id.as_deref().map(ImmutableId::parse).transpose().map_err(|error| bad(&error))?;
        let username =
            self.username.as_deref().map(Username::parse).transpose().map_err(|error| bad(&error))?;
        let (line, rejected) = match self.status {
            Status::Enabled | Status::Disabled => (self.line, None),
            Status::MissingKey => (self.line, Some(RejectReason::MissingKey)),
            Status::Unreadable => {
                (self.line, Some(RejectReason::Unreadable(self.why.unwrap_or_default().into_owned())))
            }
        };
        if let Some(reason) = rejected {
            return Ok(Record::Rejected(RejectedRow { line, reason, key, immutable_id, username }));
        }
        let mut fields = Fields::new();
        for (name, value) in self.fields {
            let name =
                FieldName::parse(&name).map_err(|error| format!("the record of line {line}: {error}"))?;
            fields.set(name, value.into_owned());
        }
        Ok(Record::Entry(Entry {
            line,
            key: key.ok_or_else(|| format!("the record of line {line}: expected a key"))?,
            immutable_id,
            username,
            status: match self.status {
                Status::Disabled => EntryStatus::Disabled,
                Status::Enabled | Status::MissingKey | Status::Unreadable => EntryStatus::Enabled,
            },
            is_admin: self.admin,
            priority: self.priority,
            fields,
        }))
    }
}

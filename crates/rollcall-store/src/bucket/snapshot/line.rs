//! One record of a snapshot as a line of JSON.
//!
//! `text` writes one, and this reads it. The tests write it in the plain way too, and compare.

mod named;
#[cfg(test)]
mod plain;
mod text;

use named::Named;
pub(in crate::bucket) use text::write_line;

use crate::field_names::FieldNames;
use rollcall_core::entry::{Condition, Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::time::Timestamp;
use rollcall_core::username::Username;
use serde::Deserialize;
use std::borrow::Cow;

/// A record, flat. Short names: a snapshot has a million of them.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Line<'a> {
    line: u64,
    status: Status,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    #[serde(borrow)]
    key: Option<Cow<'a, str>>,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    #[serde(borrow)]
    username: Option<Cow<'a, str>>,
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    admin: Option<bool>,
    #[serde(default)]
    #[cfg_attr(test, serde(skip_serializing_if = "plain::is_zero"))]
    priority: u16,
    /// Milliseconds since 1970.
    #[serde(default)]
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    starts: Option<i64>,
    #[serde(default)]
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    ends: Option<i64>,
    /// Why the row is rejected, or the condition that it does not meet.
    #[cfg_attr(test, serde(skip_serializing_if = "Option::is_none"))]
    #[serde(borrow)]
    why: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    #[cfg_attr(test, serde(skip_serializing_if = "plain::is_empty"))]
    fields: Named<'a>,
    /// Fields of a new account only.
    #[serde(default, borrow)]
    #[cfg_attr(test, serde(skip_serializing_if = "plain::is_empty"))]
    created: Named<'a>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "snake_case")]
enum Status {
    Enabled,
    Disabled,
    OutOfScope,
    MissingKey,
    Unreadable,
}

impl Line<'_> {
    /// The record. `names`: those of fields that lines before had.
    pub(crate) fn into_record(self, names: &mut FieldNames) -> Result<Record, String> {
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
        let mut fields = |named: &Named<'_>| {
            named.fields(names).map_err(|error| format!("the record of line {line}: {error}"))
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
            fields: fields(&self.fields)?,
            created_fields: fields(&self.created)?,
        }))
    }
}

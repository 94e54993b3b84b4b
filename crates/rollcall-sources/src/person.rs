//! From a person of a directory to a record: the same for LDAP, Entra ID and Okta.
//!
//! Promises that a person who cannot be used is a rejected record with their key, id and username, and is never left
//! out.

use crate::error::short;
use crate::known_secrets::STRUCK;
use rollcall_config::{Mapping, truth_of};
use rollcall_core::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fields::Fields;
use rollcall_core::fold::is_invisible;
use rollcall_core::match_key::{ImmutableId, InvalidMatchKey, MatchKey};
use rollcall_core::username::Username;
use unicode_normalization::UnicodeNormalization as _;

/// A person in a directory.
pub(crate) struct Person<'a> {
    /// The value of the match field; empty if there is none.
    pub(crate) key: &'a str,
    /// The directory's own id.
    pub(crate) immutable_id: &'a str,
    /// The status of the person's account in the directory.
    pub(crate) status: Status,
    /// The priority of the group that the person was found in.
    pub(crate) priority: u16,
    /// The value of an attribute, if it has one.
    pub(crate) attribute: &'a dyn Fn(&str) -> Option<String>,
}

/// The status of a person's account in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Enabled,
    Disabled,
    /// The status is unclear: the account is left as it is. The text says why, for the report.
    Unknown(String),
}

/// The record of a person. If a secret was removed from their key, id or username, the record is rejected, because the
/// person cannot be identified. In other fields the mark stays.
pub(crate) fn record(person: &Person<'_>, mapping: &Mapping) -> Record {
    let key = MatchKey::parse(person.key);
    let username = username(person, mapping);
    let is_struck = |text: &str| text.contains(STRUCK);
    let whose = [
        person.key,
        person.immutable_id,
        username.as_ref().ok().and_then(Option::as_ref).map_or("", Username::original),
    ];
    let entry = if whose.into_iter().any(is_struck) {
        Err(RejectReason::Unreadable(String::from(
            "the key, id or username contains a secret that is used for the directory; correct it in the directory, and \
             replace the secret",
        )))
    } else {
        entry(person, mapping, key.clone(), username.clone())
    };
    let key = key.ok().filter(|key| !is_struck(key.original()));
    let username = username.ok().flatten().filter(|name| !is_struck(name.original()));
    let immutable_id = Some(person.immutable_id).filter(|id| !is_struck(id));
    entry.map_or_else(
        |reason| {
            Record::Rejected(RejectedRow {
                line: 0,
                reason,
                key,
                immutable_id: immutable_id.and_then(|id| ImmutableId::parse(id).ok()),
                username,
            })
        },
        Record::Entry,
    )
}

fn entry(
    person: &Person<'_>,
    mapping: &Mapping,
    key: Result<MatchKey, InvalidMatchKey>,
    username: Result<Option<Username>, String>,
) -> Result<Entry, RejectReason> {
    let immutable_id = ImmutableId::parse(person.immutable_id)
        .map_err(|error| RejectReason::Unreadable(format!("the immutable id {error}")))?;
    let key = key.map_err(|error| match error {
        InvalidMatchKey::Empty => RejectReason::MissingKey,
        InvalidMatchKey::Control { .. } | InvalidMatchKey::TooLong { .. } => {
            RejectReason::Unreadable(format!("the match key {error}"))
        }
    })?;
    Ok(Entry {
        line: 0,
        key,
        immutable_id: Some(immutable_id),
        username: username.map_err(RejectReason::Unreadable)?,
        status: status(person, mapping).map_err(RejectReason::Unreadable)?,
        starts: None,
        ends: None,
        is_admin: truth(person, mapping.admin.as_deref()).map_err(RejectReason::Unreadable)?,
        priority: person.priority,
        fields: fields(person, mapping).map_err(RejectReason::Unreadable)?,
        created_fields: Fields::new(),
    })
}

/// A person is enabled if the status in the directory and the mapped attribute, if there is one, both say so.
fn status(person: &Person<'_>, mapping: &Mapping) -> Result<EntryStatus, String> {
    let is_active = truth(person, mapping.active.as_deref())?.unwrap_or(true);
    match &person.status {
        Status::Unknown(why) => Err(why.clone()),
        Status::Enabled if is_active => Ok(EntryStatus::Enabled),
        Status::Enabled | Status::Disabled => Ok(EntryStatus::Disabled),
    }
}

/// The value of a yes-or-no attribute; `None` if it is not mapped or empty.
fn truth(person: &Person<'_>, attribute: Option<&str>) -> Result<Option<bool>, String> {
    let Some(name) = attribute else { return Ok(None) };
    let value = value(person, name);
    if value.is_empty() {
        return Ok(None);
    }
    let unknown = || format!("{name} is {:?}; expected yes or no", short(&value));
    truth_of(&value).map(Some).ok_or_else(unknown)
}

fn username(person: &Person<'_>, mapping: &Mapping) -> Result<Option<Username>, String> {
    let Some(name) = &mapping.username else { return Ok(None) };
    match Username::parse(&value(person, name)) {
        Ok(username) => Ok(Some(username)),
        Err(InvalidMatchKey::Empty) => Ok(None),
        Err(error) => Err(format!("the username ({name}) {error}")),
    }
}

fn fields(person: &Person<'_>, mapping: &Mapping) -> Result<Fields, String> {
    let mut fields = Fields::new();
    for (field, from) in &mapping.fields {
        let value = value(person, &from.column);
        if let Some(c) = value.chars().find(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n')) {
            let code = u32::from(c);
            return Err(format!(
                "{} holds a control character (U+{code:04X}); remove it in the directory",
                from.column
            ));
        }
        // An empty value leaves the field as it is, unless `clear` names it (rule 9).
        if from.clears || !value.is_empty() {
            fields.set(field.clone(), value);
        }
    }
    Ok(fields)
}

/// A value in one Unicode form, without spaces and invisible characters at its ends.
fn value(person: &Person<'_>, attribute: &str) -> String {
    let value = (person.attribute)(attribute).unwrap_or_default();
    value.trim_matches(|c: char| c.is_whitespace() || is_invisible(c)).nfc().collect()
}

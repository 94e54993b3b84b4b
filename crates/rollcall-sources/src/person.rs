//! From a person of a directory to a record: the same for LDAP, Entra ID and Okta.
//!
//! Promises that a person who cannot be used is a rejected record with their key, id and username, and is never left
//! out.

use crate::known_secrets::STRUCK;
use crate::mapped::{Mapped, MappedFields, Wording};
use rollcall_config::{Mapping, Values};
use rollcall_core::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fold::is_invisible;
use rollcall_core::match_key::{ImmutableId, InvalidMatchKey, MatchKey};
use rollcall_core::username::Username;
use std::borrow::Cow;
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
    /// The values of an attribute, in their order.
    pub(crate) attribute: &'a dyn Fn(&str) -> Vec<String>,
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
    let mapped = Mapped::new(mapping, Wording::Attribute, |name: &String| values(person, name));
    let username = username(mapping, &mapped);
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
        entry(person, mapping, &mapped, key.clone(), username.clone())
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

fn entry<L: Fn(&String) -> Values<'static>>(
    person: &Person<'_>,
    mapping: &Mapping,
    mapped: &Mapped<'_, String, L>,
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
    let unreadable = RejectReason::Unreadable;
    let fields = fields(mapping, mapped).map_err(unreadable)?;
    Ok(Entry {
        line: 0,
        key,
        immutable_id: Some(immutable_id),
        username: username.map_err(unreadable)?,
        status: status(person, mapped).map_err(unreadable)?,
        starts: mapped.starts().map_err(unreadable)?,
        ends: mapped.ends().map_err(unreadable)?,
        is_admin: mapped.is_admin().map_err(unreadable)?,
        priority: mapped.priority().map_err(unreadable)?.unwrap_or(person.priority),
        fields: fields.always,
        created_fields: fields.created,
    })
}

/// A person is enabled if the status in the directory and the mapped attribute, if there is one, both say so. Whoever is
/// outside a condition is out of scope, whatever their status is.
fn status<L: Fn(&String) -> Values<'static>>(
    person: &Person<'_>,
    mapped: &Mapped<'_, String, L>,
) -> Result<EntryStatus, String> {
    if let Some(outside) = mapped.outside() {
        return Ok(outside);
    }
    // An attribute that the person does not have leaves the decision to the directory's own status.
    let is_active = mapped.is_active(Some(true))?;
    match &person.status {
        Status::Unknown(why) => Err(why.clone()),
        Status::Enabled if is_active => Ok(EntryStatus::Enabled),
        Status::Enabled | Status::Disabled => Ok(EntryStatus::Disabled),
    }
}

fn username<L: Fn(&String) -> Values<'static>>(
    mapping: &Mapping,
    mapped: &Mapped<'_, String, L>,
) -> Result<Option<Username>, String> {
    let Some(from) = &mapping.username else { return Ok(None) };
    let name: String = mapped.whole_value(from).nfc().collect();
    match Username::parse(&name) {
        Ok(username) => Ok(Some(username)),
        Err(InvalidMatchKey::Empty) => Ok(None),
        Err(error) => Err(format!("the username ({from}) {error}")),
    }
}

/// The mapped fields. A control character in a value is damage.
fn fields<L: Fn(&String) -> Values<'static>>(
    mapping: &Mapping,
    mapped: &Mapped<'_, String, L>,
) -> Result<MappedFields, String> {
    let fields = mapped.fields();
    let is_damage = |c: &char| c.is_control() && !matches!(c, '\t' | '\r' | '\n');
    for (name, value) in fields.always.iter().chain(fields.created.iter()) {
        if let Some(c) = value.chars().find(is_damage) {
            let code = u32::from(c);
            let from = mapping.fields.get(name).map(|field| field.from.to_string()).unwrap_or_default();
            return Err(format!(
                "{from} holds a control character (U+{code:04X}); remove it in the directory"
            ));
        }
    }
    Ok(fields)
}

/// The values of an attribute, without spaces and invisible characters at their ends.
fn values(person: &Person<'_>, attribute: &str) -> Values<'static> {
    let trimmed = |value: String| {
        let kept = value.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        if kept.len() == value.len() { value } else { kept.to_owned() }
    };
    Values::several((person.attribute)(attribute).into_iter().map(|value| Cow::Owned(trimmed(value))))
}

#[cfg(test)]
mod tests;

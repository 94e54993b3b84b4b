//! From a person of a directory to a record: the same for LDAP, Entra ID and Okta.
//!
//! Promises that a person who cannot be used is a rejected record with their key, id and username, and is never left
//! out.

use crate::entity;
use crate::known_secrets::STRUCK;
use crate::mapped::{Mapped, MappedFields, Wording, out_of_scope};
use crate::one_form::in_one_form;
use crate::tally::Tally;
use rollcall_config::{Mapping, Values};
use rollcall_core::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fold::trimmed;
use rollcall_core::match_key::{ImmutableId, InvalidMatchKey, MatchKey};
use rollcall_core::username::Username;
use std::borrow::Cow;

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

/// People who cannot be used, for a look at a directory: how many, and one of them with the reason.
#[derive(Default)]
pub(crate) struct Rejected {
    people: u64,
    example: Option<String>,
}

impl Rejected {
    /// Counts those of a page.
    pub(crate) fn see(&mut self, records: &[Record]) {
        for record in records {
            let Record::Rejected(row) = record else { continue };
            self.people += 1;
            if self.example.is_none() {
                self.example = Some(in_words(row));
            }
        }
    }

    /// What is to be said of them.
    pub(crate) fn note(self) -> Option<String> {
        let example = self.example?;
        Some(format!("{} of the people cannot be used as they are, for example {example}", self.people))
    }
}

fn in_words(row: &RejectedRow) -> String {
    let who = row.key.as_ref().map(|key| key.original().to_owned());
    let who = who.or_else(|| row.immutable_id.as_ref().map(|id| id.as_str().to_owned()));
    let why = match &row.reason {
        RejectReason::MissingKey => "has no value of the match field",
        RejectReason::Unreadable(why) => why,
    };
    format!("{}: {why}", who.as_deref().unwrap_or("somebody without a name"))
}

/// The record of a person. If a secret was removed from their key, id or username, the record is rejected, because the
/// person cannot be identified. In other fields the mark stays. `tally` keeps the person where a look keeps some.
pub(crate) fn record(person: &Person<'_>, mapping: &Mapping, tally: &mut Tally) -> Record {
    let record = made(person, mapping);
    if let Record::Entry(entry) = &record {
        tally.oddities.see(entry, || format!("{:?}", entry.key.original()));
    }
    tally.keep(&|name| values(person, name).iter().map(str::to_owned).collect(), &record);
    record
}

fn made(person: &Person<'_>, mapping: &Mapping) -> Record {
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
        .map_err(|error| RejectReason::Unreadable(format!("the immutable id {error} in the directory")))?;
    // The name of an entry is what the server says, whatever is in it; another value was written by a program.
    if let Some(why) = entity::refused(person.key).filter(|_| !person.key.contains('=')) {
        return Err(RejectReason::Unreadable(format!("the match key {why}; correct it in the directory")));
    }
    let key = key.map_err(|error| match error {
        InvalidMatchKey::Empty => RejectReason::MissingKey,
        InvalidMatchKey::Control { .. } | InvalidMatchKey::TooLong { .. } => {
            RejectReason::Unreadable(format!("the match key {error} in the directory"))
        }
    })?;
    if let Some(outside) = mapped.outside().map_err(RejectReason::Unreadable)? {
        return Ok(out_of_scope(0, key, Some(immutable_id), username.ok().flatten(), outside));
    }
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

/// A person is enabled if the status in the directory and the mapped attribute, if there is one, both say so.
fn status<L: Fn(&String) -> Values<'static>>(
    person: &Person<'_>,
    mapped: &Mapped<'_, String, L>,
) -> Result<EntryStatus, String> {
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
    let name = in_one_form(mapped.whole_value(from));
    if let Some(why) = entity::refused(&name) {
        return Err(format!("the username ({from}) {why}; correct it in the directory"));
    }
    match Username::parse(&name) {
        Ok(username) => Ok(Some(username)),
        // The key is no username: it may be a distinguished name (rule 50).
        Err(InvalidMatchKey::Empty) => Err(format!(
            "there is no {from}, which is the username; enter one in the directory, or map another"
        )),
        Err(error) => Err(format!("the username ({from}) {error} in the directory")),
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
    let seen = |value: String| {
        let kept = trimmed(&value);
        if kept.len() == value.len() { value } else { kept.to_owned() }
    };
    Values::several((person.attribute)(attribute).into_iter().map(|value| Cow::Owned(seen(value))))
}

#[cfg(test)]
mod tests;

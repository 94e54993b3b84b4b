//! From the people of a scenario to records, as a source makes them.

use super::CoreWorld;
use crate::fakes::Person;
use rollcall_core::entry::{Condition, Entry, EntryStatus, Record, RejectReason, RejectedRow};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::match_key::{ImmutableId, InvalidMatchKey, MatchKey};
use rollcall_core::username::Username;
use rollcall_sync::store::read_time;

impl CoreWorld {
    /// What the source makes of these people.
    pub(super) fn records(&self, people: &[Person]) -> Vec<Record> {
        let mut records: Vec<Record> =
            people.iter().enumerate().map(|(at, person)| record(at as u64 + 2, person)).collect();
        for record in &mut records {
            let Record::Entry(entry) = record else { continue };
            let title = entry.fields.get(&FieldName::parse("title").unwrap()).to_owned();
            if self.only_title.as_ref().is_some_and(|only| *only != title) {
                entry.status = EntryStatus::OutOfScope { condition: Condition::new("title") };
            }
            if self.writes_title_once {
                entry.created_fields = std::mem::take(&mut entry.fields);
            }
        }
        records.sort_by(|a, b| a.order().cmp(&b.order()));
        records
    }
}

fn record(line: u64, person: &Person) -> Record {
    let username = Username::parse(&person.username).ok();
    let immutable_id = ImmutableId::parse(&person.id).ok();
    let key = match MatchKey::parse(&person.key) {
        Ok(key) => key,
        Err(InvalidMatchKey::Empty) => {
            let reason = RejectReason::MissingKey;
            return Record::Rejected(RejectedRow { line, reason, key: None, immutable_id, username });
        }
        Err(error) => panic!("{error}"),
    };
    let mut fields = Fields::new();
    if !person.title.is_empty() {
        fields.set(FieldName::parse("title").unwrap(), &person.title);
    }
    Record::Entry(Entry {
        line,
        key,
        immutable_id,
        username,
        status: if person.is_disabled || person.block_credential == "True" {
            EntryStatus::Disabled
        } else {
            EntryStatus::Enabled
        },
        starts: read_time(&person.starts),
        ends: read_time(&person.ends),
        is_admin: Some(person.is_admin),
        priority: 0,
        fields,
        created_fields: Fields::new(),
    })
}

pub(super) fn name_of(record: &Record) -> String {
    match record {
        Record::Entry(entry) => {
            entry.username.as_ref().map_or(entry.key.original(), Username::original).to_owned()
        }
        Record::Rejected(row) => row.key.as_ref().map_or("", MatchKey::original).to_owned(),
    }
}

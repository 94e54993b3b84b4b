//! Generated people, as a snapshot has them and as account records: the same person for the same number, always.
//!
//! Sizes are those of a real directory: a GUID as immutable id, a mail address as key, five mapped fields.

use anyhow::Result;
use rollcall_core::account::{Account, AccountId, AccountState, Owner};
use rollcall_core::entry::{Entry, EntryStatus, Record};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::history::History;
use rollcall_core::match_key::{ImmutableId, MatchKey};
use rollcall_core::source::SourceName;
use rollcall_core::username::Username;

const GIVEN: [&str; 8] =
    ["Amira", "Benedikt", "Chiara", "Dmitri", "Elisabeth", "Fernando", "Guðrún", "Hyun-woo"];
const FAMILY: [&str; 8] =
    ["Okafor", "Lindqvist", "García Márquez", "O'Brien", "Yamamoto", "Schröder", "Nguyen", "van den Berg"];
const DEPARTMENTS: [&str; 4] =
    ["Customer Operations", "Research and Development", "Finance", "Human Resources EMEA"];

/// How a generated account differs from what the directory says of the person.
#[derive(Clone, Debug)]
pub(crate) struct Differs {
    /// Its state.
    pub(crate) state: AccountState,
    /// It is known by another key and another immutable id: the directory knows nobody of that name.
    pub(crate) is_stranger: bool,
    /// It has no immutable id yet.
    pub(crate) is_without_id: bool,
    /// Its department is not the directory's.
    pub(crate) is_outdated: bool,
}

impl Differs {
    /// In nothing but the state.
    pub(crate) fn in_state(state: AccountState) -> Self {
        Self { state, is_stranger: false, is_without_id: false, is_outdated: false }
    }
}

/// The source that everybody belongs to.
pub(crate) fn source() -> Result<SourceName> {
    Ok(SourceName::parse("staff")?)
}

/// The record of one person; keys rise with the number.
pub(crate) fn record(number: u64, status: EntryStatus) -> Result<Record> {
    Ok(Record::Entry(Entry {
        line: number + 2,
        key: key(number, false)?,
        immutable_id: Some(immutable_id(number, false)?),
        username: Some(username(number)?),
        status,
        starts: None,
        ends: None,
        is_admin: None,
        priority: 0,
        fields: fields(number, 0)?,
        created_fields: Fields::new(),
    }))
}

/// The account of one person.
pub(crate) fn account(number: u64, source: &SourceName, differs: Differs) -> Result<Account> {
    let key = key(number, differs.is_stranger)?;
    let immutable_id =
        if differs.is_without_id { None } else { Some(immutable_id(number, differs.is_stranger)?) };
    let known_by = Entry {
        line: 0,
        key: key.clone(),
        immutable_id: immutable_id.clone(),
        username: None,
        status: EntryStatus::Enabled,
        starts: None,
        ends: None,
        is_admin: None,
        priority: 0,
        fields: Fields::new(),
        created_fields: Fields::new(),
    };
    Ok(Account {
        id: AccountId::of_entry(source, &known_by),
        owner: Owner::Source { source: source.clone(), key, immutable_id },
        username: username(number)?,
        is_admin: number.is_multiple_of(10_000),
        priority: 0,
        state: differs.state,
        missing_since: None,
        history: History::default(),
        fields: fields(number, u64::from(differs.is_outdated))?,
        version: 1,
    })
}

fn key(number: u64, is_stranger: bool) -> Result<MatchKey> {
    let domain = if is_stranger { "old.example.com" } else { "example.com" };
    Ok(MatchKey::parse(&format!("{number:08}.{}@{domain}", pick(&FAMILY, number / 8)))?)
}

fn immutable_id(number: u64, is_stranger: bool) -> Result<ImmutableId> {
    // Mixed, so that ids are in another order than keys.
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let last = if is_stranger { number + (1 << 47) } else { number };
    let (head, middle) = (mixed >> 32, mixed >> 16 & 0xffff);
    Ok(ImmutableId::parse(&format!("{head:08x}-{middle:04x}-4e5f-8a9b-{last:012x}"))?)
}

fn username(number: u64) -> Result<Username> {
    Ok(Username::parse(&format!("{}.{number}", pick(&GIVEN, number)))?)
}

fn fields(number: u64, department_shift: u64) -> Result<Fields> {
    let (given, family) = (pick(&GIVEN, number), pick(&FAMILY, number / 8));
    let values = [
        ("department", pick(&DEPARTMENTS, number + department_shift).to_owned()),
        ("display_name", format!("{given} {family}")),
        ("family_name", family.to_owned()),
        ("given_name", given.to_owned()),
        ("mail", format!("{number:08}.mail@example.com")),
    ];
    let mut fields = Fields::new();
    for (name, value) in values {
        fields.set(FieldName::parse(name)?, &value);
    }
    Ok(fields)
}

fn pick<'a>(from: &[&'a str], number: u64) -> &'a str {
    usize::try_from(number % from.len() as u64).map_or("", |at| from[at])
}

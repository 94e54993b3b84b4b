//! People with numbers, for the tests of the guard: their keys, accounts and records.

use super::super::generators::source;
use crate::account::{Account, AccountId, AccountState, Owner};
use crate::entry::{Entry, EntryStatus, Record};
use crate::fields::Fields;
use crate::history::History;
use crate::match_key::MatchKey;
use crate::username::Username;
use std::format;

pub(super) fn key(number: u64) -> MatchKey {
    MatchKey::parse(&format!("p{number:03}")).unwrap()
}

pub(super) fn name(number: u64) -> Username {
    Username::parse(&format!("u{number:03}")).unwrap()
}

/// An active account of the person with this number.
pub(super) fn account(number: u64) -> Account {
    Account {
        id: AccountId::of_key(&source("csv"), &key(number)),
        owner: Owner::Source { source: source("csv"), key: key(number), immutable_id: None },
        username: name(number),
        is_admin: false,
        priority: 0,
        state: AccountState::Active,
        missing_since: None,
        history: History::default(),
        fields: Fields::new(),
        version: 1,
    }
}

/// A person with this key and this username.
pub(super) fn person(of: u64, named: u64) -> Record {
    Record::Entry(Entry {
        line: of + 2,
        key: key(of),
        immutable_id: None,
        username: Some(name(named)),
        status: EntryStatus::Enabled,
        starts: None,
        ends: None,
        is_admin: None,
        priority: 0,
        fields: Fields::new(),
        created_fields: Fields::new(),
    })
}

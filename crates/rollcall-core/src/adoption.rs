//! Adoption: an existing account becomes an account of another source, because a mapping file says to whom it belongs
//! (rule 8).
//!
//! Front door: [`Adopter::new`] with the lines that name the source, [`Adopter::see_record`] with every record of its
//! snapshot, [`Adopter::see_account`] with every account of every owner, [`Adopter::finish`]. Only the owner and the
//! username change, never the state: a person who has a seat keeps it, and the plan that follows decides as always.

use crate::account::{Account, Owner};
use crate::entry::{Entry, Record};
use crate::match_key::{ImmutableId, MatchKey};
use crate::outcome::{Change, FieldChange, Observation, Outcome};
use crate::source::SourceName;
use crate::username::Username;
use alloc::borrow::ToOwned as _;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// One line of a mapping file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// Its line in the file, from 1.
    pub line: u64,
    /// The username that the account has.
    pub existing: Username,
    /// The username that the person has in the source.
    pub new: Username,
}

/// The result for one line that is not done yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adopted {
    /// The account gets its new owner.
    Change(Box<Change>),
    /// The account cannot be adopted. The reason says why and what to do.
    Refused(Box<Observation>),
}

/// The person in the snapshot whom a line is about.
#[derive(Clone, Debug)]
enum Person {
    Nobody,
    One { key: MatchKey, immutable_id: Option<ImmutableId> },
    Several,
}

/// The adoptions of one source, while they are decided.
#[derive(Debug)]
pub struct Adopter {
    source: SourceName,
    adoptions: Vec<(Adoption, Person)>,
    /// The line for a person with this folded username.
    by_new: BTreeMap<String, usize>,
    /// Accounts with the username of a line, or with the key or id of its person.
    accounts: Vec<Account>,
    /// Folded usernames, keys, and ids of the lines.
    names: BTreeSet<String>,
    keys: BTreeSet<String>,
    immutable_ids: BTreeSet<String>,
}

impl Adopter {
    /// Begins with the lines that name this source. No two of them have the same username, existing or new.
    #[must_use]
    pub fn new(source: SourceName, adoptions: Vec<Adoption>) -> Self {
        let by_new =
            adoptions.iter().enumerate().map(|(at, one)| (one.new.folded().to_owned(), at)).collect();
        let names = adoptions.iter().flat_map(|one| [&one.existing, &one.new]);
        let names = names.map(|name| name.folded().to_owned()).collect();
        let adoptions = adoptions.into_iter().map(|one| (one, Person::Nobody)).collect();
        Self {
            source,
            adoptions,
            by_new,
            accounts: Vec::new(),
            names,
            keys: BTreeSet::new(),
            immutable_ids: BTreeSet::new(),
        }
    }

    /// Takes in one record of the snapshot. All of them come before the first account.
    pub fn see_record(&mut self, record: &Record) {
        let Record::Entry(entry) = record else { return };
        let Some(at) = self.by_new.get(name_of(entry)) else { return };
        let Some((_, person)) = self.adoptions.get_mut(*at) else { return };
        *person = match person {
            Person::Nobody => {
                self.keys.insert(entry.key.folded().to_owned());
                if let Some(id) = &entry.immutable_id {
                    self.immutable_ids.insert(id.as_str().to_owned());
                }
                Person::One { key: entry.key.clone(), immutable_id: entry.immutable_id.clone() }
            }
            Person::One { .. } | Person::Several => Person::Several,
        };
    }

    /// Takes in one account. Accounts without a line are not kept.
    pub fn see_account(&mut self, account: &Account) {
        let is_named = self.names.contains(account.username.folded());
        let is_known = match &account.owner {
            Owner::Source { source, key, immutable_id } if *source == self.source => {
                self.keys.contains(key.folded())
                    || immutable_id.as_ref().is_some_and(|id| self.immutable_ids.contains(id.as_str()))
            }
            Owner::Source { .. } | Owner::Local => false,
        };
        if is_named || is_known {
            self.accounts.push(account.clone());
        }
    }

    /// The result for each line, except those that are done.
    #[must_use]
    pub fn finish(self) -> Vec<Adopted> {
        self.adoptions.iter().filter_map(|(adoption, person)| self.settle(adoption, person)).collect()
    }

    fn settle(&self, adoption: &Adoption, person: &Person) -> Option<Adopted> {
        let account = self.with_name(&adoption.existing);
        let renamed = self.with_name(&adoption.new);
        let refuse = |why: String| Some(Adopted::Refused(Box::new(refusal(adoption, account, &why))));
        let (key, immutable_id) = match person {
            Person::One { key, immutable_id } => (key, immutable_id.as_ref()),
            Person::Nobody => {
                return refuse(format!(
                    "source {} shows nobody with the username {:?}",
                    self.source,
                    adoption.new.original()
                ));
            }
            Person::Several => {
                return refuse(format!(
                    "source {} shows several people with the username {:?}",
                    self.source,
                    adoption.new.original()
                ));
            }
        };
        let is_theirs = |account: &&Account| self.is_known_by(account, key, immutable_id);
        let theirs = self.accounts.iter().find(is_theirs);
        let Some(account) = account else {
            let is_done = renamed.is_some_and(|renamed| is_theirs(&renamed));
            return if is_done {
                None
            } else {
                refuse(format!("no account has the username {:?}", adoption.existing.original()))
            };
        };
        if is_theirs(&account) {
            return None;
        }
        if let Some(theirs) = theirs {
            return refuse(format!(
                "the person already has the account {:?}; only an administrator can merge the two accounts",
                theirs.username.original()
            ));
        }
        if let Some(holder) = renamed.filter(|holder| holder.id != account.id) {
            return refuse(format!(
                "the username {:?} belongs to another account, of {}",
                adoption.new.original(),
                owner_word(holder)
            ));
        }
        Some(Adopted::Change(Box::new(self.change(adoption, account, key, immutable_id))))
    }

    fn change(
        &self,
        adoption: &Adoption,
        before: &Account,
        key: &MatchKey,
        immutable_id: Option<&ImmutableId>,
    ) -> Change {
        let owner = Owner::Source {
            source: self.source.clone(),
            key: key.clone(),
            immutable_id: immutable_id.cloned(),
        };
        let after =
            Account { owner, username: adoption.new.clone(), version: before.version + 1, ..before.clone() };
        let old_key = before.key().map(MatchKey::original).unwrap_or_default();
        let changes = [
            ("match_key", old_key, key.original()),
            ("source", &*owner_word(before), self.source.as_str()),
            ("username", before.username.original(), adoption.new.original()),
        ];
        let changes = changes.into_iter().filter(|(_, old, new)| old != new).map(|(field, old, new)| {
            FieldChange { field: field.to_owned(), old: old.to_owned(), new: new.to_owned() }
        });
        let reason = format!("line {} of the mapping file", adoption.line);
        Change {
            outcome: Outcome::Adopted,
            reason: Some(reason),
            before: Some(before.clone()),
            after,
            changes: changes.collect(),
        }
    }

    fn with_name(&self, name: &Username) -> Option<&Account> {
        self.accounts.iter().find(|account| account.username.folded() == name.folded())
    }

    fn is_known_by(&self, account: &Account, key: &MatchKey, immutable_id: Option<&ImmutableId>) -> bool {
        let Owner::Source { source, key: known, immutable_id: known_id } = &account.owner else {
            return false;
        };
        *source == self.source
            && match (known_id.as_ref(), immutable_id) {
                (Some(known), Some(id)) => known == id,
                (None, _) | (_, None) => known.folded() == key.folded(),
            }
    }
}

/// The username of the person: the match key if no username is mapped.
fn name_of(entry: &Entry) -> &str {
    entry.username.as_ref().map_or(entry.key.folded(), Username::folded)
}

fn owner_word(account: &Account) -> String {
    account.source().map_or_else(|| String::from("local"), ToString::to_string)
}

fn refusal(adoption: &Adoption, account: Option<&Account>, why: &str) -> Observation {
    Observation {
        outcome: Outcome::Conflict,
        reason: Some(format!("not adopted (line {} of the mapping file): {why}", adoption.line)),
        account: account.map(|account| account.id),
        username: Some(adoption.existing.clone()),
        name: None,
        key: account.and_then(Account::key).cloned(),
        line: None,
        state: account.map(|account| account.state.clone()),
    }
}

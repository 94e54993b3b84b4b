//! The people of a file as a run would see them: counts of what becomes of them, and a few of each kind to show.
//!
//! Promises bounded memory: hashes of keys up to a million, and the records of a few people.

use crate::doubles::Doubles;
use crate::forms::Forms;
use crate::shown::Person;
use crate::tally::Tally;
use rollcall_core::entry::{Entry, Record, RejectReason, Standing};
use rollcall_core::fold::fold;
use rollcall_core::time::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many people of one kind are shown.
const SHOWN_OF_A_KIND: usize = 2;

/// What would become of the people of a file, if nobody had an account yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ends {
    /// May have a seat.
    pub eligible: u64,
    /// Start later.
    pub not_started: u64,
    /// Disabled by their status.
    pub disabled: u64,
    /// Past their last day.
    pub ended: u64,
    /// Outside a condition of `where`.
    pub out_of_scope: u64,
    /// Without a key.
    pub without_key: u64,
    /// Rows that cannot be used for another reason.
    pub rejected: u64,
}

/// The people so far.
pub(crate) struct Samples {
    now: Timestamp,
    pub(crate) ends: Ends,
    pub(crate) keys: Doubles,
    pub(crate) ids: Doubles,
    /// Only of people who would get an account: somebody who has left asks for no username.
    pub(crate) usernames: Doubles,
    /// How keys and addresses are written.
    pub(crate) forms: Forms,
    /// Usernames of entries in scope, and values of fields that should be addresses, by the field.
    pub(crate) logins: Addresses,
    pub(crate) addresses: BTreeMap<String, Addresses>,
    taken: Vec<(Kind, Record)>,
    /// The reasons of rejected rows, each with its number; without the line.
    pub(crate) reasons: Vec<(String, u64)>,
    /// Entries in scope without a username of their own.
    pub(crate) without_username: u64,
    /// Entries in scope that would administer the application.
    pub(crate) admins: u64,
    /// Entries in scope with both dates, and how many of those would end before they start.
    pub(crate) with_both_dates: u64,
    pub(crate) turned_dates: u64,
}

/// How many values there are, and how many of them have an @.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Addresses {
    pub(crate) filled: u64,
    pub(crate) with_at: u64,
    pub(crate) with_two_ats: u64,
}

impl Addresses {
    fn see(&mut self, value: &str) {
        let ats = value.bytes().filter(|byte| *byte == b'@').count();
        self.filled += u64::from(!value.is_empty());
        self.with_at += u64::from(ats > 0);
        self.with_two_ats += u64::from(ats > 1);
    }
}

/// What people are shown for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Eligible,
    NotStarted,
    Disabled,
    Ended,
    OutOfScope,
    WithoutKey,
    Rejected,
}

impl Samples {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            now,
            ends: Ends::default(),
            keys: Doubles::default(),
            ids: Doubles::default(),
            usernames: Doubles::default(),
            forms: Forms::default(),
            logins: Addresses::default(),
            addresses: BTreeMap::new(),
            taken: Vec::new(),
            reasons: Vec::new(),
            without_username: 0,
            admins: 0,
            with_both_dates: 0,
            turned_dates: 0,
        }
    }

    /// Takes one record.
    pub(crate) fn see(&mut self, record: &Record) {
        let kind = match record {
            Record::Entry(entry) => {
                let standing = entry.standing(self.now);
                if standing != Standing::OutOfScope {
                    self.remember(entry, standing);
                }
                of_standing(standing)
            }
            Record::Rejected(row) => match &row.reason {
                RejectReason::MissingKey => Kind::WithoutKey,
                RejectReason::Unreadable(why) => {
                    if let Some((_, number)) = self.reasons.iter_mut().find(|(known, _)| known == why) {
                        *number += 1;
                    } else if self.reasons.len() < 100 {
                        self.reasons.push((why.clone(), 1));
                    }
                    Kind::Rejected
                }
            },
        };
        let number = match kind {
            Kind::Eligible => &mut self.ends.eligible,
            Kind::NotStarted => &mut self.ends.not_started,
            Kind::Disabled => &mut self.ends.disabled,
            Kind::Ended => &mut self.ends.ended,
            Kind::OutOfScope => &mut self.ends.out_of_scope,
            Kind::WithoutKey => &mut self.ends.without_key,
            Kind::Rejected => &mut self.ends.rejected,
        };
        *number += 1;
        if self.taken.iter().filter(|(other, _)| *other == kind).count() < SHOWN_OF_A_KIND {
            self.taken.push((kind, record.clone()));
        }
    }

    fn remember(&mut self, entry: &Entry, standing: Standing) {
        self.forms.see(entry);
        self.without_username += u64::from(entry.username.is_none());
        self.admins += u64::from(entry.is_admin == Some(true));
        if let (Some(starts), Some(ends)) = (entry.starts, entry.ends) {
            self.with_both_dates += 1;
            self.turned_dates += u64::from(ends < starts);
        }
        self.see_addresses(entry);
        // A record without its line: rows that are alike are one person (rule 41).
        let plain = format!("{:?}", Entry { line: 0, ..entry.clone() });
        let record = self.keys.hash(&plain);
        let key = entry.key.original();
        self.keys.note(&fold(key), key, record);
        if let Some(id) = &entry.immutable_id {
            self.ids.note(id.as_str(), id.as_str(), record);
        }
        let gets_an_account = matches!(standing, Standing::Eligible | Standing::NotStarted { .. });
        if let Some(username) = entry.username.as_ref().filter(|_| gets_an_account) {
            let whose = self.keys.hash(&fold(key));
            self.usernames.note(&fold(username.original()), username.original(), whose);
        }
    }

    fn see_addresses(&mut self, entry: &Entry) {
        if let Some(username) = &entry.username {
            self.logins.see(username.original());
        }
        for (name, value) in entry.fields.iter() {
            let name = name.as_str();
            if matches!(name, "mail" | "e_mail" | "mail_address") || name.contains("email") {
                self.addresses.entry(name.to_owned()).or_default().see(value);
            }
        }
    }

    /// The lines of the people that are shown.
    pub(crate) fn lines(&self) -> Vec<u64> {
        self.taken.iter().map(|(_, record)| line_of(record)).collect()
    }

    pub(crate) fn into_taken(mut self) -> (Ends, Vec<Record>) {
        self.taken.sort_by_key(|(kind, _)| *kind);
        (self.ends, self.taken.into_iter().map(|(_, record)| record).collect())
    }

    /// People in scope.
    pub(crate) fn in_scope(&self) -> u64 {
        let Ends { eligible, not_started, disabled, ended, .. } = self.ends;
        eligible + not_started + disabled + ended
    }
}

fn of_standing(standing: Standing) -> Kind {
    match standing {
        Standing::Eligible => Kind::Eligible,
        Standing::NotStarted { .. } => Kind::NotStarted,
        Standing::Disabled => Kind::Disabled,
        Standing::Ended => Kind::Ended,
        Standing::OutOfScope => Kind::OutOfScope,
    }
}

fn line_of(record: &Record) -> u64 {
    match record {
        Record::Entry(entry) => entry.line,
        Record::Rejected(row) => row.line,
    }
}

/// People as they are shown.
pub(crate) fn shown(taken: &[Record], tally: &Tally<'_>, now: Timestamp) -> Vec<Person> {
    taken
        .iter()
        .map(|record| {
            let line = line_of(record);
            let before = tally.before(line);
            let (after, end) = match record {
                Record::Entry(entry) => (after(entry), end_of(entry, now)),
                Record::Rejected(row) => {
                    let key =
                        row.key.iter().map(|key| (String::from("match_field"), key.original().to_owned()));
                    (
                        key.collect(),
                        match &row.reason {
                            RejectReason::MissingKey => String::from("is skipped: there is no key"),
                            RejectReason::Unreadable(why) => {
                                format!("is rejected, and nobody is changed: {why}")
                            }
                        },
                    )
                }
            };
            Person { line: Some(line), who: None, before, after, end }
        })
        .collect()
}

fn after(entry: &Entry) -> Vec<(String, String)> {
    let mut after = vec![(String::from("match_field"), entry.key.original().to_owned())];
    let mut add = |name: &str, value: String| after.push((name.to_owned(), value));
    if let Some(id) = &entry.immutable_id {
        add("immutable_id", id.as_str().to_owned());
    }
    add(
        "username",
        entry.username.as_ref().map_or_else(|| entry.key.original(), |name| name.original()).to_owned(),
    );
    if let Some(is_admin) = entry.is_admin {
        add("admin", is_admin.to_string());
    }
    for (name, value) in entry.fields.iter().chain(entry.created_fields.iter()) {
        add(name.as_str(), value.to_owned());
    }
    after
}

fn end_of(entry: &Entry, now: Timestamp) -> String {
    String::from(match entry.standing(now) {
        Standing::Eligible => "gets an account, and a seat if one is free",
        Standing::NotStarted { .. } => "gets an account without a seat: the start date is still to come",
        Standing::Disabled => "gets no account, or is blocked: the status says so",
        Standing::Ended => "gets no account, or is blocked: the last day is over",
        Standing::OutOfScope => match &entry.status {
            rollcall_core::entry::EntryStatus::OutOfScope { condition } => {
                return format!("is not in scope: this does not hold: {condition}");
            }
            rollcall_core::entry::EntryStatus::Enabled | rollcall_core::entry::EntryStatus::Disabled => {
                "is not in scope"
            }
        },
    })
}

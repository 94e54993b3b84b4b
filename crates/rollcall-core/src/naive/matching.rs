//! Which entry belongs to which account, naively (rules 2 to 4, 2a to 4a).

use super::Case;
use super::grace::is_in_grace;
use super::names::{id_of, is_same_id, is_same_key, is_same_name, names_of};
use super::scope::is_outside;
use crate::account::Account;
use crate::entry::{Entry, Record};
use crate::plan::PlanInput;
use crate::username::Username;
use std::vec::Vec;

// Rule 2: entries alike in every used value are one.
pub(super) fn distinct(records: &[Record]) -> Vec<Record> {
    let is_alike = |one: &Entry, other: &Entry| {
        one.key.original() == other.key.original()
            && one.username.as_ref().map(Username::original)
                == other.username.as_ref().map(Username::original)
            && Entry { line: other.line, ..one.clone() } == *other
    };
    let mut kept: Vec<Record> = Vec::new();
    for record in records {
        let is_repeated = match record {
            Record::Entry(entry) => {
                kept.iter().any(|other| entry_of_record(other).is_some_and(|other| is_alike(entry, other)))
            }
            Record::Rejected(_) => false,
        };
        if !is_repeated {
            kept.push(record.clone());
        }
    }
    kept
}

// Rules 2, 2a: an entry that shares a key or an immutable id with any other record.
pub(super) fn is_duplicate(entry: &Entry, records: &[Record]) -> bool {
    let others = records.iter().filter(|record| record.line() != entry.line);
    // Rule 41: what is outside a condition makes nobody a duplicate.
    others.filter(|record| !entry_of_record(record).is_some_and(is_outside)).any(|record| {
        let (key, immutable_id, _) = names_of(record);
        is_same_key(key, Some(&entry.key)) || is_same_id(immutable_id, entry.immutable_id.as_ref())
    })
}

fn entry_of_record(record: &Record) -> Option<&Entry> {
    match record {
        Record::Entry(entry) => Some(entry),
        Record::Rejected(_) => None,
    }
}

/// The entries that can be acted upon.
pub(super) fn clear_entries(records: &[Record]) -> Vec<&Entry> {
    let entries = records.iter().filter_map(entry_of_record).filter(|entry| !is_outside(entry));
    entries.filter(|entry| !is_duplicate(entry, records)).collect()
}

// Rule 3a: the snapshot speaks of the person, but not clearly enough to act.
fn is_covered(account: &Account, records: &[Record]) -> bool {
    if clear_entries(records).iter().any(|entry| is_same_id(id_of(account), entry.immutable_id.as_ref())) {
        return false;
    }
    let has_own = clear_entries(records).iter().any(|entry| is_same_key(Some(&entry.key), account.key()));
    records.iter().any(|record| {
        let is_unclear = match record {
            Record::Entry(entry) => !is_outside(entry) && is_duplicate(entry, records),
            Record::Rejected(_) => true,
        };
        let (key, immutable_id, username) = names_of(record);
        let is_nameless = key.is_none() && immutable_id.is_none();
        is_unclear
            && (is_same_key(key, account.key())
                || is_same_id(immutable_id, id_of(account))
                || !has_own
                    && is_nameless
                    && username.is_some_and(|name| is_same_name(name, &account.username)))
    })
}

// Rules 4, 4a: by immutable id first, then by key; coverage before both.
pub(super) fn match_accounts<'a>(
    input: &PlanInput,
    records: &'a [Record],
    accounts: &'a [Account],
) -> Vec<Case<'a>> {
    let entries = clear_entries(records);
    let own = accounts.iter().filter(|account| account.source() == Some(&input.source));
    let mut free: Vec<&Account> = own.filter(|account| !is_covered(account, records)).collect();
    free.sort_by_key(|account| account.id);
    let mut pairs: Vec<(&Account, &Entry)> = Vec::new();
    for entry in &entries {
        let by_id = free.iter().find(|account| is_same_id(id_of(account), entry.immutable_id.as_ref()));
        pairs.extend(by_id.map(|account| (*account, *entry)));
    }
    for entry in &entries {
        let is_free =
            |account: &Account| !pairs.iter().any(|(a, e)| a.id == account.id || e.line == entry.line);
        let by_key = free.iter().filter(|account| {
            let is_another = id_of(account).is_some() && entry.immutable_id.is_some();
            is_free(account) && is_same_key(account.key(), Some(&entry.key)) && !is_another
        });
        // False sorts first: neither side has an immutable id; `free` is in the order of account ids.
        let best = by_key
            .min_by_key(|account| (id_of(account).is_some() || entry.immutable_id.is_some(), account.id));
        pairs.extend(best.map(|account| (*account, *entry)));
    }
    let entry_of =
        |account: &Account| pairs.iter().find(|(a, _)| a.id == account.id).map(|(_, entry)| *entry);
    // Not where an entry in scope could be the person's, though another account has the better claim to it.
    let has_candidate = |account: &Account| {
        entries.iter().any(|entry| {
            let is_another = id_of(account).is_some() && entry.immutable_id.is_some();
            is_same_id(id_of(account), entry.immutable_id.as_ref())
                || is_same_key(account.key(), Some(&entry.key)) && !is_another
        })
    };
    let unmatched: Vec<&Account> = free.iter().copied().filter(|account| !has_candidate(account)).collect();
    let outside = match_outside(records, &unmatched);
    let outside_of =
        |account: &Account| outside.iter().find(|(a, _)| a.id == account.id).map(|(_, entry)| *entry);
    let case = |before: &'a Account| Case {
        before,
        entry: entry_of(before),
        outside: outside_of(before),
        after: before.clone(),
        is_name_refused: false,
        is_in_grace: is_in_grace(input, before, entry_of(before)),
        is_trimmed: false,
        is_perhaps_same: false,
        is_kept_beneath: false,
        is_login_held: false,
        word: None,
    };
    free.into_iter().map(case).collect()
}

// Rule 41: whose person's entry is outside a condition. By immutable id, else by key; of several accounts the first has it.
fn match_outside<'a>(records: &'a [Record], unmatched: &[&'a Account]) -> Vec<(&'a Account, &'a Entry)> {
    let entries: Vec<&Entry> =
        records.iter().filter_map(entry_of_record).filter(|entry| is_outside(entry)).collect();
    let theirs = |account: &Account| {
        let by_id = |entry: &&&Entry| is_same_id(id_of(account), entry.immutable_id.as_ref());
        let by_key = |entry: &&&Entry| {
            let is_another = id_of(account).is_some() && entry.immutable_id.is_some();
            is_same_key(account.key(), Some(&entry.key)) && !is_another
        };
        entries.iter().find(by_id).or_else(|| entries.iter().find(by_key)).copied()
    };
    let mut pairs: Vec<(&Account, &Entry)> = Vec::new();
    let named = unmatched.iter().filter_map(|account| Some((*account, theirs(account)?)));
    let mut named: Vec<(&Account, &Entry)> = named.collect();
    named.sort_by_key(|(account, entry)| {
        (id_of(account).is_some() || entry.immutable_id.is_some(), account.id)
    });
    for (account, entry) in named {
        if pairs.iter().all(|(_, taken)| taken.line != entry.line) {
            pairs.push((account, entry));
        }
    }
    pairs
}

//! One number for all values that an entry asks for, and the same number for an account that has these values.
//!
//! Equal numbers: nothing to write. It compares the stored values, so it notices a local edit (rule 9). The names of the fields
//! are not in it: an entry and an account are compared for one shape, which names them.

use super::{Digester, FieldTable, Shape};
use crate::account::{Account, Owner};
use crate::entry::Entry;
use crate::fields::{FieldName, Fields};
use crate::keyed::{DigestKey, Values};
use crate::match_key::ImmutableId;
use crate::time::Timestamp;
use crate::username::Username;
use core::cmp::Ordering;

pub(in crate::snapshot) fn of_entry(entry: &Entry, digester: &mut Digester) -> u64 {
    digester.number_of(|values| {
        values.push(entry.key.original());
        for value in [
            entry.immutable_id.as_ref().map(ImmutableId::as_str),
            entry.username.as_ref().map(Username::original),
            entry.is_admin.map(word),
        ] {
            value.into_iter().for_each(|value| values.push(value));
        }
        entry.fields.iter().for_each(|(_, value)| values.push(value));
        push_priority(entry.priority, values);
    })
}

/// Where nobody has a priority, none is looked at.
fn push_priority(priority: u16, values: &mut Values) {
    if priority != 0 {
        values.push_number(u64::from(priority));
    }
}

/// The number of a person who has not started: their account stores the date too.
pub(in crate::snapshot) fn with_start(
    fingerprint: u64,
    starts: Option<Timestamp>,
    key: DigestKey,
    values: &mut Values,
) -> u64 {
    values.clear();
    values.push_number(fingerprint);
    values.push_time(starts);
    key.of_values(values)
}

/// The number for an account, for the same values that an entry of this shape has. `None` for a local account.
pub(in crate::snapshot) fn of_account(
    account: &Account,
    (shape, fields): (Shape, &FieldTable),
    is_not_started: bool,
    digest_key: DigestKey,
    values: &mut Values,
) -> Option<u64> {
    let Owner::Source { key, immutable_id, .. } = &account.owner else { return None };
    values.clear();
    values.push(key.original());
    if shape.has(Shape::IMMUTABLE_ID) {
        values.push(immutable_id.as_ref().map_or("", ImmutableId::as_str));
    }
    if shape.has(Shape::USERNAME) {
        values.push(account.username.original());
    }
    if shape.has(Shape::ADMIN) {
        values.push(word(account.is_admin));
    }
    push_fields(&account.fields, fields.names(shape), values);
    push_priority(account.priority, values);
    let fingerprint = digest_key.of_values(values);
    Some(if is_not_started {
        with_start(fingerprint, account.state.starts(), digest_key, values)
    } else {
        fingerprint
    })
}

/// The values of these fields, which come in the order of their names, as those of the account do.
fn push_fields<'a>(stored: &Fields, names: impl Iterator<Item = &'a FieldName>, values: &mut Values) {
    let mut stored = stored.iter();
    let mut next = stored.next();
    for name in names {
        let mut value = "";
        while let Some((other, its_value)) = next {
            // One look at the two names: they are nearly always the same.
            let order = other.cmp(name);
            if order == Ordering::Greater {
                break;
            }
            next = stored.next();
            if order == Ordering::Equal {
                value = its_value;
                break;
            }
        }
        values.push(value);
    }
}

fn word(is_admin: bool) -> &'static str {
    if is_admin { "admin" } else { "user" }
}

//! One number for all values that an entry asks for, and the same number for an account that has these values.
//!
//! Equal numbers: nothing to write. It compares the stored values, so it notices a local edit (rule 9).

use super::{FieldTable, Shape};
use crate::account::{Account, Owner};
use crate::entry::{Entry, Standing};
use crate::fold::Digest128;
use crate::match_key::ImmutableId;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

pub(in crate::snapshot) fn of_entry(entry: &Entry, standing: Standing) -> u64 {
    let mut parts: Vec<&str> = Vec::with_capacity(32);
    parts.push(entry.key.original());
    parts.extend(entry.immutable_id.as_ref().map(ImmutableId::as_str));
    parts.extend(entry.username.as_ref().map(crate::username::Username::original));
    parts.extend(entry.is_admin.map(word));
    for (name, value) in entry.fields.iter() {
        parts.extend([name.as_str(), value]);
    }
    // The account of a person who has not started stores the date.
    let starts = match standing {
        Standing::NotStarted { starts } => Some(starts.to_string()),
        Standing::Eligible | Standing::Disabled | Standing::Ended | Standing::OutOfScope => None,
    };
    parts.extend(starts.as_deref());
    digest(&parts)
}

/// The number for an account, for the same values that an entry of this shape has. `None` for a local account.
pub(in crate::snapshot) fn of_account(
    account: &Account,
    shape: Shape,
    is_not_started: bool,
    fields: &FieldTable,
) -> Option<u64> {
    let Owner::Source { key, immutable_id, .. } = &account.owner else { return None };
    let mut parts: Vec<&str> = Vec::with_capacity(32);
    parts.push(key.original());
    if shape.has(Shape::IMMUTABLE_ID) {
        parts.push(immutable_id.as_ref().map_or("", ImmutableId::as_str));
    }
    if shape.has(Shape::USERNAME) {
        parts.push(account.username.original());
    }
    if shape.has(Shape::ADMIN) {
        parts.push(word(account.is_admin));
    }
    for name in fields.names(shape) {
        parts.extend([name.as_str(), account.fields.get(name)]);
    }
    let starts = account.state.starts().map_or_else(String::new, |starts| starts.to_string());
    if is_not_started {
        parts.push(&starts);
    }
    Some(digest(&parts))
}

fn word(is_admin: bool) -> &'static str {
    if is_admin { "admin" } else { "user" }
}

fn digest(parts: &[&str]) -> u64 {
    Digest128::of(parts).words()[0]
}

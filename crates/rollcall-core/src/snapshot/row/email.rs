//! The e-mail address of a person as one number: a sign that two are the same person (rule 54).
//!
//! Only the fields that are called so; no other field is an address that one person has alone.

use crate::account::Account;
use crate::entry::Entry;
use crate::fields::Fields;
use crate::fold::fold;
use crate::keyed::DigestKey;
use crate::person::email;

/// The number of an entry's address; 0 where it has none.
pub(in crate::snapshot) fn of_entry(entry: &Entry, key: DigestKey) -> u64 {
    match of_fields(&entry.fields, key) {
        0 => of_fields(&entry.created_fields, key),
        address => address,
    }
}

/// Compared as keys are, without case. A number of 64 bits is enough: a false sign holds one removal, once in 2^64.
fn of_fields(fields: &Fields, key: DigestKey) -> u64 {
    email(fields).map_or(0, |address| key.of_email(&fold(address)))
}

/// The number of an account's address, the same for the same address.
pub(in crate::snapshot) fn of_account(account: &Account, key: DigestKey) -> u64 {
    of_fields(&account.fields, key)
}

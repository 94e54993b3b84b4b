//! The version of the shape of whatever this program stores, in every item and every document: a newer program reads
//! what an older one has stored, and an older one leaves alone what it would misread.

use crate::aws::dynamo::{Item, get_number};
use crate::error::Error;

/// Rises where an older program could not read what a newer one stores. What has none is of the first.
pub(crate) const SCHEMA_VERSION: u64 = 1;

/// The attribute of an item that has it.
pub(crate) const SCHEMA: &str = "schema_version";

/// Whether this program can read an item, as far as its version tells.
pub(crate) fn check_schema(item: &Item, what: &str) -> Result<(), Error> {
    check_version(get_number(item, SCHEMA).unwrap_or_else(first), what)
}

/// Whether this program can read what has this version.
pub(crate) fn check_version(version: u64, what: &str) -> Result<(), Error> {
    if version <= SCHEMA_VERSION { Ok(()) } else { Err(Error::Newer { what: what.to_owned(), version }) }
}

/// The version of what has none.
pub(crate) fn first() -> u64 {
    1
}

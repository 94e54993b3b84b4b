//! The version of the format of every stored item and document. A newer program reads what an older one stored; an older
//! program refuses what it would misread.

use crate::aws::dynamo::{Item, get_number};
use crate::error::Error;
use crate::wire::first_schema_version;

/// Rises when an older program could not read what a newer one stores. Items without a version have the first.
pub(crate) const SCHEMA_VERSION: u64 = 1;

/// The attribute of an item with the version.
pub(crate) const SCHEMA: &str = "schema_version";

/// Refuses an item of a newer program.
pub(crate) fn check_schema(item: &Item, what: &str) -> Result<(), Error> {
    check_version(get_number(item, SCHEMA).unwrap_or_else(first_schema_version), what)
}

/// Refuses a version of a newer program.
pub(crate) fn check_version(version: u64, what: &str) -> Result<(), Error> {
    if version <= SCHEMA_VERSION { Ok(()) } else { Err(Error::Newer { what: what.to_owned(), version }) }
}

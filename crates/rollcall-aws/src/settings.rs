//! A function's environment, as `template.yaml` sets it.

use rollcall_store::{Error, Names, SHARDS};

/// The names of the tables and the bucket.
///
/// # Errors
/// [`Error::Environment`] names what is missing.
pub(crate) fn names_from_env() -> Result<Names, Error> {
    Ok(Names {
        stack: variable("ROLLCALL_STACK")?,
        accounts: variable("ROLLCALL_ACCOUNTS_TABLE")?,
        usernames: variable("ROLLCALL_USERNAMES_TABLE")?,
        words: variable("ROLLCALL_WORDS_TABLE")?,
        control: variable("ROLLCALL_CONTROL_TABLE")?,
        audit: variable("ROLLCALL_AUDIT_TABLE")?,
        bucket: variable("ROLLCALL_BUCKET")?,
        audit_retention_days: retention("ROLLCALL_AUDIT_RETENTION_DAYS")?,
        shards: SHARDS,
        keeps_words: variable("ROLLCALL_SEARCH_BY_NAME")? == "true",
        needs_roles: variable("ROLLCALL_NEEDS_ROLES")? == "true",
    })
}

/// A variable that must be set.
pub(crate) fn variable(name: &'static str) -> Result<String, Error> {
    std::env::var(name).map_err(|_| Error::Environment { name, what: "it is not set" })
}

fn retention(name: &'static str) -> Result<Option<u32>, Error> {
    match variable(name) {
        Err(_) => Ok(None),
        Ok(text) if text.is_empty() => Ok(None),
        Ok(text) => text
            .parse()
            .map(|days| Some(days).filter(|days| *days > 0))
            .map_err(|_| Error::Environment { name, what: "it must be a number of days, 0 for ever" }),
    }
}

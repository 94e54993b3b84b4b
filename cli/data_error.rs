//! What is wrong with the data or with Rollcall itself, not with what was asked for: the program ends with 1.

use std::fmt;

/// Something that no other argument or configuration would cure.
#[derive(Debug)]
pub(crate) struct DataError(String);

impl DataError {
    /// In these words.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }

    /// From an error with all its causes.
    #[expect(clippy::needless_pass_by_value, reason = "for `map_err`, which gives it away")]
    pub(crate) fn of(error: anyhow::Error) -> Self {
        Self(format!("{error:#}"))
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DataError {}

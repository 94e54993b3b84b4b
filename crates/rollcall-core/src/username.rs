//! The username: what a person logs in with, unique across all accounts of all sources (rule 7).

use crate::match_key::{InvalidMatchKey, MatchKey};

/// A username: compared folded, shown as written. At most 255 characters, no control characters, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(MatchKey);

impl Username {
    /// Parses a username.
    ///
    /// # Errors
    /// As [`MatchKey::parse`]: empty, too long, or with control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidMatchKey> {
        MatchKey::parse(text).map(Self)
    }

    /// A username as it was stored. See [`MatchKey::of_stored`].
    ///
    /// # Errors
    /// As [`MatchKey::of_stored`].
    pub fn of_stored(text: &str) -> Result<Self, InvalidMatchKey> {
        MatchKey::of_stored(text).map(Self)
    }

    /// As written.
    #[must_use]
    pub fn original(&self) -> &str {
        self.0.original()
    }

    /// As compared; the key of the claim that makes it unique.
    #[must_use]
    pub fn folded(&self) -> &str {
        self.0.folded()
    }
}

impl From<MatchKey> for Username {
    /// If no username is mapped, people log in with their match key.
    fn from(key: MatchKey) -> Self {
        Self(key)
    }
}

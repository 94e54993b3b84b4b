//! Names of sources: which directory an account belongs to. The lowest words of the core.

use alloc::borrow::ToOwned as _;
use alloc::string::String;
use core::fmt;

/// What kind of directory a source reads (section 2 of the rules).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// A CSV file at a fixed place in S3.
    Csv,
    /// Active Directory, or any other LDAP directory.
    Ldap,
    /// Entra ID, through Microsoft Graph.
    Entra,
    /// Okta's Universal Directory.
    Okta,
}

impl SourceKind {
    /// The word used in configuration, logs and records.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ldap => "ldap",
            Self::Entra => "entra",
            Self::Okta => "okta",
        }
    }
}

/// The name of one configured source: 1 to 32 of `a-z`, `0-9`, `-`, beginning with a letter.
///
/// It is part of object keys, queue groups and record ids, so it may hold nothing that needs escaping there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceName(String);

/// Why a text is not a source name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not a source name: use 1 to 32 of a-z, 0-9 and '-', beginning with a letter; 'local' is taken"
)]
pub struct InvalidSourceName {
    text: String,
}

impl SourceName {
    /// Parses a source name.
    ///
    /// # Errors
    /// When the text has another form, or is `local` (the word for accounts that no source owns).
    pub fn parse(text: &str) -> Result<Self, InvalidSourceName> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let is_plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if starts_well && is_plain && text.len() <= 32 && text != "local" {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidSourceName { text: text.to_owned() })
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

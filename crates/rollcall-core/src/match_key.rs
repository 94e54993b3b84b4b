//! The match key (Entra: matching attribute) and the immutable id: how an entry finds its account.

use crate::dn::fold_dn;
use crate::fold::{Digest128, fold};
use alloc::borrow::ToOwned as _;
use alloc::string::String;

/// The most characters a match key or immutable id may have; a longer one is damage (an unclosed quote).
///
/// DynamoDB's sort keys end at 1,024 bytes; 255 characters of four bytes still fit.
pub const KEY_CHARS_MAX: usize = 255;

/// The most bytes of a folded key: folding can make eighteen letters of one, and the key of a username's claim ends
/// at 2,048 bytes in DynamoDB.
const FOLDED_BYTES_MAX: usize = 2048;

/// A value of the source's match field: compared folded (a distinguished name by its parts), shown as the directory
/// spells it (product 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchKey {
    original: String,
    folded: String,
}

/// Why a text is not a match key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMatchKey {
    /// Nothing is left after trimming: product 3, `skipped_missing_key`.
    #[error("is empty")]
    Empty,
    /// A control character, as from a damaged file.
    #[error("holds a control character (U+{code:04X}); remove it in the directory")]
    Control {
        /// The character's code point.
        code: u32,
    },
    /// Longer than [`KEY_CHARS_MAX`].
    #[error("has {chars} characters, at most {KEY_CHARS_MAX} are allowed; is a quote left open?")]
    TooLong {
        /// Its length in characters.
        chars: usize,
    },
}

impl MatchKey {
    /// Parses one value of the match field.
    ///
    /// # Errors
    /// [`InvalidMatchKey::Empty`] is the missing key of product 3; the others reject the row.
    pub fn parse(text: &str) -> Result<Self, InvalidMatchKey> {
        let original = shown(text)?;
        let folded = fold_dn(&original).unwrap_or_else(|| fold(&original));
        if folded.is_empty() {
            return Err(InvalidMatchKey::Empty);
        }
        if folded.len() > FOLDED_BYTES_MAX {
            return Err(InvalidMatchKey::TooLong { chars: folded.chars().count() });
        }
        Ok(Self { original, folded })
    }

    /// As the directory spells it, without space or invisible characters at the ends.
    #[must_use]
    pub fn original(&self) -> &str {
        &self.original
    }

    /// As it is compared and ordered.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The folded key in 16 bytes.
    #[must_use]
    pub fn digest(&self) -> Digest128 {
        Digest128::of(&["key", &self.folded])
    }
}

/// The directory's own id of a person (`objectGUID`, Graph object id, a mapped CSV column): it survives renames.
///
/// Compared byte for byte: ids are made by machines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImmutableId(String);

impl ImmutableId {
    /// Parses an immutable id.
    ///
    /// # Errors
    /// The same as for a match key; [`InvalidMatchKey::Empty`] means that the person has none.
    pub fn parse(text: &str) -> Result<Self, InvalidMatchKey> {
        shown(text).map(Self)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id in 16 bytes.
    #[must_use]
    pub fn digest(&self) -> Digest128 {
        Digest128::of(&["immutable", &self.0])
    }
}

fn shown(text: &str) -> Result<String, InvalidMatchKey> {
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || crate::fold::is_invisible(c));
    if trimmed.is_empty() {
        return Err(InvalidMatchKey::Empty);
    }
    if let Some(c) = trimmed.chars().find(|c| c.is_control()) {
        return Err(InvalidMatchKey::Control { code: u32::from(c) });
    }
    let chars = trimmed.chars().count();
    if chars > KEY_CHARS_MAX {
        return Err(InvalidMatchKey::TooLong { chars });
    }
    Ok(trimmed.to_owned())
}

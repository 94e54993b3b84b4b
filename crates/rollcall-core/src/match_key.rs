//! The match key (Entra: matching attribute) and the immutable id: how an entry finds its account.

use crate::dn::fold_dn;
use crate::fold::{Digest128, fold, is_ignorable, is_plain};
pub use crate::natural::NaturalKey;
use alloc::borrow::{Cow, ToOwned as _};
use alloc::string::String;

/// The most characters of a match key or immutable id. A longer one is damaged (an unclosed quote).
///
/// DynamoDB allows sort keys of 1,024 bytes: 255 characters of four bytes fit.
pub const KEY_CHARS_MAX: usize = 255;

/// The most bytes of a folded key: folding can make eighteen letters from one, and DynamoDB allows 2,048 bytes for
/// the key of a username's claim.
const FOLDED_BYTES_MAX: usize = 2048;

/// A value of the source's match field: compared folded (a distinguished name by its parts), shown as the directory
/// writes it (rule 1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchKey {
    original: String,
    /// As it is compared; none where that is the original, as it is for nearly every key.
    folded: Option<String>,
}

/// Why a text is not a match key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMatchKey {
    /// Nothing is left after trimming: rule 3, `skipped_missing_key`.
    #[error("is empty")]
    Empty,
    /// A control character, for example from a damaged file. Where to remove it, the caller knows.
    #[error("holds a control character (U+{code:04X}); remove it")]
    Control {
        /// The character's code point.
        code: u32,
    },
    /// Longer than [`KEY_CHARS_MAX`].
    #[error("has {chars} characters, at most {KEY_CHARS_MAX} are allowed; shorten it")]
    TooLong {
        /// Its length in characters.
        chars: usize,
    },
}

impl MatchKey {
    /// Parses one value of the match field.
    ///
    /// # Errors
    /// [`InvalidMatchKey::Empty`] is the missing key of rule 3; the others reject the row.
    pub fn parse(text: &str) -> Result<Self, InvalidMatchKey> {
        if is_short_and_plain(text) && is_folded(text) {
            return Ok(Self { original: text.to_owned(), folded: None });
        }
        let original = shown(text)?;
        let folded = Self::fold(&original);
        if folded.is_empty() {
            return Err(InvalidMatchKey::Empty);
        }
        if folded.len() > FOLDED_BYTES_MAX {
            return Err(InvalidMatchKey::TooLong { chars: folded.chars().count() });
        }
        let folded = Some(folded).filter(|folded| *folded != original);
        Ok(Self { original, folded })
    }

    /// The form in which keys and usernames are compared, of any text; folding it again changes nothing.
    #[must_use]
    pub fn fold(text: &str) -> String {
        // Invisible characters are not part of a name's structure either.
        let seen = if text.is_ascii() {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(text.chars().filter(|c| !is_ignorable(*c)).collect())
        };
        fold_dn(&seen).unwrap_or_else(|| {
            let folded = fold(&seen);
            // Letters of another width may have made it one.
            fold_dn(&folded).unwrap_or(folded)
        })
    }

    /// A key as it was stored. If folding would leave nothing of it now, because it drops more characters than
    /// before, it stays as it was: no key of a directory is equal to it.
    ///
    /// # Errors
    /// As [`MatchKey::parse`], but for a text that is not empty.
    pub fn of_stored(text: &str) -> Result<Self, InvalidMatchKey> {
        match Self::parse(text) {
            Err(InvalidMatchKey::Empty) if !text.is_empty() => {
                Ok(Self { original: text.to_owned(), folded: None })
            }
            parsed => parsed,
        }
    }

    /// As the directory writes it, without spaces and invisible characters at the ends.
    #[must_use]
    pub fn original(&self) -> &str {
        &self.original
    }

    /// As it is compared and ordered.
    #[must_use]
    pub fn folded(&self) -> &str {
        self.folded.as_deref().unwrap_or(&self.original)
    }

    /// The folded key in the order of rule 13d.
    #[must_use]
    pub fn place(&self) -> NaturalKey<'_> {
        NaturalKey(self.folded())
    }

    /// The folded key in 16 bytes.
    #[must_use]
    pub fn digest(&self) -> Digest128 {
        Digest128::of(&["key", self.folded()])
    }
}

/// The directory's own id of a person (`objectGUID`, Graph object id, a mapped CSV column): it survives renames.
///
/// Compared byte by byte: machines make ids.
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

    /// An id as it was stored. See [`MatchKey::of_stored`].
    ///
    /// # Errors
    /// As [`ImmutableId::parse`], but for a text that is not empty.
    pub fn of_stored(text: &str) -> Result<Self, InvalidMatchKey> {
        match Self::parse(text) {
            Err(InvalidMatchKey::Empty) if !text.is_empty() => Ok(Self(text.to_owned())),
            parsed => parsed,
        }
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

/// Whether a plain text is surely its own folded form: without capitals, and no distinguished name.
fn is_folded(plain: &str) -> bool {
    // Every byte is looked at, which takes less than to stop at one.
    plain.bytes().fold(true, |all, byte| all & !byte.is_ascii_uppercase() & (byte != b'='))
}

/// Whether of a text nothing has to be left off or refused.
fn is_short_and_plain(text: &str) -> bool {
    !text.is_empty() && text.len() <= KEY_CHARS_MAX && is_plain(text)
}

fn shown(text: &str) -> Result<String, InvalidMatchKey> {
    if is_short_and_plain(text) {
        return Ok(text.to_owned());
    }
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || is_ignorable(c));
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

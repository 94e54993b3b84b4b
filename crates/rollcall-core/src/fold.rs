//! Folding: the one definition of "the same key" (rule 1), used for match keys and usernames.
//!
//! It follows RFC 4518 (LDAP string preparation) and Unicode's default-ignorable code points: invisible characters
//! are dropped, compatibility forms are unified (NFKC), case is folded, and spaces at the ends and doubled spaces do
//! not count.

use alloc::string::String;
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

/// The version of the definition of folding. When it changes, `doctor --repair` rewrites the stored folded forms.
pub const FOLDING: u64 = 2;

/// The folded form of a text: two texts are the same key exactly when their folded forms are equal.
#[must_use]
pub fn fold(text: &str) -> String {
    if is_plain(text) { text.to_ascii_lowercase() } else { fold_any(text) }
}

/// The folded form of any text.
fn fold_any(text: &str) -> String {
    // No letter that stays becomes a dropped character later, so it is enough to drop them first.
    let seen = text.chars().filter(|c| !is_dropped(*c));
    if text.is_ascii() {
        return squeeze(seen.map(|c| c.to_ascii_lowercase()));
    }
    let cased = seen
        .nfkc()
        // Lower, upper, lower, letter by letter, is Unicode's case folding for the texts of directories:
        // it brings together ß, ẞ and SS, and the two small sigmas.
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase);
    squeeze(cased.nfkc())
}

/// Whether a character is invisible at the end of a value and has no meaning there: zero-width and bidirectional
/// marks, byte order mark.
///
/// Fewer than [`is_ignorable`]: a variation selector at the end of a name changes the form of its last letter.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Whether a text surely begins and ends with something that is seen, as nearly every value does: there is nothing to trim.
#[must_use]
pub fn ends_in_view(text: &str) -> bool {
    let is_seen = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    is_seen(text.as_bytes().first()) && is_seen(text.as_bytes().last())
}

/// A value without spaces and invisible characters at its ends.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    if ends_in_view(text) {
        return text;
    }
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// Whether a character does not count in a key: what RFC 4518 (section 2.2) maps to nothing, and Unicode's
/// `Default_Ignorable_Code_Point`, reserved code points included. Control characters are not among these: a key with
/// one is damaged.
///
/// A key with such a character looks like the key without it.
#[must_use]
pub fn is_ignorable(c: char) -> bool {
    matches!(c,
        // Soft hyphen, combining grapheme joiner, Arabic letter mark, end of ayah, Syriac abbreviation mark.
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{06DD}' | '\u{070F}'
        // Hangul fillers, Khmer inherent vowels, Mongolian soft hyphen, variation selectors and vowel separator.
        | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{1806}' | '\u{180B}'..='\u{180F}'
        // Zero-width and bidirectional marks, invisible operators.
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        // Hangul filler, variation selectors, byte order mark, halfwidth filler, annotations, object replacement.
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFC}'
        // Shorthand and musical format controls; tags and the further variation selectors.
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// What folding leaves out, with the control characters that RFC 4518 does not treat as spaces.
fn is_dropped(c: char) -> bool {
    is_ignorable(c) || (c.is_control() && !c.is_whitespace())
}

/// A 128-bit digest of a folded text: the planner's index stores it in 16 bytes.
///
/// The first half of SHA-256: it is not feasible to choose a username with the digest of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest128([u64; 2]);

impl Digest128 {
    /// The digest of several parts; the parts are separated, so `("a", "bc")` and `("ab", "c")` differ.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        Self::of_parts(parts.iter().map(|part| part.as_bytes()))
    }

    /// The digest of several parts that may be any bytes.
    #[must_use]
    pub fn of_bytes(parts: &[&[u8]]) -> Self {
        Self::of_parts(parts.iter().copied())
    }

    fn of_parts<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let bytes = hash.finalize();
        let word = |at: usize| bytes[at..at + 8].iter().fold(0u64, |sum, b| (sum << 8) | u64::from(*b));
        Self([word(0), word(8)])
    }

    /// From the two words of another digest.
    #[must_use]
    pub const fn from_words(words: [u64; 2]) -> Self {
        Self(words)
    }

    /// The two words, most significant first.
    #[must_use]
    pub fn words(self) -> [u64; 2] {
        self.0
    }
}

/// Whether a text has nothing that folding changes but capitals: ASCII without control characters, no space at an end, no
/// two in a row. Nearly every key and username is such a text.
pub(crate) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Every byte is looked at, which takes less than to stop at one: the compiler compares many at once.
    let (is_printable, has_space) = bytes
        .iter()
        .fold((true, false), |(all, any), byte| (all & matches!(byte, b' '..=b'~'), any | (*byte == b' ')));
    let is_single = |pair: &[u8]| pair != b"  ";
    is_printable
        && (!has_space
            || bytes.first() != Some(&b' ') && bytes.last() != Some(&b' ') && bytes.windows(2).all(is_single))
}

fn squeeze(chars: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    let mut space_due = false;
    for c in chars {
        if c.is_whitespace() {
            space_due = !out.is_empty();
        } else {
            if space_due {
                out.push(' ');
                space_due = false;
            }
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests;

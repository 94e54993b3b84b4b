//! Folding: the one definition of "the same key" (product 1), used for match keys and usernames.
//!
//! It follows RFC 4518 (LDAP string preparation): what cannot be seen is dropped, compatibility forms are unified
//! (NFKC), case is folded, and space at the ends and doubled space inside does not count.

use alloc::string::String;
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

/// The folded form of a text: two texts are the same key exactly when their folded forms are equal.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return squeeze(text.chars().map(|c| c.to_ascii_lowercase()));
    }
    let cased = text
        .chars()
        .filter(|c| !is_invisible(*c))
        .nfkc()
        // Lower, upper, lower, letter by letter, is Unicode's case folding for what directories hold:
        // it brings together ß, ẞ and SS, and the two small sigmas.
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase);
    squeeze(cased.nfkc())
}

/// Whether a character takes no room and changes no meaning: zero-width and bidirectional marks, byte order mark.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// A 128-bit digest of a folded text: how the planner's index names it in 16 bytes.
///
/// SHA-256 cut to half: nobody can choose a username whose digest meets another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest128([u64; 2]);

impl Digest128 {
    /// The digest of several parts; parts are kept apart, so `("a", "bc")` and `("ab", "c")` differ.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        Self::of_parts(parts.iter().map(|part| part.as_bytes()))
    }

    /// The digest of several parts that need not be text.
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

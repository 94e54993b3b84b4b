//! Digests under a secret key: how the index of a snapshot finds a record by its key, id or username without the texts.
//!
//! Beside `fold`. SipHash-1-3, of whose 128 bits as many are kept as are needed. Nobody who writes into a directory knows the key, so nobody can choose two
//! texts with one digest. The digest of an account's id is another one (`fold::Digest128`): that one must be the same for ever.

use crate::match_key::{ImmutableId, MatchKey};
use crate::time::Timestamp;
use crate::username::Username;
use alloc::vec::Vec;
use core::fmt;
use siphasher::{sip, sip128};

/// The key of the digests of one snapshot. A secret: its debug text says nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DigestKey([u64; 2]);

/// A digest of 96 bits, of a key or an id. It has no meaning under another key. That two of a million records and a million
/// accounts have one is a chance of 2^-55.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyedDigest([u32; 3]);

/// A digest of 64 bits, of a username. Where two had one by chance (2^-23 for a million records and a million accounts), one
/// of them would be told that the username is taken; a person's account is never found by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NameDigest(u64);

/// What rows can be found by.
pub(crate) trait Digest: Copy + Ord {
    /// Its first 64 bits: as good as random.
    fn first_word(self) -> u64;

    /// Whether it means "has none".
    fn is_none(self) -> bool;
}

/// What is digested: the same text as a key and as a username has two digests.
#[derive(Clone, Copy)]
enum Kind {
    Key = 1,
    ImmutableId = 2,
    Username = 3,
    Email = 4,
    Values = 5,
}

impl DigestKey {
    /// A key of 16 random bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        let number = u128::from_le_bytes(bytes);
        let low = u64::try_from(number & u128::from(u64::MAX)).unwrap_or_default();
        Self([low, u64::try_from(number >> 64).unwrap_or_default()])
    }

    /// The key, to be stored beside the digests.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        (u128::from(self.0[1]) << 64 | u128::from(self.0[0])).to_le_bytes()
    }

    pub(crate) fn of_key(self, key: &MatchKey) -> KeyedDigest {
        self.of_folded_key(key.folded())
    }

    pub(crate) fn of_folded_key(self, folded: &str) -> KeyedDigest {
        KeyedDigest::of_words(self.digest(Kind::Key, folded.as_bytes()))
    }

    pub(crate) fn of_immutable_id(self, id: &ImmutableId) -> KeyedDigest {
        KeyedDigest::of_words(self.digest(Kind::ImmutableId, id.as_str().as_bytes()))
    }

    pub(crate) fn of_username(self, username: &Username) -> NameDigest {
        NameDigest(self.number(Kind::Username, username.folded().as_bytes()))
    }

    /// That of the username of a person who logs in with their key.
    pub(crate) fn of_key_as_username(self, key: &MatchKey) -> NameDigest {
        NameDigest(self.number(Kind::Username, key.folded().as_bytes()))
    }

    /// An e-mail address as one number, never 0.
    pub(crate) fn of_email(self, folded: &str) -> u64 {
        self.number(Kind::Email, folded.as_bytes()).max(1)
    }

    /// Several values as one number.
    pub(crate) fn of_values(self, values: &mut Values) -> u64 {
        self.number(Kind::Values, values.with_ends())
    }

    fn digest(self, kind: Kind, bytes: &[u8]) -> [u64; 2] {
        let hash = sip128::SipHasher13::new_with_keys(self.0[0] ^ kind as u64, self.0[1]).hash(bytes);
        [hash.h1, hash.h2]
    }

    fn number(self, kind: Kind, bytes: &[u8]) -> u64 {
        sip::SipHasher13::new_with_keys(self.0[0] ^ kind as u64, self.0[1]).hash(bytes)
    }
}

impl fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestKey")
    }
}

impl KeyedDigest {
    /// The bytes of one.
    pub(crate) const BYTES: usize = 12;

    /// Means "has none": a text has this digest only by a chance of 2^-96. An `Option` would cost 4 bytes more.
    pub(crate) const NONE: Self = Self([0; 3]);

    fn of_words(words: [u64; 2]) -> Self {
        let [low, high] = halves(words[0]);
        Self([low, high, halves(words[1])[0]])
    }

    pub(crate) fn from_bytes(bytes: [u8; Self::BYTES]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = bytes;
        Self([[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(u32::from_le_bytes))
    }

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        for (to, part) in bytes.chunks_exact_mut(4).zip(self.0) {
            to.copy_from_slice(&part.to_le_bytes());
        }
        bytes
    }

    #[cfg(test)]
    pub(crate) fn from_words(words: [u64; 2]) -> Self {
        Self::of_words(words)
    }
}

impl Digest for KeyedDigest {
    fn first_word(self) -> u64 {
        u64::from(self.0[1]) << u32::BITS | u64::from(self.0[0])
    }

    fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl NameDigest {
    /// Means "has none".
    pub(crate) const NONE: Self = Self(0);

    pub(crate) fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }

    pub(crate) fn to_bytes(self) -> [u8; 8] {
        self.0.to_le_bytes()
    }
}

impl Digest for NameDigest {
    fn first_word(self) -> u64 {
        self.0
    }

    fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// The lower and the upper half of a word.
fn halves(word: u64) -> [u32; 2] {
    [word, word >> u32::BITS].map(|half| u32::try_from(half & u64::from(u32::MAX)).unwrap_or(u32::MAX))
}

/// Values to be digested as one: their bytes, then where each ends, then how many there are. `("a", "bc")` and `("ab", "c")`
/// differ. Cleared and filled again, it allocates nothing.
#[derive(Debug, Default)]
pub(crate) struct Values {
    bytes: Vec<u8>,
    /// Where each value ends, in four bytes.
    ends: Vec<[u8; 4]>,
}

impl Values {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    pub(crate) fn push(&mut self, value: &str) {
        self.push_bytes(value.as_bytes());
    }

    pub(crate) fn push_number(&mut self, number: u64) {
        self.push_bytes(&number.to_le_bytes());
    }

    pub(crate) fn push_time(&mut self, time: Option<Timestamp>) {
        let millis = time.map(|time| time.as_millis().to_le_bytes());
        self.push_bytes(millis.as_ref().map_or(&[], |millis| &millis[..]));
    }

    fn push_bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.ends.push(four_bytes(self.bytes.len()));
    }

    /// What is digested. Nothing can be pushed behind it but after [`Values::clear`].
    fn with_ends(&mut self) -> &[u8] {
        self.bytes.extend_from_slice(self.ends.as_flattened());
        self.bytes.extend_from_slice(&four_bytes(self.ends.len()));
        &self.bytes
    }
}

/// A length or a count; no record has 4 GB.
fn four_bytes(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests;

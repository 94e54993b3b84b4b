//! Values that several rows share: keys, immutable ids and usernames.
//!
//! Promises bounded memory: the hashes of a million values, and the text of the one that most rows have.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

/// Among how many values doubles are looked for.
const VALUES_MAX: usize = 1_000_000;
/// A longer text is cut where it is shown.
const SHOWN_CHARS_MAX: usize = 40;

/// The values so far.
#[derive(Default)]
pub(crate) struct Doubles {
    seen: HashMap<u64, Seen, BuildHasherDefault<DefaultHasher>>,
    most: Most,
    /// The same among values that rows of several people have.
    most_shared: Most,
}

/// What was seen of one value.
#[derive(Clone, Copy)]
struct Seen {
    whose: u64,
    rows: u32,
    differs: bool,
}

/// The value that most rows have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Most {
    hash: u64,
    /// How many rows have it.
    pub(crate) rows: u64,
    /// Its text, as it is shown.
    pub(crate) text: String,
}

impl Doubles {
    /// The hash of a text.
    pub(crate) fn hash(&self, text: &str) -> u64 {
        self.seen.hasher().hash_one(text)
    }

    /// Takes one value. `folded` is compared, `text` is shown; `whose` says whether two rows are of one person.
    pub(crate) fn note(&mut self, folded: &str, text: &str, whose: u64) {
        let hash = self.hash(folded);
        let (rows, is_shared) = if let Some(seen) = self.seen.get_mut(&hash) {
            seen.rows = seen.rows.saturating_add(1);
            seen.differs |= seen.whose != whose;
            (u64::from(seen.rows), seen.differs)
        } else if self.seen.len() < VALUES_MAX {
            self.seen.insert(hash, Seen { whose, rows: 1, differs: false });
            (1, false)
        } else {
            return;
        };
        self.most.note(hash, rows, text);
        if is_shared {
            self.most_shared.note(hash, rows, text);
        }
    }

    /// How many rows share their value with a row of somebody else.
    pub(crate) fn doubled(&self) -> u64 {
        self.seen.values().filter(|seen| seen.differs).map(|seen| u64::from(seen.rows)).sum()
    }

    /// The value that most rows have.
    pub(crate) fn most(&self) -> &Most {
        &self.most
    }

    /// The value that most rows have of those that rows of several people have: not one that the same row says twice.
    pub(crate) fn most_shared(&self) -> &Most {
        &self.most_shared
    }
}

impl Most {
    /// Takes a value that so many rows have by now.
    fn note(&mut self, hash: u64, rows: u64, text: &str) {
        if rows <= self.rows {
            return;
        }
        if self.hash != hash || self.text.is_empty() {
            self.text = text.chars().take(SHOWN_CHARS_MAX).collect();
        }
        (self.hash, self.rows) = (hash, rows);
    }
}

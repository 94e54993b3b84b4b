//! On which lines of the configuration a source's settings stand, for messages that come long after it was read.
//!
//! Beside the values that `sources` gives out, and never a part of what they say: two configurations that differ in
//! their lines only are equal, and look alike in a digest.

use std::collections::BTreeMap;
use std::fmt;

/// The lines of settings, by their names.
#[derive(Clone, Default)]
pub struct Lines(BTreeMap<String, u64>);

impl Lines {
    pub(crate) fn add(&mut self, setting: &str, line: u64) {
        self.0.insert(setting.to_owned(), line);
    }

    /// The line of a setting, counted from 1; `None` if it is not in the file.
    #[must_use]
    pub fn of(&self, setting: &str) -> Option<u64> {
        self.0.get(setting).copied()
    }

    /// Where a setting stands, for the beginning of a message: `rollcall.toml, line 12: `; empty if it is not in the file.
    #[must_use]
    pub fn place(&self, setting: &str) -> String {
        self.of(setting).map_or_else(String::new, |line| format!("rollcall.toml, line {line}: "))
    }
}

/// Where something is written is no part of what it says.
impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Lines {}

/// A digest is made of the debug print of the settings.
impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines")
    }
}

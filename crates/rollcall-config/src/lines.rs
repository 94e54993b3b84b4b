//! On which lines of the configuration a source's settings stand, for messages that come long after it was read.
//!
//! Beside the values that `sources` gives out, and never a part of what they say: two configurations that differ in
//! their lines only are equal, and look alike in a digest.

use std::collections::BTreeMap;
use std::fmt;

/// The lines of settings, by their names.
#[derive(Clone, Default)]
pub struct Lines {
    settings: BTreeMap<String, u64>,
    groups: BTreeMap<String, u64>,
}

impl Lines {
    pub(crate) fn add(&mut self, setting: &str, line: u64) {
        self.settings.insert(setting.to_owned(), line);
    }

    pub(crate) fn add_group(&mut self, name: &str, line: u64) {
        self.groups.entry(name.to_owned()).or_insert(line);
    }

    /// The line of a setting, counted from 1; `None` if it is not in the file.
    #[must_use]
    pub fn of(&self, setting: &str) -> Option<u64> {
        self.settings.get(setting).copied()
    }

    /// The line of a group in `groups`, by its name.
    #[must_use]
    pub fn of_group(&self, name: &str) -> Option<u64> {
        self.groups.get(name).copied()
    }

    /// The line of the first setting that a text names in backticks.
    #[must_use]
    pub fn of_text(&self, text: &str) -> Option<u64> {
        text.split('`').skip(1).step_by(2).find_map(|name| self.of(name))
    }

    /// Where a setting stands, for the beginning of a message: `rollcall.toml, line 12: `; empty if it is not in the file.
    #[must_use]
    pub fn place(&self, setting: &str) -> String {
        self.of(setting).map_or_else(String::new, place)
    }
}

/// A line for the beginning of a message.
#[must_use]
pub fn place(line: u64) -> String {
    format!("rollcall.toml, line {line}: ")
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

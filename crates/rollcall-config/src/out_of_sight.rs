//! Whose accounts a configuration would lose sight of if another took its place (rule 29b): of a source whose name is gone, and
//! of one that finds people by another key. The command line, the API and by it the console ask about them.

use crate::config::Config;
use rollcall_core::source::SourceName;

/// Why the accounts of a source would not be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutOfSight {
    /// No source has its name: nobody reads its accounts, and they keep their seats.
    NoSource,
    /// It finds people by another match field: an account that is not found counts as one whose person has left.
    OtherMatchField,
}

impl OutOfSight {
    /// Its word in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSource => "no_source",
            Self::OtherMatchField => "other_match_field",
        }
    }
}

impl Config {
    /// The sources of this configuration whose accounts the next one would not find, in their order.
    pub fn out_of_sight<'a>(&'a self, next: &'a Self) -> impl Iterator<Item = (&'a SourceName, OutOfSight)> {
        self.sources.iter().filter_map(|source| {
            let why = match next.source(source.name.as_str()) {
                None => OutOfSight::NoSource,
                Some(after) if after.has_key_of(source) => return None,
                Some(_) => OutOfSight::OtherMatchField,
            };
            Some((&source.name, why))
        })
    }
}

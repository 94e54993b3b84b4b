//! Usernames that are no e-mail addresses where nearly all others are: a name, a note or a half address in the column.
//!
//! Says it and changes nothing: somebody may well have a username of another kind.

use super::moved::is_address;
use rollcall_core::entry::Entry;

/// So many addresses for each other username say that the others are mistakes.
const ADDRESSES_PER_OTHER: u64 = 20;

/// One other is said among so many already.
const ADDRESSES_FOR_ONE: u64 = 4;

/// How many usernames are addresses, and the first that is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Logins {
    addresses: u64,
    others: u64,
    example: Option<String>,
}

impl Logins {
    pub(super) fn see(&mut self, entry: &Entry) {
        let text = match &entry.username {
            Some(username) => username.original(),
            None => entry.key.original(),
        };
        if is_address(text) {
            self.addresses += 1;
        } else {
            self.others += 1;
            self.example.get_or_insert_with(|| format!("{text:?} in line {}", entry.line));
        }
    }

    /// What is to be said of them.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        let example = self.example.as_ref()?;
        let is_said = self.addresses >= self.others.saturating_mul(ADDRESSES_PER_OTHER)
            || self.others == 1 && self.addresses >= ADDRESSES_FOR_ONE;
        let are = if self.others == 1 {
            "username is no e-mail address"
        } else {
            "usernames are no e-mail addresses"
        };
        is_said.then(|| {
            format!(
                "{} {are}, where {} are, for example {example}; if that is a mistake, correct it in the file",
                self.others, self.addresses
            )
        })
    }
}

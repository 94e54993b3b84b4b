//! The usernames that two would have, and in words why a record does not get the one it asks for (rule 7).

use crate::account::{Account, AccountId};
use crate::entry::Entry;
use crate::naming::in_shell;
use crate::source::SourceName;
use crate::username::Username;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The accounts that have a username that a row asks for, unless that is surely the row's own account.
#[derive(Debug, Default)]
pub(crate) struct Holders(Vec<Holder>);

/// A row, and the account that holds its username: the position of its record in the spill, which no other account has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holder {
    row: u32,
    position: u32,
}

// Memory: there may be one for each account.
const _: () = assert!(size_of::<Holder>() == 8);

impl Holders {
    pub(crate) fn record(&mut self, row: u32, position: u32) {
        self.0.push(Holder { row, position });
    }

    /// Once everybody has been seen.
    pub(crate) fn sort(&mut self) {
        self.0.sort_unstable();
    }

    /// Each row with the position of an account that holds its username.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().map(|holder| (holder.row, holder.position))
    }

    /// The position of the account that holds the username of this row.
    fn of_row(&self, row: u32) -> Option<u32> {
        let at = self.0.partition_point(|holder| holder.row < row);
        self.0.get(at).filter(|holder| holder.row == row).map(|holder| holder.position)
    }
}

/// Rows that cannot have the username they ask for, or be given an account of their own, and why.
#[derive(Debug)]
pub(crate) struct Contested(Vec<(u32, Contest)>);

/// Why not. If there are several reasons, the message gives the first in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Contest {
    /// The record is perhaps about an account that is to be removed; the plan knows which.
    PerhapsSame,
    /// An account with the id that it would get exists already: it was made for another person from the same key.
    FirstKey,
    /// An account holds the username.
    Held,
    /// This row asks for the same username.
    AskedBy(u32),
}

impl Contested {
    pub(crate) fn new(mut rows: Vec<(u32, Contest)>) -> Self {
        rows.sort_unstable();
        rows.dedup_by_key(|(row, _)| *row);
        Self(rows)
    }

    fn of_row(&self, row: u32) -> Option<Contest> {
        let at = self.0.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        Some(self.0[at].1)
    }

    pub(crate) fn contains(&self, row: u32) -> bool {
        self.of_row(row).is_some()
    }

    /// The rows that are named in reasons.
    pub(crate) fn named(&self) -> impl Iterator<Item = u32> {
        self.0.iter().filter_map(|(_, contest)| match contest {
            Contest::AskedBy(other) => Some(*other),
            Contest::PerhapsSame | Contest::FirstKey | Contest::Held => None,
        })
    }

    /// Whether a row wants a username that an account holds.
    pub(crate) fn any_held(&self) -> bool {
        self.0.iter().any(|(_, contest)| *contest == Contest::Held)
    }

    /// The position of the account that holds the username which this row does not get, where that is why.
    pub(crate) fn holder_of(&self, row: u32, holders: &Holders) -> Option<u32> {
        match self.of_row(row)? {
            Contest::Held => holders.of_row(row),
            Contest::PerhapsSame | Contest::FirstKey | Contest::AskedBy(_) => None,
        }
    }

    /// Why this row is contested, in words, unless an account holds the username; `None` where it is not.
    pub(crate) fn why(
        &self,
        (row, entry): (u32, &Entry),
        source: &SourceName,
        name: impl Fn(u32) -> String,
    ) -> Option<String> {
        Some(match self.of_row(row)? {
            // The plan says these in words of its own.
            Contest::PerhapsSame | Contest::Held => return None,
            Contest::FirstKey => {
                let id = AccountId::of_entry(source, entry);
                format!("the key was another person's first: account {id} was made from it")
            }
            Contest::AskedBy(other) => format!("{} asks for the same username", name(other)),
        })
    }
}

/// What the record is told: who holds the username that it asks for, and what can be done if they are another person, or the
/// same one.
pub(super) fn taken_by(holder: &Account, entry: &Entry, source: &SourceName, has_account: bool) -> String {
    let name = in_shell(holder.username.original());
    let another = if holder.is_gone() && holder.source().is_some() {
        format!("`rollcall rename {name} NEW` gives that account another username")
    } else {
        String::from("give one of the two another username where it comes from")
    };
    let same = if has_account {
        String::from("they have two accounts: block the one that they do not use")
    } else if holder.source() == Some(source) {
        format!("`rollcall rekey {name} {}`", in_shell(entry.key.original()))
    } else {
        let new = entry.username.as_ref().map_or_else(|| entry.key.original(), Username::original);
        let line = format!("write {},{new},{source} into the adoption file", holder.username.original());
        match holder.source() {
            Some(owner) => format!(
                "{line}; if {owner} is called {source} now, `rollcall source rename {owner} {source}`"
            ),
            None => line,
        }
    };
    format!(
        "the username belongs to {}. Another person: {another}. The same person: {same}",
        holder.in_words()
    )
}

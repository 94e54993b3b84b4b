//! The usernames that two would have, and in words why a record does not get the one it asks for (rule 7).

use crate::account::{Account, AccountId};
use crate::entry::Entry;
use crate::source::SourceName;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// The accounts that have a username that a row asks for, unless that is surely the row's own account.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    holders: Vec<Holder>,
    /// Every source that owns such an account: few.
    sources: Vec<SourceName>,
}

/// A row, and the account that holds its username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holder {
    row: u32,
    /// A position in [`Holders::sources`]; `None` for a local account.
    source: Option<u16>,
    id: AccountId,
}

impl Holders {
    pub(crate) fn record(&mut self, row: u32, account: &Account) {
        let source = account.source().map(|source| self.number_of(source));
        self.holders.push(Holder { row, source, id: account.id });
    }

    fn number_of(&mut self, source: &SourceName) -> u16 {
        let at = self.sources.iter().position(|known| known == source).unwrap_or_else(|| {
            self.sources.push(source.clone());
            self.sources.len() - 1
        });
        // More sources than that cannot be configured; the number serves a message only.
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// Once everybody has been seen.
    pub(crate) fn sort(&mut self) {
        self.holders.sort_unstable();
    }

    /// Each row with the account that holds its username.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, AccountId)> {
        self.holders.iter().map(|holder| (holder.row, holder.id))
    }

    fn of_row(&self, row: u32) -> Option<&Holder> {
        let at = self.holders.partition_point(|holder| holder.row < row);
        self.holders.get(at).filter(|holder| holder.row == row)
    }

    fn name(&self, holder: &Holder) -> String {
        match holder.source.and_then(|at| self.sources.get(usize::from(at))) {
            Some(source) => format!("source {source}"),
            None => String::from("local"),
        }
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

    /// Why this row is contested, in words; `None` where it is not.
    pub(crate) fn why(
        &self,
        (row, entry): (u32, &Entry),
        holders: &Holders,
        source: &SourceName,
        name: impl Fn(u32) -> String,
    ) -> Option<String> {
        Some(match self.of_row(row)? {
            // The plan says it in words of its own.
            Contest::PerhapsSame => return None,
            Contest::FirstKey => {
                let id = AccountId::of_entry(source, entry);
                format!("the key was another person's first: account {id} was made from it")
            }
            Contest::Held => {
                let holder = holders.of_row(row)?;
                format!("the username belongs to account {} ({})", holder.id, holders.name(holder))
            }
            Contest::AskedBy(other) => format!("{} asks for the same username", name(other)),
        })
    }
}

//! Usernames that two would have: taken by an account, or wanted by several at once (product 7).

use super::Planner;
use super::kept::KeptInOrder;
use crate::account::{Account, AccountId};
use crate::shelf::Shelf;
use crate::snapshot::{SnapshotIndex, Standing};
use crate::source::SourceName;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Who holds the username that a row asks for, where that is not surely the row's own account.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    holders: Vec<Holder>,
    /// Every source that owns a holder: few.
    sources: Vec<SourceName>,
}

/// A row, and the account that holds its username.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Holder {
    row: u32,
    /// A place in [`Holders::sources`]; none for a local account.
    source: Option<u16>,
    id: AccountId,
}

impl Holders {
    pub(super) fn note(&mut self, row: u32, account: &Account) {
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
    pub(super) fn sort(&mut self) {
        self.holders.sort_unstable();
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

/// Why not; of several reasons the first in this order is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Contest {
    /// The account that it would be given was made for another person from the same key.
    FirstKey,
    /// An account holds the username.
    Held,
    /// The record that begins on this line asks for it too.
    AskedOnLine(u32),
}

impl Contested {
    fn new(mut rows: Vec<(u32, Contest)>) -> Self {
        rows.sort_unstable();
        rows.dedup_by_key(|(row, _)| *row);
        Self(rows)
    }

    fn of_row(&self, row: u32) -> Option<Contest> {
        let at = self.0.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        Some(self.0[at].1)
    }

    pub(super) fn contains(&self, row: u32) -> bool {
        self.of_row(row).is_some()
    }

    /// Whether a row wants a username that an account holds.
    pub(super) fn any_held(&self) -> bool {
        self.0.iter().any(|(_, contest)| *contest == Contest::Held)
    }

    /// Why this row is contested, in words; `None` where it is not.
    pub(crate) fn why(
        &self,
        row: u32,
        index: &SnapshotIndex,
        holders: &Holders,
        source: &SourceName,
    ) -> Option<String> {
        Some(match self.of_row(row)? {
            Contest::FirstKey => {
                let id = AccountId::of_digest(source, index.row(row).known_by());
                format!("the key was another person's first: account {id} was made from it")
            }
            Contest::Held => {
                let holder = holders.of_row(row)?;
                format!("the username belongs to account {} ({})", holder.id, holders.name(holder))
            }
            Contest::AskedOnLine(line) => format!("line {line} asks for the same username"),
        })
    }
}

impl<S: Shelf> Planner<S> {
    /// Notes the account's username for every row that asks for it but its own.
    pub(super) fn note_holder(&mut self, account: &Account, own: Option<u32>) {
        for row in self.index.with_username(account.username.digest()) {
            if Some(*row) != own {
                self.holders.note(*row, account);
            }
        }
    }

    /// Finds the rows that want what another has.
    pub(super) fn contested(&self, kept: &KeptInOrder) -> Contested {
        let mut contested = Vec::new();
        self.find_held(kept, &mut contested);
        self.find_asked_twice(kept, &mut contested);
        self.find_first_keys(&mut contested);
        Contested::new(contested)
    }

    fn find_held(&self, kept: &KeptInOrder, contested: &mut Vec<(u32, Contest)>) {
        for holder in &self.holders.holders {
            let is_own = kept.of_row(holder.row).is_some_and(|one| one.id == holder.id);
            if !is_own && self.wants_username(holder.row, kept) {
                contested.push((holder.row, Contest::Held));
            }
        }
    }

    fn find_asked_twice(&self, kept: &KeptInOrder, contested: &mut Vec<(u32, Contest)>) {
        for group in self.index.username_groups() {
            let wanting: Vec<u32> =
                group.iter().copied().filter(|row| self.wants_username(*row, kept)).collect();
            for row in &wanting {
                if let Some(other) = wanting.iter().find(|other| *other != row) {
                    contested.push((*row, Contest::AskedOnLine(self.index.row(*other).line())));
                }
            }
        }
    }

    fn find_first_keys(&self, contested: &mut Vec<(u32, Contest)>) {
        if self.renamed.is_empty() {
            return;
        }
        for (at, row) in self.index.rows() {
            if row.standing == Standing::Enabled && !row.is_matched {
                let id = AccountId::of_digest(&self.request.source, row.known_by());
                if self.renamed.binary_search(&id).is_ok() {
                    contested.push((at, Contest::FirstKey));
                }
            }
        }
    }

    /// Whether a row is a newcomer, or its account is to be renamed.
    fn wants_username(&self, row: u32, kept: &KeptInOrder) -> bool {
        let slot = self.index.row(row);
        match kept.of_row(row) {
            Some(one) => one.wants_username,
            None => slot.standing == Standing::Enabled && !slot.is_matched,
        }
    }
}

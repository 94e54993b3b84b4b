//! Accounts and records that are perhaps the same person (rule 54): what the planner found, for the words about it.

use crate::account::Account;
use crate::entry::Entry;
use crate::naming::in_shell;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Every account that is about to lose something, with the record that may be its person's.
#[derive(Debug, Default)]
pub(crate) struct PerhapsSame {
    /// How many accounts keep what they would lose.
    pub(crate) held: u64,
    /// Sorted by the number of the account among the kept ones; one for each.
    by_account: Vec<(u32, Sign)>,
    /// Sorted by row, with the position of the account in the spill; one for each row.
    by_row: Vec<(u32, Shared, u32)>,
}

// Memory: there may be one of each for each account.
const _: () = assert!(size_of::<(u32, Sign)>() == 12 && size_of::<(u32, Shared, u32)>() == 12);

/// By what an account and a record look like one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shared {
    Username,
    Email,
    /// Nearly: other zeros, a fraction of zeros, a sign.
    Key,
}

/// Who asks for something of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sign {
    /// A record of the same snapshot, by its line.
    Line(u32, Shared),
    /// A record of another source's last snapshot, by its number in the plan's input.
    Elsewhere(u32),
}

/// Collects what is found in any order. Of several signs of one account the first in their order is kept, and of several
/// accounts of one row the first that was seen.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    settled: PerhapsSame,
    by_account: Vec<(u32, Sign)>,
    by_row: Vec<(u32, Shared, u32)>,
}

impl Findings {
    /// This record of another source asks for something of the account of this number.
    pub(crate) fn record_elsewhere(&mut self, number: u32, asked: u32) {
        self.by_account.push((number, Sign::Elsewhere(asked)));
    }

    /// This row, which begins on that line, shares something with the account of this number and position.
    pub(crate) fn record(&mut self, (number, position): (u32, u32), (row, line): (u32, u32), shared: Shared) {
        // In the worst case there are a million, by the username and by the address: what is known already is not noted twice.
        let sign = Sign::Line(line, shared);
        if self.settled.of_account(number).is_none_or(|known| sign < known) {
            self.by_account.push((number, sign));
        }
        if self.settled.of_row(row).is_none_or(|(at, known)| (shared, position) < (known, at)) {
            self.by_row.push((row, shared, position));
        }
    }

    /// Puts in order what has been found so far.
    pub(crate) fn settle(&mut self) {
        let PerhapsSame { by_account, by_row, .. } = &mut self.settled;
        join(by_account, core::mem::take(&mut self.by_account));
        by_account.sort_unstable();
        by_account.dedup_by_key(|(account, _)| *account);
        join(by_row, core::mem::take(&mut self.by_row));
        by_row.sort_unstable();
        by_row.dedup_by_key(|(row, _, _)| *row);
    }

    pub(crate) fn finish(mut self) -> PerhapsSame {
        self.settle();
        self.settled
    }
}

/// Adds these. Where there were none before they are taken as they are: there may be a million.
fn join<T>(to: &mut Vec<T>, more: Vec<T>) {
    if to.is_empty() {
        *to = more;
    } else {
        to.extend(more);
    }
}

impl PerhapsSame {
    /// What asks for something of the account of this number.
    pub(crate) fn of_account(&self, number: u32) -> Option<Sign> {
        let at = self.by_account.binary_search_by_key(&number, |(account, _)| *account).ok()?;
        Some(self.by_account[at].1)
    }

    /// The position of the account, and what it shares with this row.
    pub(crate) fn of_row(&self, row: u32) -> Option<(u32, Shared)> {
        let at = self.by_row.binary_search_by_key(&row, |(row, _, _)| *row).ok()?;
        Some((self.by_row[at].2, self.by_row[at].1))
    }

    /// The rows, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = u32> {
        self.by_row.iter().map(|(row, _, _)| *row)
    }
}

/// What the record is told: which account it is perhaps about, and the two ways out.
pub(super) fn why_not(account: &Account, shared: Shared, entry: &Entry) -> String {
    let shares = match shared {
        Shared::Username => "asks for its username",
        Shared::Email => "has its e-mail address",
        Shared::Key => "has nearly its key, as a spreadsheet changes numbers",
    };
    let name = in_shell(account.username.original());
    let (key, new) = (account.key().map_or("", |key| key.original()), entry.key.original());
    format!(
        "perhaps the same person as {} with the key {key:?}, whom this snapshot no longer shows as eligible: this record \
         (key {new:?}) {shares}. The same person: `rollcall rekey {name} {}`. Another person: approve the run, which \
         blocks {name}",
        account.in_words(),
        in_shell(new),
    )
}

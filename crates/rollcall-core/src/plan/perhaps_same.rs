//! Accounts and records that are perhaps the same person (rule 54): what the planner found, for the words about it.

use crate::account::{Account, AccountId};
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
    /// Sorted by account; one for each.
    by_account: Vec<(AccountId, Sign)>,
    /// Sorted by row, with the position of the account in the spill; one for each row.
    by_row: Vec<(u32, usize, Shared)>,
}

/// By what an account and a record look like one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shared {
    Username,
    Email,
}

/// Who asks for something of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sign {
    /// A record of the same snapshot, by its line.
    Line(u32, Shared),
    /// A record of another source's last snapshot, by its number in the plan's input.
    Elsewhere(u32),
}

/// One finding: the account, its position in the spill, and who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finding {
    pub(crate) account: AccountId,
    pub(crate) position: usize,
    pub(crate) row: Option<u32>,
    pub(crate) sign: Sign,
}

impl PerhapsSame {
    pub(crate) fn new(findings: &[Finding]) -> Self {
        let mut by_account: Vec<_> = findings.iter().map(|one| (one.account, one.sign)).collect();
        by_account.sort_unstable();
        by_account.dedup_by_key(|(account, _)| *account);
        let of_row = |one: &Finding| match one.sign {
            Sign::Line(_, shared) => Some((one.row?, one.position, shared)),
            Sign::Elsewhere(_) => None,
        };
        let mut by_row: Vec<_> = findings.iter().filter_map(of_row).collect();
        by_row.sort_unstable_by_key(|(row, position, shared)| (*row, *shared, *position));
        by_row.dedup_by_key(|(row, _, _)| *row);
        Self { held: 0, by_account, by_row }
    }

    pub(crate) fn of_account(&self, id: AccountId) -> Option<Sign> {
        let at = self.by_account.binary_search_by_key(&id, |(account, _)| *account).ok()?;
        Some(self.by_account[at].1)
    }

    /// The position of the account, and what it shares with this row.
    pub(crate) fn of_row(&self, row: u32) -> Option<(usize, Shared)> {
        let at = self.by_row.binary_search_by_key(&row, |(row, _, _)| *row).ok()?;
        Some((self.by_row[at].1, self.by_row[at].2))
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

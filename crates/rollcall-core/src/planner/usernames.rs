//! Usernames that two would have: taken by an account, or wanted by several at once (product 7).

use super::Planner;
use crate::account::{Account, AccountId, Owner};
use crate::snapshot::Standing;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Who holds a username that a row asks for.
#[derive(Debug)]
pub(super) struct Holder {
    id: AccountId,
    owner: String,
}

/// Rows that cannot have the username they ask for, or be given an account of their own, and why.
pub(crate) type Contested = BTreeMap<u32, String>;

impl Planner {
    /// Notes the account's username for every row that asks for it but its own.
    pub(super) fn note_holder(&mut self, account: &Account, own: Option<u32>) {
        for row in self.index.with_username(account.username.digest()) {
            if Some(*row) != own {
                self.holders.insert(*row, Holder::of(account));
            }
        }
    }

    /// Finds the rows that want what another has.
    pub(super) fn contested(&self) -> Contested {
        let mut contested = self.contested_usernames();
        if !self.renamed.is_empty() {
            for (at, row) in
                self.index.rows().filter(|(_, row)| row.standing == Standing::Enabled && !row.is_matched)
            {
                let id = AccountId::of_digest(&self.request.source, row.known_by());
                if self.renamed.contains(&id) {
                    let why = format!("the key was another person's first: account {id} was made from it");
                    contested.insert(at, why);
                }
            }
        }
        contested
    }

    fn contested_usernames(&self) -> Contested {
        let accounts: BTreeMap<u32, &Account> =
            self.kept.iter().filter_map(|kept| kept.row.map(|row| (row, &kept.account))).collect();
        let wants = |row: u32| self.wants_username(row, accounts.get(&row).copied());
        let mut contested = Contested::new();
        for (row, holder) in &self.holders {
            let is_own = accounts.get(row).is_some_and(|account| account.id == holder.id);
            if !is_own && wants(*row) {
                contested.insert(
                    *row,
                    format!("the username belongs to account {} ({})", holder.id, holder.owner),
                );
            }
        }
        for group in self.index.username_groups() {
            let wanting: Vec<u32> = group.iter().copied().filter(|row| wants(*row)).collect();
            for row in &wanting {
                if let Some(other) = wanting.iter().find(|other| *other != row) {
                    let line = self.index.row(*other).line();
                    contested
                        .entry(*row)
                        .or_insert_with(|| format!("line {line} asks for the same username"));
                }
            }
        }
        contested
    }

    /// Whether a row is a newcomer, or its account is to be renamed.
    fn wants_username(&self, row: u32, account: Option<&Account>) -> bool {
        let slot = self.index.row(row);
        match account {
            Some(account) => slot.asks_for_username() && account.username.digest() != slot.username,
            None => slot.standing == Standing::Enabled && !slot.is_matched,
        }
    }
}

impl Holder {
    fn of(account: &Account) -> Self {
        let owner = match &account.owner {
            Owner::Local => String::from("local"),
            Owner::Source { source, .. } => format!("source {source}"),
        };
        Self { id: account.id, owner }
    }
}

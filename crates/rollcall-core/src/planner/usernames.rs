//! Usernames that two would have: taken by an account, or wanted by several at once (rule 7).

use super::Planner;
use super::matching::Match;
use crate::account::{Account, AccountId, Owner};
use crate::account_spill::AccountSpill;
use crate::match_key::ImmutableId;
use crate::plan::kept::{Kept, KeptInOrder};
use crate::plan::perhaps_same::PerhapsSame;
use crate::plan::usernames::{Contest, Contested};
use alloc::vec::Vec;

impl<S: AccountSpill> Planner<S> {
    /// A newcomer with the first key or immutable id of this account would get the same id.
    pub(super) fn record_renamed(&mut self, account: &Account, found: Match) {
        // A sure match is by what the id of an account for the row is made from.
        if matches!(found, Match::Sure(row) if self.index.has_first_id(row, account.id)) {
            return;
        }
        let Owner::Source { source, key, immutable_id } = &account.owner else { return };
        let known_by = immutable_id.as_ref().map_or_else(|| key.digest(), ImmutableId::digest);
        if account.id != AccountId::of_digest(source, known_by) {
            self.renamed.push(account.id.first_word());
        }
    }

    /// Notes the account's username for every row that asks for it but its own. Answers with the position of its record, if
    /// it was stored for that: an account is stored once.
    pub(super) fn record_holder(
        &mut self,
        account: &Account,
        own: Option<u32>,
    ) -> Result<Option<u32>, S::Error> {
        let mut position = None;
        for row in self.index.with_username(&account.username).iter() {
            if Some(row) != own {
                let at = match position {
                    Some(at) => at,
                    None => *position.insert(self.spill.put(account)?),
                };
                self.holders.record(row, at);
            }
        }
        Ok(position)
    }

    /// Finds the rows that ask for a username or an id that another account or row has.
    pub(super) fn contested(&self, kept: &KeptInOrder, perhaps_same: &PerhapsSame) -> Contested {
        let wanting = perhaps_same.rows().filter(|row| self.wants_username(*row, kept));
        let mut contested: Vec<_> = wanting.map(|row| (row, Contest::PerhapsSame)).collect();
        self.find_held(kept, perhaps_same, &mut contested);
        self.find_asked_twice(kept, &mut contested);
        self.find_first_keys(&mut contested);
        Contested::new(contested)
    }

    fn find_held(&self, kept: &KeptInOrder, perhaps_same: &PerhapsSame, contested: &mut Vec<(u32, Contest)>) {
        for (row, position) in self.holders.iter() {
            let is_own = kept.of_row(row).is_some_and(|one| one.position == position);
            // Where it is perhaps the same person, that is the reason given.
            if !is_own && perhaps_same.of_row(row).is_none() && self.wants_username(row, kept) {
                contested.push((row, Contest::Held));
            }
        }
    }

    fn find_asked_twice(&self, kept: &KeptInOrder, contested: &mut Vec<(u32, Contest)>) {
        for group in self.index.username_groups() {
            let wanting: Vec<u32> = group.iter().filter(|row| self.wants_username(*row, kept)).collect();
            for row in &wanting {
                if let Some(other) = wanting.iter().find(|other| *other != row) {
                    contested.push((*row, Contest::AskedBy(*other)));
                }
            }
        }
    }

    fn find_first_keys(&self, contested: &mut Vec<(u32, Contest)>) {
        if self.renamed.is_empty() {
            return;
        }
        for (at, row) in self.index.rows() {
            if row.asks_for_account() && !row.is_matched && self.renamed.binary_search(&row.first_id).is_ok()
            {
                contested.push((at, Contest::FirstKey));
            }
        }
    }

    /// Whether a row is a newcomer, or its account is to be renamed.
    fn wants_username(&self, row: u32, kept: &KeptInOrder) -> bool {
        let slot = self.index.row(row);
        if !slot.is_kept {
            return slot.asks_for_account() && !slot.is_matched;
        }
        kept.of_row(row).is_some_and(Kept::asks_for_username)
    }
}

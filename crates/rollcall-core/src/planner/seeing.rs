//! What the planner learns of each account: who matches which row, what is decided at once, and what is kept until all
//! accounts have been seen.
//!
//! A part of the planner, above its other parts.

use super::matching::{self, Match};
use super::{Planner, past};
use crate::account::{Account, AccountId, Owner};
use crate::account_spill::AccountSpill;
use crate::licence::SeatCount;
use crate::outcome::{Outcome, Seen};
use crate::plan::fate::Wish;
use crate::plan::kept::{Kept, Login, Taken};
use crate::snapshot::{RecordStatus, earlier};
use alloc::vec::Vec;

/// So many accounts are looked up together: their rows must stay in the processor's cache until each is decided.
const TOGETHER: usize = 64;

/// An account that may match a row. Of several, the first in this order matches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tentative {
    row: u32,
    /// False if neither the account nor the entry has an immutable id.
    is_second_best: bool,
    id: AccountId,
    /// The position of its record in the spill.
    position: u32,
}

impl<S: AccountSpill> Planner<S> {
    /// Takes in account records, in any order. Every account of every owner must be shown exactly once, in any call.
    ///
    /// Tells of each what is to be said at once: something only if nothing is to be done about an account of the source. All
    /// others are in the plan.
    ///
    /// # Errors
    /// When the spill fails, or `tell` does; the plan is lost then.
    pub fn try_see<'a, E: From<S::Error>>(
        &mut self,
        accounts: impl IntoIterator<Item = &'a Account>,
        mut tell: impl FnMut(&'a Account, Option<Seen>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut accounts = accounts.into_iter();
        let mut together = Vec::with_capacity(TOGETHER);
        loop {
            together.clear();
            together.extend(accounts.by_ref().take(TOGETHER));
            if together.is_empty() {
                return Ok(());
            }
            let rows = self.index.clear_rows_of(&together, &self.input.source);
            for (account, clear_row) in together.iter().zip(rows) {
                tell(account, self.see_one(account, clear_row)?)?;
            }
        }
    }

    /// Takes in one. `clear_row`: its row by the look at all of them together.
    fn see_one(&mut self, account: &Account, clear_row: Option<u32>) -> Result<Option<Seen>, S::Error> {
        self.count(account);
        if account.source() != Some(&self.input.source) {
            // It may have been an account of this source once, and have an id that a newcomer would get.
            self.record_renamed(account, Match::None);
            self.record_holder(account, None)?;
            self.count_staying(account);
            return Ok(None);
        }
        if let Some(row) = clear_row
            && !self.index.row(row).is_matched
            && self.index.is_clearly_of(row, account, &mut self.scratch)
        {
            self.record_renamed(account, Match::Sure(row));
            self.index.row_mut(row).is_matched = true;
            return self.answer_or_keep(account, Some(row), None, true);
        }
        let found = matching::find(&self.index, account);
        self.record_renamed(account, found);
        match found {
            Match::Covered => {
                self.of_source.covered += 1;
                self.record_holder(account, None)?;
                self.count_staying(account);
                Ok(None)
            }
            Match::Tentative(row) => {
                let stored = self.record_holder(account, Some(row))?;
                let is_second_best = self.index.row(row).has_immutable_id() || has_immutable_id(account);
                let position = self.stored_or_put(stored, account)?;
                self.tentative.push(Tentative { row, is_second_best, id: account.id, position });
                Ok(None)
            }
            Match::Sure(row) if !self.index.row(row).is_matched => {
                let stored = self.record_holder(account, Some(row))?;
                self.index.row_mut(row).is_matched = true;
                let has_all = self.index.is_as_asked(row, account, &mut self.scratch);
                self.answer_or_keep(account, Some(row), stored, has_all)
            }
            Match::Sure(_) | Match::None => {
                let stored = self.record_holder(account, None)?;
                self.answer_or_keep(account, None, stored, true)
            }
        }
    }

    fn count(&mut self, account: &Account) {
        if account.source() == Some(&self.input.source) {
            self.of_source.count(account, self.input.guard_counts_from());
        }
        let one = SeatCount::new(1);
        if account.state.holds_seat() {
            self.used = self.used.plus(one);
        }
        self.admins.before += u64::from(account.is_active_admin());
        if past::keeps_seat(account, &self.input) {
            self.kept_seats = self.kept_seats.plus(one);
            let ends = account.history.away.map(|away| away.since.plus(self.input.policy.keep_seat));
            self.next_grace_end = earlier(self.next_grace_end, ends);
        }
        if account.state.waiting_since().is_some() {
            self.waiting = self.waiting.plus(one);
        }
    }

    /// Decides at once if no other account matters, and keeps the account otherwise. `has_all`: all values that its row asks for.
    fn answer_or_keep(
        &mut self,
        account: &Account,
        row: Option<u32>,
        stored: Option<u32>,
        has_all: bool,
    ) -> Result<Option<Seen>, S::Error> {
        self.record_grace(account, row);
        // A person who is in the snapshot again is no longer missing. Whose last day is over: the entry has the date.
        let is_as_asked = row.is_none_or(|row| {
            account.missing_since.is_none()
                && (account.history.given_back_at.is_none()
                    || self.index.row(row).status != RecordStatus::Enabled)
                && self.index.row(row).status != RecordStatus::Ended
                && has_all
        });
        let outcome = match self.wish_of(account, row) {
            // A record may be about the person of an account in its grace.
            Wish::Nothing if !self.is_shown(row) && account.state.holds_seat() => {
                return self.put_and_keep(account, row, stored);
            }
            Wish::Nothing | Wish::ExemptFromTrim if is_as_asked => Outcome::Unchanged,
            Wish::KeepAdminBlock if is_as_asked => Outcome::KeptAdminBlock,
            Wish::Nothing
            | Wish::KeepAdminBlock
            | Wish::MayBeTrimmed
            | Wish::ExemptFromTrim
            | Wish::Miss
            | Wish::Lose(_)
            | Wish::Relabel(_)
            | Wish::LoseBeneath(_)
            | Wish::RelabelBeneath(_)
            | Wish::BackBeneath
            | Wish::Waiting
            | Wish::Back => {
                return self.put_and_keep(account, row, stored);
            }
        };
        self.of_source.matched += u64::from(self.is_shown(row));
        self.count_staying(account);
        Ok(Some(Seen { outcome, line: row.map(|row| self.index.row(row).line()) }))
    }

    /// Whether the snapshot shows the person: a row that is outside a condition does not.
    pub(super) fn is_shown(&self, row: Option<u32>) -> bool {
        row.is_some_and(|row| self.index.row(row).status != RecordStatus::OutOfScope)
    }

    fn put_and_keep(
        &mut self,
        account: &Account,
        row: Option<u32>,
        stored: Option<u32>,
    ) -> Result<Option<Seen>, S::Error> {
        let position = self.stored_or_put(stored, account)?;
        self.keep(account, row, position);
        Ok(None)
    }

    /// The position of the account's record, which may be stored already.
    fn stored_or_put(&mut self, stored: Option<u32>, account: &Account) -> Result<u32, S::Error> {
        stored.map_or_else(|| self.spill.put(account), Ok)
    }

    /// Keeps an account whose record is at this position of the spill.
    fn keep(&mut self, account: &Account, row: Option<u32>, position: u32) {
        self.record_grace(account, row);
        self.of_source.matched += u64::from(self.is_shown(row));
        let wish = self.wish_of(account, row);
        let fate = self.fate_before_guard(account, wish);
        let (holds, since, claim) = Taken::of(account, wish, &self.input);
        let asks_for_name = row.is_some_and(|row| {
            self.index.row(row).asks_for_username() && !self.index.has_username(row, &account.username)
        });
        let is_admin = row.and_then(|row| self.index.row(row).is_admin).unwrap_or(account.is_admin);
        let one = Kept {
            id: account.id,
            position,
            row,
            holds,
            since,
            wish,
            fate,
            login: Login::of(asks_for_name, is_admin != account.is_admin),
            is_admin,
            claim,
            is_given_back: account.history.given_back_at.is_some(),
            is_renamed_before: account.history.is_renamed_after(self.input.guard_counts_from()),
        };
        self.record_going(account, &one);
        self.kept.push(one);
    }

    /// Of the accounts that may match a row, the best one matches it; the others match no row.
    pub(super) fn settle_tentative(&mut self) -> Result<(), S::Error> {
        let mut tentative = core::mem::take(&mut self.tentative);
        tentative.sort_unstable();
        for Tentative { row, position, .. } in tentative {
            let account = self.spill.get(position)?;
            let slot = self.index.row_mut(row);
            let is_mine = !slot.is_matched;
            slot.is_matched = true;
            if !is_mine && self.index.has_username(row, &account.username) {
                self.holders.record(row, position);
            }
            self.keep(&account, is_mine.then_some(row), position);
        }
        Ok(())
    }
}

fn has_immutable_id(account: &Account) -> bool {
    matches!(&account.owner, Owner::Source { immutable_id: Some(_), .. })
}

//! Perhaps the same person: an account is about to lose something, and a record asks for its username, has its e-mail
//! address, or has nearly its key (rule 54). Then neither is done, until a person says who it is.
//!
//! Decided before the guard counts, so what is kept here is no removal.

use super::Planner;
use crate::account::Account;
use crate::account_spill::AccountSpill;
use crate::match_key::MatchKey;
use crate::plan::HeldCause;
use crate::plan::fate::Wish;
use crate::plan::kept::{Kept, KeptInOrder};
use crate::plan::perhaps_same::{Findings, PerhapsSame, Shared};
use crate::plan::{Judgement, PlanInput};
use crate::snapshot::{RecordStatus, Row};
use crate::username::Username;
use alloc::vec::Vec;

/// What is noted of kept accounts whose person the snapshot no longer shows as eligible, when they are seen: their records
/// are not read again for it. Who has their username is known by `holders`.
#[derive(Debug, Default)]
pub(super) struct Going {
    /// The numbers of the records of other sources, by the username that each asks for: the first of each.
    asked: Vec<u32>,
    /// The e-mail address as a number, and the position of the account in the spill. Of those whose own record does not say
    /// which address is theirs.
    emails: Vec<(u64, u32)>,
    /// The rows whose key is alike, and the position of the account.
    alike: Vec<(u32, u32)>,
    /// The position of an account, and the number of the record of another source that asks for its username.
    elsewhere: Vec<(u32, u32)>,
}

impl Going {
    /// Nothing yet.
    pub(super) fn new(input: &PlanInput) -> Self {
        let folded = |number: u32| input.asked_elsewhere[number as usize].username.folded();
        let others = (0u32..).zip(&input.asked_elsewhere).filter(|(_, one)| one.source != input.source);
        let mut asked: Vec<u32> = others.map(|(number, _)| number).collect();
        asked.sort_by_key(|number| folded(*number));
        asked.dedup_by_key(|number| folded(*number));
        Self { asked, ..Self::default() }
    }

    /// The number of the first record of another source that asks for this username.
    fn asked(&self, input: &PlanInput, username: &Username) -> Option<u32> {
        let folded = |number: &u32| input.asked_elsewhere[*number as usize].username.folded();
        let place = self.asked.binary_search_by_key(&username.folded(), folded).ok()?;
        Some(self.asked[place])
    }
}

/// The numbers of the kept accounts that are about to lose something, by their positions in the spill.
struct Numbers(Vec<(u32, u32)>);

impl Numbers {
    fn of<'a>(going: impl Iterator<Item = (u32, &'a Kept)>) -> Self {
        let mut pairs: Vec<_> = going.map(|(number, one)| (one.position, number)).collect();
        pairs.sort_unstable();
        Self(pairs)
    }

    fn at(&self, position: u32) -> Option<u32> {
        let place = self.0.binary_search_by_key(&position, |(position, _)| *position).ok()?;
        Some(self.0[place].1)
    }
}

impl<S: AccountSpill> Planner<S> {
    /// Notes what other records may ask for of this account, if it is about to lose something.
    pub(super) fn record_going(&mut self, account: &Account, one: &Kept) {
        if !self.is_going(one) {
            return;
        }
        // A record of their own says which address is theirs.
        if !self.is_shown(one.row) {
            let email = self.index.email_of(account);
            self.going.emails.extend((email != 0).then_some((email, one.position)));
        }
        // Where people log in with their key, a key that has changed asks for no username that another has.
        let logs_in_with = |key: &&MatchKey| account.username.folded() == key.folded();
        let key = account.key().filter(logs_in_with);
        // Nor does a key say anything that the account gives up for that of its own record.
        let key = key.filter(|key| one.row.is_none_or(|row| self.index.has_key(row, key)));
        let alike = key.into_iter().flat_map(|key| self.index.with_key_alike(key));
        self.going.alike.extend(alike.map(|row| (row, one.position)));
        let asked = self.going.asked(&self.input, &account.username);
        self.going.elsewhere.extend(asked.map(|number| (one.position, number)));
    }

    /// Finds them, and keeps what their accounts have. Answers with nothing where a person has said that these are
    /// other people.
    pub(super) fn hold_perhaps_same(&mut self, kept: &mut KeptInOrder) -> PerhapsSame {
        let mut found = self.find_perhaps_same(kept);
        let held =
            kept.numbered().filter(|(number, one)| one.is_loss() && found.of_account(*number).is_some());
        let held: u64 = held.map(|_| 1).sum();
        if let Judgement::Approved { at_most } = self.input.decided.perhaps_same
            && held <= at_most
        {
            return PerhapsSame::default();
        }
        for (number, one) in (0u32..).zip(kept.iter_mut()) {
            if one.is_loss() && found.of_account(number).is_some() {
                one.hold(HeldCause::PerhapsSame);
            }
        }
        found.held = held;
        found
    }

    fn find_perhaps_same(&mut self, kept: &KeptInOrder) -> PerhapsSame {
        let Going { emails, alike, elsewhere, .. } = core::mem::take(&mut self.going);
        let is_going = |(_, one): &(u32, &Kept)| self.is_going(one);
        let numbers = Numbers::of(kept.numbered().filter(is_going));
        let mut found = Findings::default();
        for (row, position) in self.holders.iter() {
            let Some(number) = numbers.at(position) else { continue };
            if self.asks_for_what_goes(row, kept.at(number)) {
                found.record((number, position), (row, self.index.row(row).line()), Shared::Username);
            }
        }
        for (row, position) in alike {
            let Some(number) = numbers.at(position) else { continue };
            let other = self.index.row(row);
            if kept.at(number).row != Some(row) && may_be_new(other) {
                found.record((number, position), (row, other.line()), Shared::Key);
            }
        }
        for (position, asked) in elsewhere {
            let number = numbers.at(position).filter(|number| !kept.at(*number).asks_for_username());
            number.into_iter().for_each(|number| found.record_elsewhere(number, asked));
        }
        found.settle();
        let numbered = |(email, position)| Some((email, numbers.at(position)?));
        let mut emails: Vec<(u64, u32)> = emails.into_iter().filter_map(numbered).collect();
        drop(numbers);
        let of_record = |(number, one): (u32, &Kept)| {
            let row = one.row.filter(|row| self.is_shown(Some(*row)))?;
            let email = self.index.row(row).email;
            (email != 0).then_some((email, number))
        };
        emails.extend(kept.numbered().filter(is_going).filter_map(of_record));
        self.find_emails(emails, kept, &mut found);
        found.finish()
    }

    /// Whether the snapshot no longer shows the person as eligible, and the account has something to lose: now, or when
    /// its grace ends.
    fn is_going(&self, one: &Kept) -> bool {
        match one.wish {
            Wish::Lose(_) | Wish::LoseBeneath(_) | Wish::Miss => true,
            Wish::Nothing => !self.is_shown(one.row) && one.holds_seat(),
            Wish::KeepAdminBlock
            | Wish::RelabelBeneath(_)
            | Wish::BackBeneath
            | Wish::MayBeTrimmed
            | Wish::ExemptFromTrim
            | Wish::Relabel(_)
            | Wish::Waiting
            | Wish::Back => false,
        }
    }

    /// Whether this row asks for the username of this account, usable or not. A record of a disabled person asks for nothing.
    fn asks_for_what_goes(&self, at: u32, one: &Kept) -> bool {
        let row = self.index.row(at);
        one.row != Some(at)
            && !one.asks_for_username()
            && may_be_somebody(row.status)
            && (row.asks_for_username() || !row.is_matched)
    }

    /// An address that the record of another account has too says nothing: several people use it.
    fn find_emails(&self, mut going: Vec<(u64, u32)>, kept: &KeptInOrder, found: &mut Findings) {
        if going.is_empty() {
            return;
        }
        going.sort_unstable();
        let mut signs: Vec<(u32, u32)> = Vec::new();
        let mut is_shared = alloc::vec![false; going.len()];
        for (at, row) in self.index.rows().filter(|(_, row)| row.email != 0) {
            let first = going.partition_point(|(email, _)| *email < row.email);
            let same = going[first..].iter().zip(&mut is_shared[first..]);
            for ((_, number), is_shared) in same.take_while(|((email, _), _)| *email == row.email) {
                if kept.at(*number).row == Some(at) {
                    continue;
                }
                *is_shared |= row.is_matched;
                if may_be_new(row) {
                    signs.push((*number, at));
                }
            }
        }
        // The numbers of accounts whose address others have too.
        let shared = going.iter().zip(is_shared).filter(|(_, is_shared)| *is_shared);
        let mut shared: Vec<u32> = shared.map(|((_, number), _)| *number).collect();
        shared.sort_unstable();
        for (number, row) in signs.into_iter().filter(|(number, _)| shared.binary_search(number).is_err()) {
            let account = (number, kept.at(number).position);
            found.record(account, (row, self.index.row(row).line()), Shared::Email);
        }
    }
}

/// Whether this row may be somebody who has no account yet.
fn may_be_new(row: &Row) -> bool {
    may_be_somebody(row.status) && !row.is_matched
}

fn may_be_somebody(status: RecordStatus) -> bool {
    match status {
        RecordStatus::Enabled
        | RecordStatus::NotStarted
        | RecordStatus::Duplicate
        | RecordStatus::Rejected => true,
        RecordStatus::Disabled | RecordStatus::Ended | RecordStatus::OutOfScope | RecordStatus::Repeated => {
            false
        }
    }
}

//! The decision: from a snapshot, the accounts, the licence and the policy to a plan (invariant 5).
//!
//! Front door: [`Planner::begin`] with the snapshot's index, [`Planner::see`] with each account record once in any
//! order, [`Planner::finish`] for the [`Plan`]. The steps, in the order of rule 14: match, find leavers, protect,
//! guard, free the seats of leavers, seat people who wait, then newcomers.
//!
//! Memory: the index, and 48 bytes for each account that changes, waits or may change (its record is in an
//! [`AccountSpill`]); nothing for the others.

mod matching;
mod of_source;
mod grace;
mod perhaps_same;
mod undone;
mod admins;
mod guard_renames;
mod removals;
mod trimming;
mod usernames;
mod guard_newcomers;
mod seating;

use crate::account::{Account, AccountId, Owner};
use crate::account_spill::AccountSpill;
use crate::keyed::Values;
use crate::licence::{SeatCount, Seats};
use crate::outcome::{Observation, Outcome};
use crate::plan::fate::{Fate, Wish};
use crate::plan::kept::{Kept, KeptInOrder, Login, Taken};
use crate::plan::past;
use crate::plan::usernames::{Contested, Holders};
use crate::plan::{Holds, Parts, Plan, PlanInput, SeatArithmetic};
use crate::snapshot::{RecordStatus, SnapshotIndex, earlier};
use crate::time::Timestamp;
use admins::Admins;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use matching::Match;
use of_source::OfSource;
use perhaps_same::Going;

/// A plan in the making.
#[derive(Debug)]
pub struct Planner<S = Vec<Account>> {
    input: PlanInput,
    index: SnapshotIndex,
    /// Records of the tentative and the kept accounts.
    spill: S,
    /// Active accounts of all owners.
    used: SeatCount,
    /// What is counted of the source's own accounts.
    of_source: OfSource,
    /// Accounts of all owners that wait for a seat.
    waiting: SeatCount,
    /// Free seats that are kept for people who left (rule 57).
    kept_seats: SeatCount,
    admins: Admins,
    /// Accounts that may match a row, unless another account matches it better.
    tentative: Vec<Tentative>,
    /// Accounts that can be decided only when all accounts have been seen.
    kept: Vec<Kept>,
    /// The accounts that have a username that a row asks for, unless that is surely the row's own account.
    holders: Holders,
    /// What other records may ask for of kept accounts that are about to lose something.
    going: Going,
    /// Accounts of any source whose immutable id or match key, or whose source, is no longer the one that their id was made from: the first
    /// word of each id.
    renamed: Vec<u64>,
    /// The first end of a grace that is still to come.
    next_grace_end: Option<Timestamp>,
    /// Filled again for each account.
    scratch: Values,
}

/// An account that may match a row. Of several, the first in this order matches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tentative {
    row: u32,
    /// False if neither the account nor the entry has an immutable id.
    is_second_best: bool,
    id: AccountId,
    /// The position of its record in the spill.
    position: u32,
}

impl Planner {
    /// Begins a plan for this snapshot, with a spill in memory.
    #[must_use]
    pub fn begin(input: PlanInput, index: SnapshotIndex) -> Self {
        Self::with_spill(input, index, Vec::new())
    }

    /// [`Planner::try_see`] where the spill cannot fail.
    pub fn see(&mut self, account: &Account) -> Option<Observation> {
        let Ok(observation) = self.try_see(account);
        observation
    }

    /// [`Planner::try_finish`] where the spill cannot fail.
    #[must_use]
    pub fn finish(self) -> Plan {
        let Ok(plan) = self.try_finish();
        plan
    }
}

impl<S: AccountSpill> Planner<S> {
    /// Begins a plan for this snapshot, with an empty spill.
    #[must_use]
    pub fn with_spill(input: PlanInput, index: SnapshotIndex, spill: S) -> Self {
        Self {
            going: Going::new(&input),
            input,
            index,
            spill,
            used: SeatCount::ZERO,
            of_source: OfSource::default(),
            waiting: SeatCount::ZERO,
            kept_seats: SeatCount::ZERO,
            admins: Admins::default(),
            tentative: Vec::new(),
            kept: Vec::new(),
            holders: Holders::default(),
            renamed: Vec::new(),
            next_grace_end: None,
            scratch: Values::default(),
        }
    }

    /// Takes in one account record. Every account of every owner must be shown exactly once, in any order.
    ///
    /// Returns an observation at once if nothing is to be done about an account of the source; all others are in the
    /// plan.
    ///
    /// # Errors
    /// When the spill fails; the plan is lost then.
    pub fn try_see(&mut self, account: &Account) -> Result<Option<Observation>, S::Error> {
        self.count(account);
        if account.source() != Some(&self.input.source) {
            // It may have been an account of this source once, and have an id that a newcomer would get.
            self.record_renamed(account, Match::None);
            self.record_holder(account, None)?;
            self.count_staying(account);
            return Ok(None);
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
                self.answer_or_keep(account, Some(row), stored)
            }
            Match::Sure(_) | Match::None => {
                let stored = self.record_holder(account, None)?;
                self.answer_or_keep(account, None, stored)
            }
        }
    }

    /// Makes the plan.
    ///
    /// # Errors
    /// When the spill fails.
    pub fn try_finish(mut self) -> Result<Plan<S>, S::Error> {
        self.settle_tentative()?;
        let mut kept = KeptInOrder::new(core::mem::take(&mut self.kept));
        kept.iter().filter_map(|one| one.row).for_each(|row| self.index.row_mut(row).is_kept = true);
        let renames = self.guard_renames(&mut kept);
        let perhaps_same = self.hold_perhaps_same(&mut kept);
        let undone = self.hold_undone(&mut kept);
        self.protect_last_admin(&mut kept)?;
        let hold = self.decide_removals(&mut kept);
        let freed = freed_by(&kept);
        let used_before = self.used;
        self.used = self.used.less(freed);
        self.renamed.sort_unstable();
        self.holders.sort();
        let contested = self.contested(&kept, &perhaps_same);
        let newcomers = self.guard_newcomers(&contested, hold.as_ref());
        let seating = self.seat(&mut kept, &contested, newcomers.hold.is_some());
        let stopped_waiting =
            count(&kept, |one| one.is_waiting() && matches!(one.fate, Fate::Block(_) | Fate::Seat(_)));
        let began_to_wait =
            count(&kept, |one| matches!(one.fate, Fate::Wait | Fate::Trim)).plus(seating.created_blocked);
        let is_settled = self.is_settled(&kept, &contested, seating.taken);
        let holds = Holds {
            removals: hold,
            renames,
            newcomers: newcomers.hold,
            perhaps_same: perhaps_same.held,
            undone,
        };
        let seats = Seats { limit: self.input.limit, used: self.used.plus(seating.taken) };
        let seats = SeatArithmetic {
            limit: self.input.limit,
            used_before,
            freed,
            taken: seating.taken,
            used: seats.used,
            waiting: self.waiting.less(stopped_waiting).plus(began_to_wait),
            over_by: seats.over_by(),
        };
        // A seat that is freed in this plan is kept from now on (rule 57).
        let keeps = freed > SeatCount::ZERO && !self.input.policy.keep_seat.is_zero();
        let kept_until = keeps.then(|| self.input.now.plus(self.input.policy.keep_seat));
        let next_date = earlier(earlier(self.index.next_date(), self.next_grace_end), kept_until);
        Ok(Plan::new(Parts {
            names: BTreeMap::new(),
            next_date,
            input: self.input,
            index: self.index,
            spill: self.spill,
            kept,
            contested,
            holders: self.holders,
            perhaps_same,
            next: seating.next,
            in_line: seating.in_line,
            seats,
            holds,
            is_settled,
            admits_many: newcomers.may_look_too_many,
            admins_before: self.admins.before,
        }))
    }

    /// Whether a second plan would find nothing to do that this plan made possible.
    fn is_settled(&self, kept: &KeptInOrder, contested: &Contested, taken: SeatCount) -> bool {
        let may_have_successor = self.admins.last.is_some() && taken > SeatCount::ZERO;
        let mut renamed = kept.iter().filter(|one| one.gives_up_username(contested)).peekable();
        let frees_username = renamed.peek().is_some() && contested.any_held();
        // Exemptions go by username.
        let may_lose_exemption = renamed.any(Kept::is_spared);
        !(may_have_successor || frees_username || may_lose_exemption || self.may_trim_more(kept, contested))
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

    /// Decides at once if no other account matters, and keeps the account otherwise.
    fn answer_or_keep(
        &mut self,
        account: &Account,
        row: Option<u32>,
        stored: Option<u32>,
    ) -> Result<Option<Observation>, S::Error> {
        self.record_grace(account, row);
        // A person who is in the snapshot again is no longer missing. Whose last day is over: the entry has the date.
        let is_as_asked = row.is_none_or(|row| {
            account.missing_since.is_none()
                && (account.history.given_back_at.is_none()
                    || self.index.row(row).status != RecordStatus::Enabled)
                && self.index.row(row).status != RecordStatus::Ended
                && self.index.is_as_asked(row, account, &mut self.scratch)
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
        let line = row.map(|row| self.index.row(row).line());
        Ok(Some(Observation::of_account(account, outcome, None, line)))
    }

    /// Whether the snapshot shows the person: a row that is outside a condition does not.
    fn is_shown(&self, row: Option<u32>) -> bool {
        row.is_some_and(|row| self.index.row(row).status != RecordStatus::OutOfScope)
    }

    fn put_and_keep(
        &mut self,
        account: &Account,
        row: Option<u32>,
        stored: Option<u32>,
    ) -> Result<Option<Observation>, S::Error> {
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
    fn settle_tentative(&mut self) -> Result<(), S::Error> {
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

/// Seats that become free in this plan.
fn freed_by(kept: &KeptInOrder) -> SeatCount {
    count(kept, |one| one.holds_seat() && matches!(one.fate, Fate::Block(_) | Fate::Trim))
}

fn count(kept: &KeptInOrder, is_counted: impl Fn(&Kept) -> bool) -> SeatCount {
    SeatCount::new(kept.iter().filter(|one| is_counted(one)).count() as u64)
}

fn has_immutable_id(account: &Account) -> bool {
    matches!(&account.owner, Owner::Source { immutable_id: Some(_), .. })
}

//! The decision: from a snapshot, the accounts, the licence and the policy to a plan (invariant 5).
//!
//! Front door: [`Planner::begin`] with the snapshot's index, [`Planner::see`] with each account record once in any
//! order, [`Planner::finish`] for the [`Plan`]. The steps, in the order of product 14: match, find who left, protect,
//! guard, free the seats of those who left, seat those who wait, then newcomers.
//!
//! Memory: the index, and a copy of each account that changes, waits or may change; nothing for the others.

mod matching;
mod removals;
mod seating;
mod usernames;

use crate::account::{Account, AccountId, Owner};
use crate::licence::{Limit, SeatCount, Seats};
use crate::match_key::ImmutableId;
use crate::outcome::{Observation, Outcome};
use crate::plan::{Parts, Plan, SeatArithmetic};
use crate::policy::Policy;
use crate::snapshot::SnapshotIndex;
use crate::source::SourceName;
use crate::time::Timestamp;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use matching::Match;
use removals::Wish;
use usernames::Holder;

/// What a plan is made for.
#[derive(Clone, Debug)]
pub struct Request {
    /// The source whose snapshot it is. Accounts of others are never changed.
    pub source: SourceName,
    /// The time of the run: the since-when of every block it sets.
    pub now: Timestamp,
    /// The licence's limit.
    pub limit: Limit,
    /// The policies.
    pub policy: Policy,
    /// Whether a person approved the removals of this very snapshot.
    pub removals: Removals,
}

/// Whether the removal guard stands (product 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removals {
    /// The guard stands.
    Guarded,
    /// A person approved this very snapshot's removals.
    Approved,
}

/// A plan in the making.
#[derive(Debug)]
pub struct Planner {
    request: Request,
    index: SnapshotIndex,
    /// Active accounts of all owners.
    used: SeatCount,
    /// Active accounts of the source.
    active_of_source: u64,
    /// Accounts of all owners that wait for a seat.
    waiting: SeatCount,
    /// Active administrators who stay whatever is decided about the kept accounts.
    staying_admins: u64,
    /// Accounts that may match a row, unless another account matches it better.
    tentative: Vec<(u32, Account)>,
    /// Accounts about which the whole picture decides.
    kept: Vec<Kept>,
    /// Who holds the username that a row asks for, where that is not surely the row's own account.
    holders: BTreeMap<u32, Holder>,
    /// Accounts of the source that are no longer known by what their id was made from.
    renamed: BTreeSet<AccountId>,
}

/// An account about which the whole picture decides.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) account: Account,
    /// The entry that it matches; none for a leaver.
    pub(crate) row: Option<u32>,
    pub(crate) fate: Fate,
}

/// What becomes of the state of a kept account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Stays as it is; fields follow the directory.
    Stay(Outcome),
    /// Is blocked, or blocked for this other reason.
    Block(Removal),
    /// Gets a seat; the word tells whether it waited or came back.
    Seat(Outcome),
    /// Came back and waits from this run on.
    Wait,
}

/// Why somebody loses a seat or a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removal {
    Left,
    Disabled,
}

impl Planner {
    /// Begins a plan for this snapshot.
    #[must_use]
    pub fn begin(request: Request, index: SnapshotIndex) -> Self {
        Self {
            request,
            index,
            used: SeatCount::ZERO,
            active_of_source: 0,
            waiting: SeatCount::ZERO,
            staying_admins: 0,
            tentative: Vec::new(),
            kept: Vec::new(),
            holders: BTreeMap::new(),
            renamed: BTreeSet::new(),
        }
    }

    /// Takes in one account record. Every account of every owner must be shown exactly once, in any order.
    ///
    /// Answers at once where nothing is to be done about an account of the source; all others are in the plan.
    pub fn see(&mut self, account: &Account) -> Option<Observation> {
        self.count(account);
        if account.source() != Some(&self.request.source) {
            self.note_holder(account, None);
            self.note_staying(account);
            return None;
        }
        self.note_renamed(account);
        match matching::find(&self.index, account) {
            Match::Covered => {
                self.note_holder(account, None);
                self.note_staying(account);
                None
            }
            Match::Tentative(row) => {
                self.note_holder(account, None);
                self.tentative.push((row, account.clone()));
                None
            }
            Match::Sure(row) if !self.index.row(row).is_matched => {
                self.note_holder(account, Some(row));
                self.index.row_mut(row).is_matched = true;
                self.place(account, Some(row))
            }
            Match::Sure(_) | Match::None => {
                self.note_holder(account, None);
                self.place(account, None)
            }
        }
    }

    /// Makes the plan.
    #[must_use]
    pub fn finish(mut self) -> Plan {
        let settled = self.settle_tentative();
        let used_before = self.used;
        let waiting_before = self.waiting;
        let hold = self.decide_removals();
        let freed =
            self.count_kept(|kept| kept.account.state.holds_seat() && matches!(kept.fate, Fate::Block(_)));
        self.used = self.used.less(freed);
        let contested = self.contested();
        let line = self.seat(&contested);
        let stopped_waiting = self.count_kept(|kept| {
            kept.account.state.waiting_since().is_some()
                && matches!(kept.fate, Fate::Block(_) | Fate::Seat(_))
        });
        let began_to_wait = self.count_kept(|kept| kept.fate == Fate::Wait).plus(line.created_blocked);
        let seats = Seats { limit: self.request.limit, used: self.used.plus(line.taken) };
        let seats = SeatArithmetic {
            limit: self.request.limit,
            used_before,
            freed,
            taken: line.taken,
            used: seats.used,
            waiting: waiting_before.less(stopped_waiting).plus(began_to_wait),
            over_by: seats.over_by(),
        };
        Plan::new(Parts {
            request: self.request,
            index: self.index,
            kept: self.kept,
            contested,
            settled,
            next: line.next,
            seats,
            hold,
        })
    }

    fn count(&mut self, account: &Account) {
        let one = SeatCount::new(1);
        if account.state.holds_seat() {
            self.used = self.used.plus(one);
            self.active_of_source += u64::from(account.source() == Some(&self.request.source));
        }
        if account.state.waiting_since().is_some() {
            self.waiting = self.waiting.plus(one);
        }
    }

    fn count_kept(&self, is_counted: impl Fn(&Kept) -> bool) -> SeatCount {
        SeatCount::new(self.kept.iter().filter(|kept| is_counted(kept)).count() as u64)
    }

    /// A newcomer known by what this account was first known by would be given the same id.
    fn note_renamed(&mut self, account: &Account) {
        let Owner::Source { source, key, immutable_id } = &account.owner else { return };
        let known_by = immutable_id.as_ref().map_or_else(|| key.digest(), ImmutableId::digest);
        if account.id != AccountId::of_digest(source, known_by) {
            self.renamed.insert(account.id);
        }
    }

    fn note_staying(&mut self, account: &Account) {
        self.staying_admins += u64::from(account.is_admin && account.state.holds_seat());
    }

    /// Says at once what needs no picture of the whole, and keeps the rest.
    fn place(&mut self, account: &Account, row: Option<u32>) -> Option<Observation> {
        let is_as_asked = row.is_none_or(|row| self.index.is_as_asked(row, account));
        let outcome = match removals::wish(account, row.map(|row| self.index.row(row).standing)) {
            Wish::Nothing if is_as_asked => Outcome::Unchanged,
            Wish::KeepAdminBlock if is_as_asked => Outcome::KeptAdminBlock,
            Wish::Nothing
            | Wish::KeepAdminBlock
            | Wish::Lose(_)
            | Wish::Relabel(_)
            | Wish::Waiting
            | Wish::Back => {
                self.kept.push(Kept { account: account.clone(), row, fate: Fate::Stay(Outcome::Unchanged) });
                return None;
            }
        };
        self.note_staying(account);
        Some(Observation::of_account(account, outcome, None, row.map(|row| self.index.row(row).line())))
    }

    /// The best of the accounts that may match a row has it; the others are matched by nobody.
    fn settle_tentative(&mut self) -> Vec<Observation> {
        let mut tentative = core::mem::take(&mut self.tentative);
        // Of several, one without immutable id for an entry without one, then the smallest id.
        tentative.sort_by_key(|(row, account)| {
            let is_plain = !self.index.row(*row).has_immutable_id() && !has_immutable_id(account);
            (*row, !is_plain, account.id)
        });
        let mut settled = Vec::new();
        for (row, account) in tentative {
            let slot = self.index.row_mut(row);
            let is_mine = !slot.is_matched;
            slot.is_matched = true;
            settled.extend(self.place(&account, is_mine.then_some(row)));
        }
        settled
    }
}

fn has_immutable_id(account: &Account) -> bool {
    matches!(&account.owner, Owner::Source { immutable_id: Some(_), .. })
}

impl Observation {
    pub(crate) fn of_account(
        account: &Account,
        outcome: Outcome,
        reason: Option<alloc::string::String>,
        line: Option<u32>,
    ) -> Self {
        Self {
            outcome,
            reason,
            account: Some(account.id),
            username: Some(account.username.clone()),
            key: account.key().cloned(),
            line: line.map(u64::from),
            state: Some(account.state.clone()),
        }
    }
}

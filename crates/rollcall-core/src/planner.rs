//! The decision: from a snapshot, the accounts, the licence and the policy to a plan (invariant 5).
//!
//! Front door: [`Planner::begin`] with the snapshot's index, [`Planner::see`] with each account record once in any
//! order (`seeing.rs`), [`Planner::finish`] for the [`Plan`]. The steps, in the order of rule 14: match, find leavers, protect,
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
mod seeing;

use crate::account::Account;
use crate::account_spill::AccountSpill;
use crate::keyed::Values;
use crate::licence::{SeatCount, Seats};
use crate::outcome::Seen;
use crate::plan::fate::Fate;
use crate::plan::kept::{Kept, KeptInOrder};
use crate::plan::past;
use crate::plan::usernames::{Contested, Holders};
use crate::plan::{Holds, Parts, Plan, PlanInput, SeatArithmetic};
use crate::snapshot::{SnapshotIndex, earlier};
use crate::time::Timestamp;
use admins::Admins;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::convert::Infallible;
use of_source::OfSource;
use perhaps_same::Going;
use seeing::Tentative;

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

impl Planner {
    /// Begins a plan for this snapshot, with a spill in memory.
    #[must_use]
    pub fn begin(input: PlanInput, index: SnapshotIndex) -> Self {
        Self::with_spill(input, index, Vec::new())
    }

    /// [`Planner::try_see`] where the spill cannot fail.
    pub fn see<'a>(&mut self, accounts: impl IntoIterator<Item = &'a Account>) -> Vec<(&'a Account, Seen)> {
        let mut seen = Vec::new();
        let Ok(()) = self.try_see::<Infallible>(accounts, |account, one| {
            seen.extend(one.map(|one| (account, one)));
            Ok(())
        });
        seen
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
}

/// Seats that become free in this plan.
fn freed_by(kept: &KeptInOrder) -> SeatCount {
    count(kept, |one| one.holds_seat() && matches!(one.fate, Fate::Block(_) | Fate::Trim))
}

fn count(kept: &KeptInOrder, is_counted: impl Fn(&Kept) -> bool) -> SeatCount {
    SeatCount::new(kept.iter().filter(|one| is_counted(one)).count() as u64)
}

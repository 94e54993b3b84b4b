//! Who loses a seat or a place on the waiting list: people who left or were disabled, except protected people, and
//! unless the guard holds the removals (rules 6, 20, 24).

use super::Planner;
use super::grace::Grace;
use super::of_source::OfSource;
use crate::account::{Account, AccountState, Beneath, BlockReason};
use crate::account_spill::AccountSpill;
use crate::outcome::Outcome;
use crate::plan::fate::{Fate, Removal, Under, Wish};
use crate::plan::kept::KeptInOrder;
use crate::plan::{HeldCause, Hold, HoldCause, PlanInput, Removals};
use crate::snapshot::RecordStatus;

/// What the directory wants of an account that matches an entry of this status, or none.
fn wish(input: &PlanInput, account: &Account, status: Option<RecordStatus>) -> Wish {
    let removal = match status {
        Some(RecordStatus::Enabled) => return wish_of_eligible(&account.state),
        // A covered account is never placed; should it be, it is left as it is.
        Some(RecordStatus::Repeated | RecordStatus::Duplicate | RecordStatus::Rejected) => {
            return Wish::Nothing;
        }
        Some(RecordStatus::Disabled | RecordStatus::Ended) => Removal::Disabled,
        Some(RecordStatus::NotStarted) => Removal::NotStarted,
        None | Some(RecordStatus::OutOfScope) => match input.grace_of(account) {
            Grace::Begins => return Wish::Miss,
            Grace::Runs => return Wish::Nothing,
            Grace::Over => Removal::Left,
        },
    };
    let AccountState::Blocked(block) = &account.state else { return Wish::Lose(removal) };
    let blocked_for = match &block.reason {
        BlockReason::ByAdmin(block) => return wish_beneath(block.beneath, removal),
        BlockReason::NoSeat => return Wish::Lose(removal),
        BlockReason::LeftScope => Removal::Left,
        BlockReason::DisabledInDirectory => Removal::Disabled,
        BlockReason::NotStarted { .. } => Removal::NotStarted,
    };
    if blocked_for == removal { Wish::Nothing } else { Wish::Relabel(removal) }
}

fn wish_beneath(beneath: Beneath, removal: Removal) -> Wish {
    let blocked_for = match beneath {
        Beneath::Active | Beneath::NoSeat(_) => return Wish::LoseBeneath(removal),
        Beneath::LeftScope(_) => Removal::Left,
        Beneath::DisabledInDirectory(_) => Removal::Disabled,
        Beneath::NotStarted { .. } => Removal::NotStarted,
    };
    if blocked_for == removal { Wish::KeepAdminBlock } else { Wish::RelabelBeneath(removal) }
}

fn wish_of_eligible(state: &AccountState) -> Wish {
    let AccountState::Blocked(block) = state else { return Wish::Nothing };
    match &block.reason {
        BlockReason::ByAdmin(block) => match block.beneath {
            Beneath::Active | Beneath::NoSeat(_) => Wish::KeepAdminBlock,
            Beneath::LeftScope(_) | Beneath::DisabledInDirectory(_) | Beneath::NotStarted { .. } => {
                Wish::BackBeneath
            }
        },
        BlockReason::NoSeat => Wish::Waiting,
        BlockReason::LeftScope | BlockReason::DisabledInDirectory | BlockReason::NotStarted { .. } => {
            Wish::Back
        }
    }
}

impl<S: AccountSpill> Planner<S> {
    pub(super) fn wish_of(&self, account: &Account, row: Option<u32>) -> Wish {
        let status = row.map(|row| self.index.row(row).status);
        let wish = wish(&self.input, account, status);
        let is_in_scope = status == Some(RecordStatus::Enabled);
        let has_seat_in_scope = wish == Wish::Nothing && is_in_scope && account.state.holds_seat();
        if !has_seat_in_scope || !self.input.may_trim() {
            return wish;
        }
        if self.is_exempt(account) { Wish::ExemptFromTrim } else { Wish::MayBeTrimmed }
    }

    pub(super) fn fate_before_guard(&self, account: &Account, wish: Wish) -> Fate {
        match wish {
            Wish::Lose(_) if self.is_exempt(account) => Fate::Stay(Outcome::Protected),
            Wish::Lose(removal) | Wish::Relabel(removal) => Fate::Block(removal),
            Wish::LoseBeneath(_) if self.is_exempt(account) => Fate::Stay(Outcome::KeptAdminBlock),
            Wish::LoseBeneath(removal) | Wish::RelabelBeneath(removal) => Fate::Beneath(Under::Gone(removal)),
            Wish::BackBeneath => Fate::Beneath(Under::Back),
            Wish::KeepAdminBlock => Fate::Stay(Outcome::KeptAdminBlock),
            Wish::Miss => Fate::Miss,
            Wish::Nothing | Wish::MayBeTrimmed | Wish::ExemptFromTrim | Wish::Waiting | Wish::Back => {
                Fate::Stay(Outcome::Unchanged)
            }
        }
    }

    fn is_exempt(&self, account: &Account) -> bool {
        self.input.policy.exemptions.contains(&account.username)
    }

    /// Decides about each account that would lose something. If the guard holds the removals, returns why.
    pub(super) fn decide_removals(&mut self, kept: &mut KeptInOrder) -> Option<Hold> {
        self.trim(kept);
        let hold = self.hold(kept);
        if hold.is_some() {
            kept.iter_mut().filter(|one| one.is_loss()).for_each(|one| one.hold(HeldCause::Removals));
        }
        hold
    }

    fn hold(&self, kept: &KeptInOrder) -> Option<Hold> {
        let losses = || kept.iter().filter(|one| one.is_loss());
        let removals = losses().filter(|one| one.holds_seat()).count() as u64;
        let places = losses().filter(|one| one.is_waiting()).count() as u64;
        let OfSource { active, waiting, earlier, .. } = self.of_source;
        let hold = |cause| Some(Hold { removals, active, places, waiting, earlier, cause });
        if let Removals::Approved { removals: approved, places: approved_places, .. } = self.input.removals {
            let is_more = removals > approved || places > approved_places;
            return if is_more { hold(HoldCause::TooMany) } else { None };
        }
        losses().next()?;
        if self.index.rows().all(|(_, row)| row.status != RecordStatus::Enabled) {
            return hold(HoldCause::NobodyEligible);
        }
        if self.of_source.matched + self.of_source.covered == 0 {
            return hold(HoldCause::NobodyMatched);
        }
        let is_exceeded = |taken: u64, before: u64, of: u64| {
            // What was taken before is no longer among those who are there.
            taken > 0 && self.input.policy.guard.is_exceeded(taken + before, of + before)
        };
        let is_held = self.input.removals == Removals::Held
            || is_exceeded(removals, earlier.removals, active)
            || is_exceeded(places, earlier.places, waiting);
        if is_held { hold(HoldCause::TooMany) } else { None }
    }
}

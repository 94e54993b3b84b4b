//! Who loses a seat or a place on the waiting list: people who left or were disabled, except protected people, and
//! unless the guard holds the removals (rules 6, 20, 24).

use super::Planner;
use super::grace::Grace;
use crate::account::{Account, AccountId, AccountState, Beneath, BlockReason};
use crate::account_spill::AccountSpill;
use crate::match_key::MatchKey;
use crate::outcome::Outcome;
use crate::plan::fate::{Fate, Removal, Under, Wish};
use crate::plan::kept::{Kept, KeptInOrder};
use crate::plan::{Hold, HoldCause, PlanInput, Removals};
use crate::snapshot::RecordStatus;
use alloc::borrow::ToOwned as _;

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

    /// Whether the person administers the application once this run's fields are written.
    pub(super) fn is_admin_after(&self, account: &Account, row: Option<u32>) -> bool {
        row.and_then(|row| self.index.row(row).is_admin).unwrap_or(account.is_admin)
    }

    /// Counts an active administrator: one who stays, or one who is to be blocked.
    pub(super) fn count_admin(&mut self, account: &Account, row: Option<u32>, fate: Fate) {
        if !self.is_admin_after(account, row) || !account.state.holds_seat() {
            return;
        }
        if !matches!(fate, Fate::Block(_)) {
            self.admins.staying += 1;
            return;
        }
        let this = (account.key().map_or("", MatchKey::folded), account.id);
        let first = &mut self.admins.first_to_go;
        if first.as_ref().is_none_or(|(key, id)| this < (key.as_str(), *id)) {
            *first = Some((this.0.to_owned(), this.1));
        }
    }

    /// Decides about each account that would lose something. If the guard holds the removals, returns why.
    pub(super) fn decide_removals(&mut self, kept: &mut KeptInOrder) -> Option<Hold> {
        if let Some(last) = self.last_admin() {
            for one in kept.iter_mut().filter(|one| one.id == last) {
                one.fate = Fate::Stay(Outcome::Protected);
            }
        }
        self.trim(kept);
        let hold = self.hold(kept);
        if hold.is_some() {
            kept.iter_mut().filter(|one| one.is_loss()).for_each(Kept::hold);
        }
        hold
    }

    /// The administrator to protect where the removals would leave none (rule 20).
    pub(super) fn last_admin(&self) -> Option<AccountId> {
        let first = self.admins.first_to_go.as_ref().filter(|_| self.admins.staying == 0);
        first.map(|(_, id)| *id)
    }

    fn hold(&self, kept: &KeptInOrder) -> Option<Hold> {
        let losses = kept.iter().filter(|one| one.is_loss());
        let removals = losses.clone().filter(|one| one.holds_seat()).count() as u64;
        let active = self.active_of_source;
        if let Removals::Approved { removals: approved, .. } = self.input.removals {
            return (removals > approved).then_some(Hold { removals, active, cause: HoldCause::TooMany });
        }
        let nobody_eligible = self.index.rows().all(|(_, row)| row.status != RecordStatus::Enabled);
        if nobody_eligible && losses.count() > 0 {
            return Some(Hold { removals, active, cause: HoldCause::NobodyEligible });
        }
        let is_held = self.input.removals == Removals::Held && kept.iter().any(|one| one.is_loss());
        let is_exceeded = is_held || self.input.policy.guard.is_exceeded(removals, active);
        is_exceeded.then_some(Hold { removals, active, cause: HoldCause::TooMany })
    }
}

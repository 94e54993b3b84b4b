//! Who loses a seat or a place: leavers and disabled people, who is protected, and the guard (product 6, 20, 24).

use super::{Fate, Kept, Planner, Removal, Removals};
use crate::account::{Account, AccountId, AccountState, BlockReason};
use crate::match_key::MatchKey;
use crate::outcome::Outcome;
use crate::plan::{Hold, HoldCause};
use crate::snapshot::Standing;

/// What the directory wants of one account's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// As it is.
    Nothing,
    /// Blocked by a person, which no sync lifts.
    KeepAdminBlock,
    /// To take its seat or its place in the line.
    Lose(Removal),
    /// Blocked by the sync already, for another reason: nobody loses anything.
    Relabel(Removal),
    /// Waits, and is still eligible.
    Waiting,
    /// Was gone or disabled, and is eligible again.
    Back,
}

/// What the directory wants of an account that matches an entry of this standing, or none.
pub(super) fn wish(account: &Account, standing: Option<Standing>) -> Wish {
    let removal = match standing {
        Some(Standing::Enabled) => return wish_of_eligible(&account.state),
        // A covered account is never placed; should it be, it is left as it is.
        Some(Standing::Duplicate | Standing::Rejected) => return Wish::Nothing,
        Some(Standing::Disabled) => Removal::Disabled,
        None => Removal::Left,
    };
    let AccountState::Blocked(block) = &account.state else { return Wish::Lose(removal) };
    match (&block.reason, removal) {
        (BlockReason::ByAdmin(_), _) => Wish::KeepAdminBlock,
        (BlockReason::NoSeat, _) => Wish::Lose(removal),
        (BlockReason::LeftScope, Removal::Left) | (BlockReason::DisabledInDirectory, Removal::Disabled) => {
            Wish::Nothing
        }
        (BlockReason::LeftScope, Removal::Disabled) | (BlockReason::DisabledInDirectory, Removal::Left) => {
            Wish::Relabel(removal)
        }
    }
}

fn wish_of_eligible(state: &AccountState) -> Wish {
    let AccountState::Blocked(block) = state else { return Wish::Nothing };
    match block.reason {
        BlockReason::ByAdmin(_) => Wish::KeepAdminBlock,
        BlockReason::NoSeat => Wish::Waiting,
        BlockReason::LeftScope | BlockReason::DisabledInDirectory => Wish::Back,
    }
}

impl Planner {
    pub(super) fn wish_of(&self, kept: &Kept) -> Wish {
        wish(&kept.account, kept.row.map(|row| self.index.row(row).standing))
    }

    /// Decides about everybody who would lose something; says why where the guard holds the removals.
    pub(super) fn decide_removals(&mut self) -> Option<Hold> {
        let mut kept = core::mem::take(&mut self.kept);
        for one in &mut kept {
            one.fate = self.fate_before_guard(one);
        }
        if let Some(last) = self.last_admin(&kept) {
            for one in kept.iter_mut().filter(|one| one.account.id == last) {
                one.fate = Fate::Stay(Outcome::Protected);
            }
        }
        let hold = self.hold(&kept);
        if hold.is_some() {
            for one in kept.iter_mut().filter(|one| is_loss(one)) {
                one.fate = Fate::Stay(Outcome::Held);
            }
        }
        self.kept = kept;
        hold
    }

    fn fate_before_guard(&self, kept: &Kept) -> Fate {
        match self.wish_of(kept) {
            Wish::Lose(_) if self.request.policy.exemptions.contains(&kept.account.username) => {
                Fate::Stay(Outcome::Protected)
            }
            Wish::Lose(removal) | Wish::Relabel(removal) => Fate::Block(removal),
            Wish::KeepAdminBlock => Fate::Stay(Outcome::KeptAdminBlock),
            Wish::Nothing | Wish::Waiting | Wish::Back => Fate::Stay(Outcome::Unchanged),
        }
    }

    /// The administrator to protect where the removals would leave none (product 20).
    fn last_admin(&self, kept: &[Kept]) -> Option<AccountId> {
        let is_active_admin = |one: &&Kept| one.account.state.holds_seat() && self.is_admin_after(one);
        let is_removed = |one: &&Kept| matches!(one.fate, Fate::Block(_));
        let staying = kept.iter().filter(is_active_admin).any(|one| !is_removed(&one));
        if staying || self.staying_admins > 0 {
            return None;
        }
        let leaving = kept.iter().filter(is_active_admin).filter(is_removed);
        leaving
            .map(|one| (one.account.key().map_or("", MatchKey::folded), one.account.id))
            .min()
            .map(|(_, id)| id)
    }

    fn is_admin_after(&self, kept: &Kept) -> bool {
        kept.row.and_then(|row| self.index.row(row).is_admin).unwrap_or(kept.account.is_admin)
    }

    fn hold(&self, kept: &[Kept]) -> Option<Hold> {
        if self.request.removals == Removals::Approved {
            return None;
        }
        let losses = kept.iter().filter(|one| is_loss(one));
        let removals = losses.clone().filter(|one| one.account.state.holds_seat()).count() as u64;
        let active = self.active_of_source;
        let nobody_eligible = self.index.rows().all(|(_, row)| row.standing != Standing::Enabled);
        if nobody_eligible && losses.count() > 0 {
            return Some(Hold { removals, active, cause: HoldCause::NobodyEligible });
        }
        let is_exceeded = self.request.policy.guard.is_exceeded(removals, active);
        is_exceeded.then_some(Hold { removals, active, cause: HoldCause::TooMany })
    }
}

/// Whether somebody would lose a seat or a place in the line.
fn is_loss(kept: &Kept) -> bool {
    let has_something = kept.account.state.holds_seat() || kept.account.state.waiting_since().is_some();
    has_something && matches!(kept.fate, Fate::Block(_))
}

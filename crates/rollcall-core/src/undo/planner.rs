//! The plan of an undo in the making: each account is shown once, with what the run did to it, and is not kept.
//!
//! Front door: [`UndoPlanner::begin`], [`UndoPlanner::see`] for each account, [`UndoPlanner::finish`] for the [`UndoPlan`],
//! which hands out one change after the other. Memory: 64 bytes for each account that goes back, and as much for each that
//! is left alone; its record, and what it is to be, are in an [`AccountSpill`]. A name that goes back costs 32 bytes more.

use super::order::{Names, World, in_order};
use super::{Done, LeftAlone, Reduced, UndoInput, change_of, is_same, target, with_name_of};
use crate::account::{Account, AccountId};
use crate::account_spill::AccountSpill;
use crate::fold::Digest128;
use crate::outcome::Change;
use crate::username::Username;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;
use core::cmp::Reverse;

/// Bytes of a username by which the accounts that are left alone are sorted.
const SORTED_BYTES: usize = 24;

/// A plan in the making.
#[derive(Debug)]
pub struct UndoPlanner<S> {
    input: UndoInput,
    spill: S,
    steps: Vec<UndoStep>,
    names: Vec<Names>,
    held: BTreeSet<Digest128>,
    left_alone: Vec<UndoLeft>,
}

/// One account that goes back: what the order of the changes and the counts need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoStep {
    /// The account.
    pub account: AccountId,
    /// The positions of its record and of what it is to be.
    before: u32,
    after: u32,
    pub(super) names: Option<usize>,
    had_seat: bool,
    has_seat: bool,
    waited: bool,
    is_waiting: bool,
    pub(super) was_admin: bool,
    pub(super) is_admin: bool,
    /// Whether nothing but its username would go back.
    is_name_only: bool,
    /// Another account has its old name.
    pub(super) keeps_name: bool,
    /// No seat is free.
    has_to_wait: bool,
}

// Memory: there may be one for each account.
const _: () = assert!(size_of::<UndoStep>() <= 64);

/// An account that is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoLeft {
    /// The account.
    pub account: AccountId,
    /// Why.
    pub why: LeftAlone,
    /// Where its record is.
    position: u32,
    /// The beginning of its folded username.
    begins: [u8; SORTED_BYTES],
}

const _: () = assert!(size_of::<UndoLeft>() <= 64);

impl UndoLeft {
    fn of(account: &Account, why: LeftAlone, position: u32) -> Self {
        let mut begins = [0; SORTED_BYTES];
        let bytes = account.username.folded().bytes();
        begins.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte);
        Self { account: account.id, why, position, begins }
    }
}

impl UndoStep {
    /// By how much it changes the seats in use.
    #[must_use]
    pub fn seat_delta(&self) -> i64 {
        i64::from(self.has_seat) - i64::from(self.had_seat)
    }

    /// Whether the person waited before, and whether they wait after.
    #[must_use]
    pub fn waits(&self) -> (bool, bool) {
        (self.waited, self.is_waiting)
    }
}

impl<S: AccountSpill> UndoPlanner<S> {
    /// Begins a plan. The spill may have accounts already.
    pub fn begin(input: UndoInput, spill: S) -> Self {
        let (steps, names, left_alone) = (Vec::new(), Vec::new(), Vec::new());
        Self { input, spill, steps, names, held: BTreeSet::new(), left_alone }
    }

    /// Where accounts are put before they are seen.
    pub fn spill_mut(&mut self) -> &mut S {
        &mut self.spill
    }

    /// Takes note that an account has this username now. Needed for the names that [`UndoPlanner::see`] answers with.
    pub fn take_name(&mut self, name: &Username) {
        self.held.insert(digest(name));
    }

    /// Takes in the account at a position of the spill: what the run did to it, and what was done to it after the run, both
    /// in any order. Each account comes once. Answers with the username that it would have again.
    ///
    /// # Errors
    /// When the spill fails; the plan is lost then.
    pub fn see(
        &mut self,
        position: u32,
        done: &[Done],
        since: &[Done],
    ) -> Result<Option<Username>, S::Error> {
        let before = self.spill.get(position)?;
        let (done, since) = (newest_first(done), newest_first(since));
        let after = match target::of(&self.input, &before, &done, &since) {
            Ok(after) => after,
            Err(why) => {
                self.left_alone.push(UndoLeft::of(&before, why, position));
                return Ok(None);
            }
        };
        if is_same(&before, &after) {
            return Ok(None);
        }
        let is_renamed = before.username.folded() != after.username.folded();
        let names = is_renamed.then_some(self.names.len());
        if is_renamed {
            self.names.push(Names { has: digest(&before.username), wants: digest(&after.username) });
        }
        let unnamed = with_name_of(&before, after.clone());
        self.steps.push(UndoStep {
            account: before.id,
            before: position,
            after: self.spill.put(&after)?,
            names,
            had_seat: before.state.holds_seat(),
            has_seat: after.state.holds_seat(),
            waited: before.state.waiting_since().is_some(),
            is_waiting: after.state.waiting_since().is_some(),
            was_admin: before.is_active_admin(),
            is_admin: after.is_active_admin(),
            is_name_only: is_renamed && is_same(&before, &unnamed),
            keeps_name: false,
            has_to_wait: false,
        });
        Ok(is_renamed.then_some(after.username))
    }

    /// Makes the plan.
    ///
    /// # Errors
    /// When the spill fails.
    pub fn finish(mut self) -> Result<UndoPlan<S>, S::Error> {
        // Seats are freed before they are given.
        self.steps.sort_unstable_by_key(|step| (step.seat_delta(), step.account));
        let (limit, used, admins) = (self.input.limit, self.input.used, self.input.admins);
        let mut world = World { limit, used, admins, held: self.held, names: self.names };
        let order = in_order(&mut world, &self.steps);
        let mut steps: Vec<UndoStep> = Vec::with_capacity(self.steps.len());
        let step_at = |at: &u32| self.steps.get(*at as usize).copied();
        steps.extend(order.made.iter().filter_map(step_at));
        for mut step in order.stuck.iter().filter_map(step_at) {
            match reduce(&world, &mut step) {
                Some(why) => {
                    let account = self.spill.get(step.before)?;
                    self.left_alone.push(UndoLeft::of(&account, why, step.before));
                }
                None => {
                    world.make(&step);
                    steps.push(step);
                }
            }
        }
        self.left_alone.sort_unstable_by_key(|left| (left.begins, left.account));
        Ok(UndoPlan { input: self.input, spill: self.spill, steps, left_alone: self.left_alone })
    }
}

/// As much of a change as is possible, or why none is.
fn reduce(world: &World, step: &mut UndoStep) -> Option<LeftAlone> {
    step.keeps_name = !world.has_name(step);
    if step.keeps_name && step.is_name_only {
        return Some(LeftAlone::NameTaken);
    }
    if !world.has_seat(step) {
        (step.has_to_wait, step.has_seat, step.is_waiting, step.is_admin) = (true, false, true, false);
    }
    (!world.has_admin(step)).then_some(LeftAlone::LastAdmin)
}

/// The way back.
#[derive(Debug)]
pub struct UndoPlan<S> {
    input: UndoInput,
    spill: S,
    steps: Vec<UndoStep>,
    left_alone: Vec<UndoLeft>,
}

impl<S: AccountSpill> UndoPlan<S> {
    /// The changes, in the order in which they are to be committed.
    pub fn steps(&self) -> impl Iterator<Item = &UndoStep> {
        self.steps.iter()
    }

    /// What a step changes. It is read from the spill.
    ///
    /// # Errors
    /// When the spill fails.
    pub fn change(&self, step: &UndoStep) -> Result<Change, S::Error> {
        let (before, after) = (self.spill.get(step.before)?, self.spill.get(step.after)?);
        let reduced = Reduced { keeps_name: step.keeps_name, waits: step.has_to_wait };
        Ok(change_of(&self.input, before, after, &reduced))
    }

    /// The accounts that are left alone, in the order of their usernames (of the first 24 bytes).
    pub fn left_alone(&self) -> impl Iterator<Item = &UndoLeft> {
        self.left_alone.iter()
    }

    /// The record of an account that is left alone. It is read from the spill.
    ///
    /// # Errors
    /// When the spill fails.
    pub fn account(&self, left: &UndoLeft) -> Result<Account, S::Error> {
        self.spill.get(left.position)
    }
}

fn digest(name: &Username) -> Digest128 {
    Digest128::of(&[name.folded()])
}

fn newest_first(done: &[Done]) -> Vec<&Done> {
    let mut entries: Vec<&Done> = done.iter().collect();
    entries.sort_unstable_by_key(|entry| Reverse(entry.version));
    entries
}

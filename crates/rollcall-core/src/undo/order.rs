//! In which order the changes of an undo can be made: seats are freed before they are given, a username is given up before
//! another account takes it, and an administrator comes before one goes.
//!
//! Below the planner of the undo. Knows of each account only what such questions need, and takes a time that grows with the
//! number of changes, however long the chain of names is.

use super::planner::UndoStep;
use crate::fold::Digest128;
use crate::licence::{Limit, SeatCount, Seats};
use alloc::collections::{BTreeSet, BinaryHeap};
use alloc::vec::Vec;
use core::cmp::Reverse;

/// The two usernames of an account whose name would go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// The one it has.
    pub(super) has: Digest128,
    /// The one it had.
    pub(super) wants: Digest128,
}

/// Seats, names and administrators while the changes are made one after the other.
pub(super) struct World {
    pub(super) limit: Limit,
    pub(super) used: SeatCount,
    pub(super) admins: u64,
    /// Names that accounts have: those that are wanted at least.
    pub(super) held: BTreeSet<Digest128>,
    /// Of the steps that change a name.
    pub(super) names: Vec<Names>,
}

impl World {
    fn names_of(&self, step: &UndoStep) -> Option<Names> {
        self.names.get(step.names?).copied()
    }

    /// The reserve does not count: these are seats that the accounts had.
    pub(super) fn has_seat(&self, step: &UndoStep) -> bool {
        let free = Seats { limit: self.limit, used: self.used }.free(SeatCount::ZERO);
        step.seat_delta() <= 0 || free.is_none_or(|free| free > SeatCount::ZERO)
    }

    pub(super) fn has_name(&self, step: &UndoStep) -> bool {
        self.names_of(step).is_none_or(|names| !self.held.contains(&names.wants))
    }

    pub(super) fn has_admin(&self, step: &UndoStep) -> bool {
        !step.was_admin || step.is_admin || self.admins > 1
    }

    /// Makes the change. Answers with the name that is free from now on.
    pub(super) fn make(&mut self, step: &UndoStep) -> Option<Digest128> {
        match step.seat_delta() {
            0 => {}
            delta if delta < 0 => self.used = self.used.less(SeatCount::new(1)),
            _ => self.used = self.used.plus(SeatCount::new(1)),
        }
        self.admins = self.admins + u64::from(step.is_admin) - u64::from(step.was_admin);
        let names = self.names_of(step).filter(|_| !step.keeps_name)?;
        self.held.remove(&names.has);
        self.held.insert(names.wants);
        Some(names.has)
    }
}

/// What can be made, in its order.
pub(super) struct Order {
    /// The numbers of the steps that can be made, in this order.
    pub(super) made: Vec<u32>,
    /// The numbers of those that cannot be made as a whole, lowest first.
    pub(super) stuck: Vec<u32>,
}

/// Makes all that can be made. Of the steps that can be made at a moment, the first is made, so `steps` are sorted.
pub(super) fn in_order(world: &mut World, steps: &[UndoStep]) -> Order {
    let numbered = || (0u32..).zip(steps);
    let wanting = numbered().filter_map(|(at, step)| Some((world.names_of(step)?.wants, at)));
    let mut wanting: Vec<(Digest128, u32)> = wanting.collect();
    wanting.sort_unstable();
    let mut ready: BinaryHeap<Reverse<u32>> = numbered().map(|(at, _)| Reverse(at)).collect();
    let (mut for_seat, mut for_admin) = (BinaryHeap::new(), BinaryHeap::new());
    let mut made = Vec::with_capacity(steps.len());
    loop {
        let may_seat = Seats { limit: world.limit, used: world.used }
            .free(SeatCount::ZERO)
            .is_none_or(|free| free > SeatCount::ZERO);
        let may_go = world.admins > 1;
        let next = ready.pop();
        let next = next.or_else(|| if may_seat { for_seat.pop() } else { None });
        let next = next.or_else(|| if may_go { for_admin.pop() } else { None });
        let Some(Reverse(at)) = next else { break };
        let Some(step) = steps.get(at as usize) else { continue };
        if !world.has_name(step) {
            // Whoever gives the name up asks again.
            continue;
        }
        if !world.has_seat(step) {
            for_seat.push(Reverse(at));
        } else if !world.has_admin(step) {
            for_admin.push(Reverse(at));
        } else {
            made.push(at);
            if let Some(name) = world.make(step) {
                let from = wanting.partition_point(|(wanted, _)| *wanted < name);
                let waiting = wanting.iter().skip(from).take_while(|(wanted, _)| *wanted == name);
                ready.extend(waiting.map(|(_, at)| Reverse(*at)));
            }
        }
    }
    let done: BTreeSet<u32> = made.iter().copied().collect();
    let stuck = numbered().map(|(at, _)| at).filter(|at| !done.contains(at)).collect();
    Order { made, stuck }
}

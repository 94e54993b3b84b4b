//! Who gets the free seats: first people who wait, then people who came back or are new, each in order (rules 11 to
//! 14).

use super::Planner;
use crate::account_spill::AccountSpill;
use crate::licence::{SeatCount, Seats};
use crate::outcome::Outcome;
use crate::plan::fate::{Fate, Wish};
use crate::plan::kept::{Kept, KeptInOrder};
use crate::plan::past::Claim;
use crate::plan::usernames::Contested;
use crate::snapshot::RecordStatus;
use alloc::vec::Vec;

/// How many of those next in line a plan names.
const NEXT_MAX: usize = 10;

/// The result of giving out seats.
#[derive(Debug)]
pub(super) struct Seating {
    /// Seats given.
    pub(super) taken: SeatCount,
    /// Newcomers without a seat.
    pub(super) created_blocked: SeatCount,
    /// Rows of the first people who still wait.
    pub(super) next: Vec<u32>,
    /// How many they are in all.
    pub(super) in_line: SeatCount,
}

/// Somebody on the second list: they begin to wait in this run.
#[derive(Debug, Clone, Copy)]
enum Arrival {
    /// An account of a person who came back, by its number among the kept accounts.
    Back(u32),
    /// A newcomer.
    New,
    /// An account that lost its seat to a lowered limit. If there is one, no seat is free.
    Trimmed,
}

impl<S: AccountSpill> Planner<S> {
    pub(super) fn seat(
        &mut self,
        kept: &mut KeptInOrder,
        contested: &Contested,
        holds_newcomers: bool,
    ) -> Seating {
        let free = Seats { limit: self.input.limit, used: self.used }.free(self.input.policy.reserve);
        let mut left = free.map_or(u64::MAX, SeatCount::get);
        let mut seating = Seating {
            taken: SeatCount::ZERO,
            created_blocked: SeatCount::ZERO,
            next: Vec::new(),
            in_line: SeatCount::ZERO,
        };
        left = left.saturating_sub(self.seats_kept_away(kept));
        for (row, at) in self.waiting_list(kept) {
            let is_seated = seating.admit(&mut left, row);
            let one = kept.at_mut(at);
            one.fate = match (one.wish == Wish::Back, is_seated) {
                (true, true) => Fate::Seat(Outcome::Reactivated),
                (true, false) => Fate::Wait,
                (false, true) => Fate::Seat(Outcome::Activated),
                (false, false) => one.fate,
            };
        }
        for (row, arrival) in self.arrivals(kept, contested, holds_newcomers) {
            let is_seated = seating.admit(&mut left, row);
            match arrival {
                Arrival::Back(at) if is_seated => kept.at_mut(at).fate = Fate::Seat(Outcome::Reactivated),
                Arrival::Back(at) => kept.at_mut(at).fate = Fate::Wait,
                Arrival::Trimmed => {}
                Arrival::New if is_seated => self.index.row_mut(row).is_seated = true,
                Arrival::New => seating.created_blocked = seating.created_blocked.plus(SeatCount::new(1)),
            }
        }
        seating
    }

    /// The people who wait and are still eligible, and those who are back in time: first those whose seat was kept, then
    /// by priority, then those who had a seat, then by since when they wait, then by match key.
    fn waiting_list(&self, kept: &KeptInOrder) -> Vec<(u32, u32)> {
        let waiting =
            kept.numbered().filter(|(_, one)| one.wish == Wish::Waiting || self.is_back_in_time(one));
        let of = |(at, one): (u32, &Kept)| Some((one.claim, one.since, one.row?, at));
        let mut order: Vec<_> = waiting.filter_map(of).collect();
        // Rows are in the order of their folded keys.
        order.sort_unstable_by_key(|(claim, since, row, _)| {
            (*claim != Claim::KeptSeat, self.index.row(*row).priority, *claim, *since, *row)
        });
        order.into_iter().map(|(_, _, row, at)| (row, at)).collect()
    }

    /// Whether a person who is back has a claim or an old place (rule 56).
    fn is_back_in_time(&self, one: &Kept) -> bool {
        one.wish == Wish::Back && (one.claim != Claim::None || one.since < self.input.now)
    }

    /// Free seats that stay free for people who are away, this run's leavers among them (rule 57).
    fn seats_kept_away(&self, kept: &KeptInOrder) -> u64 {
        if self.input.policy.keep_seat.is_zero() {
            return 0;
        }
        let back = kept.iter().filter(|one| one.wish == Wish::Back && one.claim == Claim::KeptSeat).count();
        let leaving =
            kept.iter().filter(|one| one.holds_seat() && matches!(one.fate, Fate::Block(_))).count();
        (self.kept_seats.get() + leaving as u64).saturating_sub(back as u64)
    }

    /// The people who begin to wait in this run: by priority, then by match key.
    fn arrivals(
        &self,
        kept: &KeptInOrder,
        contested: &Contested,
        holds_newcomers: bool,
    ) -> Vec<(u32, Arrival)> {
        let back = kept.numbered().filter(|(_, one)| one.wish == Wish::Back && !self.is_back_in_time(one));
        let back = back.filter_map(|(at, one)| Some((one.row?, Arrival::Back(at))));
        let trimmed = kept.iter().filter(|one| one.fate == Fate::Trim);
        let trimmed = trimmed.filter_map(|one| Some((one.row?, Arrival::Trimmed)));
        let new = self.index.rows().filter(|(at, row)| {
            !holds_newcomers
                && row.status == RecordStatus::Enabled
                && !row.is_matched
                && !contested.contains(*at)
        });
        let mut arrivals: Vec<_> = back.chain(trimmed).chain(new.map(|(at, _)| (at, Arrival::New))).collect();
        arrivals.sort_unstable_by_key(|(row, _)| (self.index.row(*row).priority, *row));
        arrivals
    }
}

impl Seating {
    fn admit(&mut self, left: &mut u64, row: u32) -> bool {
        if *left == 0 {
            self.in_line = self.in_line.plus(SeatCount::new(1));
            if self.next.len() < NEXT_MAX {
                self.next.push(row);
            }
            return false;
        }
        *left -= 1;
        self.taken = self.taken.plus(SeatCount::new(1));
        true
    }
}

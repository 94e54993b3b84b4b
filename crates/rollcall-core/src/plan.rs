//! The plan: what happens to each account, finally. Who commits it has nothing left to choose.
//!
//! Made by [`crate::planner::Planner`]. Decisions about accounts that an entry speaks of need that entry, so the
//! snapshot's records are shown once more, in order, to [`Plan::decide`].

mod apply;

use crate::entry::{Entry, Record, RejectReason, RejectedRow};
use crate::licence::{Limit, SeatCount};
use crate::outcome::{Change, Observation, Outcome};
use crate::planner::{Fate, Kept, Request};
use crate::snapshot::{SnapshotIndex, Standing};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What happens to one account, or is said of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "made one at a time and taken apart at once, never kept in numbers"
)]
pub enum Decision {
    /// The account changes.
    Change(Change),
    /// It does not.
    Observe(Observation),
}

/// The seats before and after (product 28).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatArithmetic {
    /// The limit it was made under.
    pub limit: Limit,
    /// Active accounts of all owners before.
    pub used_before: SeatCount,
    /// Seats that removals free.
    pub freed: SeatCount,
    /// Seats given.
    pub taken: SeatCount,
    /// Active accounts afterwards.
    pub used: SeatCount,
    /// Accounts of all owners that wait afterwards.
    pub waiting: SeatCount,
    /// By how many the limit is exceeded afterwards.
    pub over_by: SeatCount,
}

/// Why the run's removals are held (product 24).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Active accounts that would be blocked.
    pub removals: u64,
    /// Active accounts of the source.
    pub active: u64,
    /// Which of the two rules holds them.
    pub cause: HoldCause,
}

/// The two rules of the guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldCause {
    /// More than the configured share.
    TooMany,
    /// The snapshot has nobody who is eligible.
    NobodyEligible,
}

/// In which order the decisions about records are to be committed, so that seats are freed before they are given,
/// and given to those who wait before newcomers (product 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Frees a seat.
    Free,
    /// Gives a seat to somebody who waited.
    Seat,
    /// Gives a seat to a newcomer or somebody who came back. Before the rest, so that a run killed in between finds
    /// nobody waiting who would be seated before those whose turn it was.
    Arrive,
    /// Everything else.
    Rest,
}

/// A finished plan.
#[derive(Debug)]
pub struct Plan {
    request: Request,
    index: SnapshotIndex,
    by_row: BTreeMap<u32, Kept>,
    leavers: Vec<Kept>,
    contested: BTreeMap<u32, String>,
    settled: Vec<Observation>,
    next: Vec<u32>,
    seats: SeatArithmetic,
    hold: Option<Hold>,
}

/// The parts of a plan, as the planner has them.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) request: Request,
    pub(crate) index: SnapshotIndex,
    pub(crate) kept: Vec<Kept>,
    pub(crate) contested: BTreeMap<u32, String>,
    pub(crate) settled: Vec<Observation>,
    pub(crate) next: Vec<u32>,
    pub(crate) seats: SeatArithmetic,
    pub(crate) hold: Option<Hold>,
}

impl Plan {
    pub(crate) fn new(parts: Parts) -> Self {
        let mut leavers = Vec::new();
        let mut by_row = BTreeMap::new();
        for kept in parts.kept {
            match kept.row {
                Some(row) => drop(by_row.insert(row, kept)),
                None => leavers.push(kept),
            }
        }
        leavers.sort_by_key(|kept| kept.account.id);
        Self {
            request: parts.request,
            index: parts.index,
            by_row,
            leavers,
            contested: parts.contested,
            settled: parts.settled,
            next: parts.next,
            seats: parts.seats,
            hold: parts.hold,
        }
    }

    /// The seats before and after.
    #[must_use]
    pub fn seats(&self) -> &SeatArithmetic {
        &self.seats
    }

    /// Why removals are held, if they are.
    #[must_use]
    pub fn hold(&self) -> Option<&Hold> {
        self.hold.as_ref()
    }

    /// The records (counted from 0) of the first who wait on, in order; at most ten.
    pub fn next_in_line(&self) -> impl Iterator<Item = usize> {
        self.next.iter().map(|row| *row as usize)
    }

    /// Decisions about accounts that no record speaks of; to be committed first. Ordered by account id.
    pub fn without_entry(&self) -> impl Iterator<Item = Decision> {
        let leavers = self.leavers.iter().map(|kept| apply::to_leaver(kept, &self.request));
        leavers.chain(self.settled.iter().cloned().map(Decision::Observe))
    }

    /// When the decision about this record (counted from 0) is to be committed.
    #[must_use]
    pub fn step(&self, ordinal: usize) -> Step {
        let Some(row) = row_number(ordinal).filter(|_| ordinal < self.index.len()) else { return Step::Rest };
        let Some(kept) = self.by_row.get(&row) else {
            return if self.index.row(row).is_seated { Step::Arrive } else { Step::Rest };
        };
        match kept.fate {
            Fate::Block(_) if kept.account.state.holds_seat() => Step::Free,
            Fate::Seat(Outcome::Activated) => Step::Seat,
            Fate::Seat(_) => Step::Arrive,
            Fate::Block(_) | Fate::Stay(_) | Fate::Wait => Step::Rest,
        }
    }

    /// The steps that have any record, in order: the records are to be read once for each.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = (0..self.index.len()).map(|ordinal| self.step(ordinal)).collect();
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// The decision about one record (counted from 0). `None` where [`crate::planner::Planner::see`] has answered
    /// for its account already, or the record is not of this snapshot.
    #[must_use]
    pub fn decide(&self, ordinal: usize, record: &Record) -> Option<Decision> {
        let row = row_number(ordinal).filter(|_| ordinal < self.index.len())?;
        match record {
            Record::Rejected(rejected) => Some(Decision::Observe(of_rejected(rejected))),
            Record::Entry(entry) => self.decide_entry(row, entry),
        }
    }

    fn decide_entry(&self, row: u32, entry: &Entry) -> Option<Decision> {
        let slot = self.index.row(row);
        let contested = self.contested.get(&row).map(String::as_str);
        if let Some(kept) = self.by_row.get(&row) {
            return Some(apply::to_matched(kept, entry, contested, &self.request));
        }
        if slot.is_matched {
            return None;
        }
        match (slot.standing, contested) {
            (Standing::Enabled, None) => Some(apply::to_newcomer(entry, slot.is_seated, &self.request)),
            (Standing::Enabled, Some(why)) => {
                Some(Decision::Observe(of_entry(entry, Outcome::Conflict, Some(String::from(why)))))
            }
            (Standing::Disabled, _) => {
                Some(Decision::Observe(of_entry(entry, Outcome::SkippedDisabled, None)))
            }
            (Standing::Duplicate | Standing::Rejected, _) => {
                let why = self.name_twins(row);
                Some(Decision::Observe(of_entry(entry, Outcome::SkippedDuplicate, Some(why))))
            }
        }
    }

    fn name_twins(&self, row: u32) -> String {
        const NAMED_MAX: usize = 5;
        let twins = self.index.twins(row);
        let lines: Vec<String> =
            twins.iter().take(NAMED_MAX).map(|twin| format!("{}", self.index.row(*twin).line())).collect();
        let more = if twins.len() > NAMED_MAX {
            format!(" and {} more", twins.len() - NAMED_MAX)
        } else {
            String::new()
        };
        let word = if twins.len() == 1 { "line" } else { "lines" };
        format!("the same person as {word} {}{more}", lines.join(", "))
    }
}

fn row_number(ordinal: usize) -> Option<u32> {
    u32::try_from(ordinal).ok()
}

fn of_entry(entry: &Entry, outcome: Outcome, reason: Option<String>) -> Observation {
    Observation {
        outcome,
        reason,
        account: None,
        username: entry.username.clone(),
        key: Some(entry.key.clone()),
        line: Some(entry.line),
        state: None,
    }
}

fn of_rejected(row: &RejectedRow) -> Observation {
    let (outcome, reason) = match &row.reason {
        RejectReason::MissingKey => (Outcome::SkippedMissingKey, None),
        RejectReason::Unreadable(why) => (Outcome::Error, Some(why.clone())),
    };
    Observation {
        outcome,
        reason,
        account: None,
        username: row.username.clone(),
        key: row.key.clone(),
        line: Some(row.line),
        state: None,
    }
}

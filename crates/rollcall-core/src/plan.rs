//! The plan: the final state of each account. The code that commits it has nothing left to decide.
//!
//! `planner` makes it, from a [`PlanInput`]. Decisions about accounts that an entry speaks of need that entry, so the
//! snapshot's records are shown once more, in order, to [`Plan::decide`].

// What a plan is made from, and what it says.
mod input;
mod decision;
mod seats;
mod hold;

// What it stores about each account until the decision is asked for.
pub(crate) mod usernames;
pub(crate) mod perhaps_same;
pub(crate) mod fate;
pub(crate) mod kept;
pub(crate) mod past;

// From that to the record to write.
mod apply;

pub use decision::{Decision, Step};
pub use hold::{Earlier, HeldCause, Hold, HoldCause, Holds, PartHold};
pub use input::{AskedElsewhere, Decided, Judgement, PlanInput, Removals};
pub use seats::SeatArithmetic;

use crate::account::Account;
use crate::account_spill::AccountSpill;
use crate::entry::{Entry, EntryStatus, Record, RejectReason, RejectedRow};
use crate::licence::SeatCount;
use crate::outcome::{Observation, Outcome};
use crate::person;
use crate::snapshot::{RecordStatus, Row, SnapshotIndex};
use crate::time::Timestamp;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use apply::Reasons;
use fate::Fate;
use hold::{why_login, why_part};
use kept::{Kept, KeptInOrder, Login};
use perhaps_same::{PerhapsSame, Shared, Sign};
use usernames::{Contested, Holders};

/// A finished plan.
#[derive(Debug)]
pub struct Plan<S = Vec<Account>>(Parts<S>);

/// The parts of a plan, as the planner has them.
#[derive(Debug)]
pub(crate) struct Parts<S> {
    /// The names of rows in reasons, where these are better known than lines.
    pub(crate) names: BTreeMap<u32, String>,
    pub(crate) input: PlanInput,
    pub(crate) index: SnapshotIndex,
    pub(crate) spill: S,
    pub(crate) kept: KeptInOrder,
    pub(crate) contested: Contested,
    pub(crate) holders: Holders,
    pub(crate) perhaps_same: PerhapsSame,
    pub(crate) next: Vec<u32>,
    pub(crate) in_line: SeatCount,
    pub(crate) seats: SeatArithmetic,
    pub(crate) holds: Holds,
    pub(crate) is_settled: bool,
    pub(crate) admits_many: bool,
    pub(crate) admins_before: u64,
    pub(crate) next_date: Option<Timestamp>,
}

impl Plan {
    /// [`Plan::try_without_entry`] where the spill cannot fail.
    pub fn without_entry(&self) -> impl Iterator<Item = Decision> {
        self.try_without_entry().map(|decision| {
            let Ok(decision) = decision;
            decision
        })
    }

    /// [`Plan::try_decide`] where the spill cannot fail.
    #[must_use]
    pub fn decide(&self, ordinal: usize, record: &Record) -> Option<Decision> {
        let Ok(decision) = self.try_decide(ordinal, record);
        decision
    }
}

impl<S: AccountSpill> Plan<S> {
    pub(crate) fn new(parts: Parts<S>) -> Self {
        Self(parts)
    }

    /// The seats before and after.
    #[must_use]
    pub fn seats(&self) -> &SeatArithmetic {
        &self.0.seats
    }

    /// Why removals are held, if they are.
    #[must_use]
    pub fn hold(&self) -> Option<&Hold> {
        self.0.holds.removals.as_ref()
    }

    /// Everything that is held, part by part (rule 51).
    #[must_use]
    pub fn holds(&self) -> &Holds {
        &self.0.holds
    }

    /// Active administrators of all owners before.
    #[must_use]
    pub fn admins_before(&self) -> u64 {
        self.0.admins_before
    }

    /// Whether a plan made after this one was committed would find nothing more to do. `false` where it may: a
    /// username is given up that another asks for, or the last administrator was protected while somebody was
    /// seated. The run is then planned once more (rule 25).
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.0.is_settled
    }

    /// The records (counted from 0) that the reasons of others name, at most so many. A source without lines gives their
    /// names to [`Plan::name`].
    #[must_use]
    pub fn to_be_named(&self, at_most: usize) -> BTreeSet<usize> {
        let is_duplicate = |row: &(u32, &Row)| row.1.status == RecordStatus::Duplicate;
        let duplicates = self.0.index.rows().filter(is_duplicate).map(|(at, _)| at);
        duplicates.chain(self.0.contested.named()).take(at_most).map(|row| row as usize).collect()
    }

    /// Names a record (counted from 0) in the reasons of others, in place of its line.
    pub fn name(&mut self, ordinal: usize, name: String) {
        if let Some(row) = row_number(ordinal) {
            self.0.names.insert(row, name);
        }
    }

    /// The first moment at which a plan from the same snapshot may have something to do only because time has passed: a
    /// date of an entry (rule 42), or the end of a leaver's grace (rule 21). `None` where there is none to come.
    #[must_use]
    pub fn next_date(&self) -> Option<Timestamp> {
        self.0.next_date
    }

    /// Whether the newcomers are so many that what is left of them, once some are committed, may look like too many for
    /// the accounts that there are then. It must be noted before the first commit, and is [`Judgement::Begun`] until a
    /// plan has been committed to its end: else an interrupted first run could not be finished (rules 25 and 51b).
    #[must_use]
    pub fn admits_many(&self) -> bool {
        self.0.admits_many
    }

    /// The records (counted from 0) of the first people who still wait, in order; at most ten.
    pub fn next_waiting(&self) -> impl Iterator<Item = usize> {
        self.0.next.iter().map(|row| *row as usize)
    }

    /// How many people [`Plan::next_waiting`] has the first of: who still waits, without those about whom a decision is held.
    #[must_use]
    pub fn in_line(&self) -> SeatCount {
        self.0.in_line
    }

    /// Decisions about accounts without a record, ordered by account id. They are committed first.
    pub fn try_without_entry(&self) -> impl Iterator<Item = Result<Decision, S::Error>> {
        self.0.kept.leavers().map(|(number, kept)| {
            let account = self.0.spill.get(kept.position)?;
            Ok(apply::to_leaver(kept, account, self.why_held(number, kept), &self.0.input))
        })
    }

    /// In which step the decision about this record (counted from 0) is committed.
    #[must_use]
    pub fn step(&self, ordinal: usize) -> Step {
        let Some(row) = row_number(ordinal).filter(|_| ordinal < self.0.index.len()) else {
            return Step::Rest;
        };
        let Some((_, kept)) = self.kept_of(row) else {
            return if self.0.index.row(row).is_seated { Step::Arrive } else { Step::Rest };
        };
        match kept.fate {
            Fate::Block(_) if kept.holds_seat() => Step::Free,
            Fate::Trim => Step::Free,
            Fate::Seat(Outcome::Activated) => Step::Seat,
            Fate::Seat(_) => Step::Arrive,
            Fate::Block(_) | Fate::Stay(_) | Fate::Hold(_) | Fate::Miss | Fate::Wait | Fate::Beneath(_) => {
                Step::Rest
            }
        }
    }

    /// The steps that have any record, in order. The records must be read once for each step.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let steps: BTreeSet<Step> = (0..self.0.index.len()).map(|ordinal| self.step(ordinal)).collect();
        steps.into_iter().collect()
    }

    /// Whether there is a decision about this record (counted from 0): no other record need be read for
    /// [`Plan::try_decide`].
    #[must_use]
    pub fn needs(&self, ordinal: usize) -> bool {
        let Some(row) = row_number(ordinal).filter(|_| ordinal < self.0.index.len()) else { return false };
        let row = self.0.index.row(row);
        row.is_kept || !(row.is_matched || row.status == RecordStatus::Repeated)
    }

    /// The decision about one record (counted from 0). `None` where `Planner::see` has answered
    /// for its account already, or the record is not of this snapshot.
    ///
    /// # Errors
    /// When the spill fails.
    pub fn try_decide(&self, ordinal: usize, record: &Record) -> Result<Option<Decision>, S::Error> {
        let row = row_number(ordinal).filter(|_| ordinal < self.0.index.len());
        match (row, record) {
            (None, _) => Ok(None),
            (Some(_), Record::Rejected(rejected)) => Ok(Some(Decision::Observe(of_rejected(rejected)))),
            (Some(row), Record::Entry(entry)) => match self.kept_of(row) {
                Some(kept) => self.decide_matched(row, kept, entry).map(Some),
                None => self.decide_unmatched(row, entry),
            },
        }
    }

    /// The kept account that matches this row, with its number. Most rows have none, and are not looked for.
    fn kept_of(&self, row: u32) -> Option<(u32, &Kept)> {
        if self.0.index.row(row).is_kept { self.0.kept.numbered_of_row(row) } else { None }
    }

    fn decide_matched(
        &self,
        row: u32,
        (number, kept): (u32, &Kept),
        entry: &Entry,
    ) -> Result<Decision, S::Error> {
        let account = self.0.spill.get(kept.position)?;
        if let EntryStatus::OutOfScope { condition } = &entry.status {
            let reasons = Reasons { held: self.why_held(number, kept), ..Reasons::default() };
            return Ok(apply::to_outside(kept, account, entry, condition, reasons, &self.0.input));
        }
        let reasons = Reasons {
            held: self.why_held(number, kept),
            keeps_login: (kept.login == Login::Held).then(|| why_login(&account, entry)),
            keeps_username: self.contested(row, entry)?,
            ..Reasons::default()
        };
        Ok(apply::to_matched(kept, account, entry, reasons, &self.0.input))
    }

    fn decide_unmatched(&self, row: u32, entry: &Entry) -> Result<Option<Decision>, S::Error> {
        let slot = self.0.index.row(row);
        if slot.is_matched {
            return Ok(None);
        }
        let decision = match (slot.status, self.contested(row, entry)?) {
            (RecordStatus::Enabled | RecordStatus::NotStarted, None) if self.0.holds.newcomers.is_some() => {
                Decision::Observe(of_entry(entry, Outcome::Held, Some(why_part(HeldCause::Newcomers))))
            }
            (RecordStatus::Enabled | RecordStatus::NotStarted, None) => {
                apply::to_newcomer(entry, slot.is_seated, &self.0.input)
            }
            (RecordStatus::Enabled | RecordStatus::NotStarted, Some(why)) => {
                Decision::Observe(of_entry(entry, Outcome::Conflict, Some(why)))
            }
            (RecordStatus::Disabled | RecordStatus::Ended, _) => {
                let why = apply::date_that_counts(entry, &self.0.input);
                Decision::Observe(of_entry(entry, Outcome::SkippedDisabled, why))
            }
            (RecordStatus::OutOfScope, _) => {
                let why = apply::condition_of(entry);
                Decision::Observe(of_entry(entry, Outcome::SkippedScope, why))
            }
            (RecordStatus::Repeated, _) => return Ok(None),
            (RecordStatus::Duplicate | RecordStatus::Rejected, _) => {
                let why = self.name_duplicates(row);
                Decision::Observe(of_entry(entry, Outcome::SkippedDuplicate, Some(why)))
            }
        };
        Ok(Some(decision))
    }

    /// How a row is named in the reasons of others: by its name, or by its line.
    fn name_of(&self, row: u32) -> String {
        let line = || format!("line {}", self.0.index.row(row).line());
        self.0.names.get(&row).cloned().unwrap_or_else(line)
    }

    /// Why a record does not get the username or the account that it asks for.
    fn contested(&self, row: u32, entry: &Entry) -> Result<Option<String>, S::Error> {
        let Parts { contested, holders, input, perhaps_same, spill, .. } = &self.0;
        if let Some((position, shared)) = perhaps_same.of_row(row)
            && contested.contains(row)
        {
            let account = spill.get(position)?;
            return Ok(Some(perhaps_same::why_not(&account, shared, entry)));
        }
        if let Some(position) = contested.holder_of(row, holders) {
            let has_account = self.0.kept.of_row(row).is_some();
            let holder = spill.get(position)?;
            return Ok(Some(usernames::taken_by(&holder, entry, &input.source, has_account)));
        }
        Ok(contested.why((row, entry), &input.source, |row| self.name_of(row)))
    }

    /// Why an account keeps what it would lose.
    fn why_held(&self, number: u32, kept: &Kept) -> Option<String> {
        let Fate::Hold(cause) = kept.fate else { return None };
        let sign = self.0.perhaps_same.of_account(number).filter(|_| cause == HeldCause::PerhapsSame);
        Some(
            sign.map_or_else(
                || why_part(cause),
                |sign| format!("{}: {}", cause.as_str(), self.name_sign(sign)),
            ),
        )
    }

    fn name_sign(&self, sign: Sign) -> String {
        let shares = |shared| match shared {
            Shared::Username => "asks for this username under another key",
            Shared::Email => "has this account's e-mail address under another key",
            Shared::Key => "has nearly this account's key",
        };
        match sign {
            Sign::Line(line, shared) => format!("line {line} {}", shares(shared)),
            Sign::Elsewhere(at) => match self.0.input.asked_elsewhere.get(at as usize) {
                Some(asked) => {
                    let (name, key) = (asked.username.original(), asked.key.original());
                    format!(
                        "source {0} asks for this username (key {key:?}). The same person: write {name},{name},{0} into \
                         the adoption file. Another person: approve the run",
                        asked.source
                    )
                }
                None => String::from("another source asks for this username"),
            },
        }
    }

    fn name_duplicates(&self, row: u32) -> String {
        const NAMED_MAX: usize = 5;
        let duplicates = self.0.index.duplicates_of(row, NAMED_MAX + 1);
        let more = if duplicates.len() > NAMED_MAX { " and more" } else { "" };
        let named = duplicates.iter().take(NAMED_MAX);
        let are_named = named.clone().any(|duplicate| self.0.names.contains_key(duplicate));
        let names: Vec<String> = named.map(|duplicate| self.name_of(*duplicate)).collect();
        if are_named {
            return format!("the same person as {}{more}", names.join("; "));
        }
        let lines: Vec<&str> = names.iter().map(|name| name.trim_start_matches("line ")).collect();
        let word = if duplicates.len() == 1 { "line" } else { "lines" };
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
        name: person::name(&entry.fields),
        key: Some(entry.key.clone()),
        line: Some(entry.line),
        state: None,
    }
}

fn of_rejected(row: &RejectedRow) -> Observation {
    let (outcome, reason) = match &row.reason {
        // Without a username the id is all that tells who it is.
        RejectReason::MissingKey => {
            let id = row.immutable_id.as_ref().filter(|_| row.username.is_none());
            (Outcome::SkippedMissingKey, id.map(|id| format!("the person with the id {}", id.as_str())))
        }
        RejectReason::Unreadable(why) => (Outcome::Error, Some(why.clone())),
    };
    Observation {
        outcome,
        reason,
        account: None,
        username: row.username.clone(),
        name: None,
        key: row.key.clone(),
        line: Some(row.line),
        state: None,
    }
}

//! The report of a run: an entry for every account and person that the run did not change (in a dry run: for all).
//!
//! What the run changes is in the audit log and not here, so each outcome is reported once.

use super::committer::{Cause, Uncommitted};
use crate::error::Error;
use crate::run::tally::Tally;
use crate::shell::Shell;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::entry::Record;
use rollcall_core::licence::{SeatCount, Seats};
use rollcall_core::match_key::MatchKey;
use rollcall_core::outcome::{Change, Observation, Outcome, Seen};
use rollcall_core::person;
use rollcall_core::plan::Decision;
use rollcall_core::username::Username;
use rollcall_store::{
    AuditEntry, AuditHead, LineHead, Planned, ReportWriter, RunRecord, Unprocessed, is_back_waiting,
};
use std::collections::BTreeMap;

/// How many people who could not be processed a summary names; the report has all.
const UNPROCESSED_MAX: usize = 20;

/// How many people of each outcome the summary of a dry run names; the report has all.
const PLANNED_MAX: u64 = 20;

/// The people whom the summary of a run names.
#[derive(Default)]
pub(super) struct Named {
    /// Who could not be processed.
    pub(super) unprocessed: Vec<Unprocessed>,
    /// In a dry run: who would be changed.
    pub(super) planned: Vec<Planned>,
    /// In a dry run: of those who would come back, so many who would wait.
    pub(super) back_waiting: u64,
}

/// A report that is being written.
pub(super) struct Report {
    head: AuditHead,
    /// The same, as each line of an account that is left as it is begins.
    line_head: LineHead,
    is_dry_run: bool,
    seats: Seats,
    /// Whether its records have lines that people know: a directory's have not.
    has_lines: bool,
    observations: ReportWriter,
    observed: BTreeMap<Outcome, u64>,
    named: Named,
    /// Why the changes that were not committed were not, by account.
    uncommitted: BTreeMap<AccountId, Cause>,
}

impl Report {
    /// Begins the report of a run.
    pub(super) fn begin(
        shell: &Shell,
        run: &RunRecord,
        seats: Seats,
        has_lines: bool,
    ) -> Result<Self, Error> {
        let head = head_of(shell, run);
        Ok(Self {
            line_head: LineHead::of(&head)?,
            head,
            is_dry_run: run.dry_run,
            seats,
            has_lines,
            observations: shell.store.report_writer(&run.source, &run.id)?,
            observed: BTreeMap::new(),
            named: Named::default(),
            uncommitted: BTreeMap::new(),
        })
    }

    /// The head that every audit entry of the run has.
    pub(super) fn head(&self) -> &AuditHead {
        &self.head
    }

    /// From here on entries say the seats in use after the plan, and why these changes were not committed.
    pub(super) fn after_commits(self, used: SeatCount, uncommitted: &[Uncommitted]) -> Self {
        let causes = uncommitted.iter().map(|one| (one.account, one.cause.clone())).collect();
        Self { seats: Seats { used, ..self.seats }, uncommitted: causes, ..self }
    }

    /// Writes what there is to say about a decision.
    pub(super) fn add(&mut self, decision: Decision, tally: &Tally) -> Result<(), Error> {
        match decision {
            Decision::Observe(observation) => self.observe(&observation, tally),
            Decision::Change(change) if self.is_dry_run => {
                let count = self.observed.entry(change.outcome).or_default();
                *count += 1;
                if *count <= PLANNED_MAX {
                    self.named.planned.push(Planned::of(&change));
                }
                self.named.back_waiting += u64::from(is_back_waiting(&change));
                let mut entry = AuditEntry::of_change(&self.head, &change, self.seats);
                if change.before.is_none() {
                    entry.name = person::name(&change.after.fields);
                }
                Ok(self.observations.append(&entry)?)
            }
            Decision::Change(change) => match self.uncommitted.get(&change.after.id) {
                Some(cause) => self.observe(&observe_uncommitted(&change, cause), tally),
                None => Ok(()),
            },
        }
    }

    /// Writes what is said at once of an account about which nothing is to be done, unless the run itself has changed it.
    pub(super) fn see(&mut self, account: &Account, seen: Seen, tally: &Tally) -> Result<(), Error> {
        if tally.has_changed(&account.id) {
            return Ok(());
        }
        *self.observed.entry(seen.outcome).or_default() += 1;
        let line = if self.has_lines { seen.line } else { seen.line.map(|_| 0) };
        let seen = (account, Seen { line, ..seen }, self.seats);
        Ok(self.observations.append_seen(&self.line_head, seen)?)
    }

    /// Writes an observation. An account that the run itself has changed is in the audit log already, and not `unchanged`.
    pub(super) fn observe(&mut self, observation: &Observation, tally: &Tally) -> Result<(), Error> {
        if observation.account.is_some_and(|account| tally.has_changed(&account)) {
            return Ok(());
        }
        *self.observed.entry(observation.outcome).or_default() += 1;
        if observation.outcome.is_unprocessed() && self.named.unprocessed.len() < UNPROCESSED_MAX {
            self.named.unprocessed.push(unprocessed(observation, self.has_lines));
        }
        let mut entry = AuditEntry::of_observation(&self.head, observation, self.seats);
        if !self.has_lines {
            // It is in the snapshot, and has no line.
            entry.line = entry.line.map(|_| 0);
        }
        Ok(self.observations.append(&entry)?)
    }

    /// Puts the report into the bucket, and what it has counted into the tally. Answers with the people whom the
    /// summary names.
    pub(super) async fn finish(self, tally: &mut Tally) -> Result<Named, Error> {
        self.observations.finish().await?;
        tally.set_observed(self.observed);
        Ok(self.named)
    }
}

fn unprocessed(observation: &Observation, has_lines: bool) -> Unprocessed {
    let name = match (&observation.username, &observation.key, observation.line) {
        (Some(username), _, _) => username.original().to_owned(),
        (None, Some(key), _) => key.original().to_owned(),
        (None, None, Some(line)) if has_lines => format!("line {line}"),
        (None, None, _) => String::from("somebody without a name"),
    };
    let outcome = observation.outcome.as_str().to_owned();
    Unprocessed { name, outcome, reason: observation.reason.clone() }
}

/// The head of a run's audit entries: which run, and who or what asked for it.
pub(super) fn head_of(shell: &Shell, run: &RunRecord) -> AuditHead {
    AuditHead {
        at: shell.now(),
        run: Some(run.id.clone()),
        trigger: run.trigger.as_str().to_owned(),
        actor: run.actor.clone(),
        source: Some(run.source.clone()),
    }
}

/// What the report says of an account whose change could not be committed.
pub(super) fn observe_uncommitted(change: &Change, cause: &Cause) -> Observation {
    let (outcome, reason) = match cause {
        Cause::Moved => {
            (Outcome::Error, String::from("it was being changed by others; the next run sees to it"))
        }
        Cause::UsernameClaimed => (
            Outcome::Conflict,
            String::from("the username is claimed for an account that is not there; run `rollcall doctor`"),
        ),
        Cause::Refused(why) => (Outcome::Error, format!("the storage does not take the change: {why}")),
    };
    Observation {
        outcome,
        reason: Some(reason),
        account: change.before.as_ref().map(|account| account.id),
        username: Some(change.after.username.clone()),
        name: None,
        key: change.after.key().cloned(),
        line: None,
        state: change.before.as_ref().map(|account| account.state.clone()),
    }
}

/// The name by which a report names the person of a record.
pub(super) fn name_of(record: &Record) -> String {
    match record {
        Record::Entry(entry) => {
            entry.username.as_ref().map_or(entry.key.original(), Username::original).to_owned()
        }
        Record::Rejected(row) => row.key.as_ref().map_or("", MatchKey::original).to_owned(),
    }
}

/// What people know of the person of a record: username, match key and the directory's id, as far as they are there and
/// differ.
pub(super) fn full_name_of(record: &Record) -> String {
    let (username, key, id) = match record {
        Record::Entry(entry) => (entry.username.as_ref(), Some(&entry.key), entry.immutable_id.as_ref()),
        Record::Rejected(row) => (row.username.as_ref(), row.key.as_ref(), row.immutable_id.as_ref()),
    };
    let (username, key) = (username.map(Username::original), key.map(MatchKey::original));
    let mut parts: Vec<String> = username.into_iter().map(str::to_owned).collect();
    parts.extend(key.filter(|key| username != Some(*key)).map(str::to_owned));
    parts.extend(id.map(|id| format!("id {}", id.as_str())));
    parts.join(", ")
}

//! The step of an undo: reads what a run did to accounts, plans the way back, commits it and says what it came to (rule 58).
//!
//! Convergent as a run's step: an account that this undo has changed already is not looked at again, so a step that was
//! killed is finished by the next one, and where somebody else was faster the plan is made anew. What is decided rests on
//! no index: accounts say which run has changed them last, and their entries are read from the table.

mod found;
mod said;

use super::PASSES_MAX;
use super::committer::{Cause, Committer, Uncommitted};
use super::pass::check_ledger;
use super::report::{Report, head_of, observe_uncommitted};
use super::{longest_free, record_beginning, summary_of};
use crate::error::Error;
use crate::licence;
use crate::run::tally::Tally;
use crate::shell::Shell;
use found::Found;
use rollcall_core::licence::{SeatCount, Seats};
use rollcall_core::outcome::{Change, Observation};
use rollcall_core::plan::{Decision, SeatArithmetic};
use rollcall_core::undo::{Undo, UndoInput, plan_undo};
use rollcall_store::{Lease, RunRecord, RunStatus, RunSummary, UndoResult, Undoing};
use said::Left;
use std::collections::BTreeSet;

/// Takes back what a run did. Answers with how this run ends; `None` where another invocation must go on.
pub(super) async fn undo(
    shell: &Shell,
    run: &mut RunRecord,
    undoing: &Undoing,
    lease: &Lease,
) -> Result<Option<RunStatus>, Error> {
    let undone = shell.store.run(&undoing.run).await?;
    let undone = undone.ok_or_else(|| Error::NoSuchRun { run: undoing.run.clone() })?;
    let mut tally = Tally::resume(shell, run).await?;
    let mut pass = Pass::prepare(shell, run, &undone, &mut tally).await?;
    let before = record_beginning(shell, run, lease, pass.found.used.get()).await?;
    let mut uncommitted = Vec::new();
    if !run.dry_run {
        for passes in 1..=PASSES_MAX {
            let earlier = uncommitted;
            let Some(remaining) = pass.commit(shell, run, lease, &mut tally).await? else { return Ok(None) };
            uncommitted = remaining;
            if uncommitted.iter().all(|one| one.cause != Cause::Moved && earlier.contains(one)) {
                break;
            }
            if passes == PASSES_MAX {
                return Err(Error::Contended);
            }
            pass = Pass::prepare(shell, run, &undone, &mut tally).await?;
        }
    }
    let summary = pass.report(shell, run, &mut tally, &uncommitted).await?;
    run.summary = Some(RunSummary {
        used_before: before.used_before,
        time_to_seat_millis: longest_free(&before, &tally),
        apply_millis: shell.now().millis_since(run.started_at).max(0),
        ..summary
    });
    run.undoes = Some(Undoing { result: Some(pass.result(&uncommitted)), ..undoing.clone() });
    if run.dry_run {
        return Ok(Some(RunStatus::DryRun));
    }
    let has_taken_back = tally.done.writes > 0 || pass.found.back_before > 0;
    if undoing.account.is_none() && has_taken_back {
        shell.store.mark_undone(&undone, run, shell.now(), tally.done.writes > 0).await?;
    }
    Ok(Some(RunStatus::Completed))
}

/// One plan of the way back, and what it was made from.
struct Pass {
    found: Found,
    seats: Seats,
    plan: Undo,
    left: Vec<Left>,
}

impl Pass {
    /// Reads every account and what the run did to some of them, and plans.
    async fn prepare(
        shell: &Shell,
        run: &RunRecord,
        undone: &RunRecord,
        tally: &mut Tally,
    ) -> Result<Self, Error> {
        let (_, ledger) = match run.dry_run {
            true => licence::look_up(shell).await?,
            false => licence::use_configured(shell).await?,
        };
        let found = Found::read(shell, run, undone, tally).await?;
        check_ledger(shell, &ledger, found.used, found.admins).await?;
        let input = UndoInput {
            now: run.started_at,
            what: format!("run {}", undone.id),
            decided_at: undone.started_at,
            limit: ledger.seats.limit,
            used: found.used,
            admins: found.admins,
            taken_names: found.taken_names.clone(),
        };
        let plan = plan_undo(&input, &found.done, &found.since, &found.accounts);
        let left = said::left_of(&plan, &found);
        Ok(Self { found, seats: ledger.seats, plan, left })
    }

    /// Commits the plan. Answers with what could not be committed as it was planned; `None` where this invocation has no
    /// time for the rest.
    async fn commit(
        &self,
        shell: &Shell,
        run: &RunRecord,
        lease: &Lease,
        tally: &mut Tally,
    ) -> Result<Option<Vec<Uncommitted>>, Error> {
        let head = head_of(shell, run);
        let mut committer = Committer::new(shell, &head, lease, tally);
        // A transaction has each item once. So a username that one change gives up is taken by the next transaction.
        let mut given_up = BTreeSet::new();
        for change in &self.plan.changes {
            let name = change.after.username.folded();
            if given_up.contains(name) {
                committer.flush().await?;
                given_up.clear();
            }
            let before = change.before.as_ref().map(|before| before.username.folded());
            given_up.extend(before.filter(|before| *before != name));
            committer.push(change.clone()).await?;
            if committer.is_enough() {
                return committer.flush().await.map(|()| None);
            }
        }
        committer.flush().await?;
        Ok(Some(committer.into_uncommitted()))
    }

    /// Writes the report: who was left alone, and in a dry run who would go back. Answers with the summary.
    async fn report(
        &self,
        shell: &Shell,
        run: &RunRecord,
        tally: &mut Tally,
        uncommitted: &[Uncommitted],
    ) -> Result<RunSummary, Error> {
        let seats = self.arithmetic(shell, run, uncommitted).await?;
        let report = Report::begin(shell, run, self.seats, false)?;
        let mut report = report.after_commits(seats.used, uncommitted);
        for change in &self.plan.changes {
            report.add(Decision::Change(change.clone()), tally)?;
        }
        for left in &self.left {
            report.observe(&left.observation(), tally)?;
        }
        // Whom a dry run would change, the record of an undo says itself.
        let unprocessed = report.finish(tally).await?.unprocessed;
        Ok(RunSummary { unprocessed, ..summary_of(&seats, tally) })
    }

    /// The seats as they are after the undo; in a dry run, as they would be.
    async fn arithmetic(
        &self,
        shell: &Shell,
        run: &RunRecord,
        uncommitted: &[Uncommitted],
    ) -> Result<SeatArithmetic, Error> {
        let moved = |is: fn(&Change) -> bool| {
            SeatCount::new(self.committed(uncommitted).filter(|change| is(change)).count() as u64)
        };
        let freed = moved(|change| change.seat_delta() < 0);
        let taken = moved(|change| change.seat_delta() > 0);
        let begins = moved(|change| !waited_before(change) && change.after.state.waiting_since().is_some());
        let ends = moved(|change| waited_before(change) && change.after.state.waiting_since().is_none());
        let used = match run.dry_run {
            true => self.found.used.less(freed).plus(taken),
            false => shell.store.seats().await?.seats.used,
        };
        Ok(SeatArithmetic {
            limit: self.seats.limit,
            used_before: self.found.used,
            used,
            freed,
            taken,
            waiting: self.found.waiting.plus(begins).less(ends),
            over_by: Seats { used, ..self.seats }.over_by(),
        })
    }

    /// The changes of the plan but for those that could not be committed.
    fn committed(&self, uncommitted: &[Uncommitted]) -> impl Iterator<Item = &Change> {
        let is_done = |change: &&Change| !uncommitted.iter().any(|one| one.account == change.after.id);
        self.plan.changes.iter().filter(is_done)
    }

    /// What the record of the run says of people.
    fn result(&self, uncommitted: &[Uncommitted]) -> UndoResult {
        let refused = uncommitted.iter().filter_map(|one| {
            let change = self.plan.changes.iter().find(|change| change.after.id == one.account)?;
            Some(observe_uncommitted(change, &one.cause))
        });
        let left: Vec<Observation> = self.left.iter().map(Left::observation).chain(refused).collect();
        said::result_of(&self.found, self.committed(uncommitted), &left)
    }
}

fn waited_before(change: &Change) -> bool {
    change.before.as_ref().is_some_and(|before| before.state.waiting_since().is_some())
}

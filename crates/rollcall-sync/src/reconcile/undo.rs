//! The step of an undo: reads what a run did to accounts, plans the way back, commits it and says what it came to (rule 58).
//!
//! Convergent as a run's step: an account that this undo has changed already is not looked at again, so a step that was
//! killed is finished by the next one, and where somebody else was faster the plan is made anew. What is decided rests on
//! no index: accounts say which run has changed them last, and their entries are read from the table. However much the run
//! has changed, one commit of it is in memory at a time; the rest is in a temporary file.

mod found;
mod said;

use super::PASSES_MAX;
use super::committer::{Cause, Committer, Uncommitted};
use super::pass::check_ledger;
use super::report::{Report, head_of, observe_uncommitted};
use super::{longest_free, record_beginning, summary_of};
use crate::error::Error;
use crate::licence::{self, SeatRules};
use crate::run::tally::Tally;
use crate::shell::Shell;
use found::Found;
use rollcall_core::account::AccountId;
use rollcall_core::licence::{SeatCount, Seats};
use rollcall_core::plan::{Decision, SeatArithmetic};
use rollcall_core::undo::{UndoPlan, UndoStep};
use rollcall_store::{
    FileRef, KeptFiles, Lease, RunRecord, RunStatus, RunSummary, SpillFile, UndoResult, Undoing,
};
use said::{FirstNamed, observe_left};
use std::collections::{BTreeMap, BTreeSet};

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
    let (summary, result) = pass.report(shell, run, &mut tally, &uncommitted).await?;
    run.summary = Some(RunSummary {
        used_before: before.used_before,
        time_to_seat_millis: longest_free(&before, &tally),
        apply_millis: shell.now().millis_since(run.started_at).max(0),
        ..summary
    });
    let has_taken_back = tally.done.writes > 0 || result.back_before > 0;
    run.undoes = Some(Undoing { result: Some(result), ..undoing.clone() });
    if run.dry_run {
        return Ok(Some(RunStatus::DryRun));
    }
    run.previous_file = file_before(shell, &undone).await?;
    if undoing.account.is_none() && has_taken_back {
        shell.store.mark_undone(&undone, run, shell.now(), tally.done.writes > 0).await?;
    }
    Ok(Some(RunStatus::Completed))
}

/// The file before the one that a run has read, if that is still the one that was read last: the next run would read it
/// again, and do again what it says.
async fn file_before(shell: &Shell, undone: &RunRecord) -> Result<Option<FileRef>, Error> {
    let Some(earlier) = undone.previous_file.clone() else { return Ok(None) };
    let files = shell.store.kept_files(&undone.source).await?;
    let before = files.as_ref().and_then(KeptFiles::before_last);
    Ok(before.filter(|file| file.read.run == earlier.run).map(|_| earlier))
}

/// One plan of the way back, and what it was made from.
struct Pass {
    found: Found,
    seats: Seats,
    seat_rules: SeatRules,
    plan: UndoPlan<SpillFile>,
}

impl Pass {
    /// Reads every account and what the run did to some of them, and plans.
    async fn prepare(
        shell: &Shell,
        run: &RunRecord,
        undone: &RunRecord,
        tally: &mut Tally,
    ) -> Result<Self, Error> {
        let (config, ledger) = match run.dry_run {
            true => licence::look_up(shell).await?,
            false => licence::use_configured(shell).await?,
        };
        let (found, plan) = Found::read(shell, run, undone, ledger.seats.limit, tally).await?;
        check_ledger(shell, &ledger, found.used, found.admins).await?;
        Ok(Self { found, seats: ledger.seats, seat_rules: SeatRules::of(&config), plan })
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
        for step in self.plan.steps() {
            let change = self.plan.change(step)?;
            let name = change.after.username.folded();
            if given_up.contains(name) {
                committer.flush().await?;
                given_up.clear();
            }
            let before = change.before.as_ref().map(|before| before.username.folded());
            given_up.extend(before.filter(|before| *before != name).map(str::to_owned));
            committer.push(change).await?;
            if committer.is_enough() {
                return committer.flush().await.map(|()| None);
            }
        }
        committer.flush().await?;
        Ok(Some(committer.into_uncommitted()))
    }

    /// Writes the report: who was left alone, and in a dry run who would go back. Answers with the summary, and with what
    /// the record of the run says of people.
    async fn report(
        &self,
        shell: &Shell,
        run: &RunRecord,
        tally: &mut Tally,
        uncommitted: &[Uncommitted],
    ) -> Result<(RunSummary, UndoResult), Error> {
        let seats = self.arithmetic(shell, run, uncommitted).await?;
        let report = Report::begin(shell, run, self.seats, false)?;
        let mut report = report.after_commits(seats.used, uncommitted);
        let causes: BTreeMap<_, _> = uncommitted.iter().map(|one| (one.account, &one.cause)).collect();
        let (mut back, mut left_alone) = (self.found.back.clone(), FirstNamed::default());
        for step in self.plan.steps() {
            let change = self.plan.change(step)?;
            match causes.get(&step.account) {
                Some(cause) => left_alone.add_left(&observe_uncommitted(&change, cause)),
                None => back.add_back(change.before.as_ref(), &change.after),
            }
            report.add(Decision::Change(change), tally)?;
        }
        for left in self.plan.left_alone() {
            let observation = observe_left(&self.plan.account(left)?, left.why);
            left_alone.add_left(&observation);
            report.observe(&observation, tally)?;
        }
        // Whom a dry run would change, the record of an undo says itself.
        let unprocessed = report.finish(tally).await?.unprocessed;
        let result = UndoResult {
            back_count: back.count,
            back: back.into_back(),
            back_before: self.found.back_before,
            left_alone_count: left_alone.count,
            left_alone: left_alone.into_left_alone(),
        };
        let summary = self.seat_rules.said_in(summary_of(&seats, tally));
        Ok((RunSummary { unprocessed, ..summary }, result))
    }

    /// The seats as they are after the undo; in a dry run, as they would be.
    async fn arithmetic(
        &self,
        shell: &Shell,
        run: &RunRecord,
        uncommitted: &[Uncommitted],
    ) -> Result<SeatArithmetic, Error> {
        let refused: BTreeSet<AccountId> = uncommitted.iter().map(|one| one.account).collect();
        let done = || self.plan.steps().filter(|step| !refused.contains(&step.account));
        let moved = |is: fn(&UndoStep) -> bool| SeatCount::new(done().filter(|step| is(step)).count() as u64);
        let freed = moved(|step| step.seat_delta() < 0);
        let taken = moved(|step| step.seat_delta() > 0);
        let begins = moved(|step| step.waits() == (false, true));
        let ends = moved(|step| step.waits() == (true, false));
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
}

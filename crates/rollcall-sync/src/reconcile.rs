//! Reconcile: makes a plan from the snapshot and the accounts, commits it, and writes a report of what happened.
//!
//! Convergent: killed anywhere and called again, it finishes what is missing. An invocation that runs short of time stops
//! after a commit, and the next one plans what remains (rule 27). Where somebody else has changed an account meanwhile,
//! the plan is made again from what is stored then.

// One pass, and what it commits.
mod pass;

mod committer;
mod decided;
mod elsewhere;
mod hand_over;

// The same for a run that takes back what another one did.
mod undo;

mod adoption;

// What it reads and writes.
mod accounts;
mod report;

use crate::error::{Error, Kind};
use crate::examine::examine;
use crate::run::finish::{fail, finish};
use crate::run::lease::unless_replaced;
use crate::run::message::{StepMessage, send_to_next_step};
use crate::run::next::Next;
use crate::run::request::begin_next;
use crate::run::take_up::{TakenUp, take_up};
use crate::run::tally::{Tally, record_what_was_done};
use crate::shell::Shell;
use adoption::Adoptions;
use committer::{Cause, Uncommitted};
use pass::Pass;
use report::{Named, head_of};
use rollcall_config::folders::REPORTS;
use rollcall_core::plan::SeatArithmetic;
use rollcall_core::time::Timestamp;
use rollcall_store::{How, Lease, RunRecord, RunStatus, RunSummary, SnapshotRef, SourceChange};
use tracing::Instrument as _;

/// How often a run plans at most. It plans again where others have changed what the plan was made from, or where a commit
/// makes more possible: a username was given up, or the last administrator has a successor.
const PASSES_MAX: u32 = 10;

/// Applies the snapshot of a run.
///
/// # Errors
/// Only what another delivery of the message may cure. What cannot be cured ends the run as failed.
pub async fn reconcile(shell: &Shell, message: StepMessage) -> Result<(), Error> {
    let step = async {
        let next = unless_replaced(reconcile_step(shell, &message).await)?;
        begin_next(shell, next).await
    };
    step.instrument(message.span("reconcile")).await
}

/// Answers with the request that waited, where the run has ended.
async fn reconcile_step(shell: &Shell, message: &StepMessage) -> Result<Option<Next>, Error> {
    let (mut run, lease) = match take_up(shell, message).await? {
        TakenUp::Run(run, lease) => (run, lease),
        TakenUp::Nothing(next) => return Ok(next),
    };
    if run.examination.is_some() {
        // On the heap: every run's step would carry the doctor on its stack.
        return Box::pin(examine(shell, *run, &lease)).await;
    }
    // On the heap: their steps lie deep in one another.
    let applied = match (run.undoes.clone(), run.snapshot.clone()) {
        (Some(undoing), _) => Box::pin(undo::undo(shell, &mut run, &undoing, &lease)).await,
        (None, _) if let Some(SourceChange::Rename { to }) = run.source_change.clone() => {
            Box::pin(hand_over::hand_over(shell, &mut run, &to, &lease)).await
        }
        (None, Some(snapshot)) => Box::pin(apply(shell, &mut run, &snapshot, &lease)).await,
        (None, None) => return Ok(None),
    };
    match applied {
        Ok(Some(status)) => finish(shell, *run, &lease, status).await,
        Ok(None) => {
            shell.store.put_run(&run, &lease).await?;
            send_to_next_step(shell, &run, Some(&lease)).await.map(|()| None)
        }
        Err(error) if matches!(error.kind(), Kind::Retry | Kind::Replaced) => Err(error),
        Err(error) => {
            record_what_was_done(shell, &mut run).await?;
            fail(shell, *run, &lease, &error).await
        }
    }
}

/// Answers with how the run ends; `None` where another invocation must go on.
async fn apply(
    shell: &Shell,
    run: &mut RunRecord,
    snapshot: &SnapshotRef,
    lease: &Lease,
) -> Result<Option<RunStatus>, Error> {
    let noted = if run.dry_run { None } else { close_the_past(shell, run, snapshot, lease.epoch).await? };
    let mut tally = Tally::resume(shell, run).await?;
    let mut adoptions = Adoptions::of_run(shell, run, snapshot, &mut tally).await?;
    let is_adopted = run.dry_run || adoptions.commit(shell, &head_of(shell, run), lease, &mut tally).await?;
    let pass = Pass::prepare(shell, run, snapshot, &mut tally, &adoptions).await;
    let Some(pass) = unless_late(pass, &tally)? else { return Ok(None) };
    let before = record_beginning(shell, run, lease, pass.seats().used_before.get()).await?;
    if !is_adopted {
        return Ok(None);
    }
    let work = Work { shell, run, snapshot, lease, adoptions: &adoptions };
    let committed =
        if run.dry_run { Some((pass, Vec::new())) } else { work.commit(pass, &mut tally).await? };
    let Some((pass, uncommitted)) = committed else {
        let recorded = RunSummary { time_to_seat_millis: longest_free(&before, &tally), ..before };
        run.summary = Some(recorded);
        return Ok(None);
    };
    let (mut seats, holds) = (*pass.seats(), *pass.holds());
    if !uncommitted.is_empty() {
        // The plan counts what could not be done.
        let now = shell.store.seats().await?.seats;
        (seats.used, seats.over_by) = (now.used, now.over_by());
    }
    if !run.dry_run && pass.next_date() != noted {
        shell.store.note_next_date(&run.source, &run.id, pass.next_date()).await?;
    }
    let (repeated, in_line) = (pass.repeated(), pass.in_line());
    let seat_rules = pass.seat_rules().clone();
    let (next_waiting, Named { unprocessed, planned, back_waiting }) =
        pass.report(&mut tally, &uncommitted, &adoptions).await?;
    let summary = RunSummary {
        used_before: before.used_before,
        time_to_seat_millis: longest_free(&before, &tally),
        next_waiting,
        in_line: Some(in_line),
        unprocessed,
        planned,
        back_waiting: tally.done.back_waiting + back_waiting,
        rows: snapshot.records,
        repeated,
        passed_over: run.passed_over,
        read_millis: before.read_millis,
        apply_millis: (shell.now().millis_since(run.started_at) - before.read_millis).max(0),
        ..decided::summary_of(&holds, seat_rules.said_in(summary_of(&seats, &tally)))
    };
    let status = match (run.dry_run, summary.is_held()) {
        (true, _) => RunStatus::DryRun,
        (false, true) => RunStatus::Held,
        (false, false) => RunStatus::Completed,
    };
    if !run.dry_run {
        close_what_was_open(shell, run, status, snapshot).await?;
    }
    let report = serde_json::to_vec_pretty(&summary)?;
    shell.store.put_object(&format!("{REPORTS}{}/{}/summary.json", run.source, run.id), report).await?;
    run.summary = Some(summary);
    Ok(Some(status))
}

/// What every pass of a run works on.
struct Work<'a> {
    shell: &'a Shell,
    run: &'a RunRecord,
    snapshot: &'a SnapshotRef,
    lease: &'a Lease,
    adoptions: &'a Adoptions,
}

impl<'a> Work<'a> {
    /// Commits a plan, and plans again for as long as that comes to more. Answers with the last pass and what it could not
    /// commit; `None` where another invocation must go on.
    async fn commit(
        &self,
        mut pass: Pass<'a>,
        tally: &mut Tally,
    ) -> Result<Option<(Pass<'a>, Vec<Uncommitted>)>, Error> {
        let run = self.run;
        let mut uncommitted = Vec::new();
        for passes in 1..=PASSES_MAX {
            let before = uncommitted;
            uncommitted = match self.commit_once(&pass, tally).await? {
                Some(uncommitted) => uncommitted,
                None => return Ok(None),
            };
            if is_over(&uncommitted, &before, &pass) {
                break;
            }
            if passes == PASSES_MAX && uncommitted.iter().any(|one| one.cause == Cause::Moved) {
                return Err(Error::Contended);
            }
            if passes < PASSES_MAX {
                tracing::info!(run.id = %run.id, source.name = %run.source, passes, "planning again");
                let next = Pass::prepare(self.shell, run, self.snapshot, tally, self.adoptions).await;
                let Some(next) = unless_late(next, tally)? else { return Ok(None) };
                pass = next;
            }
        }
        Ok(Some((pass, uncommitted)))
    }

    /// Commits one plan, after recording what its guard holds.
    async fn commit_once(
        &self,
        pass: &Pass<'_>,
        tally: &mut Tally,
    ) -> Result<Option<Vec<Uncommitted>>, Error> {
        let parts = decided::parts_of(pass.holds());
        if !parts.is_empty() {
            self.shell.store.mark_held(&self.run.source, &self.snapshot.digest, &parts).await?;
        }
        if pass.admits_many() {
            self.shell.store.mark_admitting(&self.run.source, true).await?;
        }
        pass.commit(self.lease, tally).await
    }
}

/// A pass; `None` where this invocation has no time to make it, but has committed something, so that the next one has less
/// to do. An invocation that commits nothing is not followed by another that would commit nothing: the run fails.
fn unless_late<'a>(pass: Result<Pass<'a>, Error>, tally: &Tally) -> Result<Option<Pass<'a>>, Error> {
    match pass {
        Err(Error::TooSlow { .. }) if tally.commits > 0 => Ok(None),
        pass => pass.map(Some),
    }
}

/// Whether another plan would come to nothing more: everything is committed, or the plan before could not commit the same
/// changes for the same cause, and the cause is not that others were faster.
fn is_over(uncommitted: &[Uncommitted], before: &[Uncommitted], pass: &Pass<'_>) -> bool {
    let is_stuck = |one: &Uncommitted| one.cause != Cause::Moved && before.contains(one);
    if uncommitted.is_empty() { pass.is_settled() } else { uncommitted.iter().all(is_stuck) }
}

/// From here on no older snapshot of the source is applied any more (rule 25). An approved snapshot must still be
/// the newest in what it says; it is then applied under this run's epoch. Answers with the next date that was noted before.
async fn close_the_past(
    shell: &Shell,
    run: &RunRecord,
    snapshot: &SnapshotRef,
    epoch: u64,
) -> Result<Option<Timestamp>, Error> {
    // Read in any case: an item that a newer version of Rollcall wrote must not be overwritten.
    let applied = shell.store.applied_snapshot(&run.source).await?;
    let noted = applied.as_ref().and_then(|applied| applied.next_date);
    let is_left_open =
        applied.as_ref().is_some_and(|applied| applied.has_dismissal_of_another(&snapshot.digest));
    let held_before =
        applied.as_ref().filter(|applied| applied.held.is_some()).map(|applied| applied.run.clone());
    let epoch = match &run.approves {
        None => snapshot.epoch,
        Some(held) => {
            if applied.is_some_and(|applied| applied.digest != snapshot.digest) {
                let why = "the directory has changed since; look at the newest run and approve that one";
                return Err(Error::NotApprovable { run: held.clone(), why });
            }
            epoch
        }
    };
    // Before this run takes its place: a run that is cut off here does the same again.
    if let Some(held) = held_before.filter(|held| *held != run.id) {
        shell.store.mark_settled(&held, How::Replaced, run).await?;
    }
    if let Some(held) = &run.approves {
        shell.store.mark_settled(held, How::Approved, run).await?;
    }
    shell.store.mark_applied(&run.source, epoch, &snapshot.digest, &run.id).await?;
    if is_left_open {
        shell.store.forget_dismissal(&run.source, &snapshot.digest).await?;
    }
    if run.approves.is_some() {
        shell.store.mark_approved(&run.source, run.started_at).await?;
    }
    Ok(noted)
}

/// The newcomers that this run, or one that was cut off before it, let in are all committed. And what is held may have been
/// dismissed before.
async fn close_what_was_open(
    shell: &Shell,
    run: &mut RunRecord,
    status: RunStatus,
    snapshot: &SnapshotRef,
) -> Result<(), Error> {
    let Some(applied) = shell.store.applied_snapshot(&run.source).await? else { return Ok(()) };
    if status == RunStatus::Held {
        run.dismissed = applied.dismissal_of(&snapshot.digest).cloned();
    }
    if applied.admits_newcomers {
        shell.store.mark_admitting(&run.source, false).await?;
    }
    Ok(())
}

/// Records what a later invocation cannot see any more: the seats in use before the run's first write, and how long reading
/// took.
async fn record_beginning(
    shell: &Shell,
    run: &mut RunRecord,
    lease: &Lease,
    used: u64,
) -> Result<RunSummary, Error> {
    let read_millis = shell.now().millis_since(run.started_at);
    let recorded = run.summary.take();
    let recorded =
        recorded.unwrap_or_else(|| RunSummary { used_before: used, read_millis, ..RunSummary::default() });
    run.summary = Some(recorded.clone());
    shell.store.put_run(run, lease).await?;
    Ok(recorded)
}

fn longest_free(before: &RunSummary, tally: &Tally) -> Option<i64> {
    before.time_to_seat_millis.max(tally.time_to_seat_millis)
}

fn summary_of(seats: &SeatArithmetic, tally: &Tally) -> RunSummary {
    RunSummary {
        counts: tally.counts(),
        limit: seats.limit.seats(),
        used: seats.used.get(),
        freed: if tally.done.writes > 0 { tally.done.freed } else { seats.freed.get() },
        taken: if tally.done.writes > 0 { tally.done.taken } else { seats.taken.get() },
        waiting: seats.waiting.get(),
        over_by: seats.over_by.get(),
        writes: tally.done.writes,
        ..RunSummary::default()
    }
}

#[cfg(test)]
mod tests {
    use super::unless_late;
    use crate::error::{Error, Kind};
    use crate::run::tally::Tally;
    use rollcall_store::{RunId, RunTally};

    #[test]
    fn a_late_plan_is_left_to_the_next_only_after_a_commit() {
        let mut tally = Tally::of(RunId::parse("run-1").unwrap(), RunTally::default());
        let late = || Err(Error::TooSlow { done: 3, of: 64 });
        let Err(error) = unless_late(late(), &tally) else { panic!("an invocation that did nothing") };
        // Not another delivery: it would get no further.
        assert_eq!(error.kind(), Kind::Deployment);
        tally.commits = 1;
        assert!(unless_late(late(), &tally).unwrap().is_none());
        assert!(unless_late(Err(Error::Contended), &tally).is_err());
    }
}

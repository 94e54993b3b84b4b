//! Reconcile: the snapshot and the accounts become a plan, the plan becomes commits, and a report says what happened.
//!
//! Convergent: killed anywhere and called again, it finishes what is missing; so an invocation that runs short of time
//! stops after a commit, and the next one plans what is left (product 27). An account that somebody else changed meanwhile
//! is not argued about: the plan is made again from what is there.

use crate::adoption::Adoptions;
use crate::ending;
use crate::error::{Error, Kind};
use crate::fetch::take_up;
use crate::lane::{Cause, LeftOver};
use crate::pass::{Pass, Tally, head_of, note_what_was_done};
use crate::request::{StepMessage, send};
use crate::shell::Shell;
use futures::future::BoxFuture;
use rollcall_core::plan::{Hold, HoldCause, SeatArithmetic};
use rollcall_store::{HoldSummary, Lease, RunRecord, RunStatus, RunSummary, SnapshotRef};
use tracing::Instrument as _;

/// How often a plan is made at most: again because others changed what it was made from, or because what was committed
/// opens a way (a username that was given up, a successor of the last administrator).
const PASSES_MAX: u32 = 10;

/// Applies the snapshot of a run.
///
/// # Errors
/// Only what another delivery of the message may cure. What cannot be cured ends the run as failed.
pub fn reconcile(shell: &Shell, message: StepMessage) -> BoxFuture<'_, Result<(), Error>> {
    // Boxed for the compiler's sake: the types of the handlers around it would grow too deep.
    let span = message.span("reconcile");
    Box::pin(async move { ending::unless_replaced(reconcile_step(shell, &message).await) }.instrument(span))
}

async fn reconcile_step(shell: &Shell, message: &StepMessage) -> Result<(), Error> {
    let Some((mut run, lease)) = take_up(shell, message).await? else { return Ok(()) };
    let Some(snapshot) = run.snapshot.clone() else { return Ok(()) };
    match apply(shell, &mut run, &snapshot, &lease).await {
        Ok(Some(status)) => ending::finish(shell, run, &lease, status).await,
        Ok(None) => {
            shell.store.put_run(&run, &lease).await?;
            send(shell, &run, Some(&lease)).await
        }
        Err(error) if matches!(error.kind(), Kind::Retry | Kind::Replaced) => Err(error),
        Err(error) => {
            note_what_was_done(shell, &mut run).await?;
            ending::fail(shell, run, &lease, &error).await
        }
    }
}

/// `None` where another invocation must go on.
async fn apply(
    shell: &Shell,
    run: &mut RunRecord,
    snapshot: &SnapshotRef,
    lease: &Lease,
) -> Result<Option<RunStatus>, Error> {
    if !run.dry_run {
        close_the_past(shell, run, snapshot, lease.epoch).await?;
    }
    let mut tally = Tally::resume(shell, &run.id).await?;
    let mut adoptions = Adoptions::of_run(shell, run, snapshot).await?;
    let is_adopted = run.dry_run || adoptions.commit(shell, &head_of(shell, run), lease, &mut tally).await?;
    let mut pass = Pass::prepare(shell, run, snapshot, &tally, &adoptions).await?;
    let before = note_beginning(shell, run, lease, pass.seats().used_before.get()).await?;
    if !is_adopted {
        return Ok(None);
    }
    let mut left_over = Vec::new();
    for passes in 1..=PASSES_MAX {
        if run.dry_run {
            break;
        }
        let left_before = left_over;
        left_over = match commit(shell, run, snapshot, lease, &pass, &mut tally).await? {
            Some(left_over) => left_over,
            None => {
                let noted = RunSummary { time_to_seat_millis: longest_free(&before, &tally), ..before };
                run.summary = Some(noted);
                return Ok(None);
            }
        };
        if is_over(&left_over, &left_before, &pass) {
            break;
        }
        if passes == PASSES_MAX && left_over.iter().any(|one| one.cause == Cause::Moved) {
            return Err(Error::Contended);
        }
        if passes < PASSES_MAX {
            tracing::info!(run.id = %run.id, source.name = %run.source, passes, "planning again");
            pass = Pass::prepare(shell, run, snapshot, &tally, &adoptions).await?;
        }
    }
    let (mut seats, hold) = (*pass.seats(), pass.hold().copied());
    if !left_over.is_empty() {
        // The plan counts what could not be done.
        let now = shell.store.seats().await?.seats;
        (seats.used, seats.over_by) = (now.used, now.over_by());
    }
    let next_waiting = pass.report(&mut tally, &left_over, &adoptions).await?;
    let summary = RunSummary {
        used_before: before.used_before,
        time_to_seat_millis: longest_free(&before, &tally),
        next_waiting,
        rows: snapshot.records,
        read_millis: before.read_millis,
        apply_millis: (shell.now().millis_since(run.started_at) - before.read_millis).max(0),
        ..summary_of(&seats, hold.as_ref(), &tally)
    };
    let status = match (run.dry_run, &summary.hold) {
        (true, _) => RunStatus::DryRun,
        (false, Some(_)) => RunStatus::Held,
        (false, None) => RunStatus::Completed,
    };
    if status == RunStatus::Held {
        let applied = shell.store.applied_snapshot(&run.source).await?;
        run.dismissed = applied.and_then(|applied| applied.dismissal_of(&snapshot.digest).cloned());
    }
    let report = serde_json::to_vec_pretty(&summary)?;
    shell.store.put_object(&format!("reports/{}/{}/summary.json", run.source, run.id), report).await?;
    run.summary = Some(summary);
    Ok(Some(status))
}

/// Commits one plan, after noting what its guard holds. Answers with what could not be committed; `None` where another
/// invocation must go on.
async fn commit(
    shell: &Shell,
    run: &RunRecord,
    snapshot: &SnapshotRef,
    lease: &Lease,
    pass: &Pass<'_>,
    tally: &mut Tally,
) -> Result<Option<Vec<LeftOver>>, Error> {
    if pass.hold().is_some() {
        shell.store.mark_held(&run.source, Some(&snapshot.digest)).await?;
    }
    pass.commit(lease, tally).await
}

/// Whether another plan would come to nothing more: everything is done, or what is left was left by the plan before
/// for the same cause, and not because others were quicker.
fn is_over(left: &[LeftOver], left_before: &[LeftOver], pass: &Pass<'_>) -> bool {
    let is_stuck = |one: &LeftOver| one.cause != Cause::Moved && left_before.contains(one);
    if left.is_empty() { pass.is_settled() } else { left.iter().all(is_stuck) }
}

/// From here on no older snapshot of the source is applied any more (product 25). An approved snapshot must still be
/// the newest in what it says; it is then applied under this run's epoch.
async fn close_the_past(
    shell: &Shell,
    run: &RunRecord,
    snapshot: &SnapshotRef,
    epoch: u64,
) -> Result<(), Error> {
    // Read in any case: what a newer version has stored must not be written over.
    let applied = shell.store.applied_snapshot(&run.source).await?;
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
    shell.store.mark_applied(&run.source, epoch, &snapshot.digest, &run.id).await?;
    if run.approves.is_some() {
        shell.store.mark_held(&run.source, None).await?;
    }
    Ok(())
}

/// Keeps what an invocation that goes on cannot see any more: the seats in use before the run's first write, and how long
/// reading took.
async fn note_beginning(
    shell: &Shell,
    run: &mut RunRecord,
    lease: &Lease,
    used: u64,
) -> Result<RunSummary, Error> {
    let read_millis = shell.now().millis_since(run.started_at);
    let noted = run.summary.take();
    let noted =
        noted.unwrap_or_else(|| RunSummary { used_before: used, read_millis, ..RunSummary::default() });
    run.summary = Some(noted.clone());
    shell.store.put_run(run, lease).await?;
    Ok(noted)
}

fn longest_free(before: &RunSummary, tally: &Tally) -> Option<i64> {
    before.time_to_seat_millis.max(tally.time_to_seat_millis)
}

fn summary_of(seats: &SeatArithmetic, hold: Option<&Hold>, tally: &Tally) -> RunSummary {
    RunSummary {
        counts: tally.counts(),
        limit: seats.limit.seats(),
        used: seats.used.get(),
        freed: if tally.writes > 0 { tally.freed } else { seats.freed.get() },
        taken: if tally.writes > 0 { tally.taken } else { seats.taken.get() },
        waiting: seats.waiting.get(),
        over_by: seats.over_by.get(),
        writes: tally.writes,
        hold: hold.map(|hold| HoldSummary {
            removals: hold.removals,
            active: hold.active,
            cause: String::from(match hold.cause {
                HoldCause::TooMany => "too many removals at once",
                HoldCause::NobodyEligible => "nobody in the snapshot is eligible",
            }),
        }),
        ..RunSummary::default()
    }
}

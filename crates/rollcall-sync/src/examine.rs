//! The step of an examination: the doctor looks at everything while no source has a run, and repairs what it can if the
//! run was asked for that.
//!
//! It holds the lease of every source meanwhile, so that no run moves the figures, and none decides on what is torn. It
//! waits for a run that is under way. Killed anywhere and called again, it begins anew: a repair that is done is not found
//! again.

use crate::actor::Actor;
use crate::doctor;
use crate::error::{Error, Kind};
use crate::run::finish::finish;
use crate::run::lease::{acquire, end_expired, release, release_finished};
use crate::run::message::send_to_next_step;
use crate::run::next::Next;
use crate::run::request::begin_next;
use crate::shell::{Limits, Shell};
use rollcall_core::source::SourceName;
use rollcall_store::{Acquired, Error as StoreError, Examination, Lease, RunId, RunRecord, RunStatus};
use std::time::Duration;

/// Carries out an examination under the lease that its run has taken. Answers with the request that waited for it.
///
/// # Errors
/// Only what another delivery of the message may cure. What cannot be cured ends the run as failed.
pub(crate) async fn examine(shell: &Shell, mut run: RunRecord, lease: &Lease) -> Result<Option<Next>, Error> {
    let Some(examination) = run.examination.clone() else { return Ok(None) };
    run.status = RunStatus::Reconciling;
    shell.store.put_run(&run, lease).await?;
    let others = match take_the_others(shell, &run).await? {
        Taken::All(others) => others,
        Taken::UnderWay => {
            tokio::time::sleep(pause(shell.limits(), run.invocations)).await;
            send_to_next_step(shell, &run, Some(lease)).await?;
            return Ok(None);
        }
    };
    let seen = doctor::see(shell, Actor::of_api(&run.actor), examination.repair).await;
    let status = match seen {
        Ok(result) => {
            run.examination = Some(Examination { result: Some(result), ..examination });
            RunStatus::Completed
        }
        Err(error) if matches!(error.kind(), Kind::Retry | Kind::Replaced) => return Err(error),
        Err(error) => {
            shell.tell_failure(run.id.as_str(), &error);
            run.error = Some(error.to_string());
            RunStatus::Failed
        }
    };
    let next = finish(shell, run, lease, status).await?;
    for other in &others {
        begin_next(shell, release(shell, other).await?).await?;
    }
    Ok(next)
}

/// How often the pause before the next look doubles, at most: from half a second to half a minute.
const DOUBLINGS_MAX: u32 = 6;

/// How long an examination waits before it looks again whether the other runs have ended. In AWS each look is an invocation,
/// some writes and a message, so it waits longer and longer. Without a deadline one process does all the work, the run that
/// is waited for too: there a pause must be short.
pub(crate) fn pause(limits: &Limits, invocations: u32) -> Duration {
    let first = limits.patience.first_wait;
    match limits.deadline {
        Some(_) => first * 2_u32.pow(invocations.saturating_sub(1).min(DOUBLINGS_MAX)),
        None => first,
    }
}

/// The leases of all other sources.
enum Taken {
    All(Vec<Lease>),
    /// A source has a run under way. What was taken stays taken: no other run begins before this one's turn.
    UnderWay,
}

async fn take_the_others(shell: &Shell, run: &RunRecord) -> Result<Taken, Error> {
    let config = shell.config().await?;
    let mut leases = Vec::new();
    for source in config.sources.iter().map(|source| &source.name).filter(|source| **source != run.source) {
        match take(shell, source, run).await {
            Ok(Some(lease)) => leases.push(lease),
            Ok(None) => return Ok(Taken::UnderWay),
            // A lease that cannot be read lets no run begin. The doctor repairs it.
            Err(Error::Store(StoreError::Corrupt { .. })) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Taken::All(leases))
}

/// Takes the lease of another source for this run. `None` where that source has a run under way.
pub(crate) async fn take(
    shell: &Shell,
    source: &SourceName,
    run: &RunRecord,
) -> Result<Option<Lease>, Error> {
    match acquire(shell, source, &run.id).await? {
        Acquired::Mine { lease, dead } => {
            end_expired(shell, &lease, &dead).await?;
            Ok(Some(lease))
        }
        Acquired::OwnedBy(other) => of_finished(shell, source, &other, run).await,
    }
}

/// Takes over the lease of a run that has ended and died before it gave the lease back.
async fn of_finished(
    shell: &Shell,
    source: &SourceName,
    owner: &RunId,
    run: &RunRecord,
) -> Result<Option<Lease>, Error> {
    if shell.store.run(owner).await?.is_some_and(|owner| !owner.status.is_finished()) {
        return Ok(None);
    }
    // A request that waits stays marked on the lease, and begins when this run gives the lease back.
    drop(release_finished(shell, source, owner).await?);
    match acquire(shell, source, &run.id).await? {
        Acquired::Mine { lease, .. } => Ok(Some(lease)),
        Acquired::OwnedBy(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::pause;
    use crate::shell::{Limits, Patience};
    use std::time::{Duration, Instant};

    #[test]
    fn an_examination_in_aws_waits_longer_and_longer() {
        let half = Duration::from_millis(500);
        let patience = Patience { first_wait: half, ..Patience::default() };
        let local = Limits { patience, ..Limits::default() };
        let in_aws = Limits { deadline: Some(Instant::now()), ..local };
        for (invocations, expected) in
            [(0, half), (1, half), (2, 2 * half), (5, 16 * half), (7, 64 * half), (500, 64 * half)]
        {
            assert_eq!(pause(&in_aws, invocations), expected, "{invocations}");
            assert_eq!(pause(&local, invocations), half);
        }
    }
}

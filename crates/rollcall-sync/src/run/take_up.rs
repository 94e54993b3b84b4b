//! Taking up a run: a step has received its message and takes the source's lease for it.

use super::lease::{acquire, end_expired, end_superseded, release, release_finished};
use super::message::StepMessage;
use super::next::Next;
use crate::error::Error;
use crate::shell::Shell;
use rollcall_store::{Acquired, Lease, RunId, RunRecord};

/// What a message comes to.
pub(crate) enum TakenUp {
    /// The run goes on here, under this lease.
    Run(Box<RunRecord>, Lease),
    /// There is nothing left to do: the run is finished, or another has taken its place. What waited for it, goes on.
    Nothing(Option<Next>),
}

/// Finds the run of a message and takes its lease.
///
/// # Errors
/// When the storage fails: the message is delivered again.
pub(crate) async fn take_up(shell: &Shell, message: &StepMessage) -> Result<TakenUp, Error> {
    let Ok(id) = RunId::parse(&message.run) else { return Ok(TakenUp::Nothing(None)) };
    let Some(run) = shell.store.run(&id).await? else { return Ok(TakenUp::Nothing(None)) };
    tracing::Span::current().record("source.name", run.source.as_str());
    if run.status.is_finished() {
        // The message was delivered twice, or its first receiver died before it could give the lease back.
        return release_finished(shell, &run.source, &run.id).await.map(TakenUp::Nothing);
    }
    match acquire(shell, &run.source, &run.id).await? {
        Acquired::Mine { lease, dead } => {
            end_expired(shell, &lease, &dead).await?;
            // Another invocation may have gone on with the run until a moment ago. From here on none does.
            match shell.store.run(&id).await? {
                Some(run) if !run.status.is_finished() => {
                    let run = RunRecord { invocations: run.invocations + 1, ..run };
                    Ok(TakenUp::Run(Box::new(run), lease))
                }
                Some(_) | None => release(shell, &lease).await.map(TakenUp::Nothing),
            }
        }
        Acquired::OwnedBy(other) => {
            end_superseded(shell, run, &other).await?;
            Ok(TakenUp::Nothing(None))
        }
    }
}

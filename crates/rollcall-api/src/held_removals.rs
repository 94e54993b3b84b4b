//! A person's decision to dismiss the removals that a run holds (rule 24): from then on nobody is asked about them, as
//! long as the source says the same. They stay held, and can still be approved.

use crate::error::Error;
use rollcall_sync::Shell;
use rollcall_sync::actor::{Actor, head};
use rollcall_sync::store::{AuditHead, RunId, RunRecord, RunStatus};

/// Dismisses the removals of a held run. To do it again changes nothing: the first decision stands.
///
/// # Errors
/// When there is no such run, nobody has to decide about its removals (any more), or the storage fails.
pub async fn dismiss(shell: &Shell, id: &RunId, actor: impl Into<Actor<'_>>) -> Result<RunRecord, Error> {
    let refuse = |why| Error::NothingToDismiss { run: id.clone(), why };
    let run = find(shell, id).await?;
    if run.dismissed.is_some() {
        return Ok(run);
    }
    let is_held = run.status == RunStatus::Held && !run.dry_run;
    let snapshot = run.snapshot.as_ref().filter(|_| is_held);
    let snapshot = snapshot.ok_or_else(|| refuse("it holds none; `rollcall runs` shows which run does"))?;
    let head = AuditHead {
        run: Some(run.id.clone()),
        source: Some(run.source.clone()),
        ..head(shell, actor.into())
    };
    if shell.store.dismiss_removals(&run, &snapshot.digest, &head).await? {
        tracing::info!(run.id = %run.id, source.name = %run.source, "held removals are left");
        return find(shell, id).await;
    }
    // Somebody may have been quicker, with this very decision.
    let run = find(shell, id).await?;
    if run.dismissed.is_some() {
        return Ok(run);
    }
    Err(refuse("they were approved, or the directory says something else since; look at the newest run"))
}

async fn find(shell: &Shell, id: &RunId) -> Result<RunRecord, Error> {
    shell.store.run(id).await?.ok_or_else(|| rollcall_sync::Error::NoSuchRun { run: id.clone() }.into())
}

//! Asking for an undo: a run that takes back what an earlier run did to accounts (rule 58).
//!
//! It is a run of the same source, so that it has a record, a lease and a message like any other, and so that no other run
//! of the source changes accounts meanwhile. Its work is `reconcile/undo.rs`.

use super::message::send_to_next_step;
use super::request::{Found, Requested, begin_or_find};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::account::AccountId;
use rollcall_store::{RunId, RunRecord, RunStatus, Trigger, Undoing};

/// What is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoRequest {
    /// The run.
    pub run: RunId,
    /// The only account that goes back; none where all do.
    pub account: Option<AccountId>,
    /// Whether to plan only.
    pub dry_run: bool,
    /// Who asks.
    pub actor: String,
}

/// Begins an undo, or answers with the one under way that does the same.
///
/// # Errors
/// [`Error::NotUndoable`] where there is nothing that could be taken back; [`Error::UndoLater`] while the source has another
/// run. Or the storage fails (ask again).
pub async fn request_undo(shell: &Shell, request: UndoRequest) -> Result<Requested, Error> {
    let undone = undoable(shell, &request.run).await?;
    let undoing = Undoing { run: undone.id.clone(), account: request.account, result: None };
    let record = || RunRecord {
        dry_run: request.dry_run,
        undoes: Some(undoing.clone()),
        ..RunRecord::new(shell.new_run(), undone.source.clone(), Trigger::Reset, &request.actor, shell.now())
    };
    let run = match begin_or_find(shell, record).await? {
        Found::Started(id) => return Ok(Requested::Started(id)),
        Found::UnderWay(run) => run,
    };
    let is_this = run.dry_run == request.dry_run
        && run
            .undoes
            .as_ref()
            .is_some_and(|under_way| (&under_way.run, under_way.account) == (&undoing.run, undoing.account));
    if !is_this {
        return Err(Error::UndoLater { run: run.id });
    }
    if run.status == RunStatus::Requested {
        // The process that asked for it may have died before it sent the message.
        send_to_next_step(shell, &run, None).await?;
    }
    Ok(Requested::UnderWay(run.id))
}

/// A run that has changed accounts, or may have, and does so no more.
async fn undoable(shell: &Shell, id: &RunId) -> Result<RunRecord, Error> {
    let refuse = |why| Err(Error::NotUndoable { run: id.clone(), why });
    let run = shell.store.run(id).await?.ok_or_else(|| Error::NoSuchRun { run: id.clone() })?;
    if run.examination.is_some() {
        return refuse("it was an examination; what it repaired is not taken back");
    }
    if run.dry_run {
        return refuse("it was a dry run and changed nothing");
    }
    if !run.status.is_finished() {
        return refuse("it is under way; ask again when it has ended");
    }
    Ok(run)
}

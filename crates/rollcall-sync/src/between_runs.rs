//! A moment in which no run of a source is under way: what a person changes then meets no run.
//!
//! The change says in its transaction that no run has begun meanwhile (`rollcall-store`'s `between_runs`). Nothing is held, so
//! nothing is left behind by a crash.

use crate::error::Error;
use crate::run::lease::release_finished;
use crate::run::request::begin_next;
use crate::shell::Shell;
use rollcall_core::source::SourceName;
use rollcall_store::{BetweenRuns, Moment};

/// The moment.
///
/// # Errors
/// [`Error::RunInTheWay`] while a run of the source is under way; or the storage fails.
pub async fn between_runs(shell: &Shell, source: &SourceName) -> Result<BetweenRuns, Error> {
    loop {
        let owner = match shell.store.moment_of(source, shell.now()).await? {
            Moment::Between(moment) => return Ok(moment),
            Moment::OwnedBy(owner) => owner,
        };
        if shell.store.run(&owner).await?.is_some_and(|run| !run.status.is_finished()) {
            return Err(Error::RunInTheWay { run: owner });
        }
        // It has ended, and died before it could give the lease back.
        begin_next(shell, release_finished(shell, source, &owner).await?).await?;
    }
}

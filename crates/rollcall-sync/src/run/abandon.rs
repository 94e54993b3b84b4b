//! A run whose process is known to be no more: its record says so, and its lease is given back at once.
//!
//! For the local program, which is alone on its data. In AWS the queue delivers again, and a lease runs out.

use crate::error::Error;
use crate::reconcile::note_what_was_done;
use crate::run::finish;
use crate::shell::{LEASE_MILLIS, Shell};
use rollcall_core::source::SourceName;
use rollcall_store::{Acquired, RunId, RunStatus};

/// Ends a run that was cut off. What it has committed stays; what it had read is not applied any more.
///
/// # Errors
/// When the storage fails.
pub async fn end_cut_off(shell: &Shell, source: &SourceName, run: &RunId) -> Result<(), Error> {
    let Some(mut record) = shell.store.run(run).await?.filter(|record| !record.status.is_finished()) else {
        return finish::give_back(shell, source, run).await;
    };
    let Acquired::Mine { lease, dead } =
        shell.store.acquire_lease(source, run, shell.now(), LEASE_MILLIS).await?
    else {
        return Ok(());
    };
    finish::end_dead(shell, &lease, &dead).await?;
    note_what_was_done(shell, &mut record).await?;
    record.error = Some(String::from(
        "was cut off; what it had committed stays, and the run after it goes on from there",
    ));
    finish::finish(shell, record, &lease, RunStatus::Failed).await
}

//! Ends runs that no invocation goes on with: writes so into their record, and gives their lease back.
//!
//! What such a run has committed stays, and its record says how much that is.

use super::finish::{fail_quietly, finish};
use super::lease::{acquire, end_expired, release_finished};
use super::message::StepMessage;
use super::request::begin_next;
use super::take_up::{TakenUp, take_up};
use super::tally::record_what_was_done;
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::source::SourceName;
use rollcall_store::{Acquired, RunId, RunStatus};

/// Ends a run whose step has failed as often as it is tried. Its message goes to the dead letters all the same.
///
/// # Errors
/// When the storage fails: the next run of the source ends the run then.
pub(crate) async fn give_up(
    shell: &Shell,
    message: &StepMessage,
    tries: u32,
    error: &Error,
) -> Result<(), Error> {
    let next = match take_up(shell, message).await? {
        TakenUp::Run(mut run, lease) => {
            record_what_was_done(shell, &mut run).await?;
            let gave_up = Error::GaveUp { tries, why: error.to_string() };
            fail_quietly(shell, *run, &lease, &gave_up).await?
        }
        TakenUp::Nothing(next) => next,
    };
    begin_next(shell, next).await
}

/// Ends a run whose process is known to be dead. A snapshot that it has read is not applied any more.
///
/// For the local program, which alone uses its data. In AWS the queue delivers the message again, or the lease runs out.
///
/// # Errors
/// When the storage fails.
pub async fn end_cut_off(shell: &Shell, source: &SourceName, run: &RunId) -> Result<(), Error> {
    let record = shell.store.run(run).await?.filter(|record| !record.status.is_finished());
    let next = match record {
        None => release_finished(shell, source, run).await?,
        Some(mut record) => {
            let Acquired::Mine { lease, dead } = acquire(shell, source, run).await? else { return Ok(()) };
            end_expired(shell, &lease, &dead).await?;
            record_what_was_done(shell, &mut record).await?;
            record.error = Some(String::from(
                "was cut off; what it had committed stays, and the run after it goes on from there",
            ));
            finish(shell, record, &lease, RunStatus::Failed).await?
        }
    };
    begin_next(shell, next).await
}

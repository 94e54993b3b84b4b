//! Asking for an examination: a run that has the doctor look at everything that is stored, and repair it if asked to.
//!
//! It is a run of the first source, so that it has a record, a lease and a message like any other; it takes the leases of
//! the other sources when it begins its work.

use super::message::send_to_next_step;
use super::request::{Found, Requested, begin_or_find};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_store::{Error as StoreError, Examination, RunRecord, Trigger};

/// Begins an examination, or answers with the one under way that does the same.
///
/// # Errors
/// [`Error::NotNow`] while the first source has another run. Or the configuration has mistakes or no source; or the
/// storage fails (ask again).
pub async fn request_examination(shell: &Shell, actor: &str, repair: bool) -> Result<Requested, Error> {
    let config = shell.config().await?;
    let source = config.sources.first().map(|source| source.name.clone()).ok_or(Error::NoSources)?;
    let record = || RunRecord {
        dry_run: !repair,
        examination: Some(Examination { repair, result: None }),
        ..RunRecord::new(shell.new_run(), source.clone(), Trigger::Reset, actor, shell.now())
    };
    let found = match begin_or_find(shell, record).await {
        // No run can begin on such a lease, and this one would repair it: so that is done first.
        Err(Error::Store(StoreError::Corrupt { .. })) if repair => {
            shell.store.remake_lease(&source).await?;
            begin_or_find(shell, record).await?
        }
        found => found?,
    };
    let run = match found {
        Found::Started(id) => return Ok(Requested::Started(id)),
        Found::UnderWay(run) => run,
    };
    if run.examination.as_ref().is_none_or(|examination| examination.repair != repair) {
        return Err(Error::NotNow { run: run.id });
    }
    // The process that asked for it may have died before it sent the message.
    send_to_next_step(shell, &run, None).await?;
    Ok(Requested::UnderWay(run.id))
}

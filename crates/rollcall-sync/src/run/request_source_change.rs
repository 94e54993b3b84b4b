//! Asking for the retirement or the renaming of a source that is no longer configured (rule 61).
//!
//! It is a run of that source, so that it has a record, a lease, a report and a message like any other, and is finished
//! after a crash: the same request once more sends its message again.

use super::message::send_to_next_step;
use super::request::{Found, Requested, begin_or_find, choose};
use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::source::SourceName;
use rollcall_store::{RunRecord, SourceChange, Trigger};

/// Begins the retirement of a source, or answers with the one under way. `at_most` is how many accounts may change: if
/// there are more, the person has not seen the others, and all are held. `None` is a dry run.
///
/// # Errors
/// [`Error::StillConfigured`] for a source that is configured, [`Error::NoSuchSource`] where no account is of it,
/// [`Error::RunInTheWay`] while it has another run. Or the storage fails (ask again).
pub async fn request_retirement(
    shell: &Shell,
    name: &str,
    actor: &str,
    at_most: Option<u64>,
) -> Result<Requested, Error> {
    let source = gone_source(shell, name).await?;
    let change = SourceChange::Retire { at_most };
    request_change(shell, source, actor, at_most.is_none(), change).await
}

/// Begins to give the accounts of a source to the source of its new name, or answers with the run under way that does it. The
/// new name is in the configuration already, and the old one is not: else the next run of either would find nobody.
///
/// # Errors
/// As [`request_retirement`]; [`Error::NoSuchSource`] where the new name is not configured.
pub async fn request_renaming(shell: &Shell, name: &str, to: &str, actor: &str) -> Result<Requested, Error> {
    let source = gone_source(shell, name).await?;
    let config = shell.config().await?;
    let to = choose(&config, Some(to))?.name.clone();
    request_change(shell, source, actor, false, SourceChange::Rename { to }).await
}

/// A source that has accounts, or had, and is not configured.
async fn gone_source(shell: &Shell, name: &str) -> Result<SourceName, Error> {
    if shell.config().await?.source(name).is_some() {
        return Err(Error::StillConfigured { name: name.to_owned() });
    }
    let known = shell.store.known_sources().await?;
    if let Some(source) = known.iter().find(|known| known.as_str() == name) {
        return Ok(source.clone());
    }
    let known = known.iter().map(SourceName::as_str).collect::<Vec<_>>().join(", ");
    Err(Error::UnknownSource { name: name.chars().take(80).collect(), known })
}

async fn request_change(
    shell: &Shell,
    source: SourceName,
    actor: &str,
    dry_run: bool,
    change: SourceChange,
) -> Result<Requested, Error> {
    let record = || RunRecord {
        dry_run,
        source_change: Some(change.clone()),
        ..RunRecord::new(shell.new_run(), source.clone(), Trigger::Reset, actor, shell.now())
    };
    let run = match begin_or_find(shell, record).await? {
        Found::Started(id) => return Ok(Requested::Started(id)),
        Found::UnderWay(run) => run,
    };
    if run.source_change.as_ref() != Some(&change) {
        return Err(Error::RunInTheWay { run: run.id });
    }
    // The process that asked for it may have died before it sent the message.
    send_to_next_step(shell, &run, None).await?;
    Ok(Requested::UnderWay(run.id))
}

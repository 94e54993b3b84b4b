//! Exports: the audit log, or the accounts, as a file of any size, made step by step and fetched by a link (rule 31).
//!
//! Above the audit log's query, below the routes and the function `reconcile`. [`begin`] works on an export for some seconds,
//! so a small one is done when it answers. A longer one goes on from step to step over the reconcile queue ([`go_on`]).
//! Promises that a step which dies redoes only its own work, that of two at once one writes nothing, and that the file has
//! exactly the entries that the list has up to the time of the request; of accounts, each as it was when its page was read.

mod account_rows;
mod rows;
pub mod in_words;
mod step;

use crate::accounts::list::Filter;
use crate::audit::query::AuditFilter;
use crate::error::Error;
use rollcall_config::folders::EXPORTS;
use rollcall_core::time::Timestamp;
use rollcall_sync::actor::{Actor, head};
use rollcall_sync::run::send_export_on;
use rollcall_sync::store::{
    AccountsFilter, ExportFilter, ExportFormat, ExportId, ExportPosition, ExportRecord, ExportState, Period,
};
use rollcall_sync::{Kind, Shell};
use std::time::{Duration, Instant};
use step::Until;

/// How long a link opens the file. Who has the link needs no token, so it is short; each look at the export gives another.
pub const LINK_LASTS: Duration = Duration::from_secs(300);

/// How long a file can be fetched: the bucket deletes it at the end of the next day (UTC) or later, never earlier.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// After this time without a sign, the request that began an export works on it no more: the message of its next step is sent,
/// or it is lost with the process.
const BEGINNING_MILLIS: i64 = 15 * 1000;

/// After this time without a sign, nobody works on an export any more: a step takes 15 minutes at most, and a message whose
/// step has failed comes again after 14.
const DEAD_MILLIS: i64 = 60 * 60 * 1000;

/// An export as it stands.
#[derive(Debug)]
pub struct Export {
    /// Its record.
    pub record: ExportRecord,
    /// Where its file can be fetched, for [`LINK_LASTS`]; only of one that is done.
    pub link: Option<String>,
}

/// What an export has.
#[derive(Debug)]
pub enum What {
    /// Entries of the audit log.
    Audit(AuditFilter),
    /// Accounts.
    Accounts(Filter),
}

/// Begins an export, and works on it for the first seconds.
///
/// # Errors
/// When the run of the filter does not exist, or the storage fails (ask again).
pub async fn begin(
    shell: &Shell,
    what: What,
    format: ExportFormat,
    actor: Actor<'_>,
) -> Result<Export, Error> {
    let (filter, accounts) = match what {
        What::Audit(filter) => (filter, None),
        What::Accounts(filter) => (AuditFilter::default(), Some(stored(filter))),
    };
    if let Some(run) = &filter.run
        && shell.store.run(run).await?.is_none()
    {
        return Err(rollcall_sync::Error::NoSuchRun { run: run.clone() }.into());
    }
    let now = shell.now();
    let export = ExportRecord {
        id: ExportId::new(shell.new_run()),
        format,
        filter: with_an_end(filter, now),
        accounts,
        asked_by: actor.name.to_owned(),
        asked_at: now,
        rows: 0,
        epoch: 1,
        touched_at: now,
        state: ExportState::Making(ExportPosition::default()),
    };
    shell.store.begin_export(&export, &head(shell, actor)).await?;
    tracing::info!(export.id = %export.id, "export requested");
    // On the heap, here and below: a step has a large future, and every caller would carry it on its stack.
    let until = Until::Time(Instant::now() + shell.limits().exports.answer_within);
    let export = match Box::pin(step::work(shell, export.clone(), until)).await {
        Ok(Some(export)) => export,
        // Deleted by somebody who was very quick.
        Ok(None) => return Err(Error::NoSuchExport { id: export.id.to_string() }),
        // The queue tries it again.
        Err(Error::Sync(error)) if matches!(error.kind(), Kind::Retry | Kind::Replaced) => {
            tracing::warn!(export.id = %export.id, error = %error, "the first step of an export failed");
            export
        }
        Err(error) => {
            fail(shell, export, &error).await?;
            return Err(error);
        }
    };
    if is_making(&export) {
        send_export_on(shell, &export).await?;
    }
    show_record(shell, export).await
}

/// Goes on with an export: a step that the queue has asked for.
///
/// # Errors
/// Only what another delivery of the message may cure. Everything else ends the export as failed.
pub async fn go_on(shell: &Shell, id: &ExportId) -> Result<(), rollcall_sync::Error> {
    let Some(export) = shell.store.take_up_export(id, shell.now()).await? else { return Ok(()) };
    match Box::pin(step::work(shell, export.clone(), Until::Late)).await {
        Ok(Some(export)) if is_making(&export) => send_export_on(shell, &export).await,
        Ok(Some(_) | None) => Ok(()),
        Err(Error::Sync(error)) if matches!(error.kind(), Kind::Retry | Kind::Replaced) => Err(error),
        Err(error) => fail(shell, export, &error).await,
    }
}

/// An export as it stands, with a fresh link to its file. In the program on one machine, an export that was cut off with an
/// earlier process goes on when somebody looks at it.
///
/// # Errors
/// [`Error::NoSuchExport`], also after its file has gone; or the storage fails.
pub async fn show(shell: &Shell, id: &str) -> Result<Export, Error> {
    let missing = || Error::NoSuchExport { id: id.to_owned() };
    let id = ExportId::parse(id).ok_or_else(missing)?;
    let mut record = shell.store.export(&id).await?.ok_or_else(missing)?;
    let now = shell.now();
    let is_older = |at: Timestamp, millis: i64| now.as_millis() - at.as_millis() > millis;
    match &record.state {
        ExportState::Done { at, .. } | ExportState::Failed { at, .. } if is_older(*at, KEPT_MILLIS) => {
            return Err(missing());
        }
        ExportState::Making(_) if is_older(record.touched_at, DEAD_MILLIS) => {
            let why = String::from("was cut off; ask for it again");
            record.state = ExportState::Failed { why, at: record.touched_at };
        }
        ExportState::Making(_)
            if is_older(record.touched_at, BEGINNING_MILLIS) && shell.queues.has_lost(&id) =>
        {
            send_export_on(shell, &record).await?;
        }
        ExportState::Done { .. } | ExportState::Failed { .. } | ExportState::Making(_) => {}
    }
    show_record(shell, record).await
}

/// Deletes an export and its file. A step that is under way finds its record gone, and stops.
///
/// # Errors
/// [`Error::NoSuchExport`]; or the storage fails.
pub async fn remove(shell: &Shell, id: &str) -> Result<(), Error> {
    let missing = || Error::NoSuchExport { id: id.to_owned() };
    let id = ExportId::parse(id).ok_or_else(missing)?;
    let export = shell.store.remove_export(&id).await?.ok_or_else(missing)?;
    let key = key_of(&export);
    if let ExportState::Making(place) = &export.state {
        if let Some(upload) = &place.upload {
            shell.store.abort_upload(&key, upload).await?;
        }
        if let Some(tail) = &place.tail {
            shell.store.delete_object(tail).await?;
        }
    }
    // Also where the record does not know of it yet: the step may have died right behind it.
    Ok(shell.store.delete_object(&key).await?)
}

async fn show_record(shell: &Shell, record: ExportRecord) -> Result<Export, Error> {
    let link = match &record.state {
        ExportState::Done { .. } => {
            let what = if record.accounts.is_some() { "accounts" } else { "audit" };
            let name = format!("rollcall-{what}.{}", record.format.as_str());
            Some(shell.store.download_url(&key_of(&record), &name, LINK_LASTS).await?)
        }
        ExportState::Making(_) | ExportState::Failed { .. } => None,
    };
    Ok(Export { record, link })
}

async fn fail(shell: &Shell, export: ExportRecord, error: &Error) -> Result<(), rollcall_sync::Error> {
    tracing::error!(export.id = %export.id, error = %error, "an export failed");
    let state = ExportState::Failed { why: error.detail(), at: shell.now() };
    shell.store.save_export(&ExportRecord { state, ..export }).await?;
    Ok(())
}

fn is_making(export: &ExportRecord) -> bool {
    matches!(export.state, ExportState::Making(_))
}

/// The key of an export's file.
fn key_of(export: &ExportRecord) -> String {
    format!("{EXPORTS}{}.{}", export.id, export.format.as_str())
}

/// The same filter, which ends before this moment: the entry of the export itself is not in its file.
fn with_an_end(filter: AuditFilter, now: Timestamp) -> ExportFilter {
    let AuditFilter { user, run, outcome, reason, source, period } = filter;
    let before = period.to.map_or(now, |to| to.min(now));
    ExportFilter { user, run, outcome, reason, source, from: period.from, before }
}

fn stored(filter: Filter) -> AccountsFilter {
    let Filter { is_active, reason, owner, text } = filter;
    AccountsFilter { is_active, reason, source: owner, text }
}

fn accounts_filter_of(filter: &AccountsFilter) -> Filter {
    let AccountsFilter { is_active, reason, source, text } = filter.clone();
    Filter { is_active, reason, owner: source, text }
}

fn filter_of(filter: &ExportFilter) -> AuditFilter {
    let ExportFilter { user, run, outcome, reason, source, from, before } = filter.clone();
    AuditFilter { user, run, outcome, reason, source, period: Period { from, to: Some(before) } }
}

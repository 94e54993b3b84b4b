//! How things are shown over HTTP, and by the command line with `--json`.

use crate::accounts::administer::Changed;
use crate::accounts::explain::Explanation;
use crate::accounts::place::{InLine, place_of};
use crate::accounts::seat::SeatGiven;
use crate::accounts::waiting;
use crate::error::Error;
use crate::exports::{Export, LINK_LASTS};
use rollcall_config::Mistake;
use rollcall_core::account::{Account, Owner};
use rollcall_core::match_key::ImmutableId;
use rollcall_core::person;
use rollcall_core::policy::Trimming;
use rollcall_sync::Shell;
use rollcall_sync::licence::{beside, look_up, reached};
use rollcall_sync::run::Requested;
use rollcall_sync::store::{
    AuditEntry, ExportState, FileRef, PutBack, RunRecord, SeatsOfDay, SeatsView, StateView, show_time,
};
use serde_json::{Map, Value, json};

/// An account as it stands.
#[must_use]
pub fn account(account: &Account) -> Value {
    let block = account.state.block();
    let by_admin = account.state.admin_block();
    let id = match &account.owner {
        Owner::Local => None,
        Owner::Source { immutable_id, .. } => immutable_id.as_ref().map(ImmutableId::as_str),
    };
    let fields: Map<String, Value> =
        account.fields.iter().map(|(name, value)| (name.to_string(), Value::from(value))).collect();
    json!({
        "id": account.id.to_string(),
        "username": account.username.original(),
        "name": person::name(&account.fields),
        "email": person::email(&account.fields),
        "source": account.source().map(|source| source.as_str()),
        "match_key": account.key().map(|key| key.original()),
        "immutable_id": id,
        "is_admin": account.is_admin,
        "state": account.state.as_str(),
        "reason": block.map(|block| block.reason.as_str()),
        "since": block.map(|block| show_time(block.since)),
        "starts": account.state.starts().map(show_time),
        "set_by": block.map(|block| block.reason.origin()),
        "why": by_admin.and_then(|block| block.why.clone()),
        "beneath": by_admin.map(|block| block.beneath.as_str()),
        "missing_since": account.missing_since.map(show_time),
        "fields": fields,
        "version": account.version,
    })
}

/// An account that a person has changed: as it stands, what it was, the seats before and after, and its place if it waits.
///
/// # Errors
/// When the storage fails.
pub async fn changed(shell: &Shell, changed: &Changed) -> Result<Value, Error> {
    let Changed { before, after, seats } = changed;
    let SeatsView { used, limit, .. } = SeatsView::of(*seats);
    let delta = i64::from(after.state.holds_seat()) - i64::from(before.state.holds_seat());
    let block = before.state.block();
    let mut view = account(after);
    view["before"] = json!({
        "state": before.state.as_str(),
        "reason": block.map(|block| block.reason.as_str()),
        "since": block.map(|block| show_time(block.since)),
    });
    view["seats"] = json!({ "before": used.checked_add_signed(-delta), "used": used, "limit": limit });
    view["place"] = in_line(place_of(shell, after).await?);
    Ok(view)
}

/// A seat that a person gave: the account that has it, and in `from` the one that had it.
///
/// # Errors
/// When the storage fails.
pub async fn seat_given(shell: &Shell, given: &SeatGiven) -> Result<Value, Error> {
    let mut view = changed(shell, &given.seated).await?;
    view["from"] = Value::Null;
    if let Some(unseated) = &given.unseated {
        // One transaction: as many seats were used before it as after it.
        let used = view["seats"]["used"].clone();
        view["seats"]["before"] = used.clone();
        let mut from = changed(shell, unseated).await?;
        from["seats"]["before"] = used;
        view["from"] = from;
    }
    Ok(view)
}

/// A change of an account as an event, made from its audit entry; none where the entry is of no account.
#[must_use]
pub fn event(entry: &AuditEntry) -> Option<Value> {
    let account = entry.account?;
    let state = |view: &StateView| json!({ "state": view.state, "reason": view.reason });
    Some(json!({
        "id": format!("{account}-{}", entry.version),
        "account": account.to_string(),
        "username": entry.username,
        "before": entry.before.as_ref().map(state),
        "after": entry.after.as_ref().map(state),
        "outcome": entry.outcome,
        "reason": entry.reason,
        "changes": entry.changes,
        "run": entry.run,
        "version": entry.version,
        "at": show_time(entry.at),
    }))
}

/// The place of somebody who waits, or that so many and more wait before them.
fn in_line(in_line: Option<InLine>) -> Value {
    json!(in_line.map(|InLine { place, of }| {
        json!({ "place": place.known(), "more_than": place.more_than(), "of": of })
    }))
}

/// What there is to say about an account.
pub(crate) fn explanation(explanation: &Explanation) -> Value {
    json!({
        "why": explanation.why,
        "place": in_line(explanation.place),
        "next": explanation.next,
    })
}

/// A run without what only Rollcall itself needs of it.
#[must_use]
pub fn run(run: &RunRecord) -> Value {
    json!({
        "id": run.id,
        "source": run.source.as_str(),
        "trigger": run.trigger,
        "actor": run.actor,
        "dry_run": run.dry_run,
        "approves": run.approves,
        "candidate": run.candidate,
        "tried": run.tried,
        "put_back": put_back(run),
        "put_away": run.put_away,
        "previous_file": run.previous_file,
        "file": run.file,
        "started_at": show_time(run.started_at),
        "finished_at": run.finished_at.map(show_time),
        "status": run.status,
        "invocations": run.invocations,
        "records": run.snapshot.as_ref().map(|snapshot| snapshot.records),
        "progress": progress(run),
        "summary": run.summary.as_ref().filter(|_| run.status.is_finished()),
        "error": run.error,
        "left": run.dismissed,
        "examination": run.examination,
        "source_change": run.source_change,
        "undoes": run.undoes,
        "undone": run.undone,
        "settled": run.settled,
        "expiries": run.expiries,
        "read": run.read,
    })
}

/// The earlier file that a run has put back; in a dry run, that it has read. None until it has looked.
fn put_back(run: &RunRecord) -> Option<&FileRef> {
    match run.put_back.as_ref()? {
        PutBack::Asked { .. } => None,
        PutBack::File(file) => Some(file),
    }
}

/// What came of asking for a run.
pub(crate) fn requested(requested: &Requested) -> Value {
    match requested {
        Requested::Started(run) => json!({ "run": run.to_string(), "status": "started" }),
        Requested::UnderWay(run) => json!({ "run": run.to_string(), "status": "under_way" }),
        // The one that follows has no id yet: it begins when this one has ended.
        Requested::Follows(run) => json!({ "run": run.to_string(), "status": "follows" }),
    }
}

/// A mistake in a configuration.
pub(crate) fn mistake(mistake: &Mistake) -> Value {
    json!({ "line": mistake.line, "what": mistake.what })
}

/// Records read and accounts written so far.
fn progress(run: &RunRecord) -> Value {
    let read = run.snapshot.as_ref().map_or(run.read_so_far, |snapshot| snapshot.records);
    let written = run.summary.as_ref().map_or(0, |summary| summary.writes).max(run.written_so_far);
    json!({ "read": read, "written": written })
}

/// The licence as it stands: the limit, the seats in use, who waits, and by how many they are too many. Reads the ledger, and
/// the keys of those who wait.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn licence(shell: &Shell) -> Result<Value, Error> {
    let (config, ledger) = look_up(shell).await?;
    let SeatsView { used, limit, .. } = SeatsView::of(ledger.seats);
    Ok(json!({
        "limit": limit,
        "used": used,
        "free": ledger.seats.free(config.policy.reserve).map(|free| free.get()),
        "waiting": waiting::count(shell).await?,
        "reserve": config.policy.reserve.get(),
        "over_by": ledger.seats.over_by().get(),
        "trims": config.policy.trimming == Trimming::On,
        "warned": reached(&config.warn_at, &ledger.seats),
        "set_by": ledger.set_by(),
        "configured_limit": config.licence.seats(),
        "note": beside(ledger.seats.limit, ledger.is_set_by_command, config.licence),
    }))
}

/// The seats of a day.
pub(crate) fn seats_of_day(seats: &SeatsOfDay) -> Value {
    json!({ "day": seats.day, "used": seats.used, "limit": seats.limit, "waiting": seats.waiting })
}

/// An export as it stands.
#[must_use]
pub fn export(export: &Export) -> Value {
    let record = &export.record;
    let (state, bytes, finished_at, error) = match &record.state {
        ExportState::Making(_) => ("making", None, None, None),
        ExportState::Done { bytes, at } => ("done", Some(*bytes), Some(*at), None),
        ExportState::Failed { why, at } => ("failed", None, Some(*at), Some(why)),
    };
    json!({
        "id": record.id.as_str(),
        "state": state,
        "what": if record.accounts.is_some() { "accounts" } else { "audit" },
        "format": record.format.as_str(),
        "rows": record.rows,
        "bytes": bytes,
        "asked_by": record.asked_by,
        "asked_at": show_time(record.asked_at),
        "before": show_time(record.filter.before),
        "finished_at": finished_at.map(show_time),
        "error": error,
        "link": export.link,
        "link_lasts_seconds": export.link.as_ref().map(|_| LINK_LASTS.as_secs()),
    })
}

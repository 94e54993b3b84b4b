//! `GET /runs` and `GET /runs/{id}`: what runs did or do, newest first (rules 32, 36); `POST /runs/{id}/leave`: the
//! decision to leave the removals that one holds (rule 24); `POST /runs/{id}/undo`: takes back what one did (rule 58).

use crate::accounts::administer;
use crate::error::Error;
use crate::held_removals;
use crate::http::request::{ApiRequest, Query, body, no_body};
use crate::http::response::{Response, ok, with_status};
use crate::json;
use crate::rejected::{RowsToMend, rows_to_mend};
use rollcall_core::account::AccountId;
use rollcall_sync::Shell;
use rollcall_sync::run::{UndoRequest, request_undo};
use rollcall_sync::store::{RunId, RunRecord};
use serde::Deserialize;
use serde_json::{Value, json};

/// How many runs a page has by default, and at most.
const PAGE_RUNS: usize = 20;
const PAGE_RUNS_MAX: usize = 100;

/// A page of runs: `limit` of them, those that began before the run `before`.
pub(super) async fn list(request: ApiRequest<'_>) -> Result<Response, Error> {
    let (query, shell) = (Query::of(request.event, &["limit", "before"])?, request.shell());
    let limit = query.limit(PAGE_RUNS, PAGE_RUNS_MAX)?;
    let limit = i32::try_from(limit).unwrap_or(i32::MAX);
    let before = match query.get("before") {
        None => None,
        Some(id) => Some(find(id, shell).await?),
    };
    let page = shell.store.newest_runs(limit, before.as_ref(), shell.now()).await?;
    let next = page.next.and_then(|_| page.runs.last()).map(|run| run.id.to_string());
    let runs: Vec<Value> = page.runs.iter().map(json::run).collect();
    Ok(ok(&json!({ "runs": runs, "next": next })))
}

/// One run.
pub(super) async fn show(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    Ok(ok(&json::run(&find(request.id, request.shell()).await?)))
}

/// The rows that a person must mend, as a file.
pub(super) async fn rejected(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let run = find(request.id, request.shell()).await?;
    let RowsToMend { file, rows, is_more } = rows_to_mend(request.shell(), &run).await?;
    Ok(ok(&json!({ "file": file, "rows": rows, "more": is_more })))
}

/// Dismisses the removals that a run holds: from then on nobody is asked about them.
pub(super) async fn dismiss(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    no_body(request.event)?;
    let run = held_removals::dismiss(request.shell(), &parse(request.id)?, request.caller.actor()).await?;
    Ok(ok(&json::run(&run)))
}

/// What the body of an undo may say; an empty body is everything left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Undoing {
    dry_run: bool,
    account: Option<String>,
}

/// Asks for a run that takes back what this one did, for all accounts or for one.
pub(super) async fn undo(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let Undoing { dry_run, account } = body(request.event)?;
    let account = match account {
        None => None,
        Some(id) => {
            let id = AccountId::parse(&id)
                .map_err(|_| Error::bad_request("`account` is not the id of an account"))?;
            Some(administer::find(request.shell(), id).await?.id)
        }
    };
    let actor = request.caller.name.clone();
    let undo = UndoRequest { run: parse(request.id)?, account, dry_run, actor };
    let requested = request_undo(request.shell(), undo).await?;
    Ok(with_status(202, &json::requested(&requested)))
}

fn parse(id: &str) -> Result<RunId, Error> {
    RunId::parse(id)
        .map_err(|_| Error::bad_request("the id of a run is 1 to 64 of the characters a-z, 0-9 and `-`"))
}

async fn find(id: &str, shell: &Shell) -> Result<RunRecord, Error> {
    let run = parse(id)?;
    let found = shell.store.run(&run).await?;
    Ok(found.ok_or(rollcall_sync::Error::NoSuchRun { run })?)
}

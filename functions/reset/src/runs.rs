//! `GET /runs` and `GET /runs/{id}`: what runs did or do, newest first (product 32, 36); `POST /runs/{id}/leave`: the
//! decision to leave the removals that one holds (product 24).

use crate::answer::ok;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::request::{Query, no_body};
use crate::view;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use rollcall_sync::store::{RunId, RunRecord};
use rollcall_sync::{Error, Shell, leave as removals};
use serde_json::{Value, json};

/// How many runs a page has where nothing is said, and at most.
const PAGE_RUNS: usize = 20;
const PAGE_RUNS_MAX: usize = 100;

/// One run.
pub(crate) async fn get_one(
    id: &str,
    request: &ApiGatewayV2httpRequest,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    Query::of(request, &[])?;
    Ok(ok(&view::run(&find(id, shell).await?)))
}

/// A page of runs: `limit` of them, those that began before the run `before`.
pub(crate) async fn get(
    request: &ApiGatewayV2httpRequest,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    let query = Query::of(request, &["limit", "before"])?;
    let limit = query.limit(PAGE_RUNS, PAGE_RUNS_MAX)?;
    let limit = i32::try_from(limit).unwrap_or(i32::MAX);
    let before = match query.get("before") {
        None => None,
        Some(id) => Some(find(id, shell).await?),
    };
    let page = shell.store.newest_runs(limit, before.as_ref(), shell.now()).await;
    let page = page.map_err(|error| Problem::from_error(&error.into()))?;
    let next = page.next.and_then(|_| page.runs.last()).map(|run| run.id.to_string());
    let runs: Vec<Value> = page.runs.iter().map(view::run).collect();
    Ok(ok(&json!({ "runs": runs, "next": next })))
}

/// Leaves what a run holds as it is.
pub(crate) async fn leave(
    id: &str,
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    caller.need_reset_and_read()?;
    Query::of(request, &[])?;
    no_body(request)?;
    let run = removals::leave(shell, &parse(id)?, caller.actor()).await;
    run.map(|run| ok(&view::run(&run))).map_err(|error| Problem::from_error(&error))
}

fn parse(id: &str) -> Result<RunId, Problem> {
    RunId::parse(id)
        .map_err(|_| Problem::bad_request("the id of a run is 1 to 64 of the characters a-z, 0-9 and `-`"))
}

async fn find(id: &str, shell: &Shell) -> Result<RunRecord, Problem> {
    let id = parse(id)?;
    let run = shell.store.run(&id).await.map_err(|error| Problem::from_error(&error.into()))?;
    run.ok_or_else(|| Problem::from_error(&Error::NoSuchRun { run: id }))
}

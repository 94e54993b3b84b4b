//! `POST /reset`: asks for a run, answers 202 with its id, or with the id of the run under way. Behind a dry run,
//! which does not do what was asked for, the status says that a run follows it.

use crate::answer::respond;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::request::{Query, body};
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use rollcall_sync::Shell;
use rollcall_sync::run::{Requested, RunRequest, request_run};
use rollcall_sync::store::{RunId, Trigger};
use serde::Deserialize;
use serde_json::json;

/// What the request's body may say; an empty body is everything left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Options {
    source: Option<String>,
    dry_run: bool,
    approve: Option<String>,
}

pub(crate) async fn post(
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    caller.need_reset_and_read()?;
    Query::of(request, &[])?;
    let options: Options = body(request)?;
    let approve = match options.approve {
        None => None,
        Some(text) => {
            Some(RunId::parse(&text).map_err(|_| Problem::bad_request("`approve` is not the id of a run"))?)
        }
    };
    let request = RunRequest {
        source: options.source,
        trigger: Trigger::Reset,
        actor: caller.name.clone(),
        dry_run: options.dry_run,
        approve,
        candidate: None,
    };
    request_run(shell, request).await.map(answer).map_err(|error| Problem::from_error(&error))
}

/// What is answered to whoever asked for a run.
pub(crate) fn answer(requested: Requested) -> ApiGatewayV2httpResponse {
    let started = match requested {
        Requested::Started(run) => json!({ "run": run.to_string(), "status": "started" }),
        Requested::UnderWay(run) => json!({ "run": run.to_string(), "status": "under_way" }),
        // The one that follows has no id yet: it begins when this one has ended.
        Requested::Follows(run) => json!({ "run": run.to_string(), "status": "follows" }),
    };
    respond(202, "application/json", &started)
}

//! `POST /reset`: asks for a run, answers 202 with its id, or with the id of the run under way. Behind a dry run,
//! which does not do what was asked for, the status says that a run follows it.

use crate::answer::respond;
use crate::caller::Caller;
use crate::problem::Problem;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rollcall_sync::Shell;
use rollcall_sync::request::{Requested, RunRequest, request_run};
use rollcall_sync::store::{RunId, Trigger};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::fmt::Display;

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
    caller: Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    let options = options(request)?;
    let approve = match options.approve {
        None => None,
        Some(text) => {
            Some(RunId::parse(&text).map_err(|_| Problem::bad_request("`approve` is not the id of a run"))?)
        }
    };
    let request = RunRequest {
        source: options.source,
        trigger: Trigger::Reset,
        actor: caller.name,
        dry_run: options.dry_run,
        approve,
    };
    let body = match request_run(shell, request).await.map_err(|error| Problem::from_error(&error))? {
        Requested::Started(run) => json!({ "run": run.to_string(), "status": "started" }),
        Requested::UnderWay(run) => json!({ "run": run.to_string(), "status": "under_way" }),
        // The one that follows has no id yet: it begins when this one has ended.
        Requested::Follows(run) => json!({ "run": run.to_string(), "status": "follows" }),
    };
    Ok(respond(202, "application/json", &body))
}

fn options(request: &ApiGatewayV2httpRequest) -> Result<Options, Problem> {
    let Some(body) = request.body.as_deref().filter(|body| !body.trim().is_empty()) else {
        return Ok(Options::default());
    };
    let unreadable = |error: &dyn Display| Problem::bad_request(&format!("the body cannot be read: {error}"));
    let json = match request.is_base64_encoded {
        true => BASE64_STANDARD.decode(body).map_err(|error| unreadable(&error))?,
        false => body.as_bytes().to_vec(),
    };
    // An object only: by itself the reader of `Options` would take a list of values as well.
    let object: Map<String, Value> = serde_json::from_slice(&json).map_err(|error| unreadable(&error))?;
    Options::deserialize(Value::Object(object)).map_err(|error| unreadable(&error))
}

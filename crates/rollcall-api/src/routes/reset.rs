//! `POST /reset`: asks for a run, answers 202 with its id, or with the id of the run under way. Behind a dry run,
//! which does not do what was asked for, the status says that a run follows it. `POST /reset/file`: a dry run of the file in
//! the body (rule 49).

use crate::error::Error;
use crate::http::request::{ApiRequest, Query, body, bytes};
use crate::http::response::{Response, with_status};
use crate::json;
use rollcall_sync::run::{Previous, RunRequest, SENT_FILE_BYTES_MAX, request_run, request_trial};
use rollcall_sync::store::{RunId, Trigger};
use serde::Deserialize;

/// What the request's body may say; an empty body is everything left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Options {
    source: Option<String>,
    dry_run: bool,
    approve: Option<String>,
    tried: Option<String>,
    previous: bool,
    previous_run: Option<String>,
}

/// Asks for a run. If one is under way, answers with that one.
pub(super) async fn reset(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let options: Options = body(request.event)?;
    let approve = options.approve.as_deref().map(RunId::parse).transpose();
    let run = |text: &str, name: &str| {
        RunId::parse(text).map_err(|_| Error::bad_request(format!("`{name}` is not the id of a run")))
    };
    let previous = match (options.previous, &options.previous_run) {
        (true, None) => Some(Previous::Any),
        // Who names the run means the file that it has read.
        (_, Some(id)) => Some(Previous::ReadBy(run(id, "previous_run")?)),
        (false, None) => None,
    };
    if previous.is_some() && (options.approve.is_some() || options.tried.is_some()) {
        return Err(Error::Together("`previous` cannot be combined with `approve` or `tried`"));
    }
    let run = RunRequest {
        source: options.source,
        trigger: Trigger::Reset,
        actor: request.caller.name.clone(),
        dry_run: options.dry_run,
        approve: approve.map_err(|_| Error::bad_request("`approve` is not the id of a run"))?,
        candidate: None,
        tried: options.tried,
        previous,
    };
    let requested = request_run(request.shell(), run).await?;
    Ok(with_status(202, &json::requested(&requested)))
}

/// Begins a dry run of the file that is sent; the file that counts stays where it is.
pub(super) async fn try_file(request: ApiRequest<'_>) -> Result<Response, Error> {
    let query = Query::of(request.event, &["source"])?;
    let file = bytes(request.event, SENT_FILE_BYTES_MAX)?;
    let actor = &request.caller.name;
    let requested = request_trial(request.shell(), query.get("source"), actor, file).await?;
    Ok(with_status(202, &json::requested(&requested)))
}

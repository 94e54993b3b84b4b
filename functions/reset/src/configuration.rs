//! `GET /configuration`, a checked `PUT /configuration` in the place of the version that was read, and for one that is not
//! in force `POST /configuration/check`, which only checks, and `POST /configuration/dry-run`, which shows what it would do
//! (product section 1; product 29).

use crate::answer::{ok, with_tag};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::request::{CONFIGURATION_BYTES_MAX, Query, text};
use crate::reset::answer;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use rollcall_config::{Config, Mistake};
use rollcall_sync::configuration::{Reach, Stored, read, replace};
use rollcall_sync::{Error, Shell};
use serde_json::{Value, json};

/// The text, its version, and what is wrong with it.
pub(crate) async fn get(
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    Query::of(request, &[])?;
    caller.need(caller.permissions.are_any())?;
    let stored = read(shell).await.map_err(|error| Problem::from_error(&error))?;
    Ok(shown(&stored))
}

/// Puts another configuration in place.
pub(crate) async fn put(
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    let permissions = caller.permissions;
    caller.need(permissions.may_edit_sources || permissions.may_edit_everything)?;
    Query::of(request, &[])?;
    let before = request.headers.get("if-match").and_then(|tag| tag.to_str().ok());
    let before = before.map(|tag| tag.trim().trim_matches('"')).ok_or_else(Problem::precondition_required)?;
    let text = text(request, CONFIGURATION_BYTES_MAX)?;
    let replaced = replace(shell, text, before, caller.actor(), may(caller)).await;
    replaced.map(|stored| shown(&stored)).map_err(|error| refused(&error))
}

/// Which changes a caller may make.
fn may(caller: &Caller) -> impl FnOnce(Reach) -> bool {
    let permissions = caller.permissions;
    move |reach| match reach {
        Reach::Sources => permissions.may_edit_sources,
        Reach::Everything => permissions.may_edit_everything,
    }
}

/// Mistakes are those in what was sent.
fn refused(error: &Error) -> Problem {
    if let Error::Configuration(mistakes) = error {
        return Problem::mistakes(mistakes);
    }
    Problem::from_error(error)
}

/// Shows what a configuration would do, before it is put in place: begins a dry run with it.
pub(crate) async fn dry_run(
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    caller.need_reset_and_read()?;
    let source = Query::of(request, &["source"])?.get("source").map(str::to_owned);
    let text = text(request, CONFIGURATION_BYTES_MAX)?;
    let started = rollcall_sync::configuration::dry_run(shell, text, source, caller.actor(), may(caller));
    started.await.map(answer).map_err(|error| refused(&error))
}

/// Says what is wrong with a configuration, and changes nothing.
pub(crate) fn check(
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    caller.need(caller.permissions.are_any())?;
    Query::of(request, &[])?;
    let text = text(request, CONFIGURATION_BYTES_MAX)?;
    Ok(ok(&checked(&text)))
}

fn shown(stored: &Stored) -> ApiGatewayV2httpResponse {
    let mut body = checked(&stored.text);
    body["text"] = json!(stored.text);
    body["version"] = json!(stored.version);
    with_tag(ok(&body), &stored.version)
}

fn checked(text: &str) -> Value {
    let (mistakes, warnings) = match Config::parse(text) {
        Ok(config) => (Vec::new(), config.warnings()),
        Err(mistakes) => (mistakes, Vec::new()),
    };
    json!({ "mistakes": mistakes.iter().map(mistake).collect::<Vec<_>>(), "warnings": warnings })
}

/// A mistake as it is shown.
pub(crate) fn mistake(mistake: &Mistake) -> Value {
    json!({ "line": mistake.line, "what": mistake.what })
}

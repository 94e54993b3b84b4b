//! The HTTP API (API Gateway HTTP API, payload 2.0), in two functions: `reset` acts, `read` only looks and has no right to
//! change anything.
//!
//! Below the runtime in `main.rs` here and in `functions/read`, above `rollcall-sync`. `infra/openapi.yaml` describes what is answered.

mod accounts;
mod answer;
mod audit;
mod caller;
mod configuration;
mod cursor;
mod licence;
mod local;
mod once;
mod problem;
mod request;
mod reset;
mod runs;
pub mod view;
mod waiting;

use anyhow::{Context as _, Result};
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use caller::Caller;
use problem::Problem;
use rollcall_sync::Shell;
use serde_json::Value;

/// Answers a request that acts.
///
/// # Errors
/// Only when the event is not an HTTP request of payload version 2.0; everything else is an HTTP answer.
pub async fn handle(event: Value, shell: &Shell) -> Result<Value> {
    let request = parse(event)?;
    // Boxed for the compiler's sake: the types of the handlers around it would grow too deep.
    let answer = Box::pin(act(&request, shell)).await.unwrap_or_else(Problem::into_response);
    Ok(serde_json::to_value(answer)?)
}

/// Answers a request that only looks.
///
/// # Errors
/// As [`handle`].
pub async fn read(event: Value, shell: &Shell) -> Result<Value> {
    let request = parse(event)?;
    let answer = Box::pin(look(&request, shell)).await.unwrap_or_else(Problem::into_response);
    Ok(serde_json::to_value(answer)?)
}

fn parse(event: Value) -> Result<ApiGatewayV2httpRequest> {
    serde_json::from_value(event).context("reading the HTTP request")
}

async fn act(request: &ApiGatewayV2httpRequest, shell: &Shell) -> Result<ApiGatewayV2httpResponse, Problem> {
    // Whoever may not use the API does not learn what there is.
    let caller = Caller::of(request, shell).await?;
    let (path, method) = (path_of(request), method_of(request));
    let parts = parts_of(request, path)?;
    check_route(&parts, path, method, |method| method != "GET")?;
    let answer = async {
        match parts.as_slice() {
            ["reset"] => reset::post(request, &caller, shell).await,
            ["runs", id, "leave"] => runs::leave(id, request, &caller, shell).await,
            ["accounts"] => local::post(request, &caller, shell).await,
            ["accounts", id, "block"] => accounts::block(id, request, &caller, shell).await,
            ["accounts", id, "unblock"] => accounts::unblock(id, request, &caller, shell).await,
            ["licence"] => licence::put(request, &caller, shell).await,
            ["configuration"] => configuration::put(request, &caller, shell).await,
            ["configuration", "check"] => configuration::check(request, &caller),
            ["configuration", "dry-run"] => configuration::dry_run(request, &caller, shell).await,
            _ => Err(Problem::not_found(path)),
        }
    };
    once::answer(request, &caller, shell, answer).await
}

async fn look(request: &ApiGatewayV2httpRequest, shell: &Shell) -> Result<ApiGatewayV2httpResponse, Problem> {
    let caller = Caller::of(request, shell).await?;
    let (path, method) = (path_of(request), method_of(request));
    let parts = parts_of(request, path)?;
    check_route(&parts, path, method, |method| method == "GET")?;
    if parts == ["configuration"] {
        return configuration::get(request, &caller, shell).await;
    }
    caller.need_reset_and_read()?;
    match parts.as_slice() {
        ["runs"] => runs::get(request, shell).await,
        ["runs", id] => runs::get_one(id, request, shell).await,
        ["accounts"] => accounts::get(request, shell).await,
        ["accounts", id] => accounts::get_one(id, request, shell).await,
        ["waiting"] => waiting::get(request, shell).await,
        ["licence"] => licence::get(request, shell).await,
        ["audit"] => audit::get(request, shell).await,
        ["audit", "export"] => audit::export(request, shell).await,
        _ => Err(Problem::not_found(path)),
    }
}

/// The parts of a path. A gateway that has decoded it says in its route how many there were: a slash within one parts nothing.
fn parts_of<'a>(request: &ApiGatewayV2httpRequest, path: &'a str) -> Result<Vec<&'a str>, Problem> {
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let route = request.route_key.as_deref().and_then(|route| route.split_once(" /"));
    // Whoever plays the gateway may name no pattern.
    let is_of_route =
        route.is_none_or(|(_, pattern)| !pattern.contains('{') || pattern.split('/').count() == parts.len());
    if is_of_route { Ok(parts) } else { Err(Problem::not_found(path)) }
}

/// Refuses what is at no address, and methods that its address does not have, or that are the other function's.
fn check_route(
    parts: &[&str],
    path: &str,
    method: &str,
    is_ours: impl Fn(&str) -> bool,
) -> Result<(), Problem> {
    let allowed = match parts {
        // Between two slashes there is nobody.
        ["runs" | "accounts", "" | "." | "..", _] => return Err(Problem::not_found(path)),
        ["reset"]
        | ["runs", _, "leave"]
        | ["accounts", _, "block" | "unblock"]
        | ["configuration", "check" | "dry-run"] => "POST",
        ["accounts"] => "GET, POST",
        ["licence" | "configuration"] => "GET, PUT",
        ["runs" | "waiting" | "audit"] | ["runs" | "accounts", _] | ["audit", "export"] => "GET",
        _ => return Err(Problem::not_found(path)),
    };
    let is_allowed = allowed.split(", ").any(|allowed| allowed == method);
    match parts.iter().all(|part| is_plain(part)) {
        _ if is_allowed && is_ours(method) => Ok(()),
        true => Err(Problem::method_not_allowed(allowed)),
        // Nothing is there that could have another method.
        false => Err(Problem::not_found(path)),
    }
}

/// Whether a part of a path can be a name or an id of ours.
fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn method_of(request: &ApiGatewayV2httpRequest) -> &str {
    request.request_context.http.method.as_str()
}

/// The path, without the stage's name, which stands before it unless it is the default one.
fn path_of(request: &ApiGatewayV2httpRequest) -> &str {
    let path = request.raw_path.as_deref().unwrap_or("/");
    let stage = request.request_context.stage.as_deref().filter(|stage| *stage != "$default");
    stage
        .and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage))
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
}

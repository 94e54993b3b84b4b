//! The `reset` function: the HTTP API (API Gateway HTTP API, payload 2.0). `POST /reset` starts a run by hand; runs and the
//! licence are read.
//!
//! Below the runtime in `main.rs`, above `rollcall-sync`.

mod answer;
mod caller;
mod licence;
mod problem;
mod reset;
mod runs;

use anyhow::{Context as _, Result};
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use caller::Caller;
use problem::Problem;
use rollcall_sync::Shell;
use serde_json::Value;

/// Answers one HTTP request.
///
/// # Errors
/// Only when the event is not an HTTP request of payload version 2.0; everything else is an HTTP answer.
pub async fn handle(event: Value, shell: &Shell) -> Result<Value> {
    let request: ApiGatewayV2httpRequest =
        serde_json::from_value(event).context("reading the HTTP request")?;
    // Boxed for the compiler's sake: the types of the handlers around it would grow too deep.
    let response = Box::pin(route(&request, shell)).await.unwrap_or_else(Problem::into_response);
    Ok(serde_json::to_value(response)?)
}

async fn route(
    request: &ApiGatewayV2httpRequest,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    let method = request.request_context.http.method.as_str();
    let path = request.raw_path.as_deref().unwrap_or("/");
    // The stage's name stands before the path unless it is the default one.
    let stage = request.request_context.stage.as_deref().filter(|stage| *stage != "$default");
    let path = stage.and_then(|stage| path.strip_prefix(&format!("/{stage}"))).unwrap_or(path);
    // Whoever may not use the API does not learn what there is.
    let caller = Caller::of(request, shell).await?;
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (parts.as_slice(), method) {
        (["reset"], "POST") => reset::post(request, caller, shell).await,
        (["runs"], "GET") => runs::get(request, shell).await,
        (["runs", id], "GET") => runs::get_one(id, shell).await,
        (["licence"], "GET") => licence::get(shell).await,
        (["reset"], _) => Err(Problem::method_not_allowed("POST")),
        (["runs" | "licence"] | ["runs", _], _) => Err(Problem::method_not_allowed("GET")),
        _ => Err(Problem::not_found(path)),
    }
}

//! The `reset` function: the HTTP API (API Gateway HTTP API, payload 2.0). `POST /reset` starts a run by hand.
//!
//! Below the runtime in `main.rs`, above `rollcall-sync`.

mod problem;
mod reset;

use anyhow::{Context as _, Result};
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
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
    let response = route(&request, shell).await.unwrap_or_else(Problem::into_response);
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
    match (path, method) {
        ("/reset", "POST") => reset::post(request, shell).await,
        ("/reset", _) => Err(Problem::method_not_allowed("POST")),
        _ => Err(Problem::not_found(path)),
    }
}

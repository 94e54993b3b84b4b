#![doc = include_str!("../README.md")]

// The front door.
mod api;
pub mod permission;
pub mod routes;

// What people ask and do.
pub mod accounts;
pub mod audit;
pub mod configuration;
pub mod exports;
mod forecast;
pub mod schedule;
pub mod held_removals;
pub mod newest_run;
pub mod rejected;
pub mod stream;
pub mod trial;

// What stands between the gateway and a handler.
pub mod error;
mod http;
pub mod json;

pub use api::Api;
pub use error::Error;

use anyhow::{Context as _, Result};
use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use http::caller::Caller;
use http::request::{ApiRequest, method_of, path_of};
use http::response::Response;
use http::{idempotency, problem};
use routes::Access;
use serde_json::Value;

/// Answers a request that only reads.
///
/// # Errors
/// Only when the event is not an HTTP request of payload version 2.0; everything else is an HTTP response.
pub async fn read(event: Value, api: &Api) -> Result<Value> {
    respond(event, api, Access::Read).await
}

/// Answers a request that changes something.
///
/// # Errors
/// As [`read`].
pub async fn write(event: Value, api: &Api) -> Result<Value> {
    respond(event, api, Access::Write).await
}

async fn respond(event: Value, api: &Api, access: Access) -> Result<Value> {
    let event: ApiGatewayV2httpRequest = serde_json::from_value(event).context("reading the HTTP request")?;
    let response = answer(&event, api, access).await.unwrap_or_else(|error| problem::response(&error));
    Ok(serde_json::to_value(response)?)
}

async fn answer(event: &ApiGatewayV2httpRequest, api: &Api, access: Access) -> Result<Response, Error> {
    // Who may not use the API does not learn which addresses there are.
    let caller = Caller::of(event, api).await?;
    let found = routes::find(access, method_of(event), path_of(event), event.route_key.as_deref())?;
    caller.need(found.route.permission)?;
    let request = ApiRequest { event, caller: &caller, api, id: found.id };
    match access {
        Access::Read => found.route.answer(request).await,
        // Nothing was done that could be done twice; and an answer that shows people is not to be kept.
        Access::Write if found.route.only_looks() => found.route.answer(request).await,
        Access::Write => idempotency::answer_once(request, found.route.answer(request)).await,
    }
}

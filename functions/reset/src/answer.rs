//! Answers of the HTTP API: JSON that no cache keeps and no browser takes for something else.

use crate::problem::Problem;
use aws_lambda_events::encodings::Body;
use aws_lambda_events::event::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::http::{HeaderMap, HeaderValue};
use serde_json::Value;

/// An answer that gives what was asked for.
pub(crate) fn ok(body: &Value) -> ApiGatewayV2httpResponse {
    respond(200, "application/json", body)
}

/// An answer of this status.
pub(crate) fn respond(status: i64, content_type: &'static str, body: &Value) -> ApiGatewayV2httpResponse {
    let mut response = plain(status);
    response.headers.insert("content-type", HeaderValue::from_static(content_type));
    response.body = Some(Body::Text(body.to_string()));
    response
}

/// The same answer with the version of what it shows.
pub(crate) fn with_tag(mut response: ApiGatewayV2httpResponse, version: &str) -> ApiGatewayV2httpResponse {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers.insert("etag", tag);
    }
    response
}

/// An answer that what was asked for lies at another address.
pub(crate) fn redirect(address: &str) -> Result<ApiGatewayV2httpResponse, Problem> {
    let address = HeaderValue::from_str(address).map_err(|_| Problem::bad_request("the address is none"))?;
    let mut response = plain(303);
    response.headers.insert("location", address);
    Ok(response)
}

fn plain(status: i64) -> ApiGatewayV2httpResponse {
    let mut headers = HeaderMap::new();
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = status;
    response.headers = headers;
    response
}

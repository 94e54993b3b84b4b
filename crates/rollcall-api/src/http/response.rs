//! Responses of the HTTP API: JSON that no cache keeps and no browser takes for something else.

use aws_lambda_events::encodings::Body;
use aws_lambda_events::event::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::http::{HeaderMap, HeaderValue};
use serde_json::Value;

/// What the gateway is given.
pub(crate) type Response = ApiGatewayV2httpResponse;

/// A response that gives what was asked for.
pub(crate) fn ok(body: &Value) -> Response {
    with_status(200, body)
}

/// A response in JSON of this status.
pub(crate) fn with_status(status: i64, body: &Value) -> Response {
    respond(status, "application/json", body)
}

/// A response of this status.
pub(crate) fn respond(status: i64, content_type: &'static str, body: &Value) -> Response {
    let mut response = plain(status);
    response.headers.insert("content-type", HeaderValue::from_static(content_type));
    response.body = Some(Body::Text(body.to_string()));
    response
}

/// The same response with the version of what it shows.
pub(crate) fn with_tag(mut response: Response, version: &str) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers.insert("etag", tag);
    }
    response
}

fn plain(status: i64) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    let mut response = Response::default();
    response.status_code = status;
    response.headers = headers;
    response
}

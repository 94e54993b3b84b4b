//! Answers of the HTTP API: JSON that no cache keeps and no browser takes for something else.

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
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    headers.insert("cache-control", HeaderValue::from_static("no-store"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = status;
    response.headers = headers;
    response.body = Some(Body::Text(body.to_string()));
    response
}

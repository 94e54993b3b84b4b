//! A request to the HTTP API, and the event that the gateway would make of it.

use crate::events;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rollcall_sync::Shell;
use serde_json::{Map, Value, json};

/// A request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Decoded.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Somebody whom the gateway would have let in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// For the audit log.
    pub(crate) name: String,
    /// Their role in `[roles]`.
    pub(crate) role: Option<&'static str>,
}

/// The event that an API Gateway HTTP API would send (payload 2.0).
pub(crate) async fn event(shell: &Shell, person: &Person, request: &Request) -> Value {
    let mut event = events::http_event(&Value::Null, &person.name);
    let context = &mut event["requestContext"];
    // Where the roles cannot be read, the function says so.
    if let (Some(role), Ok(Some(roles))) = (person.role, shell.roles().await)
        && let Some((_, value)) = roles.values().find(|(name, _)| *name == role)
    {
        context["authorizer"]["jwt"]["claims"][roles.claim.as_str()] = json!(value);
    }
    context["http"]["method"] = json!(request.method);
    context["http"]["path"] = json!(request.path);
    let route = format!("{} {}", request.method, request.path);
    context["routeKey"] = json!(route);
    let mut query: Map<String, Value> = Map::new();
    for (name, value) in &request.query {
        // As AWS does: values of one name in one text.
        let value = match query.get(name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value.clone(),
        };
        query.insert(name.clone(), json!(value));
    }
    // A token, or a session, says nothing to the functions, and nothing may log it.
    let headers = request.headers.iter().filter(|(name, _)| name != "authorization" && name != "cookie");
    let headers: Map<String, Value> = headers.map(|(name, value)| (name.clone(), json!(value))).collect();
    let (body, is_encoded) = match std::str::from_utf8(&request.body) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (BASE64_STANDARD.encode(&request.body), true),
    };
    event["routeKey"] = json!(route);
    event["rawPath"] = json!(request.path);
    event["queryStringParameters"] = Value::Object(query);
    event["headers"] = Value::Object(headers);
    event["body"] = json!(body);
    event["isBase64Encoded"] = json!(is_encoded);
    event
}

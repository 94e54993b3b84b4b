//! `Idempotency-Key`: a request that is sent again with the same key is not done again; it is given the same response.

use crate::error::Error;
use crate::http::problem;
use crate::http::request::ApiRequest;
use crate::http::response::Response;
use rollcall_sync::store::{Idempotency, digest_of};
use std::future::Future;

/// Characters of a key.
const KEY_CHARS_MAX: usize = 255;

/// Answers a request once for each key of a caller; without a key, each time.
pub(crate) async fn answer_once(
    request: ApiRequest<'_>,
    answer: impl Future<Output = Result<Response, Error>>,
) -> Result<Response, Error> {
    let Some(key) = key_of(request)? else { return answer.await };
    let store = &request.shell().store;
    match store.begin_idempotent(&key, &fingerprint(request), request.shell().now()).await? {
        Idempotency::New => {}
        Idempotency::Answered(response) => return Ok(serde_json::from_str(&response).map_err(unreadable)?),
        Idempotency::UnderWay => return Err(Error::StillAnswering),
        Idempotency::Another => return Err(Error::KeyTaken),
    }
    let response = answer.await.unwrap_or_else(|error| problem::response(&error));
    // What failed on our side may be tried again with the same key.
    let kept = (response.status_code < 500).then(|| serde_json::to_string(&response)).transpose();
    store.end_idempotent(&key, kept.map_err(unreadable)?.as_deref()).await?;
    Ok(response)
}

/// The key of a request, if it has one, as the store knows it.
pub(crate) fn key_of(request: ApiRequest<'_>) -> Result<Option<String>, Error> {
    let Some(key) = request.event.headers.get("idempotency-key") else { return Ok(None) };
    let is_plain = |key: &&str| key.bytes().all(|byte| byte.is_ascii_graphic());
    let key = key.to_str().ok().filter(|key| (1..=KEY_CHARS_MAX).contains(&key.len())).filter(is_plain);
    let key = key.ok_or_else(|| {
        Error::bad_request(format!(
            "`Idempotency-Key` must have 1 to {KEY_CHARS_MAX} visible characters of ASCII"
        ))
    })?;
    // Two callers may use the same key.
    Ok(Some(digest_of(&format!("{}\n{key}", request.caller.name))))
}

/// What makes two requests the same.
fn fingerprint(request: ApiRequest<'_>) -> String {
    let event = request.event;
    let http = &event.request_context.http;
    let path = event.raw_path.as_deref().unwrap_or_default();
    let body = event.body.as_deref().unwrap_or_default();
    // Which version is meant belongs to a change of the configuration.
    let version = event.headers.get("if-match").and_then(|tag| tag.to_str().ok()).unwrap_or_default();
    let mut query: Vec<String> =
        event.query_string_parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    query.sort();
    digest_of(&format!("{} {path}?{}\n{version}\n{body}", http.method, query.join("&")))
}

fn unreadable(error: serde_json::Error) -> rollcall_sync::Error {
    error.into()
}

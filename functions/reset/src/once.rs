//! `Idempotency-Key`: a request that is sent again with the same key is not done again; it is given the same answer.

use crate::caller::Caller;
use crate::problem::Problem;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use rollcall_sync::store::{Idempotency, digest_of};
use rollcall_sync::{Error, Shell};
use std::future::Future;

/// Characters of a key.
const KEY_CHARS_MAX: usize = 255;

/// Answers a request, once for each key of a caller; without a key each time.
pub(crate) async fn answer(
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
    answer: impl Future<Output = Result<ApiGatewayV2httpResponse, Problem>>,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    let Some(key) = request.headers.get("idempotency-key") else { return answer.await };
    let is_plain = |key: &&str| key.bytes().all(|byte| byte.is_ascii_graphic());
    let key = key.to_str().ok().filter(|key| (1..=KEY_CHARS_MAX).contains(&key.len())).filter(is_plain);
    let key = key.ok_or_else(|| {
        Problem::bad_request(&format!(
            "`Idempotency-Key` must have 1 to {KEY_CHARS_MAX} visible characters of ASCII"
        ))
    })?;
    // A key is its caller's own.
    let key = digest_of(&format!("{}\n{key}", caller.name));
    let http = &request.request_context.http;
    let path = request.raw_path.as_deref().unwrap_or_default();
    let body = request.body.as_deref().unwrap_or_default();
    // Which version is meant belongs to a change of the configuration.
    let version = request.headers.get("if-match").and_then(|tag| tag.to_str().ok()).unwrap_or_default();
    let mut query: Vec<String> =
        request.query_string_parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
    query.sort();
    let what = format!("{} {path}?{}\n{version}\n{body}", http.method, query.join("&"));
    let fingerprint = digest_of(&what);
    let failed = |error: rollcall_sync::store::Error| Problem::from_error(&Error::from(error));
    match shell.store.begin_idempotent(&key, &fingerprint, shell.now()).await.map_err(failed)? {
        Idempotency::New => {}
        Idempotency::Answered(answer) => {
            return serde_json::from_str(&answer).map_err(|error| Problem::from_error(&Error::from(error)));
        }
        Idempotency::UnderWay => return Err(Problem::under_way()),
        Idempotency::Another => return Err(Problem::another_request()),
    }
    let answer = answer.await.unwrap_or_else(Problem::into_response);
    // What failed on our side may be tried again with the same key.
    let kept = (answer.status_code < 500).then(|| serde_json::to_string(&answer)).transpose();
    let kept = kept.map_err(|error| Problem::from_error(&Error::from(error)))?;
    shell.store.end_idempotent(&key, kept.as_deref()).await.map_err(failed)?;
    Ok(answer)
}

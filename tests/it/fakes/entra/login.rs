//! The login: gives a token to a caller that shows a secret, a signed statement or another provider's token.

use super::{CLIENT_ID, FEDERATED_TOKEN, SECRET, TENANT, Tenant};
use crate::fakes::Answer;
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::Response;
use axum::routing::post;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

const PUBLIC_KEY: &str = include_str!("../entra_test_public_key.pem");

/// As `openssl x509 -outform der | openssl dgst -sha256 -binary | basenc --base64url` says it of the certificate.
const FINGERPRINT: &str = "5ew4fD65zqnPh-oyfD_XjyG5njBQnXH3y7kZ-ru6U80";

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(super) fn router(tenant: &Arc<Tenant>) -> Router {
    Router::new().route("/{tenant}/oauth2/v2.0/token", post(token)).with_state(Arc::clone(tenant))
}

async fn token(
    State(tenant): State<Arc<Tenant>>,
    Path(name): Path<String>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let answer = match check(&tenant, &name, &form) {
        Ok(()) => give(&tenant),
        Err((status, error, code)) => refuse(status, error, code),
    };
    answer.send(tenant.login_faults.next())
}

fn give(tenant: &Tenant) -> Answer {
    let mut contents = tenant.contents();
    let token = format!("eyJ0eXAiOiJKV1Qi.access-token-{}.signature", contents.tokens.len() + 1);
    contents.tokens.push(token.clone());
    let expires_in = contents.expires_in;
    let body = json!({
        "token_type": "Bearer", "expires_in": expires_in, "ext_expires_in": expires_in, "access_token": token
    });
    Answer::json(200, &body)
}

fn refuse(status: u16, error: &str, code: u64) -> Answer {
    let trace = "00000000-0000-4000-8000-0000000000aa";
    let body = json!({
        "error": error,
        "error_description": format!("AADSTS{code}: It is refused.\r\nTrace ID: {trace}\r\nTimestamp: 2026-01-01 00:00:00Z"),
        "error_codes": [code],
        "timestamp": "2026-01-01 00:00:00Z",
        "trace_id": trace,
        "correlation_id": "00000000-0000-4000-8000-0000000000bb",
        "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
    });
    Answer::json(status, &body).with_header("x-ms-request-id", trace)
}

type Refusal = (u16, &'static str, u64);

fn check(tenant: &Tenant, name: &str, form: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let field = |name: &str| form.get(name).map(String::as_str);
    if name != TENANT {
        return Err((400, "invalid_request", 90_002));
    }
    if field("grant_type") != Some("client_credentials") {
        return Err((400, "unsupported_grant_type", 70_003));
    }
    if field("client_id") != Some(CLIENT_ID) {
        return Err((400, "unauthorized_client", 700_016));
    }
    let scope = format!("{}/.default", tenant.contents().graph_url);
    if field("scope") != Some(&scope) {
        return Err((400, "invalid_scope", 70_011));
    }
    match (field("client_secret"), field("client_assertion_type"), field("client_assertion")) {
        (Some(SECRET), None, None) => Ok(()),
        (Some(_), None, None) => Err((401, "invalid_client", 7_000_215)),
        (None, Some(ASSERTION_TYPE), Some(FEDERATED_TOKEN)) => Ok(()),
        (None, Some(ASSERTION_TYPE), Some(assertion)) => check_assertion(tenant, assertion),
        _ => Err((400, "invalid_request", 900_144)),
    }
}

/// Signed by the certificate's key, for this login, by the application of itself, for ten minutes, and used once.
fn check_assertion(tenant: &Tenant, assertion: &str) -> Result<(), Refusal> {
    let invalid = |code| (401, "invalid_client", code);
    let header = jsonwebtoken::decode_header(assertion).map_err(|_| invalid(50_027))?;
    if header.x5t_s256.as_deref() != Some(FINGERPRINT) {
        return Err(invalid(700_027));
    }
    let mut contents = tenant.contents();
    let mut expected = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::PS256);
    expected.set_audience(&[format!("{}/{TENANT}/oauth2/v2.0/token", contents.login_url)]);
    expected.set_issuer(&[CLIENT_ID]);
    expected.sub = Some(CLIENT_ID.to_owned());
    expected.validate_nbf = true;
    let key = jsonwebtoken::DecodingKey::from_rsa_pem(PUBLIC_KEY.as_bytes()).unwrap();
    let claims =
        jsonwebtoken::decode::<Value>(assertion, &key, &expected).map_err(|_| invalid(700_027))?.claims;
    let lasts = claims["exp"].as_u64().unwrap_or(u64::MAX) - claims["nbf"].as_u64().unwrap_or(0);
    let is_new = claims["jti"].as_str().is_some_and(|id| contents.assertions.insert(id.to_owned()));
    if lasts <= 600 && is_new { Ok(()) } else { Err(invalid(700_024)) }
}

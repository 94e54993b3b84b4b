//! Who calls, and whether they may: the token's verified claims, and `[roles]` of the configuration (product section 1).
//!
//! The gateway has verified the token before the function sees it. Its own reading of the claims runs lists of values
//! together, so the values of the roles' claim are read from the token itself.

use crate::problem::Problem;
use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rollcall_sync::Shell;
use serde_json::{Map, Value};

/// Somebody who may trigger Reset and read.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The name for the audit log: the token's `sub`.
    pub(crate) name: String,
}

impl Caller {
    /// The caller of a request, if they may use this API.
    pub(crate) async fn of(request: &ApiGatewayV2httpRequest, shell: &Shell) -> Result<Self, Problem> {
        let name =
            verified(request, "sub").filter(|sub| !sub.is_empty()).ok_or_else(Problem::unauthorized)?;
        let config = shell.config().await.map_err(|error| Problem::from_error(&error))?;
        if let Some(roles) = &config.roles
            && !roles.may_reset_and_read(&values_of(request, &roles.claim, &name))
        {
            tracing::warn!(actor = name, "refused: the token has no role that may do this");
            return Err(Problem::forbidden(&roles.claim));
        }
        Ok(Self { name })
    }
}

/// A claim as the gateway has verified it.
fn verified(request: &ApiGatewayV2httpRequest, claim: &str) -> Option<String> {
    let jwt = request.request_context.authorizer.as_ref()?.jwt.as_ref()?;
    jwt.claims.get(claim).cloned()
}

/// All values of a claim. Where the token cannot be seen, or is not the one that was verified, the gateway's text of it
/// counts as one value.
fn values_of(request: &ApiGatewayV2httpRequest, claim: &str, name: &str) -> Vec<String> {
    let of_token = token_claims(request).filter(|claims| claims.get("sub").is_some_and(|sub| sub == name));
    match of_token.as_ref().map(|claims| claims.get(claim)) {
        Some(Some(Value::String(value))) => vec![value.clone()],
        Some(Some(Value::Array(values))) => {
            values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(_) => Vec::new(),
        None => verified(request, claim).into_iter().collect(),
    }
}

/// What the bearer token says.
fn token_claims(request: &ApiGatewayV2httpRequest) -> Option<Map<String, Value>> {
    let header = request.headers.get("authorization")?.to_str().ok()?;
    let payload = header.split('.').nth(1)?;
    let json = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

//! Who calls, and what they may do: the token's verified claims, and `[roles]` of the configuration (section 1 of the rules).
//!
//! The gateway has verified the token before the function sees it. Its own reading of the claims runs lists of values
//! together, so the values of the roles' claim are read from the token itself.

use crate::api::{Api, Host};
use crate::error::Error;
use crate::permission::Permission;
use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rollcall_sync::Permissions;
use rollcall_sync::actor::Actor;
use serde_json::{Map, Value};

/// Somebody who may use the API for something.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The name for the audit log: the token's `sub`.
    pub(crate) name: String,
    /// What they may do.
    pub(crate) permissions: Permissions,
    /// The claim that says so, for those who are refused.
    claim: String,
    host: Host,
}

impl Caller {
    /// The caller of a request, if they may use this API at all.
    pub(crate) async fn of(request: &ApiGatewayV2httpRequest, api: &Api) -> Result<Self, Error> {
        let name = verified(request, "sub").filter(|sub| !sub.is_empty()).ok_or(Error::Unauthorized)?;
        let host = api.host;
        let roles = match host {
            Host::Gateway => api.shell.roles().await?,
            Host::CommandLine => None,
        };
        let Some(roles) = roles else {
            return Ok(Self { name, permissions: Permissions::ALL, claim: String::new(), host });
        };
        let permissions = roles.permissions(&values_of(request, &roles.claim, &name));
        let caller = Self { name, permissions, claim: roles.claim, host };
        caller.need(Permission::AnyRole).map(|()| caller)
    }

    /// Refuses callers who do not have the permission.
    pub(crate) fn need(&self, permission: Permission) -> Result<(), Error> {
        if permission.is_granted(self.permissions) {
            return Ok(());
        }
        tracing::warn!(actor = self.name, "refused: the token has no role that may do this");
        Err(Error::Forbidden { roles: permission.roles(), claim: self.claim.clone() })
    }

    /// As the audit log names them.
    pub(crate) fn actor(&self) -> Actor<'_> {
        match self.host {
            Host::Gateway => Actor::of_api(&self.name),
            Host::CommandLine => Actor::from(self.name.as_str()),
        }
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

/// What the bearer token says. Of two tokens in one header, which another than the gateway may take for the one, nothing.
fn token_claims(request: &ApiGatewayV2httpRequest) -> Option<Map<String, Value>> {
    let header = request.headers.get("authorization")?.to_str().ok()?;
    let words: Vec<&str> = header.split(' ').filter(|word| !word.is_empty()).collect();
    let token = match words.as_slice() {
        [token] => token,
        [scheme, token] if scheme.eq_ignore_ascii_case("bearer") => token,
        _ => return None,
    };
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-_=.".contains(&b);
    let parts: Vec<&str> = token.split('.').collect();
    let [_, payload, _] = parts.as_slice() else { return None };
    if !token.bytes().all(is_plain) {
        return None;
    }
    let json = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&json).ok()
}

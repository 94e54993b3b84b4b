//! Who may ask the fake: the holder of its API token, and of tokens that it has given for a signed assertion.

use super::super::{Answer, Faults};
use axum::http::HeaderMap;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

/// The service application.
pub(crate) const CLIENT: &str = "0oa1exampleClient0g4";

/// The API token.
pub(crate) const TOKEN: &str = "00TestTokenThatNobodyMustSee_4LkXk7Qq2mWvZ";

/// What lies in the folder of secrets; the keys are for these tests only.
pub(super) const SECRETS: [(&str, &str); 5] = [
    ("token", TOKEN),
    ("wrong-token", "00WrongTokenThatNobodyMustSee_7YpR2cXz9bNu"),
    ("rsa.pem", include_str!("../okta-test-key-rsa.pem")),
    ("ec.pem", include_str!("../okta-test-key-ec.pem")),
    // Not registered with the application.
    ("other.pem", include_str!("../okta-test-key-other.pem")),
];

/// The beginning of every token that is given; none may be seen outside.
pub(crate) const GIVEN: &str = "eyJraWQiOiJ0ZXN0LXRva2VuLXRoYXQtbm9ib2R5LW11c3Qtc2VlIn0";

/// The tokens that count, and how they are given.
pub(crate) struct Access {
    given: Mutex<Tokens>,
    /// What goes wrong where tokens are given.
    pub(crate) faults: Faults,
    /// What a token's answer says beside the usual, and the error that is given instead of one.
    pub(crate) terms: Mutex<Terms>,
}

#[derive(Default)]
struct Tokens {
    count: usize,
    counting: BTreeSet<String>,
    revoked: BTreeSet<String>,
    assertions: BTreeSet<String>,
}

/// On which terms tokens are given.
#[derive(Clone)]
pub(crate) struct Terms {
    pub(crate) expires_in: u64,
    pub(crate) kind: &'static str,
    /// Status, error and description.
    pub(crate) refusal: Option<(u16, &'static str, &'static str)>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: u64,
    exp: u64,
    jti: String,
}

impl Default for Access {
    fn default() -> Self {
        let terms = Terms { expires_in: 3600, kind: "Bearer", refusal: None };
        Self { given: Mutex::default(), faults: Faults::default(), terms: Mutex::new(terms) }
    }
}

/// The id under which the key in a file is registered.
pub(super) fn key_id(name: &str) -> &'static str {
    if name == "ec.pem" { "key-ec" } else { "key-rsa" }
}

impl Access {
    /// How many tokens were given.
    pub(crate) fn given(&self) -> usize {
        self.given.lock().unwrap().count
    }

    /// Whether a request shows a token that counts.
    pub(super) fn is_shown(&self, headers: &HeaderMap) -> bool {
        let shown = shown(headers);
        let tokens = self.given.lock().unwrap();
        let is_known = shown == format!("SSWS {TOKEN}") || tokens.counting.contains(&shown);
        is_known && !tokens.revoked.contains(&shown)
    }

    /// The token of a request counts no more.
    pub(super) fn revoke(&self, headers: &HeaderMap) {
        self.given.lock().unwrap().revoked.insert(shown(headers));
    }

    /// The answer to who asks for a token for this audience.
    pub(super) fn give(&self, form: &HashMap<String, String>, audience: &str) -> Answer {
        let terms = self.terms.lock().unwrap().clone();
        if let Some((status, error, description)) = terms.refusal {
            return refusal(status, error, description);
        }
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        if field("grant_type") != "client_credentials" {
            return refusal(400, "unsupported_grant_type", "The grant type was not client_credentials.");
        }
        let scope = field("scope");
        let usual = "okta.users.read okta.groups.read";
        if scope != usual && scope != format!("{usual} okta.apps.read") {
            return refusal(400, "invalid_scope", "One or more scopes are not configured for the resource.");
        }
        if field("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
            return refusal(401, "invalid_client", "The client_assertion_type is invalid.");
        }
        if let Err(why) = self.check(field("client_assertion"), audience) {
            return refusal(401, "invalid_client", &why);
        }
        let mut tokens = self.given.lock().unwrap();
        tokens.count += 1;
        let token = format!("{GIVEN}{}", tokens.count);
        tokens.counting.insert(format!("Bearer {token}"));
        Answer::json(
            200,
            &json!({
                "token_type": terms.kind,
                "expires_in": terms.expires_in,
                "access_token": token,
                "scope": "okta.users.read okta.groups.read",
            }),
        )
    }

    /// The error says what is wrong with an assertion.
    fn check(&self, assertion: &str, audience: &str) -> Result<(), String> {
        let header = jsonwebtoken::decode_header(assertion).map_err(|error| error.to_string())?;
        let (algorithm, key) = match header.kid.as_deref() {
            Some("key-rsa") => (
                Algorithm::RS256,
                DecodingKey::from_rsa_pem(include_bytes!("../okta-test-key-rsa-public.pem")),
            ),
            Some("key-ec") => {
                (Algorithm::ES256, DecodingKey::from_ec_pem(include_bytes!("../okta-test-key-ec-public.pem")))
            }
            _ => return Err(String::from("The kid is not one of the application's keys.")),
        };
        let mut validation = Validation::new(algorithm);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        let claims = jsonwebtoken::decode::<Claims>(assertion, &key.unwrap(), &validation);
        let claims =
            claims.map_err(|_| String::from("The client_assertion signature or aud is invalid."))?.claims;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        if claims.iss != CLIENT || claims.sub != CLIENT {
            return Err(String::from("The iss and sub must be the client id."));
        }
        if claims.exp > now + 3600 || claims.iat > now {
            return Err(String::from("The client_assertion lasts too long, or begins in the future."));
        }
        if !self.given.lock().unwrap().assertions.insert(claims.jti) {
            return Err(String::from("The client_assertion token was used before."));
        }
        Ok(())
    }
}

fn shown(headers: &HeaderMap) -> String {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok());
    header.unwrap_or_default().to_owned()
}

fn refusal(status: u16, error: &str, description: &str) -> Answer {
    let body: Value = json!({ "error": error, "error_description": description });
    Answer::json(status, &body)
}

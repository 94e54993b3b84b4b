//! Microsoft's login: a token for the application itself (OAuth 2.0 client credentials), kept until shortly before it
//! expires.
//!
//! Promises that no credential or token gets into an error or a log, and that a refusal says what to do.

use super::assertion::Certificate;
use super::wire::{advise, encoded};
use crate::directory::{Access, OnWait};
use crate::error::Error;
use crate::http::{Answer, Grant, Http, Request};
use reqwest::header::{HeaderMap, HeaderValue};
use rollcall_config::{EntraCredential, EntraSettings};
use serde::Deserialize;
use std::time::{Duration, Instant};
use url::Url;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long before its end a token is renewed; a short-lived one after half its time.
const MARGIN: Duration = Duration::from_secs(300);

/// No token is kept for longer, in seconds.
const LASTS_MAX: u64 = 24 * 60 * 60;

/// Access to the login, and its last token.
pub(super) struct Login {
    http: Http,
    url: Url,
    client_id: String,
    scope: String,
    credential: Credential,
    token: Option<Token>,
}

/// The credential of the application.
enum Credential {
    Secret(String),
    Certificate(Box<Certificate>),
    FederatedToken(String),
}

struct Token {
    bearer: HeaderValue,
    renew_at: Instant,
}

#[derive(Deserialize)]
struct TokenBody {
    access_token: String,
    expires_in: u64,
}

impl Grant for TokenBody {
    fn token(&self) -> &str {
        &self.access_token
    }
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
    #[serde(default)]
    error_codes: Vec<u64>,
}

impl Login {
    pub(super) fn open(settings: &EntraSettings, access: &Access, on_wait: &OnWait) -> Result<Self, Error> {
        let text = format!("{}/{}/oauth2/v2.0/token", settings.login_url, encoded(&settings.tenant));
        let url = Url::parse(&text)
            .map_err(|error| Error::Settings { what: format!("`login_url` is not an address ({error})") })?;
        let credential = match &settings.credential {
            EntraCredential::Secret(name) => Credential::Secret(access.secrets.get(name)?.to_owned()),
            EntraCredential::Certificate(name) => {
                Credential::Certificate(Box::new(Certificate::parse(access.secrets.get(name)?, name)?))
            }
            EntraCredential::FederatedToken(name) => {
                Credential::FederatedToken(access.secrets.get(name)?.trim().to_owned())
            }
        };
        Ok(Self {
            http: Http::new(&url, access, on_wait)?,
            url,
            client_id: settings.client_id.clone(),
            scope: format!("{}/.default", settings.graph_url),
            credential,
            token: None,
        })
    }

    /// Forgets the token, so that the next request gets a new one.
    pub(super) fn forget(&mut self) {
        self.token = None;
    }

    /// The header with the token.
    pub(super) async fn bearer(&mut self) -> Result<HeaderValue, Error> {
        if let Some(token) = self.token.as_ref().filter(|token| Instant::now() < token.renew_at) {
            return Ok(token.bearer.clone());
        }
        let token = self.ask().await?;
        let bearer = token.bearer.clone();
        self.token = Some(token);
        Ok(bearer)
    }

    async fn ask(&self) -> Result<Token, Error> {
        let asked_at = Instant::now();
        // An assertion is valid once (RFC 7523, 3: `jti`), so each try has its own.
        let make =
            || Ok(Request { url: self.url.clone(), headers: HeaderMap::new(), form: Some(self.form()?) });
        let answer = self.http.send_made(&make, &advise).await?;
        if !answer.status.is_success() {
            return Err(self.refused(&answer));
        }
        let body: TokenBody = self.http.parse_grant(&answer)?;
        let lasts = Duration::from_secs(body.expires_in.min(LASTS_MAX));
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", body.access_token))
            .map_err(|_| self.unexpected(answer.describe("its token cannot be sent in a header")))?;
        bearer.set_sensitive(true);
        Ok(Token { bearer, renew_at: asked_at + lasts.saturating_sub(MARGIN).max(lasts / 2) })
    }

    fn form(&self) -> Result<String, Error> {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.client_id)
            .append_pair("scope", &self.scope);
        let assertion = match &self.credential {
            Credential::Secret(secret) => {
                form.append_pair("client_secret", secret);
                return Ok(form.finish());
            }
            Credential::Certificate(certificate) => {
                certificate.assertion(&self.client_id, self.url.as_str())?
            }
            Credential::FederatedToken(token) => token.clone(),
        };
        self.http.secrets().learn(&assertion);
        form.append_pair("client_assertion_type", ASSERTION_TYPE).append_pair("client_assertion", &assertion);
        Ok(form.finish())
    }

    fn refused(&self, answer: &Answer) -> Error {
        let Some(refusal) = answer.error::<Refusal>() else {
            return self
                .unexpected(answer.describe(
                    "expected JSON from the login; this answer is from another server or a proxy",
                ));
        };
        // The codes are enough; the text beside them has times and ids.
        let mut reply = crate::error::short(&refusal.error).to_owned();
        for code in &refusal.error_codes {
            reply.push_str(&format!(", AADSTS{code}"));
        }
        let cure = refusal.error_codes.iter().find_map(|code| cure(*code)).unwrap_or(
            "check `tenant`, `client_id` and the application's credential; Microsoft lists the codes at \
             https://login.microsoftonline.com/error",
        );
        Error::Credentials { server: self.http.server().to_owned(), reply: answer.describe(&reply), cure }
    }

    fn unexpected(&self, what: String) -> Error {
        Error::Answer { server: self.http.server().to_owned(), what }
    }
}

fn cure(code: u64) -> Option<&'static str> {
    Some(match code {
        7_000_215 => {
            "the client secret is wrong: store the secret's value (not its id), which is shown only once, when it is created"
        }
        7_000_222 => {
            "the client secret has expired: create a new one for the application and store its value"
        }
        700_016 => "the tenant has no such application: check `client_id` and `tenant`",
        90_002 | 900_023 => {
            "there is no such tenant: check `tenant`, and `cloud` if it is not in the global cloud"
        }
        70_011 | 1_002_012 | 500_011 => {
            "the login does not know this Graph address: check that `cloud` (or `login_url` and `graph_url`) is the tenant's"
        }
        700_027 => {
            "the signature is not accepted: upload the certificate to the application, and store it together with its own key"
        }
        700_024 => "the assertion is not valid now: check this machine's clock, or renew the federated token",
        70_021 | 700_021 | 700_023 | 700_211 | 700_212 | 700_213 => {
            "the token does not match the application's federated credential: compare issuer, subject and audience"
        }
        53_003 => {
            "a Conditional Access policy of the tenant refuses this address: let the application in from here, or take it \
             out of the policy"
        }
        700_030 => {
            "the certificate was issued for no such use: upload a self-signed one, or one of a trusted issuer"
        }
        7_000_218 => {
            "the login got no secret: store the client secret's value in the place that the configuration names"
        }
        90_072 => {
            "the account is not of this tenant: check `tenant`, and that the application is registered in it"
        }
        7_000_112 => "the application is disabled in the tenant: enable it",
        _ => return None,
    })
}

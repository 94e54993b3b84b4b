//! Shows Okta who asks: by an API token, or by a token for an application that signs with a key of its own (OAuth 2.0
//! client credentials with `private_key_jwt`, the only way that Okta gives its own scopes).
//!
//! Promises that neither key nor token gets into an error or a log.

use super::limit::advise;
use crate::directory::Access;
use crate::error::{Error, short};
use crate::http::{Answer, Http, Request};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::header::{HeaderMap, HeaderValue};
use rollcall_config::{OktaCredential, OktaSettings, SecretRef};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use url::Url;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long a statement is good for, in seconds; Okta takes an hour at most.
const ASSERTION_LASTS: u64 = 300;

/// So long before its end a token is not used any more; of a short-lived one, half its time.
const MARGIN: Duration = Duration::from_secs(300);

/// No token is kept for longer, whatever is said of it.
const LASTS_MAX: u64 = 24 * 60 * 60;

/// How Rollcall shows who it is.
pub(super) enum Login {
    /// The header of an API token.
    ApiToken(HeaderValue),
    /// An application, and the token that it was given last.
    Application(Box<Application>),
}

/// An application with a key of its own.
pub(super) struct Application {
    http: Http,
    url: Url,
    client_id: String,
    header: Header,
    key: EncodingKey,
    token: Option<Token>,
}

struct Token {
    bearer: HeaderValue,
    renew_at: Instant,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    iat: u64,
    exp: u64,
}

#[derive(Deserialize)]
struct TokenBody {
    access_token: String,
    token_type: String,
    expires_in: u64,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

impl Login {
    pub(super) fn open(settings: &OktaSettings, base: &Url, access: &Access) -> Result<Self, Error> {
        match &settings.credential {
            OktaCredential::Token(name) => {
                let unusable = || Error::Settings {
                    what: format!("{name} holds no token of Okta's; store the token alone"),
                };
                let mut header = HeaderValue::from_str(&format!("SSWS {}", access.secrets.get(name)?.trim()))
                    .map_err(|_| unusable())?;
                header.set_sensitive(true);
                Ok(Self::ApiToken(header))
            }
            OktaCredential::PrivateKey { client_id, private_key, key_id } => {
                let (algorithm, key) = read_key(access.secrets.get(private_key)?, private_key)?;
                let url = base.join("/oauth2/v1/token");
                let url = url.map_err(|error| Error::Settings {
                    what: format!("`url` is not an address ({error})"),
                })?;
                Ok(Self::Application(Box::new(Application {
                    http: Http::new(base, access.deadline, access.patience)?,
                    url,
                    client_id: client_id.clone(),
                    header: Header { kid: key_id.clone(), ..Header::new(algorithm) },
                    key,
                    token: None,
                })))
            }
        }
    }

    /// The header that shows it.
    pub(super) async fn authorization(&mut self) -> Result<HeaderValue, Error> {
        match self {
            Self::ApiToken(header) => Ok(header.clone()),
            Self::Application(application) => application.bearer().await,
        }
    }

    /// Asks for another token the next time, if there can be one.
    pub(super) fn renew(&mut self) -> bool {
        match self {
            Self::ApiToken(_) => false,
            Self::Application(application) => application.token.take().is_some(),
        }
    }

    /// What to do where the token is not taken.
    pub(super) fn cure(&self) -> &'static str {
        match self {
            Self::ApiToken(_) => {
                "make a new API token and store it where `token` says; one dies after 30 days without use, with its owner's \
                 account, and outside of the networks that it is bound to"
            }
            Self::Application(_) => "check that the application is active, and its clock with this machine's",
        }
    }
}

impl Application {
    async fn bearer(&mut self) -> Result<HeaderValue, Error> {
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
        let request = Request { url: self.url.clone(), headers: HeaderMap::new(), form: Some(self.form()?) };
        let answer = self.http.send(&request, &advise).await?;
        if !answer.status.is_success() {
            return Err(self.refused(&answer));
        }
        let body: TokenBody = self.http.parse(&answer)?;
        if !body.token_type.eq_ignore_ascii_case("bearer") {
            return Err(self.no_credentials("the token is bound to a key (DPoP)", WITHOUT_DPOP));
        }
        let lasts = Duration::from_secs(body.expires_in.min(LASTS_MAX));
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", body.access_token)).map_err(|_| {
            let what = answer.describe("its token cannot be sent in a header");
            Error::Answer { server: self.http.server().to_owned(), what }
        })?;
        bearer.set_sensitive(true);
        Ok(Token { bearer, renew_at: asked_at + lasts.saturating_sub(MARGIN).max(lasts / 2) })
    }

    fn form(&self) -> Result<String, Error> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let claims = Claims {
            aud: self.url.as_str(),
            iss: &self.client_id,
            sub: &self.client_id,
            jti: uuid::Uuid::now_v7().to_string(),
            iat: now,
            exp: now + ASSERTION_LASTS,
        };
        let assertion = jsonwebtoken::encode(&self.header, &claims, &self.key)
            .map_err(|_| Error::Settings { what: String::from("the key of `private_key` cannot sign") })?;
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials")
            .append_pair("scope", "okta.users.read okta.groups.read")
            .append_pair("client_assertion_type", ASSERTION_TYPE)
            .append_pair("client_assertion", &assertion);
        Ok(form.finish())
    }

    fn refused(&self, answer: &Answer) -> Error {
        let Some(refusal) = answer.error::<Refusal>() else {
            let what = answer.describe("expected JSON of the login, it is from somebody else");
            return Error::Answer { server: self.http.server().to_owned(), what };
        };
        let cure = match refusal.error.as_str() {
            "invalid_dpop_proof" | "use_dpop_nonce" => WITHOUT_DPOP,
            "invalid_scope" => "grant the application the scopes okta.users.read and okta.groups.read",
            "invalid_client" => {
                "check `client_id`, `key_id`, and that the key of `private_key` is one of the application's"
            }
            _ => "look the word up in Okta's documentation of its token endpoint",
        };
        self.no_credentials(&answer.describe(short(&refusal.error)), cure)
    }

    fn no_credentials(&self, said: &str, cure: &'static str) -> Error {
        Error::Credentials { server: self.http.server().to_owned(), said: said.to_owned(), cure }
    }
}

const WITHOUT_DPOP: &str = "switch off \"Require Demonstrating Proof of Possession\" for the application";

/// A private key in PEM form, and what it signs with.
fn read_key(pem: &str, name: &SecretRef) -> Result<(Algorithm, EncodingKey), Error> {
    let rsa = || EncodingKey::from_rsa_pem(pem.as_bytes()).map(|key| (Algorithm::RS256, key));
    let elliptic = || EncodingKey::from_ec_pem(pem.as_bytes()).map(|key| (Algorithm::ES256, key));
    let usable = |(algorithm, key): &(Algorithm, EncodingKey)| {
        jsonwebtoken::encode(&Header::new(*algorithm), &(), key).is_ok()
    };
    let tries = [rsa(), elliptic()].into_iter().flatten().find(usable);
    tries.ok_or_else(|| Error::Settings {
        what: format!("{name} holds no private key that can be used; it must be RSA or P-256, without a passphrase, in PEM form"),
    })
}

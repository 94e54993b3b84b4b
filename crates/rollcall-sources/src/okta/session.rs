//! The access token of a service application: requested when it is needed, kept until shortly before it expires.
//!
//! Below `client`. Promises that each request for a token has its own assertion: Okta accepts an assertion only once.

use super::authorization::header;
use super::key::Key;
use super::refusal;
use super::throttle;
use crate::error::Error;
use crate::http::{Grant, Http, Request};
use crate::known_secrets::KnownSecrets;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use serde::Deserialize;
use std::time::{Duration, Instant};
use url::{Url, form_urlencoded};

/// The scopes: to see users, and to see groups and their members.
const SCOPES: &str = "okta.users.read okta.groups.read";

/// The same, and to see whom an application is assigned to.
const SCOPES_WITH_APPS: &str = "okta.users.read okta.groups.read okta.apps.read";

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long before its end a token is renewed: a request may be tried for minutes.
const RESERVE: Duration = Duration::from_secs(300);

/// How long a token lasts if Okta does not say (it does): the usual hour.
const USUAL_SECONDS: u64 = 3600;

pub(super) struct Session {
    /// The token endpoint.
    url: Url,
    key: Key,
    /// Whether it reads whom an application is assigned to.
    reads_apps: bool,
    held: Option<Held>,
}

struct Held {
    token: HeaderValue,
    until: Instant,
}

#[derive(Deserialize)]
struct Given {
    token_type: String,
    access_token: String,
    expires_in: Option<u64>,
}

impl Grant for Given {
    fn token(&self) -> &str {
        &self.access_token
    }
}

impl Session {
    pub(super) fn new(url: Url, key: Key, reads_apps: bool) -> Self {
        Self { url, key, reads_apps, held: None }
    }

    /// Forgets the token: Okta does not accept it any more.
    pub(super) fn forget(&mut self) {
        self.held = None;
    }

    /// The header with the token.
    pub(super) async fn token(&mut self, http: &Http) -> Result<HeaderValue, Error> {
        if let Some(held) = self.held.as_ref().filter(|held| Instant::now() < held.until) {
            return Ok(held.token.clone());
        }
        let held = self.ask(http).await?;
        Ok(self.held.insert(held).token.clone())
    }

    async fn ask(&self, http: &Http) -> Result<Held, Error> {
        let asked_at = Instant::now();
        let answer = http.send_made(&|| self.request(http.secrets()), &throttle::advise).await?;
        if !answer.status.is_success() {
            return Err(refusal::token(http.server(), &answer));
        }
        let given: Given = http.parse_grant(&answer)?;
        if given.token_type.eq_ignore_ascii_case("dpop") {
            return Err(refusal::bound(http.server(), &answer));
        }
        let token = header("Bearer", &given.access_token).filter(|_| !given.access_token.is_empty());
        let unusable =
            || refusal::unusable(http.server(), &answer, "expected an access token of type Bearer");
        let token = token.filter(|_| given.token_type.eq_ignore_ascii_case("bearer")).ok_or_else(unusable)?;
        let lifetime = Duration::from_secs(given.expires_in.unwrap_or(USUAL_SECONDS).min(USUAL_SECONDS * 24));
        Ok(Held { token, until: asked_at + lifetime.saturating_sub(RESERVE).max(lifetime / 2) })
    }

    fn request(&self, secrets: &KnownSecrets) -> Result<Request, Error> {
        let assertion = self.key.assertion()?;
        secrets.learn(&assertion);
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("scope", if self.reads_apps { SCOPES_WITH_APPS } else { SCOPES })
            .append_pair("client_assertion_type", ASSERTION_TYPE)
            .append_pair("client_assertion", &assertion)
            .finish();
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
        Ok(Request { url: self.url.clone(), headers, form: Some(form) })
    }
}

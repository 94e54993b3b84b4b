//! Requests to one Okta organisation, with its credential.
//!
//! Promises that the token goes only to the organisation's own hosts, and that a token that expired early is renewed
//! once for each request.

use super::authorization::header;
use super::link::is_own;
use super::refusal::{self, Way};
use super::session::Session;
use super::throttle;
use crate::directory::{Access, OnWait};
use crate::error::Error;
use crate::http::{Answer, Http, Request};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use rollcall_config::{OktaCredential, OktaSettings};
use serde_json::Value;
use url::Url;

/// Access to one organisation.
pub(super) struct Client {
    http: Http,
    base: Url,
    credential: Credential,
}

enum Credential {
    /// An API token, as it is sent.
    Token(HeaderValue),
    /// A service application, which asks for tokens.
    App(Box<Session>),
}

impl Client {
    pub(super) fn open(settings: &OktaSettings, access: &Access, on_wait: &OnWait) -> Result<Self, Error> {
        let unusable = |error: url::ParseError| Error::Settings {
            what: format!("`url` of the Okta source cannot be used ({error})"),
        };
        let base = Url::parse(&settings.url).map_err(unusable)?;
        let credential = match &settings.credential {
            OktaCredential::Token(name) => {
                let token = header("SSWS", access.secrets.get(name)?);
                Credential::Token(token.ok_or_else(|| Error::Settings {
                    what: format!("the secret {name} contains characters that an API token cannot have"),
                })?)
            }
            OktaCredential::PrivateKey { client_id, private_key, key_id } => {
                let reads_apps =
                    settings.groups.iter().any(|group| super::groups::app_of(&group.name).is_some());
                let url = format!("{}/oauth2/v1/token", settings.url);
                let url = Url::parse(&url).map_err(unusable)?;
                let pem = access.secrets.get(private_key)?;
                let key = super::key::Key::parse(pem, client_id, key_id.as_deref(), private_key, &url)?;
                Credential::App(Box::new(Session::new(url, key, reads_apps)))
            }
        };
        let http = Http::new(&base, access, on_wait)?;
        Ok(Self { http, base, credential })
    }

    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    pub(super) fn server(&self) -> &str {
        self.http.server()
    }

    /// An address below `/api/v1`.
    pub(super) fn address(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Url, Error> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| Error::Settings {
                what: format!("`url` of the Okta source cannot be used ({})", self.base.scheme()),
            })?
            .pop_if_empty()
            .extend(["api", "v1"])
            .extend(path);
        url.query_pairs_mut().extend_pairs(query);
        Ok(url)
    }

    /// The answer to a request. `what` says in words what the request is for. A refused credential is an error.
    pub(super) async fn get(&mut self, url: &Url, what: &'static str) -> Result<Answer, Error> {
        self.get_shortly(url, what, false).await
    }

    /// The same; where a smaller page can be asked for, a server that is out of time is not asked for long.
    pub(super) async fn get_shortly(
        &mut self,
        url: &Url,
        what: &'static str,
        may_shrink: bool,
    ) -> Result<Answer, Error> {
        if !is_own(url, &self.base) {
            let what = String::from("it leads to another server, which must not see the token");
            return Err(Error::Answer { server: self.server().to_owned(), what });
        }
        let mut is_renewed = false;
        loop {
            let authorization = match &mut self.credential {
                Credential::Token(token) => token.clone(),
                Credential::App(session) => session.token(&self.http).await?,
            };
            let headers = HeaderMap::from_iter([
                (ACCEPT, HeaderValue::from_static("application/json")),
                (AUTHORIZATION, authorization),
            ]);
            let request = Request { url: url.clone(), headers, form: None };
            let answer = if may_shrink {
                self.http.send_shortly(&request, &throttle::advise).await?
            } else {
                self.http.send(&request, &throttle::advise).await?
            };
            match (answer.status, &mut self.credential) {
                (StatusCode::UNAUTHORIZED, Credential::App(session)) if !is_renewed => {
                    session.forget();
                    is_renewed = true;
                }
                (StatusCode::UNAUTHORIZED, Credential::App(_)) => {
                    return Err(refusal::credentials(self.server(), &answer, Way::App));
                }
                (StatusCode::UNAUTHORIZED, Credential::Token(_)) => {
                    return Err(refusal::credentials(self.server(), &answer, Way::Token));
                }
                (StatusCode::FORBIDDEN, Credential::App(_)) => {
                    return Err(refusal::forbidden(self.server(), &answer, what, Way::App));
                }
                (StatusCode::FORBIDDEN, Credential::Token(_)) => {
                    return Err(refusal::forbidden(self.server(), &answer, what, Way::Token));
                }
                (_, _) => return Ok(answer),
            }
        }
    }

    /// The list in an answer.
    pub(super) fn list(&self, answer: &Answer) -> Result<Vec<Value>, Error> {
        match self.json(answer)? {
            Value::Array(list) => Ok(list),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                Err(refusal::unusable(self.server(), answer, "expected a list"))
            }
        }
    }

    /// The JSON of a successful answer. An error is never used as a value, even with a status of success.
    pub(super) fn json(&self, answer: &Answer) -> Result<Value, Error> {
        if !answer.status.is_success() || refusal::code(answer).is_some() {
            return Err(refusal::unusable(self.server(), answer, ""));
        }
        self.http.parse(answer)
    }
}

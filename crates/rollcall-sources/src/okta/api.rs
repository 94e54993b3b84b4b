//! Okta's management API: asks, and tells apart what it may answer.
//!
//! Promises that the token is sent to the configured organisation only, that one which is refused is asked for anew once,
//! and that an answer is what was asked for, or a known refusal, or an error.

use super::limit::advise;
use super::login::Login;
use super::{Object, is_same_organisation, link};
use crate::directory::Access;
use crate::error::{Error, short};
use crate::http::{Answer, Http, Request};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use rollcall_config::OktaSettings;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

/// A way to an organisation.
pub(super) struct Api {
    http: Http,
    base: Url,
    login: Login,
}

/// What is asked for, if it is there.
pub(super) enum Found<T> {
    /// It is.
    It(T),
    /// It is not.
    Nothing,
    /// It cannot be asked for in this way; what was said.
    NotSo(String),
}

/// A page of objects.
pub(super) struct List {
    pub(super) objects: Vec<Object>,
    /// The link to the next page, which leads to the organisation itself.
    pub(super) next: Option<String>,
}

/// An error as Okta writes it; only the code is promised.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    error_code: String,
    #[serde(default)]
    error_summary: String,
}

impl Api {
    pub(super) fn open(settings: &OktaSettings, access: &Access) -> Result<Self, Error> {
        let base = Url::parse(&settings.url)
            .map_err(|error| Error::Settings { what: format!("`url` is not an address ({error})") })?;
        Ok(Self {
            http: Http::new(&base, access.deadline, access.patience)?,
            login: Login::open(settings, &base, access)?,
            base,
        })
    }

    pub(super) fn server(&self) -> &str {
        self.http.server()
    }

    /// The address of something in the organisation.
    pub(super) fn address(&self, path: &str) -> Result<Url, Error> {
        self.base.join(path).map_err(|error| self.nonsense(format!("{error}")))
    }

    /// The address that a link leads to, which must be the organisation's own.
    pub(super) fn link(&self, link: &str) -> Result<Url, Error> {
        let url = Url::parse(link)
            .map_err(|_| self.nonsense(String::from("its link to the next page is no address")))?;
        if is_same_organisation(&url, &self.base) {
            return Ok(url);
        }
        let host = short(url.host_str().unwrap_or_default());
        Err(self.nonsense(format!(
            "its link to the next page leads to another server ({host}), which is not asked"
        )))
    }

    /// A page of a list.
    pub(super) async fn list(&mut self, url: &Url) -> Result<Found<List>, Error> {
        let answer = match self.get(url).await? {
            Found::It(answer) => answer,
            Found::Nothing => return Ok(Found::Nothing),
            Found::NotSo(what) => return Ok(Found::NotSo(what)),
        };
        let Value::Array(objects) = self.http.parse(&answer)? else {
            return Err(self.nonsense(answer.describe("expected a list, it is something else")));
        };
        let headers = answer.headers.get_all("link").into_iter().filter_map(|value| value.to_str().ok());
        let next = link::find(headers, "next");
        if let Some(next) = &next {
            self.link(next)?;
        }
        Ok(Found::It(List { objects, next }))
    }

    /// One object.
    pub(super) async fn object(&mut self, url: &Url) -> Result<Found<Object>, Error> {
        Ok(match self.get(url).await? {
            Found::It(answer) => Found::It(self.http.parse(&answer)?),
            Found::Nothing => Found::Nothing,
            Found::NotSo(what) => Found::NotSo(what),
        })
    }

    async fn get(&mut self, url: &Url) -> Result<Found<Answer>, Error> {
        let mut is_renewed = false;
        loop {
            let authorization = self.login.authorization().await?;
            let headers =
                [(AUTHORIZATION, authorization), (ACCEPT, HeaderValue::from_static("application/json"))];
            let headers: HeaderMap = headers.into_iter().collect();
            let answer = self.http.send(&Request { url: url.clone(), headers, form: None }, &advise).await?;
            if answer.status.is_success() {
                return Ok(Found::It(answer));
            }
            if answer.status.as_u16() == 401 && !is_renewed && self.login.renew() {
                is_renewed = true;
                continue;
            }
            return self.refused(&answer);
        }
    }

    fn refused<T>(&self, answer: &Answer) -> Result<Found<T>, Error> {
        let server = self.server().to_owned();
        let Some(refusal) = answer.error::<Refusal>() else {
            return Err(self.nonsense(answer.describe("expected JSON of Okta, it is from somebody else")));
        };
        let said =
            answer.describe(&format!("{}: {}", short(&refusal.error_code), short(&refusal.error_summary)));
        match answer.status.as_u16() {
            400 => Ok(Found::NotSo(said)),
            401 => Err(Error::Credentials { server, said, cure: self.login.cure() }),
            403 => Err(Error::Forbidden {
                server,
                what: "to read groups and people",
                said,
                cure: "give the token's owner or the application a role that may read users and groups, and grant the \
                       application the scopes okta.users.read and okta.groups.read",
            }),
            404 => Ok(Found::Nothing),
            _ => Err(self.nonsense(said)),
        }
    }

    pub(super) fn nonsense(&self, what: String) -> Error {
        Error::Answer { server: self.server().to_owned(), what }
    }
}

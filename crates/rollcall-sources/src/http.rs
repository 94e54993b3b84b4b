//! HTTP for directories: timeouts, retries that end with the invocation, and the id of the request in every error.
//!
//! Below `entra` and `okta`. Promises: no redirect is followed; no answer is read beyond a limit; no error contains a
//! secret or an address with its query; and an answer of 2xx is complete JSON. The text of an answer can be read only
//! without secrets ([`Answer`]).

mod wait;

pub(crate) use wait::{ASKED_WAIT_SECONDS_MAX, seconds_of};

use crate::directory::{Access, OnWait, Patience};
use crate::error::Error;
use crate::known_secrets::KnownSecrets;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use std::error::Error as _;
use std::time::{Duration, Instant};
use url::Url;

/// A page of a thousand people is about 1 MB; more than this is not a page.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// The longest wait that the server did not ask for.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// The statuses of a server that ran out of time or memory, or of a proxy before it.
const OVERLOADED: [u16; 3] = [500, 502, 504];

/// How often a page is asked for that may be too large, before a smaller one is.
const SHORT_TRIES: u32 = 3;

/// Access to one server.
#[derive(Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
    /// Its name in errors.
    server: String,
    deadline: Instant,
    patience: Patience,
    on_wait: OnWait,
    secrets: KnownSecrets,
}

/// A request that can be sent again. Its headers and its form may contain secrets, so it has no `Debug`.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    /// If there is one, the method is POST.
    pub(crate) form: Option<String>,
}

/// An answer of the server. Its texts can be read only without secrets, except a token that it grants.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Without secrets.
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
    secrets: KnownSecrets,
}

/// The answer of a login: a token, which is a secret from then on.
pub(crate) trait Grant: DeserializeOwned {
    /// The token.
    fn token(&self) -> &str;
}

/// What to do with an answer.
pub(crate) enum Advice {
    /// It is final: the caller decides.
    Take,
    /// The same request may succeed later: after this wait, or after the usual one.
    Wait(Option<Duration>),
}

impl Http {
    pub(crate) fn new(base: &Url, access: &Access, on_wait: &OnWait) -> Result<Self, Error> {
        let patience = access.patience;
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(patience.request.min(Duration::from_secs(10)))
            .user_agent(concat!("rollcall/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Error::Settings {
                what: format!("no HTTP client can be made: {}", chain(&error)),
            })?;
        Ok(Self {
            client,
            server: base.host_str().unwrap_or_default().to_owned(),
            deadline: access.deadline,
            patience,
            on_wait: on_wait.clone(),
            secrets: access.secrets.known().clone(),
        })
    }

    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    /// The secrets that the server knows. A credential must be added before it is sent.
    pub(crate) fn secrets(&self) -> &KnownSecrets {
        &self.secrets
    }

    /// Sends a request until an answer is final, or there are no tries or no time left.
    pub(crate) async fn send(
        &self,
        request: &Request,
        advise: &(dyn Fn(&Answer) -> Advice + Sync),
    ) -> Result<Answer, Error> {
        self.send_at_most(self.patience.tries, &|| Ok(request.clone()), advise).await
    }

    /// The same for a request that has a smaller one to fall back on: a server that is out of time is not asked for long.
    pub(crate) async fn send_shortly(
        &self,
        request: &Request,
        advise: &(dyn Fn(&Answer) -> Advice + Sync),
    ) -> Result<Answer, Error> {
        self.send_at_most(self.patience.tries.min(SHORT_TRIES), &|| Ok(request.clone()), advise).await
    }

    /// The same for a request that must be made again for each try, because the server accepts it only once.
    pub(crate) async fn send_made(
        &self,
        make: &(dyn Fn() -> Result<Request, Error> + Sync),
        advise: &(dyn Fn(&Answer) -> Advice + Sync),
    ) -> Result<Answer, Error> {
        self.send_at_most(self.patience.tries, make, advise).await
    }

    /// Out of time on the server's side ([`Error::Overloaded`]) the tries end early; otherwise only with the patience.
    async fn send_at_most(
        &self,
        tries_of_overloaded: u32,
        make: &(dyn Fn() -> Result<Request, Error> + Sync),
        advise: &(dyn Fn(&Answer) -> Advice + Sync),
    ) -> Result<Answer, Error> {
        let mut tries = 1;
        loop {
            let mut is_overloaded = false;
            let (cause, wait) = match self.send_once(&make()?).await? {
                Err(cause) => (cause, None),
                Ok(answer) => match advise(&answer) {
                    Advice::Wait(wait) if OVERLOADED.contains(&answer.status.as_u16()) => {
                        is_overloaded = true;
                        (answer.describe(""), wait)
                    }
                    Advice::Take => match answer.defect() {
                        None => return Ok(answer),
                        Some(defect) => (answer.describe(&defect), None),
                    },
                    Advice::Wait(wait) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
                        (answer.describe("too many requests, from this program or others"), wait)
                    }
                    Advice::Wait(wait) => (answer.describe(""), wait),
                },
            };
            let server = || self.server.clone();
            if is_overloaded && tries >= tries_of_overloaded {
                return Err(Error::Overloaded { server: server(), cause });
            }
            if tries >= self.patience.tries {
                return Err(Error::Unreachable { server: server(), cause });
            }
            tracing::debug!(server = self.server, tries, cause, "asking again");
            self.pause(tries, wait).await?;
            tries += 1;
        }
    }

    /// One try. The outer error is final; after the inner one the request is tried again.
    async fn send_once(&self, request: &Request) -> Result<Result<Answer, String>, Error> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::TimeIsUp { server: self.server.clone() });
        }
        let method = if request.form.is_some() { Method::POST } else { Method::GET };
        let mut sending = self
            .client
            .request(method, request.url.clone())
            .headers(request.headers.clone())
            .timeout(left.min(self.patience.request));
        if let Some(form) = &request.form {
            sending = sending
                .header("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"))
                .body(form.clone());
        }
        let response = match sending.send().await {
            Ok(response) => response,
            Err(error) => return Ok(Err(self.secrets.in_words(&chain(&error.without_url())))),
        };
        let (status, secrets) = (response.status(), self.secrets.clone());
        let headers = without_secrets(response.headers(), &secrets);
        let answer = Answer { status, headers, body: Vec::new(), secrets };
        if status.is_redirection() {
            let what = answer.describe("it is a redirect, and redirects are not followed");
            return Err(Error::Answer { server: self.server.clone(), what });
        }
        self.read_body(response, answer).await
    }

    async fn read_body(
        &self,
        mut response: reqwest::Response,
        mut answer: Answer,
    ) -> Result<Result<Answer, String>, Error> {
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(Ok(answer)),
                Ok(Some(chunk)) if answer.body.len() + chunk.len() <= BODY_BYTES_MAX => {
                    answer.body.extend_from_slice(&chunk);
                }
                Ok(Some(_)) => {
                    let what = answer.describe("it is longer than 32 MiB");
                    return Err(Error::Answer { server: self.server.clone(), what });
                }
                Err(error) => {
                    let why = self.secrets.in_words(&chain(&error.without_url()));
                    let broke_off = format!("the connection broke off: {why}");
                    return Ok(Err(answer.describe(&broke_off)));
                }
            }
        }
    }

    /// Waits as long as the server asks, or with exponential backoff and jitter; never beyond the time that is left.
    async fn pause(&self, tries: u32, asked: Option<Duration>) -> Result<(), Error> {
        let wait = asked.unwrap_or_else(|| {
            let longest = self.patience.first_wait.saturating_mul(1 << (tries - 1).min(10)).min(WAIT_MAX);
            longest.mul_f64(fastrand::f64().mul_add(0.5, 0.5))
        });
        if self.deadline.saturating_duration_since(Instant::now()) <= wait {
            let server = self.server.clone();
            return Err(match asked {
                Some(asked) => Error::Throttled { server, seconds: asked.as_secs().max(1) },
                None => Error::TimeIsUp { server },
            });
        }
        self.on_wait.tell(&self.server, wait, asked.is_some());
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// The value in an answer of 2xx.
    pub(crate) fn parse<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Error> {
        let mut value: Value = serde_json::from_slice(&answer.body).map_err(|_| self.unexpected(answer))?;
        for_each_text(&mut value, &|text| self.secrets.in_data(text));
        serde_json::from_value(value).map_err(|_| {
            // Only parsing the text gives the position.
            let position = serde_json::from_slice::<T>(&answer.body).err();
            let position =
                position.map(|error| format!(" at line {}, column {}", error.line(), error.column()));
            let what = answer.describe(&format!("unexpected JSON{}", position.unwrap_or_default()));
            Error::Answer { server: self.server.clone(), what }
        })
    }

    /// The value in an answer of 2xx of a login. Its token is removed from all later texts.
    pub(crate) fn parse_grant<T: Grant>(&self, answer: &Answer) -> Result<T, Error> {
        let grant: T = serde_json::from_slice(&answer.body).map_err(|_| self.unexpected(answer))?;
        self.secrets.learn(grant.token());
        Ok(grant)
    }

    /// The error does not quote the text, which may contain personal data.
    fn unexpected(&self, answer: &Answer) -> Error {
        Error::Answer { server: self.server.clone(), what: answer.describe("unexpected JSON") }
    }
}

/// Headers without secrets. A header that is not text is left as it is.
fn without_secrets(headers: &HeaderMap, secrets: &KnownSecrets) -> HeaderMap {
    let mut struck = headers.clone();
    for value in struck.values_mut() {
        let text = value.to_str().ok().and_then(|text| secrets.in_data(text));
        if let Some(text) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
            *value = text;
        }
    }
    struck
}

/// Changes the texts and names in a value for which `change` returns a new text.
fn for_each_text(value: &mut Value, change: &dyn Fn(&str) -> Option<String>) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| for_each_text(value, change)),
        Value::Object(members) => {
            members.values_mut().for_each(|value| for_each_text(value, change));
            let changed: Vec<(String, String)> =
                members.keys().filter_map(|name| Some((name.clone(), change(name)?))).collect();
            for (name, changed) in changed {
                if let Some(value) = members.remove(&name) {
                    members.insert(changed, value);
                }
            }
        }
    }
}

impl Answer {
    /// What is wrong with an answer that has a status of success.
    fn defect(&self) -> Option<String> {
        if !self.status.is_success() || serde_json::from_slice::<IgnoredAny>(&self.body).is_ok() {
            return None;
        }
        let begins = self.body.trim_ascii_start().first();
        let what = if begins == Some(&b'<') { "an HTML page" } else { "not JSON, or incomplete" };
        Some(format!("expected JSON, it is {what}"))
    }

    /// The error in it, if it is the expected JSON of an error.
    pub(crate) fn error<T: DeserializeOwned>(&self) -> Option<T> {
        let mut value: Value = serde_json::from_slice(&self.body).ok()?;
        for_each_text(&mut value, &|text| Some(self.secrets.in_words(text)));
        serde_json::from_value(value).ok()
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        Some(self.secrets.in_words(self.headers.get(name)?.to_str().ok()?))
    }

    /// How long the server asks to wait (RFC 9110, 10.2.3: seconds, or a date by the server's own clock), within
    /// bounds. `None` if the header is missing, is not a time, or asks for no wait: then the usual wait applies.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        wait::asked(self.header("retry-after")?.trim(), self.header("date").as_deref())
    }

    /// The answer's status and the server's own id of the request, for an error.
    pub(crate) fn describe(&self, what: &str) -> String {
        let id =
            ["request-id", "x-okta-request-id", "x-ms-request-id"].iter().find_map(|name| self.header(name));
        let mut text = format!("HTTP {}", self.status.as_u16());
        if let Some(id) = id {
            text.push_str(&format!(", request {}", crate::error::short(&id)));
        }
        if what.is_empty() { text } else { format!("{text}: {what}") }
    }
}

/// Whether two addresses are of one server, so that both may see the token.
pub(crate) fn is_same_server(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

/// An error and its causes, in one line.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = cause.source();
    }
    text
}

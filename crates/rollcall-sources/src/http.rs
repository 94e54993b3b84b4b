//! HTTP for directories: time-outs, patience that ends with the invocation, and a request's id in every error.
//!
//! Below `entra` and `okta`. Promises: no redirect is followed, no answer is read beyond a limit, no secret or address
//! with its query gets into an error, and an answer of 2xx is whole JSON. What a server says can be read only without the
//! secrets that it was shown ([`Answer`]).

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

/// No wait that nobody asked for is longer.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// A way to one server.
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

/// A request that can be sent again. Its headers and its form may hold secrets, so it is never shown.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    /// Sent by POST where there is one.
    pub(crate) form: Option<String>,
}

/// What the server said. Its words come out without the secrets that it was shown, but for a token that it gives.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// Without secrets.
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
    secrets: KnownSecrets,
}

/// What a login gives: a token, which is a secret from here on.
pub(crate) trait Grant: DeserializeOwned {
    /// The token.
    fn token(&self) -> &str;
}

/// What is to be done about an answer that is not the one hoped for.
pub(crate) enum Advice {
    /// It is final: whoever asked decides.
    Take,
    /// The same request may go well later: after this time, or after the usual one.
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

    /// The secrets that the server was shown. What shows who asks must be learnt before it is sent.
    pub(crate) fn secrets(&self) -> &KnownSecrets {
        &self.secrets
    }

    /// Sends a request until there is an answer that is final, or patience or time is at an end.
    pub(crate) async fn send(
        &self,
        request: &Request,
        advise: &(dyn Fn(&Answer) -> Advice + Sync),
    ) -> Result<Answer, Error> {
        self.send_made(&|| Ok(request.clone()), advise).await
    }

    /// The same for a request that must be made anew each time, because the server takes none twice.
    pub(crate) async fn send_made(
        &self,
        make: &(dyn Fn() -> Result<Request, Error> + Sync),
        advise: &(dyn Fn(&Answer) -> Advice + Sync),
    ) -> Result<Answer, Error> {
        let mut tries = 1;
        loop {
            let (cause, wait) = match self.send_once(&make()?).await? {
                Err(cause) => (cause, None),
                Ok(answer) => match advise(&answer) {
                    Advice::Take => match answer.trouble() {
                        None => return Ok(answer),
                        Some(trouble) => (answer.describe(&trouble), None),
                    },
                    Advice::Wait(wait) if answer.status == StatusCode::TOO_MANY_REQUESTS => {
                        (answer.describe("too many requests, of this program or of others"), wait)
                    }
                    Advice::Wait(wait) => (answer.describe(""), wait),
                },
            };
            if tries >= self.patience.tries {
                return Err(Error::Unreachable { server: self.server.clone(), cause });
            }
            tracing::debug!(server = self.server, tries, cause, "asking again");
            self.pause(tries, wait).await?;
            tries += 1;
        }
    }

    /// One request. The outer error is final, the inner one is not.
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
            let what = answer.describe("it leads to another address, which is not followed");
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
                    let broke_off = format!("it broke off: {why}");
                    return Ok(Err(answer.describe(&broke_off)));
                }
            }
        }
    }

    /// Waits as long as was asked for, or longer each time; never beyond the time that is left.
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

    /// What is in an answer of 2xx.
    pub(crate) fn parse<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Error> {
        let mut value: Value = serde_json::from_slice(&answer.body).map_err(|_| self.unexpected(answer))?;
        for_each_text(&mut value, &|text| self.secrets.in_data(text));
        serde_json::from_value(value).map_err(|_| {
            // Only the text itself knows the place.
            let place = serde_json::from_slice::<T>(&answer.body).err();
            let place = place.map(|error| format!(" at line {}, column {}", error.line(), error.column()));
            let what = answer.describe(&format!("unexpected JSON{}", place.unwrap_or_default()));
            Error::Answer { server: self.server.clone(), what }
        })
    }

    /// What is in an answer of 2xx of a login. Its token is struck out of everything that comes after it.
    pub(crate) fn parse_grant<T: Grant>(&self, answer: &Answer) -> Result<T, Error> {
        let grant: T = serde_json::from_slice(&answer.body).map_err(|_| self.unexpected(answer))?;
        self.secrets.learn(grant.token());
        Ok(grant)
    }

    /// Without what it is: the text may hold what is told of a person.
    fn unexpected(&self, answer: &Answer) -> Error {
        Error::Answer { server: self.server.clone(), what: answer.describe("unexpected JSON") }
    }
}

/// Headers as they may be shown and followed. One that is not text is none, and is left as it is.
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

/// Changes the texts and names in a value, those that are to be changed.
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
    /// What is wrong with an answer that says it is good.
    fn trouble(&self) -> Option<String> {
        if !self.status.is_success() || serde_json::from_slice::<IgnoredAny>(&self.body).is_ok() {
            return None;
        }
        let begins = self.body.trim_ascii_start().first();
        let what = if begins == Some(&b'<') { "a page for people" } else { "something else or half of it" };
        Some(format!("expected JSON, it is {what}"))
    }

    /// What is in it, where it is the JSON that is expected of an error; nothing otherwise.
    pub(crate) fn error<T: DeserializeOwned>(&self) -> Option<T> {
        let mut value: Value = serde_json::from_slice(&self.body).ok()?;
        for_each_text(&mut value, &|text| Some(self.secrets.in_words(text)));
        serde_json::from_value(value).ok()
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        Some(self.secrets.in_words(self.headers.get(name)?.to_str().ok()?))
    }

    /// How long the server asks to wait (RFC 9110, 10.2.3: seconds, or a date, by the server's own clock), within bounds.
    /// `None` where it does not say, or says what is no time, or that there is none to wait: then it is waited as usual.
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

/// Whether two addresses are of one server: the token for one may be shown to the other.
pub(crate) fn is_same_server(one: &Url, other: &Url) -> bool {
    one.origin() == other.origin()
}

/// An error and what lies behind it, in one line.
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

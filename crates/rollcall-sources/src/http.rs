//! HTTP for directories: time-outs, patience that ends with the invocation, and a request's id in every error.
//!
//! Below `entra` and `okta`. Promises: no redirect is followed, no answer is read beyond a limit, no secret or address
//! with its query gets into an error, and an answer of 2xx is whole JSON.

use crate::error::Error;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};
use std::error::Error as _;
use std::time::{Duration, Instant};
use url::Url;

/// A page of a thousand people is about 1 MB; more than this is not a page.
const BODY_BYTES_MAX: usize = 32 * 1024 * 1024;

/// No wait that nobody asked for is longer.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// How long and how often is tried what may go well the next time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often a request is sent at most.
    pub tries: u32,
    /// The first wait between two; each is twice as long as the one before, and shortened by chance.
    pub first_wait: Duration,
    /// How long one request may take, from the connection to the last byte of the answer.
    pub request: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { tries: 7, first_wait: Duration::from_millis(500), request: Duration::from_secs(60) }
    }
}

/// A way to one server.
#[derive(Debug)]
pub(crate) struct Http {
    client: reqwest::Client,
    /// Its name in errors.
    server: String,
    deadline: Instant,
    patience: Patience,
}

/// A request that can be sent again. Its headers and its form may hold secrets, so it is never shown.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    /// Sent by POST where there is one.
    pub(crate) form: Option<String>,
}

/// What the server said.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Vec<u8>,
}

/// What is to be done about an answer that is not the one hoped for.
pub(crate) enum Advice {
    /// It is final: whoever asked decides.
    Take,
    /// The same request may go well later: after this time, or after the usual one.
    Wait(Option<Duration>),
}

impl Http {
    pub(crate) fn new(base: &Url, deadline: Instant, patience: Patience) -> Result<Self, Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(patience.request.min(Duration::from_secs(10)))
            .user_agent(concat!("rollcall/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Error::Settings {
                what: format!("no HTTP client can be made: {}", chain(&error)),
            })?;
        Ok(Self { client, server: base.host_str().unwrap_or_default().to_owned(), deadline, patience })
    }

    pub(crate) fn server(&self) -> &str {
        &self.server
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
            Err(error) => return Ok(Err(chain(&error.without_url()))),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let answer = Answer { status, headers, body: Vec::new() };
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
                    let broke_off = format!("it broke off: {}", chain(&error.without_url()));
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
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// What is in an answer of 2xx.
    pub(crate) fn parse<T: DeserializeOwned>(&self, answer: &Answer) -> Result<T, Error> {
        serde_json::from_slice(&answer.body).map_err(|error| {
            // Where, not what: the text may hold what is told of a person.
            let place = format!("unexpected JSON at line {}, column {}", error.line(), error.column());
            Error::Answer { server: self.server.clone(), what: answer.describe(&place) }
        })
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
        serde_json::from_slice(&self.body).ok()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The answer's status and the server's own id of the request, for an error.
    pub(crate) fn describe(&self, what: &str) -> String {
        let id =
            ["request-id", "x-okta-request-id", "x-ms-request-id"].iter().find_map(|name| self.header(name));
        let mut text = format!("HTTP {}", self.status.as_u16());
        if let Some(id) = id {
            text.push_str(&format!(", request {}", crate::error::short(id)));
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

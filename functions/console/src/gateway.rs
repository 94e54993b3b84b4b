//! The HTTP API over the network, called as the person who has signed in.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use reqwest::{Client, Method};
use rollcall_console::{Answer, Api, Call};
use serde_json::json;
use url::Url;

/// The API at an address, with somebody's token.
pub(crate) struct Gateway<'a> {
    pub(crate) client: &'a Client,
    pub(crate) base: &'a Url,
    pub(crate) token: &'a str,
}

impl Api for Gateway<'_> {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Answer> {
        async move {
            self.ask(call).await.unwrap_or_else(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "the API does not answer");
                let detail = "It could not be reached, or took too long. Try again in a moment.";
                problem(502, "The API does not answer", detail)
            })
        }
        .boxed()
    }
}

impl Gateway<'_> {
    async fn ask(&self, call: Call) -> Result<Answer, reqwest::Error> {
        let method = match call.method {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            _ => Method::GET,
        };
        let mut url = self.base.clone();
        url.set_path(&call.path);
        let mut request = self.client.request(method, url).query(&call.query).bearer_auth(self.token);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        if let Some(file) = call.file {
            request = request.header("content-type", "application/octet-stream").body(file);
        } else if let Some(body) = call.body {
            request = request.header("content-type", "application/json").body(body);
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = answer.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
        let headers: Vec<(String, String)> = headers.collect();
        let is_ours =
            headers.iter().any(|(name, value)| name == "content-type" && value.contains("problem+json"));
        match status {
            401 if !is_ours => Ok(not_accepted()),
            429 if !is_ours => Ok(problem(
                429,
                "Too much at once",
                "The API has more to do than it is allowed to; wait a moment.",
            )),
            _ => Ok(Answer { status, headers, body: answer.text().await? }),
        }
    }
}

/// The gateway refuses a token that has not expired.
fn not_accepted() -> Answer {
    let detail = "You have signed in, but the API does not accept the provider's token. Sign out and in again; if that does not \
                  help, compare JwtIssuer with the provider's own name for itself, and ConsoleClientId with the client's id.";
    problem(401, "The API does not accept your sign-in", detail)
}

fn problem(status: u16, title: &str, detail: &str) -> Answer {
    let headers = vec![(String::from("content-type"), String::from("application/problem+json"))];
    Answer {
        status,
        headers,
        body: json!({ "title": title, "status": status, "detail": detail }).to_string(),
    }
}

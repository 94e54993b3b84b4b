//! The HTTP API, as the console calls it. Below every page; knows statuses and problems, and nothing of pages.

use crate::page::Refused;
use futures::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A request to the API.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// `GET`, `POST` or `PUT`.
    pub method: &'static str,
    /// Decoded.
    pub path: String,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent, if anything is.
    pub body: Option<String>,
}

/// What the API answers.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// JSON, mostly.
    pub body: String,
}

/// The API of one installation, called by one person.
pub trait Api: Send + Sync {
    /// Calls it. What cannot be reached answers with a status of 500 or more.
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Answer>;
}

/// What a GET answers.
pub(crate) async fn get<T: DeserializeOwned>(
    api: &dyn Api,
    path: &str,
    query: &[(&str, &str)],
) -> Result<T, Refused> {
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let call = Call { method: "GET", path: path.to_owned(), query, ..Call::default() };
    parse(&good(api.call(call).await)?)
}

/// What an act answers.
pub(crate) async fn act<T: DeserializeOwned>(
    api: &dyn Api,
    method: &'static str,
    path: &str,
    body: &Value,
) -> Result<T, Refused> {
    let call = Call { method, path: path.to_owned(), body: Some(body.to_string()), ..Call::default() };
    parse(&good(api.call(call).await)?)
}

/// An answer that is no problem.
pub(crate) fn good(answer: Answer) -> Result<Answer, Refused> {
    if answer.status < 400 { Ok(answer) } else { Err(Refused::of_api(&answer)) }
}

fn parse<T: DeserializeOwned>(answer: &Answer) -> Result<T, Refused> {
    serde_json::from_str(&answer.body).map_err(|error| Refused::unreadable(&error))
}

//! Calls to the API: the parsed answer, or why a page cannot be shown.
//!
//! Above `api` and `refused`, below every page.

use crate::api::{Answer, Api, Call};
use crate::refused::Refused;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The parsed answer to a GET.
pub(crate) async fn get<T: DeserializeOwned>(
    api: &dyn Api,
    path: &str,
    query: &[(&str, &str)],
) -> Result<T, Refused> {
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let call = Call { method: "GET", path: path.to_owned(), query, ..Call::default() };
    parse(&good(api.call(call).await)?)
}

/// The parsed answer to a request that changes something.
pub(crate) async fn act<T: DeserializeOwned>(
    api: &dyn Api,
    method: &'static str,
    path: &str,
    body: &Value,
) -> Result<T, Refused> {
    let call = Call { method, path: path.to_owned(), body: Some(body.to_string()), ..Call::default() };
    parse(&good(api.call(call).await)?)
}

/// The parsed answer to a request that changes something and has only a query.
pub(crate) async fn act_on<T: DeserializeOwned>(
    api: &dyn Api,
    method: &'static str,
    path: &str,
    query: Vec<(String, String)>,
) -> Result<T, Refused> {
    let call = Call { method, path: path.to_owned(), query, ..Call::default() };
    parse(&good(api.call(call).await)?)
}

/// The parsed answer to a file.
pub(crate) async fn send_file<T: DeserializeOwned>(
    api: &dyn Api,
    path: &str,
    query: Vec<(String, String)>,
    file: &[u8],
) -> Result<T, Refused> {
    let call =
        Call { method: "POST", path: path.to_owned(), query, file: Some(file.to_vec()), ..Call::default() };
    parse(&good(api.call(call).await)?)
}

/// The answer if it is not an error.
pub(crate) fn good(answer: Answer) -> Result<Answer, Refused> {
    if answer.status < 400 { Ok(answer) } else { Err(Refused::of_api(&answer)) }
}

fn parse<T: DeserializeOwned>(answer: &Answer) -> Result<T, Refused> {
    serde_json::from_str(&answer.body).map_err(|error| Refused::unreadable(&error))
}

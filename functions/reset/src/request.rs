//! What a request says: its query and its body, read strictly and within limits.

use crate::problem::Problem;
use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rollcall_core::time::Timestamp;
use rollcall_sync::store::read_time;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Display;

/// Bytes of a body that is JSON.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a configuration. The answer to one is kept under its `Idempotency-Key`, in which every quotation mark takes four
/// bytes (JSON in JSON), in an item of at most 400 KB (DynamoDB).
pub(crate) const CONFIGURATION_BYTES_MAX: usize = 96 * 1024;

/// Characters of a parameter.
const PARAMETER_CHARS_MAX: usize = 1500;

/// The parameters of a request's query.
pub(crate) struct Query {
    values: BTreeMap<String, String>,
}

impl Query {
    /// The query of a request, if it has no other parameters than these.
    pub(crate) fn of(request: &ApiGatewayV2httpRequest, known: &[&str]) -> Result<Self, Problem> {
        let mut values: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in request.query_string_parameters.iter() {
            // The event's reader takes a comma for the end of a value. Many a match key has commas.
            let whole = values.entry(name.to_owned());
            whole.and_modify(|whole| *whole = format!("{whole},{value}")).or_insert_with(|| value.to_owned());
        }
        for (name, value) in &values {
            if !known.contains(&name.as_str()) {
                let known = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                let detail = match known.as_str() {
                    "" => format!("the parameter {name:?} is unknown; there are none here"),
                    known => format!("the parameter {name:?} is unknown; {known} are known"),
                };
                return Err(Problem::bad_request(&detail));
            }
            if value.is_empty() {
                return Err(Problem::bad_request(&format!("`{name}` is empty; leave it out")));
            }
            if value.chars().count() > PARAMETER_CHARS_MAX {
                let detail = format!("`{name}` has more than {PARAMETER_CHARS_MAX} characters");
                return Err(Problem::bad_request(&detail));
            }
        }
        Ok(Self { values })
    }

    /// A parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A parameter that has at most so many characters.
    pub(crate) fn text(&self, name: &str, chars_max: usize) -> Result<Option<&str>, Problem> {
        match self.get(name) {
            Some(text) if text.chars().count() > chars_max => {
                Err(Problem::bad_request(&format!("`{name}` has more than {chars_max} characters")))
            }
            text => Ok(text),
        }
    }

    /// A parameter that is one of these words.
    pub(crate) fn word(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Problem> {
        match self.get(name) {
            Some(word) if !words.contains(&word) => {
                let detail = format!("`{name}` must be one of {}; found {word:?}", words.join(", "));
                Err(Problem::bad_request(&detail))
            }
            word => Ok(word),
        }
    }

    /// `limit`: how many things a page has.
    pub(crate) fn limit(&self, usual: usize, most: usize) -> Result<usize, Problem> {
        let Some(text) = self.get("limit") else { return Ok(usual) };
        let limit = text.parse().ok().filter(|limit| (1..=most).contains(limit));
        limit.ok_or_else(|| Problem::bad_request(&format!("`limit` must be a whole number from 1 to {most}")))
    }

    /// A parameter that is a time (RFC 3339), or a day, which begins at midnight in UTC.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let time = read_time(text).or_else(|| read_time(&format!("{text}T00:00:00Z")));
        time.map(Some).ok_or_else(|| {
            let detail =
                format!("`{name}` must be a time such as 2026-11-23T09:00:00Z, or a day such as 2026-11-23");
            Problem::bad_request(&detail)
        })
    }
}

/// The body of a request as text; none is empty.
pub(crate) fn text(request: &ApiGatewayV2httpRequest, bytes_max: usize) -> Result<String, Problem> {
    let body = request.body.as_deref().unwrap_or_default();
    // Encoded, four characters are three bytes.
    let most = if request.is_base64_encoded { bytes_max / 3 * 4 + 4 } else { bytes_max };
    if body.len() > most {
        return Err(Problem::too_large(bytes_max));
    }
    if !request.is_base64_encoded {
        return Ok(body.to_owned());
    }
    let bytes = BASE64_STANDARD.decode(body).map_err(|error| unreadable(&error))?;
    String::from_utf8(bytes).map_err(|error| unreadable(&error))
}

/// The body of a request: an object in JSON; an empty one has nothing in it.
pub(crate) fn body<T: DeserializeOwned>(request: &ApiGatewayV2httpRequest) -> Result<T, Problem> {
    let text = text(request, BODY_BYTES_MAX)?;
    // An object only: by itself the reader of a struct would take a list of values as well.
    let object: Map<String, Value> = match text.trim() {
        "" => Map::new(),
        json => serde_json::from_str(json).map_err(|error| unreadable(&error))?,
    };
    T::deserialize(Value::Object(object)).map_err(|error| unreadable(&error))
}

/// A request that says nothing in its body.
pub(crate) fn no_body(request: &ApiGatewayV2httpRequest) -> Result<(), Problem> {
    body::<Map<String, Value>>(request).and_then(|object| match object.keys().next() {
        Some(name) => Err(Problem::bad_request(&format!("the body has {name:?}; nothing is expected in it"))),
        None => Ok(()),
    })
}

fn unreadable(error: &dyn Display) -> Problem {
    Problem::bad_request(&format!("the body cannot be read: {error}"))
}

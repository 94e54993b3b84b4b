//! What a request says: its query and its body, read strictly and within limits.

use crate::api::Api;
use crate::error::Error;
use crate::http::caller::Caller;
use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rollcall_core::time::Timestamp;
use rollcall_sync::Shell;
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

/// Characters of a cursor. That of the feed of changes names each source that has ever changed an account: a hundred sources
/// with the longest names and a billion commits each are 6,000. API Gateway takes 10 KB for the address and all headers.
const CURSOR_CHARS_MAX: usize = 6000;

/// A request for a handler: what the gateway sent, and what is known of it.
#[derive(Clone, Copy)]
pub(crate) struct ApiRequest<'a> {
    /// What the gateway sent.
    pub(crate) event: &'a ApiGatewayV2httpRequest,
    /// Who asks.
    pub(crate) caller: &'a Caller,
    /// What answers.
    pub(crate) api: &'a Api,
    /// The id in the path; empty where the route has none.
    pub(crate) id: &'a str,
}

impl<'a> ApiRequest<'a> {
    /// The outside world.
    pub(crate) fn shell(&self) -> &'a Shell {
        &self.api.shell
    }
}

/// The method.
pub(crate) fn method_of(event: &ApiGatewayV2httpRequest) -> &str {
    event.request_context.http.method.as_str()
}

/// The path, without the stage's name, which stands before it unless it is the default one.
pub(crate) fn path_of(event: &ApiGatewayV2httpRequest) -> &str {
    let path = event.raw_path.as_deref().unwrap_or("/");
    let stage = event.request_context.stage.as_deref().filter(|stage| *stage != "$default");
    stage
        .and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage))
        .filter(|rest| rest.starts_with('/'))
        .unwrap_or(path)
}

/// The parameters of a request's query.
pub(crate) struct Query {
    values: BTreeMap<String, String>,
}

impl Query {
    /// The query of a request, if it has no other parameters than these.
    pub(crate) fn of(request: &ApiGatewayV2httpRequest, known: &[&str]) -> Result<Self, Error> {
        let mut values: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in request.query_string_parameters.iter() {
            // The event's reader takes a comma for the end of a value. Many a match key has commas.
            let whole = values.entry(name.to_owned());
            whole.and_modify(|whole| *whole = format!("{whole},{value}")).or_insert_with(|| value.to_owned());
        }
        Self::checked(values, known)
    }

    /// The same parameters as an object in JSON, in the body of a request. What is `null` is left out.
    pub(crate) fn of_body(request: &ApiGatewayV2httpRequest, known: &[&str]) -> Result<Self, Error> {
        let mut values = BTreeMap::new();
        for (name, value) in body::<Map<String, Value>>(request)? {
            check_name(&name, known)?;
            match value {
                Value::String(text) => drop(values.insert(name, text)),
                Value::Null => {}
                Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                    return Err(Error::bad_request(format!("`{name}` must be a text")));
                }
            }
        }
        Self::checked(values, known)
    }

    /// Refuses parameters that are none of these: where one of them says which others may be there.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Error> {
        self.values.keys().try_for_each(|name| check_name(name, known)).map_err(Error::into_contradiction)
    }

    fn checked(values: BTreeMap<String, String>, known: &[&str]) -> Result<Self, Error> {
        for (name, value) in &values {
            check_name(name, known)?;
            if value.is_empty() {
                return Err(Error::bad_request(format!("`{name}` is empty; leave it out")));
            }
            let chars_max = if name == "after" { CURSOR_CHARS_MAX } else { PARAMETER_CHARS_MAX };
            if value.chars().count() > chars_max {
                let detail = format!("`{name}` has more than {chars_max} characters");
                return Err(Error::bad_request(detail));
            }
        }
        Ok(Self { values })
    }

    /// A parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A parameter that has at most so many characters.
    pub(crate) fn text(&self, name: &str, chars_max: usize) -> Result<Option<&str>, Error> {
        match self.get(name) {
            Some(text) if text.chars().count() > chars_max => {
                Err(Error::bad_request(format!("`{name}` has more than {chars_max} characters")))
            }
            text => Ok(text),
        }
    }

    /// A parameter that is one of these words.
    pub(crate) fn word(&self, name: &str, words: &[&str]) -> Result<Option<&str>, Error> {
        match self.get(name) {
            Some(word) if !words.contains(&word) => {
                let detail = format!("`{name}` must be one of {}; found {word:?}", words.join(", "));
                Err(Error::bad_request(detail))
            }
            word => Ok(word),
        }
    }

    /// `limit`: how many things a page has.
    pub(crate) fn limit(&self, usual: usize, most: usize) -> Result<usize, Error> {
        self.count("limit", usual, most)
    }

    /// A parameter that says how many.
    pub(crate) fn count(&self, name: &str, usual: usize, most: usize) -> Result<usize, Error> {
        let Some(text) = self.get(name) else { return Ok(usual) };
        let count = text.parse().ok().filter(|count| (1..=most).contains(count));
        count.ok_or_else(|| Error::bad_request(format!("`{name}` must be a whole number from 1 to {most}")))
    }

    /// A parameter that is a time (RFC 3339), or a day, which begins at midnight in UTC.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>, Error> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let time = read_time(text).or_else(|| read_time(&format!("{text}T00:00:00Z")));
        time.map(Some).ok_or_else(|| {
            let detail =
                format!("`{name}` must be a time such as 2026-11-23T09:00:00Z, or a day such as 2026-11-23");
            Error::bad_request(detail)
        })
    }
}

/// Refuses a parameter that is unknown: its name may be a slip, and what it asks for would not be done.
fn check_name(name: &str, known: &[&str]) -> Result<(), Error> {
    if known.contains(&name) {
        return Ok(());
    }
    let known = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    Err(Error::bad_request(match known.as_str() {
        "" => format!("the parameter {name:?} is unknown; there are none here"),
        known => format!("the parameter {name:?} is unknown; {known} are known"),
    }))
}

/// The body of a request as text; none is empty.
pub(crate) fn text(request: &ApiGatewayV2httpRequest, bytes_max: usize) -> Result<String, Error> {
    String::from_utf8(bytes(request, bytes_max)?).map_err(|error| unreadable(&error))
}

/// The body of a request as it was sent; none is empty.
pub(crate) fn bytes(request: &ApiGatewayV2httpRequest, bytes_max: usize) -> Result<Vec<u8>, Error> {
    let body = request.body.as_deref().unwrap_or_default();
    // Encoded, four characters are three bytes.
    let most = if request.is_base64_encoded { bytes_max / 3 * 4 + 4 } else { bytes_max };
    if body.len() > most {
        return Err(Error::TooLarge { bytes_max });
    }
    if !request.is_base64_encoded {
        return Ok(body.as_bytes().to_owned());
    }
    let bytes = BASE64_STANDARD.decode(body).map_err(|error| unreadable(&error))?;
    if bytes.len() > bytes_max { Err(Error::TooLarge { bytes_max }) } else { Ok(bytes) }
}

/// The body of a request: an object in JSON; an empty one has nothing in it.
pub(crate) fn body<T: DeserializeOwned>(request: &ApiGatewayV2httpRequest) -> Result<T, Error> {
    let text = text(request, BODY_BYTES_MAX)?;
    // An object only: by itself the reader of a struct would take a list of values as well.
    let object: Map<String, Value> = match text.trim() {
        "" => Map::new(),
        json => serde_json::from_str(json).map_err(|error| unreadable(&error))?,
    };
    T::deserialize(Value::Object(object)).map_err(|error| unreadable(&error))
}

/// A whole number that JSON can hold exactly, from -(2^53 - 1) to 2^53 - 1. `50.0` is one, too.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    const WHOLE_MAX: i64 = 9_007_199_254_740_991;
    let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
    let whole: i64 = format!("{number:.0}").parse().ok()?;
    (-WHOLE_MAX..=WHOLE_MAX).contains(&whole).then_some(whole)
}

/// A request that says nothing in its body.
pub(crate) fn no_body(request: &ApiGatewayV2httpRequest) -> Result<(), Error> {
    body::<Map<String, Value>>(request).and_then(|object| match object.keys().next() {
        Some(name) => Err(Error::bad_request(format!("the body has {name:?}; nothing is expected in it"))),
        None => Ok(()),
    })
}

fn unreadable(error: &dyn Display) -> Error {
    Error::bad_request(format!("the body cannot be read: {error}"))
}

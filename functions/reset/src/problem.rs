//! Errors as HTTP problem documents (RFC 9457): a status, what is wrong, and what to do.

use crate::answer::respond;
use crate::configuration::mistake;
use aws_lambda_events::event::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::http::HeaderValue;
use rollcall_config::Mistake;
use rollcall_core::seat_gate::Refusal;
use rollcall_sync::{Error, Kind};
use serde_json::{Map, Value, json};

/// An answer that says no.
#[derive(Debug)]
pub(crate) struct Problem {
    status: i64,
    title: &'static str,
    detail: String,
    /// What programs need to know besides, by name.
    more: Map<String, Value>,
    /// The methods that there are, where it was another.
    allow: Option<&'static str>,
}

impl Problem {
    fn new(status: i64, title: &'static str, detail: impl Into<String>) -> Self {
        Self { status, title, detail: detail.into(), more: Map::new(), allow: None }
    }

    pub(crate) fn bad_request(detail: &str) -> Self {
        Self::new(400, "The request cannot be understood", detail)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "No identity", "send a bearer token with a `sub` claim")
    }

    pub(crate) fn forbidden(claim: &str) -> Self {
        let detail = format!(
            "the claim `{claim}` of your token has no value that `[roles]` of the configuration lets do this; ask a sysadmin for one"
        );
        Self::new(403, "Not allowed", detail)
    }

    pub(crate) fn not_found(path: &str) -> Self {
        Self::new(404, "No such resource", format!("there is nothing at {path}"))
    }

    pub(crate) fn method_not_allowed(allowed: &'static str) -> Self {
        Self { allow: Some(allowed), ..Self::new(405, "Method not allowed", format!("use {allowed}")) }
    }

    pub(crate) fn under_way() -> Self {
        let detail = "the request with this `Idempotency-Key` is being answered; ask again in a moment";
        Self::new(409, "Not answered yet", detail)
    }

    pub(crate) fn too_large(bytes_max: usize) -> Self {
        Self::new(413, "Too large", format!("the body has more than {bytes_max} bytes"))
    }

    pub(crate) fn mistakes(mistakes: &[Mistake]) -> Self {
        let detail =
            "the configuration has mistakes and was not changed; `mistakes` lists them with their lines";
        let list = mistakes.iter().map(mistake).collect();
        let more = Map::from_iter([(String::from("mistakes"), Value::Array(list))]);
        Self { more, ..Self::new(422, "The configuration has mistakes", detail) }
    }

    pub(crate) fn another_request() -> Self {
        let detail = "another request had this `Idempotency-Key`; give each request a key of its own";
        Self::new(422, "The key is taken", detail)
    }

    pub(crate) fn precondition_required() -> Self {
        let detail = "send `If-Match` with the version that you have read, so that nobody's change is lost";
        Self::new(428, "Which version?", detail)
    }

    /// The one place that decides which status an error is. What only operators may know stays in the log.
    pub(crate) fn from_error(error: &Error) -> Self {
        let (status, title) = match error.kind() {
            Kind::Usage if matches!(error, Error::NotApprovable { .. }) => {
                (409, "The run cannot be approved")
            }
            Kind::Usage if matches!(error, Error::NothingToLeave { .. }) => {
                (409, "There is nothing to decide about")
            }
            Kind::Usage if matches!(error, Error::Configuration(_) | Error::NoConfiguration) => {
                (500, "The configuration must be mended")
            }
            Kind::Usage
                if matches!(
                    error,
                    Error::WhichSource { .. } | Error::InvalidUsername(_) | Error::NoSuchPlace
                ) =>
            {
                (400, "The request cannot be understood")
            }
            Kind::Usage if matches!(error, Error::UsernameTaken { .. }) => (409, "The username is taken"),
            Kind::Usage => (404, "No such thing"),
            Kind::Refused if matches!(error, Error::ConfigurationChanged) => (412, "Somebody was quicker"),
            Kind::Refused if matches!(error, Error::NotYours | Error::NoRoles) => (403, "Not allowed"),
            Kind::Refused if matches!(error, Error::TooMany) => (422, "Too much for one file"),
            Kind::Refused => (409, "Not possible as things stand"),
            Kind::SourceRefused | Kind::Retry | Kind::Replaced => (503, "Try again later"),
            Kind::Deployment if error.is_of_lost_data() => (500, "The data must be restored"),
            Kind::Deployment => (500, "The deployment must be mended"),
            Kind::Bug => (500, "A bug in Rollcall"),
        };
        if status >= 500 {
            tracing::error!(error = %error, "a request could not be answered");
        }
        let detail = match error.kind() {
            Kind::Retry | Kind::Replaced => {
                String::from("the storage did not answer; nothing is lost, ask again")
            }
            Kind::Deployment if error.is_of_lost_data() => error.to_string(),
            Kind::Deployment => String::from(
                "AWS refuses what this needs; nothing was started, the function's log says what to mend",
            ),
            Kind::Usage | Kind::SourceRefused | Kind::Refused | Kind::Bug => error.to_string(),
        };
        Self { more: more_of(error), ..Self::new(status, title, detail) }
    }

    pub(crate) fn into_response(self) -> ApiGatewayV2httpResponse {
        let mut body = json!({ "title": self.title, "status": self.status, "detail": self.detail });
        if let Value::Object(body) = &mut body {
            body.extend(self.more);
        }
        let mut response = respond(self.status, "application/problem+json", &body);
        if let Some(allowed) = self.allow {
            response.headers.insert("allow", HeaderValue::from_static(allowed));
        }
        response
    }
}

/// The figures of a refusal at the limit (product 15).
fn more_of(error: &Error) -> Map<String, Value> {
    let Error::Refused(Refusal::NoSeat { used, limit, reserve, needed }) = error else { return Map::new() };
    let figures = [("used", used), ("limit", limit), ("reserve", reserve), ("needed", needed)];
    figures.into_iter().map(|(name, seats)| (name.to_owned(), Value::from(seats.get()))).collect()
}

//! Errors as HTTP problem documents (RFC 9457): a status, what is wrong, and what to do.

use crate::answer::respond;
use aws_lambda_events::event::apigw::ApiGatewayV2httpResponse;
use rollcall_sync::{Error, Kind};
use serde_json::json;

/// An answer that says no.
#[derive(Debug)]
pub(crate) struct Problem {
    status: i64,
    title: &'static str,
    detail: String,
}

impl Problem {
    pub(crate) fn bad_request(detail: &str) -> Self {
        Self { status: 400, title: "The request cannot be understood", detail: detail.to_owned() }
    }

    pub(crate) fn unauthorized() -> Self {
        let detail = "send a bearer token with a `sub` claim".to_owned();
        Self { status: 401, title: "No identity", detail }
    }

    pub(crate) fn forbidden(claim: &str) -> Self {
        let detail = format!(
            "the claim `{claim}` of your token has no value that `[roles]` of the configuration lets in; ask a sysadmin for one"
        );
        Self { status: 403, title: "Not allowed", detail }
    }

    pub(crate) fn not_found(path: &str) -> Self {
        Self { status: 404, title: "No such resource", detail: format!("there is nothing at {path}") }
    }

    pub(crate) fn method_not_allowed(allowed: &str) -> Self {
        Self { status: 405, title: "Method not allowed", detail: format!("use {allowed}") }
    }

    /// The one place that decides which status an error is. What only operators may know stays in the log.
    pub(crate) fn from_error(error: &Error) -> Self {
        let (status, title) = match error.kind() {
            Kind::Usage if matches!(error, Error::NotApprovable { .. }) => {
                (409, "The run cannot be approved")
            }
            Kind::Usage if matches!(error, Error::Configuration(_) | Error::NoConfiguration) => {
                (500, "The configuration must be mended")
            }
            Kind::Usage if matches!(error, Error::WhichSource { .. }) => {
                (400, "The request cannot be understood")
            }
            Kind::Usage => (404, "No such thing"),
            Kind::Refused => (409, "Not possible as things stand"),
            Kind::SourceRefused | Kind::Retry | Kind::Replaced => (503, "Try again later"),
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
            Kind::Deployment => String::from(
                "AWS refuses what this needs; nothing was started, the function's log says what to mend",
            ),
            Kind::Usage | Kind::SourceRefused | Kind::Refused | Kind::Bug => error.to_string(),
        };
        Self { status, title, detail }
    }

    pub(crate) fn into_response(self) -> ApiGatewayV2httpResponse {
        let body = json!({ "title": self.title, "status": self.status, "detail": self.detail });
        respond(self.status, "application/problem+json", &body)
    }
}

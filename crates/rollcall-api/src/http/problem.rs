//! Errors as HTTP problem documents (RFC 9457): a status, what is wrong, and what to do.

use crate::error::Error;
use crate::http::response::{Response, respond};
use crate::json;
use aws_lambda_events::http::HeaderValue;
use rollcall_core::limit_change::LimitRefusal;
use rollcall_core::seat_gate::Refusal;
use serde_json::Value;

/// The response to a request that was refused or failed.
pub(crate) fn response(error: &Error) -> Response {
    let (status, title) = error.status();
    if status >= 500 {
        tracing::error!(error = %error, "a request could not be answered");
    }
    let mut body = serde_json::json!({ "title": title, "status": status, "detail": error.detail() });
    if let Error::Mistakes(mistakes) = error {
        body["mistakes"] = mistakes.iter().map(json::mistake).collect();
    }
    if matches!(error, Error::LastAdmin { .. }) {
        body["last_admin"] = Value::from(true);
    }
    if let Error::NoSeatToGive { could_give, .. } = error {
        body["could_give"] = serde_json::json!(could_give);
    }
    if let Error::Limit(LimitRefusal::BelowUse { before, limit, used }) = error {
        body["below_use"] = serde_json::json!({
            "before": before.seats(), "limit": limit.get(), "used": used.get(), "over_by": used.less(*limit).get(),
        });
    }
    for (name, seats) in figures(error) {
        body[name] = Value::from(seats);
    }
    let mut response = respond(status, "application/problem+json", &body);
    if let Error::MethodNotAllowed { allowed } = error
        && let Ok(allowed) = HeaderValue::from_str(allowed)
    {
        response.headers.insert("allow", allowed);
    }
    response
}

/// The figures of a refusal at the limit (rule 15).
fn figures(error: &Error) -> Vec<(&'static str, u64)> {
    let Some(Refusal::NoSeat { used, limit, reserve, needed }) = error.refusal() else { return Vec::new() };
    let figures = [("used", used), ("limit", limit), ("reserve", reserve), ("needed", needed)];
    figures.into_iter().map(|(name, seats)| (name, seats.get())).collect()
}

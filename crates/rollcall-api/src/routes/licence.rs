//! `GET /licence`: the seats as they are at this moment; `PUT /licence`: how many there are (rules 10, 16, 17, 36).

use crate::accounts::administer;
use crate::error::Error;
use crate::http::request::{ApiRequest, Query, body};
use crate::http::response::{Response, ok};
use crate::json;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::store::Error as StoreError;
use rollcall_sync::{Error as Failed, licence};
use serde::Deserialize;
use serde_json::Value;

/// The licence.
pub(super) async fn show(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    Ok(ok(&json::licence(request.shell()).await?))
}

/// What every reader of JSON can still read exactly: 2 to the power of 53, less one.
const SEATS_MAX: f64 = 9_007_199_254_740_991.0;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLimit {
    /// A number, `null` for no limit, or `"configured"`; nothing is a mistake.
    limit: Value,
}

/// Sets the limit, from then on instead of the configured one; or has that one count again.
pub(super) async fn set_limit(request: ApiRequest<'_>) -> Result<Response, Error> {
    let (shell, actor) = (request.shell(), request.caller.actor());
    Query::of(request.event, &[])?;
    let NewLimit { limit } = body(request.event)?;
    if limit == "configured" {
        administer::follow_configured_limit(shell, actor).await?;
        return show(request).await;
    }
    let limit = parse(&limit)?;
    // What would be read as the limit must be there before it can be set. One that cannot be read is set to cure it.
    match licence::use_configured(shell).await {
        Err(Failed::Store(StoreError::Corrupt { .. })) => {}
        read => drop(read?),
    }
    administer::set_limit(shell, limit, actor).await?;
    show(request).await
}

/// The limit that a value means. `50.0` is a whole number in JSON, too.
fn parse(limit: &Value) -> Result<Limit, Error> {
    if limit.is_null() {
        return Ok(Limit::Unlimited);
    }
    let whole = limit.as_f64().filter(|number| number.fract() == 0.0 && (0.0..=SEATS_MAX).contains(number));
    let seats = whole.and_then(|number| format!("{number:.0}").parse().ok());
    seats.map(|seats| Limit::Seats(SeatCount::new(seats))).ok_or_else(|| {
        Error::bad_request(
            "`limit` must be a whole number of seats, 0 or more, null for no limit, or \"configured\"",
        )
    })
}

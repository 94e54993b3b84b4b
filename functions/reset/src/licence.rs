//! `GET /licence`: the seats as they are at this moment; `PUT /licence`: how many there are (product 10, 16, 17, 36).

use crate::answer::ok;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::request::{Query, body};
use crate::view;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::{Shell, admin};
use serde::Deserialize;
use serde_json::Value;

/// The licence.
pub(crate) async fn get(
    request: &ApiGatewayV2httpRequest,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    Query::of(request, &[])?;
    Ok(ok(&view::licence(shell).await.map_err(|error| Problem::from_error(&error))?))
}

/// What every reader of JSON can still read exactly: 2 to the power of 53, less one.
const SEATS_MAX: f64 = 9_007_199_254_740_991.0;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// A number, `null` for no limit, or `"configured"`; nothing is a mistake.
    limit: Value,
}

/// Sets the limit, from then on instead of the configured one; or has that one count again.
pub(crate) async fn put(
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    caller.need(caller.permissions.may_edit_everything)?;
    Query::of(request, &[])?;
    let Wanted { limit } = body(request)?;
    let failed = |error| Problem::from_error(&error);
    if limit == "configured" {
        admin::follow_configured_limit(shell, caller.actor()).await.map_err(failed)?;
        return get(request, shell).await;
    }
    let limit = parse(&limit)?;
    // What would be read as the limit must be there before it can be set.
    rollcall_sync::licence::use_configured(shell).await.map_err(failed)?;
    admin::set_limit(shell, limit, caller.actor()).await.map_err(failed)?;
    get(request, shell).await
}

/// The limit that a value means. `50.0` is a whole number in JSON, too.
fn parse(limit: &Value) -> Result<Limit, Problem> {
    if limit.is_null() {
        return Ok(Limit::Unlimited);
    }
    let whole = limit.as_f64().filter(|number| number.fract() == 0.0 && (0.0..=SEATS_MAX).contains(number));
    let seats = whole.and_then(|number| format!("{number:.0}").parse().ok());
    seats.map(|seats| Limit::Seats(SeatCount::new(seats))).ok_or_else(|| {
        Problem::bad_request(
            "`limit` must be a whole number of seats, 0 or more, null for no limit, or \"configured\"",
        )
    })
}

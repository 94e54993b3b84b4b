//! `POST /doctor`: asks for an examination of everything that is stored; answers 202 with the id of its run, whose record
//! says what was found and repaired.

use crate::error::Error;
use crate::http::request::{ApiRequest, Query, body};
use crate::http::response::{Response, with_status};
use crate::json;
use crate::permission::Permission;
use rollcall_sync::run::request_examination;
use serde::Deserialize;

/// What the request's body may say; an empty body is everything left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Options {
    repair: bool,
}

/// Asks for an examination. Looking needs no more than a Reset; repairing changes what everything rests on.
pub(super) async fn examine(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let options: Options = body(request.event)?;
    if options.repair {
        request.caller.need(Permission::EditEverything)?;
    }
    let requested = request_examination(request.shell(), &request.caller.name, options.repair).await?;
    Ok(with_status(202, &json::requested(&requested)))
}

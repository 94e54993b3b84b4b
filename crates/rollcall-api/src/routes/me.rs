//! `GET /me`: who asks, and what they may do (section 1 of the rules). Whoever shows buttons asks this first.

use crate::error::Error;
use crate::http::request::{ApiRequest, Query};
use crate::http::response::{Response, ok};
use rollcall_sync::Permissions;
use serde_json::json;

/// The caller.
#[expect(clippy::unused_async, reason = "the handlers of the table are asynchronous")]
pub(super) async fn show(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let Permissions { may_reset_and_read, may_edit_sources, may_edit_everything } =
        request.caller.permissions;
    Ok(ok(&json!({
        "name": request.caller.name,
        "may_reset_and_read": may_reset_and_read,
        "may_edit_sources": may_edit_sources || may_edit_everything,
        "may_edit_everything": may_edit_everything,
    })))
}

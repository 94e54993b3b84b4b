//! `POST /exports`: asks for the audit log, or the accounts, as a file; `GET /exports/{id}`: how far it is, and where the file
//! can be fetched; `DELETE /exports/{id}` (rules 31, 36).

use super::{accounts, audit};
use crate::error::Error;
use crate::exports::{self, What};
use crate::http::request::{ApiRequest, Query, no_body};
use crate::http::response::{Response, ok, with_status};
use crate::json;
use rollcall_sync::store::{ExportFormat, ExportState};
use serde_json::json;

/// Asks for an export. Answers 201 where it is done, else 202.
pub(super) async fn begin(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let any: Vec<&str> =
        audit::FILTERS.into_iter().chain(accounts::FILTERS).chain(["what", "format"]).collect();
    let asked = Query::of_body(request.event, &any)?;
    let what = match asked.word("what", &["audit", "accounts"])? {
        Some("accounts") => {
            asked.only(&[&accounts::FILTERS[..], &["what", "format"]].concat())?;
            // Its words are not those of the audit log's filter of the same name.
            What::Accounts(accounts::filter(&asked).map_err(Error::into_contradiction)?)
        }
        _ => {
            asked.only(&[&audit::FILTERS[..], &["what", "format"]].concat())?;
            What::Audit(audit::filter(&asked)?)
        }
    };
    let format = match asked.word("format", &["csv", "json"])? {
        Some("json") => ExportFormat::Json,
        _ => ExportFormat::Csv,
    };
    let export = exports::begin(request.shell(), what, format, request.caller.actor()).await?;
    let status = if matches!(export.record.state, ExportState::Making(_)) { 202 } else { 201 };
    Ok(with_status(status, &json::export(&export)))
}

/// How far an export is.
pub(super) async fn show(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    Ok(ok(&json::export(&exports::show(request.shell(), request.id).await?)))
}

/// Deletes an export and its file.
pub(super) async fn remove(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    no_body(request.event)?;
    exports::remove(request.shell(), request.id).await?;
    Ok(ok(&json!({ "deleted": request.id })))
}

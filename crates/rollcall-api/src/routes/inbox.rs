//! `PUT /inbox/{source}`: a file takes the place of the source's file, and a run applies it (rule 22). The file is the body,
//! or one that was tried before.

use crate::error::Error;
use crate::http::request::{ApiRequest, Query, bytes};
use crate::http::response::{Response, with_status};
use crate::json;
use rollcall_sync::run::{SENT_FILE_BYTES_MAX, Sent, object_for, request_put};

/// Puts a file in its place, and asks for the run that reads it.
pub(super) async fn put(request: ApiRequest<'_>) -> Result<Response, Error> {
    let query = Query::of(request.event, &["tried"])?;
    let object = object_for(request.shell(), request.id).await?;
    let body = bytes(request.event, SENT_FILE_BYTES_MAX).map_err(|error| {
        if matches!(error, Error::TooLarge { .. }) { Error::FileTooLarge { object } } else { error }
    })?;
    let sent = match (query.get("tried"), body.is_empty()) {
        (Some(_), false) => {
            let why = "the file is the body, or `tried` names it; not both";
            return Err(Error::Contradiction(why.to_owned()));
        }
        (Some(name), true) => Sent::Tried(name.to_owned()),
        (None, false) => Sent::Bytes(body),
        (None, true) => return Err(Error::NoFile),
    };
    let requested = request_put(request.shell(), request.id, request.caller.actor(), sent).await?;
    Ok(with_status(202, &json::requested(&requested)))
}

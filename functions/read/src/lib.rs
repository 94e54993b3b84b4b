//! The `read` function: answers HTTP requests that only read, and tells the pipe to the event bus which events a batch of
//! changes is. `rollcall-api` says how; `reset` answers the other requests. Its policy gives it no right to change anything.

use anyhow::Result;
pub use rollcall_api::Api;
use rollcall_api::stream;
use serde_json::Value;

/// Answers one HTTP request, or the pipe: it asks with a list of records of the audit table's stream.
///
/// # Errors
/// When the event is neither an HTTP request of payload version 2.0 nor such a list, or a record cannot be read (the pipe
/// asks again); everything else is an HTTP response.
pub async fn handle(event: Value, api: &Api) -> Result<Value> {
    if event.is_array() {
        return stream::events_of(&event);
    }
    rollcall_api::read(event, api).await
}

//! The `read` function: answers HTTP requests that only read. `rollcall-api` says how; `reset` answers the others. Its policy
//! gives it no right to change anything.

use anyhow::Result;
pub use rollcall_api::Api;
use serde_json::Value;

/// Answers one HTTP request.
///
/// # Errors
/// Only when the event is not an HTTP request of payload version 2.0; everything else is an HTTP response.
pub async fn handle(event: Value, api: &Api) -> Result<Value> {
    rollcall_api::read(event, api).await
}

//! The `reset` function: answers HTTP requests that change something. `rollcall-api` says how; `read` answers the others.

use anyhow::Result;
use rollcall_api::Api;
use rollcall_sync::Shell;
use serde_json::Value;

/// Answers one HTTP request. It keeps nothing for the next one.
///
/// # Errors
/// Only when the event is not an HTTP request of payload version 2.0; everything else is an HTTP response.
pub async fn handle(event: Value, shell: &Shell) -> Result<Value> {
    rollcall_api::write(event, &Api::new(shell.clone())).await
}

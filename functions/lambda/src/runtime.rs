//! The runtime of AWS Lambda around a handler: the log, the environment, the metrics, and when an invocation ends.

use anyhow::Result;
pub use lambda_runtime::Error;
use lambda_runtime::{LambdaEvent, service_fn};
use rollcall_sync::Shell;
use rollcall_sync::shell::Limits;
use serde_json::Value;
use std::io::Write as _;

/// Writes the log as CloudWatch takes it, from here on.
pub fn start_log() {
    lambda_runtime::tracing::init_default_subscriber();
}

/// The shell of a function: names and queues from its environment, metrics to its log.
///
/// # Errors
/// When the environment lacks a name; it says which.
pub async fn shell_from_env() -> Result<Shell, Error> {
    Ok(Shell::from_env().await?.with_meter(write_metrics))
}

/// Serves events until AWS ends the process. The handler is told when AWS ends the invocation.
///
/// # Errors
/// When the runtime cannot be reached.
pub async fn serve<F>(handle: impl Fn(Value, Limits) -> F) -> Result<(), Error>
where
    F: Future<Output = Result<Value>>,
{
    let handle = &handle;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let limits = Limits::until_millis(event.context.deadline);
        handle(event.payload, limits).await.map_err(|error| Error::from(format!("{error:#}")))
    }))
    .await
}

/// CloudWatch takes metrics out of lines of the log that are whole documents.
fn write_metrics(metrics: &Value) {
    // A log that cannot be written to is no reason to stop a run.
    drop(writeln!(std::io::stdout().lock(), "{metrics}"));
}

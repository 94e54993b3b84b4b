//! The runtime of AWS Lambda around a handler: the log, the environment, the metrics, and when an invocation ends.

use anyhow::Result;
pub use lambda_runtime::Error;
use lambda_runtime::{LambdaEvent, service_fn};
pub use rollcall_aws::secrets;
use rollcall_aws::{bus_from_env, queues_from_env, store_from_env};
use rollcall_sync::Shell;
use rollcall_sync::shell::Limits;
use serde_json::Value;
use std::io::Write as _;
use std::pin::Pin;

/// Writes the log as CloudWatch takes it, from here on.
pub fn start_log() {
    lambda_runtime::tracing::init_default_subscriber();
}

/// The shell of a function: names and queues from its environment, metrics to its log.
///
/// # Errors
/// When the environment lacks a name; it says which.
pub async fn shell_from_env() -> Result<Shell, Error> {
    let (store, queues) = (store_from_env().await?, queues_from_env().await?);
    Ok(Shell::new(store, queues).with_bus(bus_from_env().await?).with_meter(write_metrics))
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
        // On the heap: the runtime moves the future that it is given through many layers.
        let answer: Pin<Box<dyn Future<Output = Result<Value>>>> = Box::pin(handle(event.payload, limits));
        answer.await.map_err(|error| Error::from(format!("{error:#}")))
    }))
    .await
}

/// CloudWatch takes metrics out of lines of the log that are whole documents.
fn write_metrics(metrics: &Value) {
    // A log that cannot be written to is no reason to stop a run.
    drop(writeln!(std::io::stdout().lock(), "{metrics}"));
}

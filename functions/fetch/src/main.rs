//! Starts the `fetch` function in AWS Lambda: reads the environment once, then serves events.

use anyhow::Result;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use rollcall_sync::Shell;
use rollcall_sync::shell::Limits;
use serde_json::Value;
use std::io::Write as _;

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let shell = &Shell::from_env().await?.with_meter(write_metrics);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let shell = shell.clone().with_limits(Limits::until_millis(event.context.deadline));
        // On the heap: the runtime moves the future that it is given through many layers.
        let answer = Box::pin(rollcall_fetch::handle(event.payload, &shell)).await;
        answer.map_err(|error| Error::from(format!("{error:#}")))
    }))
    .await
}

/// CloudWatch takes metrics out of lines of the log that are whole documents.
fn write_metrics(metrics: &Value) {
    // A log that cannot be written to is no reason to stop a run.
    drop(writeln!(std::io::stdout().lock(), "{metrics}"));
}

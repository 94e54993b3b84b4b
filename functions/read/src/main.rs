//! Starts the `read` function in AWS Lambda: reads the environment once, then answers HTTP requests that only look.

use anyhow::Result;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use rollcall_sync::Shell;
use rollcall_sync::shell::Limits;
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let (store, queues) = (rollcall_aws::store_from_env().await?, rollcall_aws::queues_from_env().await?);
    let shell = &Shell::new(store, queues).with_bus(rollcall_aws::bus_from_env().await?);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        let shell = shell.clone().with_limits(Limits::until_millis(event.context.deadline));
        rollcall_reset::read(event.payload, &shell).await.map_err(|error| Error::from(format!("{error:#}")))
    }))
    .await
}

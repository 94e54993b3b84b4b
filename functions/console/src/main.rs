//! Starts the `console` function in AWS Lambda: reads the environment once, then answers browsers.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use rollcall_console_host::{Settings, Site, handle};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let settings = Settings::read(|name| std::env::var(name).ok())?;
    let site = &Site::new(settings)?.with_secrets(rollcall_aws::secrets().await);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Value>| {
        handle(event.payload, site).await.map_err(|error| Error::from(format!("{error:#}")))
    }))
    .await
}

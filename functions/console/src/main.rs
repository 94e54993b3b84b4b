//! Starts the `console` function in AWS Lambda: reads the environment once, then answers browsers.

use rollcall_console_host::{Settings, Site, handle};
use rollcall_lambda::{Error, secrets, serve, start_log};

#[tokio::main]
async fn main() -> Result<(), Error> {
    start_log();
    let settings = Settings::read(|name| std::env::var(name).ok())?;
    let site = &Site::new(settings)?.with_secrets(secrets().await);
    serve(async |event, _| handle(event, site).await).await
}

//! Starts the `reset` function in AWS Lambda: reads the environment once, then answers HTTP requests that change something.

// An answer is one future, whose layers the compiler counts.

use rollcall_lambda::{Error, serve, shell_from_env, start_log};

#[tokio::main]
async fn main() -> Result<(), Error> {
    start_log();
    let shell = &shell_from_env().await?;
    serve(async |event, limits| rollcall_reset::handle(event, &shell.clone().with_limits(limits)).await).await
}

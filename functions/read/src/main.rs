//! Starts the `read` function in AWS Lambda: reads the environment once, then answers HTTP requests that only read.

// An answer is one future, whose layers the compiler counts.

use rollcall_lambda::{Error, serve, shell_from_env, start_log};
use rollcall_read::Api;

#[tokio::main]
async fn main() -> Result<(), Error> {
    start_log();
    let api = &Api::new(shell_from_env().await?);
    serve(async |event, limits| {
        let shell = api.shell.clone().with_limits(limits);
        rollcall_read::handle(event, &api.with_shell(shell)).await
    })
    .await
}

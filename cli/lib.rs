//! The local program: the same handlers that run in AWS, on embedded servers, in one process.
//!
//! Above everything else. Parses the arguments and runs the command that they name.

// The commands, and the one way by which they reach data.
mod api;
mod commands;

// The API, the console, the schedule and the watched files, until Ctrl-C.
mod up;

// An installation on this machine, and the servers that stand in for AWS.
pub mod embedded;
pub mod events;
mod folder;
pub mod installation;
pub mod local;
mod private;
mod served;

// What is shown, and how the program ends.
mod data_error;
mod exit;
mod show;
mod usage_error;

use clap::Parser;
use commands::Command;
use exit::Exit;
use installation::Installation;
use show::render;
use std::process::ExitCode;
use tokio::runtime::{self, Runtime};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt;

/// Keeps user accounts in step with a directory, within the licences you have.
#[derive(Debug, Parser)]
#[command(name = "rollcall", version, about, after_help = EXIT_CODES)]
struct Arguments {
    #[command(flatten)]
    installation: Installation,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 something is wrong with the data; 2 usage or configuration; 3 removals are held;
4 the source was refused or failed, nothing was changed; 5 done, but some people could not be processed.

Begin with a CSV file of your people: rollcall init people.csv";

/// Logs to the standard error what `ROLLCALL_LOG` asks for, as in `info` or `rollcall_sync=debug,hyper=trace`; nothing where
/// it says nothing.
#[must_use]
pub fn logger() -> impl SubscriberInitExt {
    // Of an empty text, errors would be logged.
    let asked = std::env::var("ROLLCALL_LOG").ok().filter(|asked| !asked.is_empty());
    let filter: Targets = asked.and_then(|asked| asked.parse().ok()).unwrap_or_default();
    tracing_subscriber::registry().with(fmt::layer().with_writer(std::io::stderr)).with(filter)
}

/// Runs the program on its arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    logger().init();
    let result = runtime();
    let installation = arguments.installation.clone().reached();
    let is_run = matches!(arguments.command, Command::Sync(_));
    let (exit, is_said) =
        match result.and_then(|runtime| runtime.block_on(arguments.command.run(&installation))) {
            Ok(exit) => (exit, false),
            Err(error) => {
                let exit = Exit::of_error(&error);
                if installation.json {
                    render::complain_in_json(&error, exit.code());
                } else {
                    render::complain(&error);
                }
                (exit, private::is_about_disk(&error))
            }
        };
    if is_run && exit == Exit::DataError && !is_said {
        local::tell_trouble(&installation);
    }
    if let Some(error) = render::lost() {
        render::note(&format!("error: the output is not complete: {error}"));
        return Exit::DataError.into();
    }
    exit.into()
}

/// Where a step of a run is not optimised, it needs more than half of the 2 MiB that a worker usually has.
const WORKER_STACK_BYTES: usize = 8 * 1024 * 1024;

fn runtime() -> anyhow::Result<Runtime> {
    Ok(runtime::Builder::new_multi_thread().enable_all().thread_stack_size(WORKER_STACK_BYTES).build()?)
}

//! `rollcall`, the local program: the same handlers that run in AWS, on embedded servers, in one process.
//!
//! Above everything else. Parses the arguments, picks a command, and is the one place that decides the exit code.

mod accounts;
mod audit;
mod check;
mod doctor;
mod drive;
mod licence;
mod local;
mod progress;
mod render;
mod runs;
mod sync;
mod tables;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Keeps user accounts in step with a directory, within the licences you have.
#[derive(Debug, Parser)]
#[command(name = "rollcall", version, about)]
struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Which installation a command is about.
#[derive(Debug, clap::Args)]
pub(crate) struct Place {
    /// The configuration.
    #[arg(long, global = true, value_name = "FILE", default_value = "rollcall.toml")]
    config: PathBuf,
    /// Where the data lies [default: .rollcall beside the configuration].
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Print JSON for programs.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// One run from start to finish.
    Sync(sync::Arguments),
    /// The account records.
    Accounts(accounts::Arguments),
    /// The audit log: what happened to whom, and why.
    Audit(audit::Arguments),
    /// Runs and their summaries.
    Runs(runs::Arguments),
    /// Seats: limit, used, waiting, over by.
    Licence(licence::Arguments),
    /// Block an account; no sync lifts the block.
    Block(accounts::BlockArguments),
    /// Lift the block that a person set.
    Unblock(accounts::UnblockArguments),
    /// Local accounts, which no sync touches.
    Local(accounts::LocalArguments),
    /// Explain every mistake in the configuration.
    Check,
    /// Count everything again and say what does not agree.
    Doctor,
}

/// What a finished command says by its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Something is wrong with the data.
    Unsound = 1,
    /// The command or the configuration must be changed.
    Usage = 2,
    /// Removals are held; a person must look.
    Held = 3,
    /// The source was refused or failed; nothing was changed.
    SourceFailed = 4,
    /// Done, but some accounts could not be processed.
    SomeErrors = 5,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("ROLLCALL_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let exit = match local::on_runtime(run(arguments)) {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) | Err(error) => {
            render::complain(&error);
            exit_of(&error)
        }
    };
    ExitCode::from(exit as u8)
}

async fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let place = &arguments.place;
    match arguments.command {
        Command::Sync(options) => sync::run(place, options).await,
        Command::Accounts(options) => accounts::list(place, &options).await,
        Command::Audit(options) => audit::run(place, options).await,
        Command::Runs(options) => runs::run(place, &options).await,
        Command::Licence(options) => licence::run(place, &options).await,
        Command::Block(options) => accounts::block(place, &options).await,
        Command::Unblock(options) => accounts::unblock(place, &options).await,
        Command::Local(options) => accounts::local(place, options).await,
        Command::Check => check::run(place),
        Command::Doctor => doctor::run(place).await,
    }
}

/// A failed command's exit code.
fn exit_of(error: &anyhow::Error) -> Exit {
    use rollcall_sync::Kind;
    match error.downcast_ref::<rollcall_sync::Error>().map(rollcall_sync::Error::kind) {
        Some(Kind::SourceRefused) => Exit::SourceFailed,
        Some(Kind::Bug | Kind::Retry) => Exit::Unsound,
        Some(Kind::Usage | Kind::Refused) | None => Exit::Usage,
    }
}

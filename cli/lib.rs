//! The local program: the same handlers that run in AWS, on embedded servers, in one process.
//!
//! Above everything else. Parses the arguments, picks a command, and is the one place that decides the exit code.

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

// What is shown, and how the program ends.
mod data_error;
mod exit;
mod show;
mod usage_error;

use clap::{Parser, Subcommand};
use commands::{accounts, audit, check, config, doctor, explain, export, licence, runs, sync};
use exit::Exit;
use installation::Installation;
use show::render;
use std::process::ExitCode;

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
4 the source was refused or failed, nothing was changed; 5 done, but some accounts could not be processed.

Begin with: rollcall sync examples/quickstart/staff.csv --config examples/quickstart/rollcall.toml";

#[derive(Debug, Subcommand)]
enum Command {
    /// One run from start to finish.
    Sync(sync::Options),
    /// The console, the API, the schedule and the watched inbox, until Ctrl-C.
    Up(up::Options),
    /// The account records.
    Accounts(accounts::ListOptions),
    /// Why an account is as it is, and what would make it active.
    Explain(explain::Options),
    /// Who waits for a seat, in the order in which they are given out.
    Waiting(explain::WaitingOptions),
    /// The audit log: what happened to whom, and why.
    #[command(after_help = audit::RULE)]
    Audit(audit::Options),
    /// The audit log as a file, for a spreadsheet or for keeping.
    #[command(after_help = audit::RULE)]
    Export(export::Options),
    /// Runs and their summaries.
    Runs(runs::Options),
    /// Seats: limit, used, waiting, over by.
    Licence(licence::Options),
    /// Block an account; no sync lifts the block.
    Block(accounts::BlockOptions),
    /// Lift the block that a person set.
    Unblock(accounts::UnblockOptions),
    /// Local accounts, which no sync touches.
    Local(accounts::LocalOptions),
    /// The configuration in force; `config set FILE` puts another in its place.
    Config(config::Options),
    /// Explain every mistake in the configuration.
    Check(check::Options),
    /// Count everything again and say what does not agree.
    Doctor(doctor::Options),
}

/// Runs the program on its arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = tracing_subscriber::EnvFilter::try_from_env("ROLLCALL_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let result = tokio::runtime::Runtime::new().map_err(anyhow::Error::from);
    let installation = arguments.installation.clone();
    let is_run = matches!(arguments.command, Command::Sync(_));
    let (exit, is_said) = match result.and_then(|runtime| runtime.block_on(run(arguments))) {
        Ok(exit) => (exit, false),
        Err(error) => {
            render::complain(&error);
            (Exit::of_error(&error), local::is_about_disk(&error))
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

async fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let installation = &arguments.installation;
    match arguments.command {
        Command::Sync(options) => sync::run(installation, options).await,
        Command::Up(options) => up::run(installation, options).await,
        Command::Accounts(options) => accounts::list(installation, &options).await,
        Command::Explain(options) => explain::run(installation, &options).await,
        Command::Waiting(options) => explain::waiting(installation, &options).await,
        Command::Audit(options) => audit::run(installation, &options).await,
        Command::Export(options) => export::run(installation, options).await,
        Command::Runs(options) => runs::run(installation, &options).await,
        Command::Licence(options) => licence::run(installation, &options).await,
        Command::Block(options) => accounts::block(installation, &options).await,
        Command::Unblock(options) => accounts::unblock(installation, &options).await,
        Command::Local(options) => accounts::local(installation, options).await,
        Command::Config(options) => config::run(installation, &options).await,
        Command::Check(options) => check::run(installation, &options).await,
        Command::Doctor(options) => doctor::run(installation, &options).await,
    }
}

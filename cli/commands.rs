//! The commands: their list, and what each of them runs. Each says what it asks of the API and how it shows the answer; `init`, `sync`, `check` and `doctor` work on this
//! machine's data themselves.

// A run from start to finish.
mod follow;
mod sync;
mod whole_plan;

// What people look at and do, over the API.
mod accounts;
mod audit;
mod block;
mod config;
mod events;
mod explain;
mod export;
mod find;
mod licence;
mod decided;
mod names;
mod rejected;
mod runs;
mod seat;
mod source;
mod undo;

// A configuration for a file.
mod init;

// What is wrong.
mod check;
mod doctor;

// What names must exist.
mod require;

// What shells and `man` read.
mod shell;

pub(crate) use sync::Changing;

use crate::exit::Exit;
use crate::installation::Installation;
use crate::up;
use clap::Subcommand;

/// What the program can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a configuration for a file that another system has exported.
    Init(init::Options),
    /// One run from start to finish.
    Sync(sync::Options),
    /// The console, the API, the schedule and the watched inbox, until Ctrl-C.
    Up(up::Options),
    /// The account records.
    Accounts(accounts::ListOptions),
    /// Why an account is as it is, and what would make it active.
    Explain(explain::Options),
    /// People by name, e-mail address, username, key or id.
    Find(find::Options),
    /// Who waits for a seat, in the order in which they are given out.
    Waiting(explain::WaitingOptions),
    /// The audit log: what happened to whom, and why.
    #[command(after_help = audit::RULE)]
    Audit(audit::Options),
    /// The audit log as a file, for a spreadsheet or for keeping.
    #[command(after_help = audit::RULE)]
    Export(export::Options),
    /// Every change of an account, in order, for applications that keep in step.
    Events(events::Options),
    /// The rows of a file that a person must mend, with what is wrong and what to do.
    Rejected(rejected::Options),
    /// Runs and their summaries.
    Runs(runs::Options),
    /// Take back what a run did to accounts: the way back after a wrong file.
    Undo(undo::Options),
    /// Seats: limit, used, waiting, over by.
    Licence(licence::Options),
    /// Block an account; no sync lifts the block.
    Block(block::BlockOptions),
    /// Lift the block that a person set.
    Unblock(block::UnblockOptions),
    /// Give somebody who waits a seat: a free one, or another person's.
    Seat(seat::Options),
    /// Give an account whose person has left another username, so that somebody else can have the old one.
    Rename(names::RenameOptions),
    /// Say that an account's person is in the directory under another key from now on.
    Rekey(names::RekeyOptions),
    /// The sources; `source retire NAME` blocks everybody of one that is gone.
    Source(source::Options),
    /// Local accounts, which no sync touches.
    Local(accounts::LocalOptions),
    /// The configuration in force; `config set FILE` puts another in its place.
    Config(config::Options),
    /// Explain every mistake in the configuration.
    Check(check::Options),
    /// Count everything again and say what does not agree.
    Doctor(doctor::Options),
    /// Completion for a shell: put what this prints where the shell reads it.
    Completion(shell::CompletionOptions),
    /// Manual pages for every command.
    Man(shell::ManOptions),
}

impl Command {
    /// Runs it to its end.
    pub(crate) async fn run(self, installation: &Installation) -> anyhow::Result<Exit> {
        match self {
            Self::Init(options) => init::run(installation, &options),
            Self::Sync(options) => sync::run(installation, options).await,
            Self::Up(options) => up::run(installation, options).await,
            Self::Accounts(options) => accounts::list(installation, &options).await,
            Self::Explain(options) => explain::run(installation, &options).await,
            Self::Find(options) => find::run(installation, &options).await,
            Self::Waiting(options) => explain::waiting(installation, &options).await,
            Self::Audit(options) => audit::run(installation, &options).await,
            Self::Export(options) => export::run(installation, options).await,
            Self::Events(options) => events::run(installation, &options).await,
            Self::Rejected(options) => rejected::run(installation, &options).await,
            Self::Runs(options) => runs::run(installation, &options).await,
            Self::Undo(options) => undo::run(installation, &options).await,
            Self::Licence(options) => licence::run(installation, &options).await,
            Self::Block(options) => block::block(installation, &options).await,
            Self::Unblock(options) => block::unblock(installation, &options).await,
            Self::Seat(options) => seat::run(installation, &options).await,
            Self::Rename(options) => names::rename(installation, &options).await,
            Self::Rekey(options) => names::rekey(installation, &options).await,
            Self::Source(options) => source::run(installation, &options).await,
            Self::Local(options) => accounts::local(installation, options).await,
            Self::Config(options) => config::run(installation, &options).await,
            Self::Check(options) => check::run(installation, &options).await,
            Self::Doctor(options) => doctor::run(installation, &options).await,
            Self::Completion(options) => Ok(shell::completion(&options)),
            Self::Man(options) => shell::man(&options),
        }
    }
}

//! `rollcall check`: reads the configuration and explains every mistake with file and line; with `--connect` it tries
//! every source, and shows what the configuration makes of its people; with `--file` it shows what a file becomes.

mod connect;
mod file;
mod shown;

use crate::api::Api;
use crate::commands::source;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::local::stored_licence;
use crate::show::render;
use rollcall_config::{Config, Mistake};
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::licence::beside;
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Try every source's credentials too, and say what it may see. Reads the directories, changes nothing.
    #[arg(long)]
    connect: bool,
    /// Show what the configuration makes of this file, and what would surely be wrong. Changes nothing.
    #[arg(long, value_name = "FILE", conflicts_with = "connect")]
    file: Option<PathBuf>,
    /// The source that the file is for; may be left out where only one fits.
    #[arg(long, value_name = "NAME", requires = "file")]
    source: Option<String>,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> anyhow::Result<Exit> {
    if options.connect {
        return connect::run(installation).await;
    }
    let Some(path) = &options.file else {
        let exit = check(installation).await?;
        if exit == Exit::Done && !installation.json {
            tell_gone(installation).await;
        }
        return Ok(exit);
    };
    match Config::parse(&installation.config_text()?) {
        Ok(config) => file::run(installation, &config, path, options.source.as_deref()),
        Err(_) => check(installation).await,
    }
}

/// What to say where a command has set another limit than this configuration: whoever edits it must learn why nothing
/// changes.
async fn limit_beside(installation: &Installation, config: &Config) -> Option<String> {
    if installation.is_remote() {
        let licence = Api::look(installation).await.ok()?.get("/licence", &[]).await.ok()?;
        let limit =
            licence["limit"].as_u64().map_or(Limit::Unlimited, |seats| Limit::Seats(SeatCount::new(seats)));
        return beside(limit, licence["set_by"] == "command", config.licence);
    }
    let ledger = stored_licence(installation).await?;
    beside(ledger.seats.limit, ledger.is_set_by_command, config.licence)
}

/// Names the sources that have accounts here and are not configured. Where there is nothing yet, or it cannot be looked at,
/// the configuration is no worse for that.
async fn tell_gone(installation: &Installation) {
    if installation.data_folder().exists()
        && let Ok(api) = Api::look(installation).await
    {
        drop(source::tell_gone(&api).await);
    }
}

async fn check(installation: &Installation) -> anyhow::Result<Exit> {
    let parsed = Config::parse(&installation.config_text()?);
    let mut warnings = parsed.as_ref().map(Config::warnings).unwrap_or_default();
    if let Ok(config) = &parsed {
        warnings.extend(limit_beside(installation, config).await);
    }
    if installation.json {
        let show = |mistake: &Mistake| json!({ "line": mistake.line, "what": mistake.what });
        let mistakes = parsed.as_ref().err().into_iter().flatten();
        render::json(&json!({
            "mistakes": mistakes.map(show).collect::<Vec<_>>(),
            "warnings": warnings,
        }))?;
    } else {
        match &parsed {
            Ok(config) => {
                let file = installation.config.display();
                render::say(&format!("{file} is good: {}", in_short(config)));
                for warning in warnings {
                    render::say(&format!("warning: {warning}"));
                }
            }
            Err(mistakes) => {
                for mistake in mistakes {
                    render::say(&installation.locate(mistake));
                }
            }
        }
    }
    Ok(if parsed.is_ok() { Exit::Done } else { Exit::Usage })
}

fn in_short(config: &Config) -> String {
    let seats = match config.licence {
        Limit::Unlimited => String::from("no limit of seats"),
        Limit::Seats(seats) => render::several(seats.get(), "seat", "seats"),
    };
    let sources: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    format!("{seats}, {} {}", if sources.len() == 1 { "source" } else { "sources" }, sources.join(", "))
}

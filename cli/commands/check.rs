//! `rollcall check`: reads the configuration and explains every mistake with file and line; with `--connect` it tries
//! every source, and says in a line each what can be seen; with `--file` it shows what a file becomes.

mod file;

use crate::api::Api;
use crate::commands::source;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::local::{Local, stored_licence};
use crate::show::render;
use rollcall_config::{Config, Mistake};
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::connect::{Seen, survey};
use rollcall_sync::licence::beside;
use rollcall_sync::shell::{Limits, Patience};
use rollcall_sync::store::show_time;
use serde_json::{Value, json};
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
        return connect(installation).await;
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

/// A line for every source.
async fn connect(installation: &Installation) -> anyhow::Result<Exit> {
    let local = Local::look(installation).await?;
    // A person waits for it.
    let patience = Patience { tries: 2, ..Patience::default() };
    let shell = local.shell.clone().with_limits(Limits { patience, ..Limits::default() });
    let shell = shell.with_progress(crate::show::progress::tell_waits);
    let mut seen = Vec::new();
    let mut is_well = true;
    for source in &local.config.sources {
        let found = survey(&shell, source).await.map_err(|error| error.to_string());
        is_well &= found.is_ok();
        if !installation.json {
            render::say(&format!("{}: {}", source.name, in_words(&found)));
        }
        seen.push(for_programs(source.name.as_str(), &found));
    }
    if installation.json {
        render::json(&json!({ "sources": seen }))?;
    }
    Ok(if is_well { Exit::Done } else { Exit::SourceFailed })
}

fn in_words(found: &Result<Option<Seen>, String>) -> String {
    match found {
        Err(why) => format!("cannot be read: {why}"),
        Ok(None) => String::from("reads a dropped file; there is nothing to connect to"),
        Ok(Some(Seen { survey, expiries })) => {
            let groups = survey.groups.iter();
            let groups: Vec<String> = groups
                .map(|(group, people)| {
                    format!("{group:?} has {}", render::several(*people, "person", "people"))
                })
                .collect();
            let missing = if survey.warnings.is_empty() { "" } else { "; but " };
            let expiries = expiries.iter().map(|expiry| {
                format!(
                    "; {} expires on {}",
                    expiry.what,
                    show_time(expiry.at).split('T').next().unwrap_or_default()
                )
            });
            format!(
                "{}, {}{missing}{}{}",
                survey.server,
                groups.join(", "),
                survey.warnings.join("; "),
                expiries.collect::<String>()
            )
        }
    }
}

fn for_programs(source: &str, found: &Result<Option<Seen>, String>) -> Value {
    let seen = found.as_ref().ok().and_then(Option::as_ref);
    let survey = seen.map(|seen| &seen.survey);
    let group = |(group, people): &(String, u64)| json!({ "group": group, "people": people });
    json!({
        "source": source,
        "server": survey.map(|survey| &survey.server),
        "groups": survey.map(|survey| survey.groups.iter().map(group).collect::<Vec<_>>()),
        "warnings": survey.map(|survey| &survey.warnings),
        "expiries": seen.map(|seen| &seen.expiries),
        "error": found.as_ref().err(),
    })
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

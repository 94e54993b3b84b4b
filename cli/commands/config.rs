//! `rollcall config`: shows the configuration in force, and puts another in its place, here or deployed.

mod keys;

use crate::api::Api;
use crate::commands::follow::{self, Shown};
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::render;
use crate::usage_error::UsageError;
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use serde_json::Value;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show it, and what is wrong with it.
    Show,
    /// Show what the one in this file would do, and change nothing.
    DryRun {
        /// The file.
        file: PathBuf,
        /// The source; may be left out where there is only one.
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// Name everybody who would be changed, not only the first of each outcome.
        #[arg(long)]
        all: bool,
    },
    /// Put the one in this file in its place, if it has no mistakes and nobody has put another one there meanwhile.
    Set {
        /// The file.
        file: PathBuf,
        /// Do not ask where a source with accounts would have another match field or name.
        #[arg(long)]
        yes: bool,
    },
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let api = match &options.command {
        None | Some(Command::Show) => Api::look(installation).await?,
        Some(Command::DryRun { .. } | Command::Set { .. }) => Api::open(installation).await?,
    };
    match &options.command {
        None | Some(Command::Show) => {
            let shown = show(installation, &api.get("/configuration", &[]).await?)?;
            if let Ok(licence) = api.get("/licence", &[]).await
                && let Some(note) = licence["note"].as_str()
            {
                render::note(&format!("the licence: {note}"));
            }
            Ok(shown)
        }
        Some(Command::DryRun { file, source, all }) => {
            let source = source.iter().map(|source| ("source", source.as_str())).collect::<Vec<_>>();
            let started = api.post_text("/configuration/dry-run", &source, read(file)?).await?;
            follow::to_its_end(installation, &api, &started, Shown::of(*all)).await
        }
        Some(Command::Set { file, yes }) => set(installation, &api, read(file)?, *yes).await,
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| UsageError::new(format!("reading {}", file.display())))
}

async fn set(installation: &Installation, api: &Api, text: Vec<u8>, is_yes: bool) -> Result<Exit> {
    let stored = api.get("/configuration", &[]).await?;
    let old = stored["text"].as_str().unwrap_or_default();
    if !keys::are_confirmed(installation, api, old, &text, is_yes).await? {
        render::note("nothing was changed");
        return Ok(Exit::Usage);
    }
    let version = stored["version"].as_str().unwrap_or_default();
    let set = api.replace_text("/configuration", version, text.clone()).await?;
    if let Api::Here(_) = api {
        // Here the file is what counts at the next start.
        std::fs::write(&installation.config, &text)
            .with_context(|| format!("writing {}", installation.config.display()))?;
    }
    if installation.json {
        render::json(&set)?;
    } else if set["version"] == stored["version"] {
        render::say("it is the configuration in force already");
    } else {
        let sync = installation.command("sync");
        render::say(&format!("the configuration is in force; to go by it at once: {sync}"));
    }
    Ok(Exit::Done)
}

fn show(installation: &Installation, stored: &Value) -> Result<Exit> {
    if installation.json {
        render::json(stored)?;
        return Ok(Exit::Done);
    }
    render::say(stored["text"].as_str().unwrap_or_default().trim_end());
    for source in stored["meaning"].as_array().into_iter().flatten() {
        render::say(&format!("\nWhat the source {} means:", source["source"].as_str().unwrap_or_default()));
        for sentence in source["sentences"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            render::say(&format!("  {sentence}"));
        }
    }
    let notes = [&stored["mistakes"], &stored["warnings"]].into_iter().filter_map(Value::as_array).flatten();
    for note in notes {
        let line = note["line"].as_u64().map(|line| format!("line {line}: ")).unwrap_or_default();
        let what = note["what"].as_str().or_else(|| note.as_str()).unwrap_or_default();
        render::note(&format!("{line}{what}"));
    }
    Ok(Exit::Done)
}

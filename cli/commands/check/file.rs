//! `rollcall check --file F`: what the configuration makes of a file, and what would surely be wrong (rule 48).

use super::shown;
use crate::commands::init::open;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::render;
use crate::usage_error::UsageError;
use anyhow::Result;
use rollcall_config::{Config, SourceConfig};
use rollcall_core::time::Timestamp;
use rollcall_trial::{Trial, source_for, try_file};
use serde_json::json;
use std::path::Path;

pub(super) fn run(
    installation: &Installation,
    config: &Config,
    path: &Path,
    source: Option<&str>,
) -> Result<Exit> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let (source, settings) =
        source_for(config, source, name.as_deref()).map_err(|error| UsageError::new(error.to_string()))?;
    let (mut file, bytes) = open(path)?;
    let now = Timestamp::from_millis(jiff::Timestamp::now().as_millisecond());
    let trial = match try_file(settings, &mut file, bytes, now) {
        Ok(trial) => trial,
        Err(error) => {
            render::note(&format!("error: {}: {error}", path.display()));
            return Ok(Exit::SourceFailed);
        }
    };
    if installation.json {
        let mut shown = serde_json::to_value(&trial)?;
        shown["source"] = json!(source.name.as_str());
        shown["is_wrong"] = json!(trial.is_wrong());
        render::json(&shown)?;
    } else {
        say(installation, source, path, &trial);
    }
    Ok(if trial.is_wrong() { Exit::Usage } else { Exit::Done })
}

fn say(installation: &Installation, source: &SourceConfig, path: &Path, trial: &Trial) {
    render::say(&format!("{} as the source {} reads it:", path.display(), source.name));
    if trial.rows > 0 {
        let rows = render::several(trial.rows, "row", "rows");
        shown::counts(&format!("{rows} ({}, separated by {:?})", trial.encoding, trial.delimiter), trial);
    }
    if !trial.unused.is_empty() {
        let names: Vec<String> = trial.unused.iter().map(|heading| format!("{heading:?}")).collect();
        render::say(&format!("Columns that are not used: {}", names.join(", ")));
    }
    shown::people(trial);
    if trial.is_wrong() {
        render::say("The configuration is wrong for this file; nothing was changed.");
    } else {
        let dry_run = installation.command(&format!("sync {} --dry-run", crate::installation::quoted(path)));
        render::say(&format!("Nothing is surely wrong. To see what a run would do: {dry_run}"));
    }
}

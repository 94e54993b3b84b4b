//! `rollcall rejected`: the rows to mend of a run, as a file for who keeps the directory (rules 3 and 62).

use crate::api::{AUDIT, Api};
use crate::commands::require;
use crate::data_error::DataError;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::{render, words};
use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use rollcall_console::words::wrong_and_cure;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::RunId;
use serde_json::Value;
use std::io::{IsTerminal as _, stdout};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The run, by its id, the beginning of its id, or `last`.
    #[arg(value_parser = |text: &str| RunId::parse(text), default_value = "last")]
    run: RunId,
    /// The file; standard output where it is left out.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let api = Api::look(installation).await?;
    let run = require::run_id(&api, &options.run).await?;
    let found = api.get(&format!("/runs/{run}/rejected"), &[]).await?;
    if installation.json {
        render::json(&found)?;
        return Ok(Exit::Done);
    }
    let rows = found["rows"].as_u64().unwrap_or_default();
    if rows == 0 {
        render::note(&format!("run {run} has nothing to mend"));
        return Ok(Exit::Done);
    }
    let file = found["file"].as_str().context("the API did not send a file; is it of another version?")?;
    match &options.output {
        // A person reads it here; a pipe or a file gets the rows for a spreadsheet.
        None if stdout().is_terminal() => return show(&api, &run).await.map(|()| Exit::Done),
        None => render::raw(file.as_bytes()),
        Some(path) => {
            let failed = |error| DataError::of(anyhow!("{} cannot be written: {error}", path.display()));
            std::fs::write(path, file).map_err(failed)?;
            let rows = render::several(rows, "row to mend is", "rows to mend are");
            render::note(&format!("{rows} in {}", path.display()));
        }
    }
    if found["more"] == true {
        render::note("there are more; `rollcall audit --run` with each --outcome has all of them");
    }
    Ok(Exit::Done)
}

/// The rows on a screen: what is wrong once, then a line for each row.
async fn show(api: &Api, run: &RunId) -> Result<()> {
    for outcome in Outcome::of_runs().filter(|outcome| outcome.is_unprocessed()) {
        let filters = [("run", run.as_str()), ("outcome", outcome.as_str())];
        let rows = api.all(&AUDIT, &filters).await?;
        if rows.is_empty() {
            continue;
        }
        let count = render::several(rows.len() as u64, "row", "rows");
        render::say(&format!("{count}: {}", words::meaning(outcome)));
        rows.iter().for_each(|row| render::say(&format!("  {}", in_a_line(row))));
        let cure = rows.iter().find_map(|row| Some((who(row), wrong_and_cure(row["reason"].as_str()?).1?)));
        if let Some((who, cure)) = cure {
            render::say(&format!("  What to do, for {who}: {cure}"));
        }
    }
    render::note("with --output FILE, or in a pipe, the rows are CSV for a spreadsheet");
    Ok(())
}

/// `line 12: noah.okafor: the username belongs to ...`
fn in_a_line(row: &Value) -> String {
    let line = row["line"].as_u64().map(|line| format!("line {line}"));
    let who = Some(who(row)).filter(|who| !who.is_empty());
    let wrong = row["reason"].as_str().map(|reason| wrong_and_cure(reason).0.to_owned());
    [line, who, wrong].into_iter().flatten().collect::<Vec<_>>().join(": ")
}

fn who(row: &Value) -> String {
    row["username"].as_str().or_else(|| row["match_key"].as_str()).unwrap_or_default().to_owned()
}

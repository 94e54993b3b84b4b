//! `rollcall rejected`: the rows to mend of a run, as a file for who keeps the directory (rules 3 and 62).

use crate::api::Api;
use crate::commands::require;
use crate::data_error::DataError;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::render;
use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use rollcall_sync::store::RunId;
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
        None => render::raw(file.as_bytes()),
        Some(path) => {
            let failed = |error| DataError::of(anyhow!("{} cannot be written: {error}", path.display()));
            std::fs::write(path, file).map_err(failed)?;
            render::note(&format!("{rows} rows to mend are in {}", path.display()));
        }
    }
    if found["more"] == true {
        render::note("there are more; `rollcall audit --run` with each --outcome has all of them");
    }
    Ok(Exit::Done)
}

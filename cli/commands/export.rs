//! `rollcall export`: the audit log as a file, with the filters of `rollcall audit` (rule 31).

use crate::api::Api;
use crate::commands::audit;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::render;
use crate::usage_error::UsageError;
use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    filters: audit::Options,
    /// The form of the file.
    #[arg(long, value_name = "FORM", default_value = "csv")]
    format: Format,
    /// The file; standard output where it is left out.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Format {
    /// A heading, then a line for each entry; no cell is a formula.
    Csv,
    /// An array of entries.
    Json,
}

pub(crate) async fn run(installation: &Installation, options: Options) -> Result<Exit> {
    let api = Api::open(installation).await?;
    let filters = options.filters.query(&api).await?;
    let mut query: Vec<(&str, &str)> = filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    query.push(("format", if options.format == Format::Csv { "csv" } else { "json" }));
    let file = api.download("/audit/export", &query).await?;
    match &options.output {
        Some(path) => {
            std::fs::write(path, file)
                .with_context(|| UsageError::new(format!("writing {}", path.display())))?;
        }
        None => render::raw(&file),
    }
    Ok(Exit::Done)
}

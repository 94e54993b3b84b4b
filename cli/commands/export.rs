//! `rollcall export`: the audit log as a file, with the filters of `rollcall audit` (rule 31). Asks for an export, waits until it
//! is made, copies its file and deletes it there.

use crate::api::Api;
use crate::commands::audit;
use crate::data_error::DataError;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::progress::Bar;
use crate::show::render;
use crate::usage_error::UsageError;
use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    filters: audit::Filters,
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
    let format = if options.format == Format::Csv { "csv" } else { "json" };
    let wanted = options.filters.query_of_person(&api, installation).await?;
    let wanted = wanted.into_iter().chain([("format", format.to_owned())]);
    let wanted = wanted.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    fetch(&api, wanted, options.output.as_deref()).await
}

/// Asks for an export, sees it to its end, copies its file to where it is wanted and deletes it where it was made.
pub(super) async fn fetch(api: &Api, wanted: Map<String, Value>, output: Option<&Path>) -> Result<Exit> {
    let export = made(api, api.act("POST", "/exports", &Value::Object(wanted)).await?).await?;
    let link = export["link"].as_str().context("the API did not say where the file lies")?;
    copy(api, link, output).await?;
    // It would lie there for a day; and on this machine nothing else deletes it.
    if let Err(error) = api.act("DELETE", &path_of(&export), &Value::Object(Map::new())).await {
        render::note(&format!("the export is not deleted where it was made: {error}"));
    }
    Ok(Exit::Done)
}

fn path_of(export: &Value) -> String {
    format!("/exports/{}", export["id"].as_str().unwrap_or_default())
}

/// Sees an export to its end, and says how far it is meanwhile.
async fn made(api: &Api, mut export: Value) -> Result<Value> {
    let bar = Bar::new();
    loop {
        match export["state"].as_str() {
            Some("done") => return Ok(export),
            Some("making") => {}
            _ => {
                let why = export["error"].as_str().unwrap_or("the API gave no reason");
                return Err(DataError::new(format!("the export {why}")).into());
            }
        }
        let what = if export["what"] == "accounts" { "accounts" } else { "entries" };
        bar.tell(format!("{} {what} exported so far", export["rows"]));
        api.go_on().await?;
        export = api.get(&path_of(&export), &[]).await?;
    }
}

/// Copies the file to where it is wanted.
async fn copy(api: &Api, link: &str, output: Option<&Path>) -> Result<()> {
    let Some(path) = output else {
        return api
            .download(link, &mut |bytes| {
                render::raw(bytes);
                Ok(())
            })
            .await;
    };
    let writing = || UsageError::new(format!("writing {}", path.display()));
    let mut file = BufWriter::new(File::create(path).with_context(writing)?);
    api.download(link, &mut |bytes| file.write_all(bytes).with_context(writing)).await?;
    file.flush().with_context(writing)
}

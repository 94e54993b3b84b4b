//! What is asked before `rollcall sync --approve`: how many and who, of which file, beside the one before it (rule 68).

use crate::api::Api;
use crate::commands::{require, runs};
use crate::installation::Installation;
use crate::show::confirm::confirm;
use crate::show::{render, summary};
use anyhow::Result;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::{FileRead, RunId, RunRecord, show_time};
use serde_json::Value;

/// How many people are named.
const NAMED: &str = "50";

/// Whether a person wants what a run holds to be applied. With `--yes` nobody is asked.
pub(super) async fn is_confirmed(
    installation: &Installation,
    api: &Api,
    run: &RunId,
    is_yes: bool,
) -> Result<bool> {
    let run = require::run(api, run).await?;
    let held = runs::parse(&run)?;
    let count = held.summary.as_ref().map_or(0, |summary| summary::count(summary, Outcome::Held));
    // Of a run that holds nothing the API says what is wrong.
    if is_yes || count == 0 {
        return Ok(true);
    }
    summary::show_held(&held);
    show_files(api, &held).await?;
    show_people(installation, api, &held, count).await?;
    let people = render::several(count, "person", "people");
    confirm(&format!("apply what run {} holds, for {people}", held.id), count, false)
}

async fn show_files(api: &Api, held: &RunRecord) -> Result<()> {
    render::note(&format!("Read     {}", read_from(held)));
    let before = match &held.previous_file {
        Some(file) => api.find(&format!("/runs/{}", file.run)).await?,
        None => None,
    };
    if let Some(before) = before {
        render::note(&format!("Before   {}", read_from(&runs::parse(&before)?)));
    }
    Ok(())
}

/// The file that a run has read, its time and size; of a directory only how many records it had.
fn read_from(run: &RunRecord) -> String {
    let rows = run.summary.as_ref().map_or(0, |summary| summary.rows);
    let records = render::several(rows, "record", "records");
    let Some(FileRead { object, bytes, written_at }) = &run.file else { return records };
    let written = written_at.map(|at| format!("written {}, ", show_time(at))).unwrap_or_default();
    format!("{object}, {written}{}, {records}", render::several(*bytes, "byte", "bytes"))
}

async fn show_people(installation: &Installation, api: &Api, held: &RunRecord, count: u64) -> Result<()> {
    let query = [("run", held.id.as_str()), ("outcome", Outcome::Held.as_str()), ("limit", NAMED)];
    let page = api.get("/audit", &query).await?;
    let entries = page["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    let name = |entry: &Value| {
        let known = ["username", "match_key"].into_iter().find_map(|name| entry[name].as_str());
        known.unwrap_or("?").to_owned()
    };
    render::note(&format!("Who      {}", entries.iter().map(name).collect::<Vec<_>>().join(", ")));
    let more = count.saturating_sub(entries.len() as u64);
    if more > 0 {
        let all = installation.command(&format!("audit --run {} --outcome held", held.id));
        render::note(&format!("         and {} more: {all}", render::number(more)));
    }
    Ok(())
}

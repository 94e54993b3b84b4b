//! `rollcall runs`: the runs and their summaries; `--leave` decides to leave what one holds.

use crate::local::{Local, Place};
use crate::{Exit, drive, known, render, summary};
use anyhow::Result;
use clap::Args;
use rollcall_api::held_removals::dismiss;
use rollcall_api::json as view;
use rollcall_api::newest_run::all_runs;
use rollcall_sync::store::{RunId, RunRecord, show_time};
use serde_json::Value;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// One run; all where it is left out.
    #[arg(value_parser = |text: &str| RunId::parse(text))]
    pub(crate) run: Option<RunId>,
    /// Leave the removals that this run holds as they are: nobody is asked about them again.
    #[arg(long, requires = "run")]
    pub(crate) leave: bool,
}

pub(crate) async fn run(place: &Place, options: &Options) -> Result<Exit> {
    let local = if options.leave { Local::open(place).await? } else { Local::look(place).await? };
    if let Some(id) = &options.run {
        let mut record = known::run(&local, id).await?;
        if options.leave {
            record = dismiss(&local.shell, id, &drive::person()).await?;
        }
        return show(place, &view::run(&record), &record);
    }
    let records = all_runs(&local.shell).await?;
    list(place, &records.iter().map(view::run).collect::<Vec<_>>(), &records)
}

/// Shows a run: for programs as the API does.
pub(crate) fn show(place: &Place, run: &Value, record: &RunRecord) -> Result<Exit> {
    if place.json {
        render::json(run)?;
    } else {
        summary::show(place, record);
    }
    Ok(Exit::Done)
}

/// Shows runs, likewise.
pub(crate) fn list(place: &Place, runs: &[Value], records: &[RunRecord]) -> Result<Exit> {
    if place.json {
        render::json(&runs)?;
    } else {
        let headings = ["STARTED", "RUN", "SOURCE", "TRIGGER", "BY", "STATUS", "WRITES", "SEATS", "WAITING"];
        let empty = format!("no runs yet; begin with {}", place.command("sync FILE"));
        render::table(&headings, records.iter().map(row), &empty);
    }
    Ok(Exit::Done)
}

fn row(run: &RunRecord) -> Vec<String> {
    let of_summary = |show: &dyn Fn(&rollcall_sync::store::RunSummary) -> String| {
        run.summary.as_ref().filter(|_| run.status.is_finished()).map(show).unwrap_or_default()
    };
    vec![
        show_time(run.started_at),
        run.id.to_string(),
        run.source.to_string(),
        run.trigger.as_str().to_owned(),
        run.actor.clone(),
        run.status.as_str().to_owned(),
        of_summary(&|summary| summary.writes.to_string()),
        of_summary(&|summary| match summary.limit {
            Some(limit) => format!("{}/{limit}", summary.used),
            None => summary.used.to_string(),
        }),
        of_summary(&|summary| summary.waiting.to_string()),
    ]
}

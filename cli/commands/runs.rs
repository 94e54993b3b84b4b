//! `rollcall runs`: the runs and their summaries; `--leave` decides to leave what one holds.

use crate::api::{Api, RUNS};
use crate::commands::follow::Shown;
use crate::commands::{decided, require, whole_plan};
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::listing::Listing;
use crate::show::{render, summary, words};
use anyhow::{Context as _, Result};
use clap::Args;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::{How, RunId, RunRecord, RunStatus, show_time};
use serde::Deserialize as _;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// One run, by its id, the beginning of its id, or `last`; all where it is left out.
    #[arg(value_parser = |text: &str| RunId::parse(text))]
    pub(crate) run: Option<RunId>,
    /// Leave the removals that this run holds as they are: nobody is asked about them again.
    #[arg(long, requires = "run")]
    pub(crate) leave: bool,
    #[command(flatten)]
    listing: Listing,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let api = if options.leave { Api::open(installation).await? } else { Api::look(installation).await? };
    let Some(id) = &options.run else {
        return list(installation, &api.first(&RUNS, &[], options.listing.most()).await?);
    };
    let mut run = require::run(&api, id).await?;
    if options.leave {
        let id = run["id"].as_str().unwrap_or_default();
        run = api.act("POST", &format!("/runs/{id}/leave"), &json!({})).await?;
    }
    let record = whole_plan::named(&api, parse(&run)?, Shown::Some).await?;
    let exit = show(installation, &run, &record)?;
    if !installation.json
        && let Some(decided) = decided::in_words(&api, &record).await?
    {
        render::say(&format!("Since    {decided}"));
    }
    Ok(exit)
}

/// The record of a run that the API has shown.
pub(crate) fn parse(run: &Value) -> Result<RunRecord> {
    RunRecord::deserialize(run).context("reading the run; is the API of another version?")
}

/// Shows a run: for programs as the API does.
pub(crate) fn show(installation: &Installation, run: &Value, record: &RunRecord) -> Result<Exit> {
    if installation.json {
        render::json(run)?;
    } else {
        summary::show(installation, record);
    }
    Ok(Exit::Done)
}

/// Shows runs, likewise.
fn list(installation: &Installation, runs: &[Value]) -> Result<Exit> {
    if installation.json {
        render::json(&runs)?;
        return Ok(Exit::Done);
    }
    let records: Vec<RunRecord> = runs.iter().map(parse).collect::<Result<_>>()?;
    let headings =
        ["STARTED (UTC)", "RUN", "SOURCE", "TRIGGER", "BY", "STATUS", "WRITES", "SEATS", "WAITING"];
    let empty = format!("no runs yet; begin with {}", installation.command("sync FILE"));
    render::table(&headings, records.iter().map(row), &empty);
    Ok(Exit::Done)
}

/// How it ended, which kind of run it is, and what became of it.
fn status(run: &RunRecord) -> String {
    let holds_removals = run.summary.as_ref().is_none_or(|summary| summary.hold.is_some());
    let holds_anything = run.status == RunStatus::Held
        || run.summary.as_ref().is_some_and(|of| summary::count(of, Outcome::Held) > 0);
    let is_of_changes = run.status == RunStatus::Held && !holds_removals;
    let status = words::status(run.status.as_str());
    let mut said = vec![if is_of_changes { String::from("changes held") } else { status }];
    said.extend(
        run.dismissed.as_ref().filter(|_| run.settled.is_none()).map(|_| String::from("left as they are")),
    );
    said.extend(run.undoes.as_ref().map(|_| String::from("undo")));
    said.extend(run.approves.as_ref().map(|_| String::from("approval")));
    said.extend(run.undone.as_ref().map(|_| String::from("undone")));
    let settled = run.settled.as_ref().filter(|_| holds_anything);
    said.extend(settled.map(|settled| match settled.how {
        How::Approved => String::from("approved"),
        How::Replaced => String::from("replaced"),
    }));
    said.join(", ")
}

/// What started it: an undo and an approval are no `Sync now`.
fn trigger(run: &RunRecord) -> String {
    if run.undoes.is_some() {
        return String::from("undo");
    }
    if run.approves.is_some() {
        return String::from("approval");
    }
    if run.put_back.is_some() {
        return String::from("earlier file put back");
    }
    if run.dry_run && run.source_change.is_none() {
        let of = if run.tried.is_some() { " of a sent file" } else { "" };
        return format!("dry run{of}");
    }
    words::trigger(run.trigger.as_str())
}

fn row(run: &RunRecord) -> Vec<String> {
    let of_summary = |show: &dyn Fn(&rollcall_sync::store::RunSummary) -> String| {
        run.summary.as_ref().filter(|_| run.status.is_finished()).map(show).unwrap_or_default()
    };
    vec![
        words::second(&show_time(run.started_at)),
        words::short(&run.id),
        run.source.to_string(),
        trigger(run),
        run.actor.clone(),
        status(run),
        of_summary(&|summary| render::number(summary.writes)),
        of_summary(&|summary| match summary.limit {
            Some(limit) => format!("{}/{}", render::number(summary.used), render::number(limit)),
            None => render::number(summary.used),
        }),
        of_summary(&|summary| render::number(summary.waiting)),
    ]
}

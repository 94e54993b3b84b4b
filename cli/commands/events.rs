//! `rollcall events`: every change of an account as an event, for scripts that keep an application in step (rule 64).

use crate::api::Api;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::{render, words};
use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::Value;
use std::time::Duration;

/// How often it is asked whether there is anything new.
const ASKED_EVERY: Duration = Duration::from_secs(2);

/// Events asked for at once: the most that the API gives.
const PAGE: u64 = 500;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Go on until Ctrl-C, and print what changes meanwhile.
    #[arg(long)]
    follow: bool,
    /// Only what came after this cursor: the `next` that an earlier call printed with --json, or on standard error.
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    /// End after so many events.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let api = Api::look(installation).await?;
    let mut cursor = options.after.clone();
    let mut all = Vec::new();
    let mut left = options.limit.unwrap_or(u64::MAX);
    while left > 0 {
        let page = left.min(PAGE).to_string();
        let mut query = vec![("limit", page.as_str())];
        query.extend(cursor.as_deref().map(|cursor| ("after", cursor)));
        let mut page = api.get("/events", &query).await?;
        let Value::Array(events) = page["events"].take() else { anyhow::bail!("the API gave no events") };
        left = left.saturating_sub(events.len() as u64);
        if options.follow {
            print_lines(installation, &events)?;
        } else {
            all.extend(events);
        }
        cursor = page["next"].as_str().map(str::to_owned);
        match (page["more"] == true, options.follow) {
            (true, _) => {}
            (false, true) if left == 0 => {}
            (false, true) => tokio::time::sleep(ASKED_EVERY).await,
            (false, false) => break,
        }
    }
    let next = cursor.context("the API did not say where to go on")?;
    if options.follow {
        render::note(&format!("go on with --after {next}"));
    } else if installation.json {
        render::json(&serde_json::json!({ "events": all, "next": next }))?;
    } else {
        let headings = ["AT (UTC)", "USERNAME", "BEFORE", "AFTER", "OUTCOME", "VERSION"];
        render::table(&headings, all.iter().map(row), "nothing has changed");
        render::note(&format!("go on with --after {next}"));
    }
    Ok(Exit::Done)
}

/// One line for each event, at once: somebody may be reading at the other end of a pipe.
fn print_lines(installation: &Installation, events: &[Value]) -> Result<()> {
    for event in events {
        if installation.json {
            render::json_line(event)?;
        } else {
            render::say(&row(event).join("  "));
        }
    }
    Ok(())
}

fn row(event: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    vec![
        words::second(&text(&event["at"])),
        text(&event["username"]),
        words::state(&event["before"]),
        words::state(&event["after"]),
        words::outcome(&text(&event["outcome"]), false),
        event["version"].to_string(),
    ]
}

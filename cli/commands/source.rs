//! `rollcall source`: the sources, and what is done to one that is gone (rule 61).

use crate::api::Api;
use crate::commands::follow::{self, Shown};
use crate::commands::runs;
use crate::events;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::confirm::confirm;
use crate::show::{render, summary, words};
use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::RunStatus;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show every source that is configured or has accounts.
    List,
    /// Block everybody of a source that is no longer configured: their seats become free.
    Retire {
        /// The source.
        name: String,
        /// Show whom it would block, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Give the accounts of a source to the one of its new name. Rename it in the configuration first.
    Rename {
        /// The old name, which is no longer configured.
        old: String,
        /// The new name, as it is configured.
        new: String,
    },
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    match &options.command {
        None | Some(Command::List) => list(installation).await,
        Some(Command::Retire { name, dry_run, yes }) => retire(installation, name, *dry_run, *yes).await,
        Some(Command::Rename { old, new }) => {
            let api = Api::open(installation).await?;
            end_cut_off(&api).await?;
            let started = api.act("POST", &format!("/sources/{old}/rename"), &json!({ "to": new })).await?;
            follow::to_its_end(installation, &api, &started, Shown::Some).await
        }
    }
}

async fn list(installation: &Installation) -> Result<Exit> {
    let api = Api::look(installation).await?;
    let answer = api.get("/sources", &[]).await?;
    if installation.json {
        render::json(&answer["sources"])?;
        return Ok(Exit::Done);
    }
    let sources = sources_of(&answer);
    let row = |source: &Value| {
        let is_configured = if source["configured"] == true { "yes" } else { "no" };
        let name = source["name"].as_str().unwrap_or_default().to_owned();
        vec![name, is_configured.to_owned(), source["active"].to_string(), source["waiting"].to_string()]
    };
    render::table(&["SOURCE", "CONFIGURED", "ACTIVE", "WAITING"], sources.iter().map(row), "no sources");
    say_schedules(&answer);
    say_gone(sources);
    Ok(Exit::Done)
}

/// Says when sources are read by themselves.
fn say_schedules(answer: &Value) {
    for schedule in answer["schedules"].as_array().into_iter().flatten() {
        let text = |name: &str| schedule[name].as_str();
        let next = text("next_at").map(|at| format!("; next at {}", words::moment(at))).unwrap_or_default();
        render::say(&format!("read by themselves {}{next}", text("in_words").unwrap_or_default()));
    }
}

fn sources_of(answer: &Value) -> &[Value] {
    answer["sources"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Names the sources that have accounts and are not configured.
pub(super) async fn tell_gone(api: &Api) -> Result<()> {
    say_gone(sources_of(&api.get("/sources", &[]).await?));
    Ok(())
}

fn say_gone(sources: &[Value]) {
    // The new name is that of the one source without accounts.
    let is_empty =
        |source: &&Value| source["configured"] == true && source["active"] == 0 && source["waiting"] == 0;
    let mut empty = sources.iter().filter(is_empty);
    let only = empty.next().filter(|_| empty.next().is_none());
    let new_name = only.and_then(|source| source["name"].as_str()).unwrap_or("NEW");
    for source in sources {
        let count = |name: &str| source[name].as_u64().unwrap_or(0);
        let (active, waiting) = (count("active"), count("waiting"));
        if source["configured"] == false && active + waiting > 0 {
            let name = source["name"].as_str().unwrap_or_default();
            render::note(&format!(
                "{} of the source {name}, which is not configured: nobody reads who has left. If it is gone for good: \
                 rollcall source retire {name}; if it has another name now: rollcall source rename {name} {new_name}",
                render::several(active + waiting, "account is", "accounts are"),
            ));
        }
    }
}

async fn retire(installation: &Installation, name: &str, is_dry_run: bool, is_yes: bool) -> Result<Exit> {
    let api = Api::open(installation).await?;
    let path = format!("/sources/{name}/retire");
    let started = api.act("POST", &path, &json!({ "dry_run": true })).await?;
    if is_dry_run {
        return follow::to_its_end(installation, &api, &started, Shown::Everybody).await;
    }
    let run = ended(&api, &started).await?;
    let plan = runs::parse(&run)?;
    if plan.status == RunStatus::Failed || !installation.json {
        runs::show(installation, &run, &plan)?;
    }
    if plan.status == RunStatus::Failed {
        return Ok(Exit::of_run(&plan, None));
    }
    let count = plan.summary.as_ref().map_or(0, |summary| summary::count(summary, Outcome::BlockedLeft));
    let what = format!("retire {name} and block {}", render::several(count, "person", "people"));
    if !confirm(&what, count, is_yes)? {
        render::note("nothing was changed");
        return Ok(Exit::Usage);
    }
    let started = api.act("POST", &path, &json!({ "at_most": count })).await?;
    follow::to_its_end(installation, &api, &started, Shown::Some).await
}

/// Ends the runs whose process was killed on this machine: nobody else does, and this one would wait for them.
async fn end_cut_off(api: &Api) -> Result<()> {
    let Api::Here(local) = api else { return Ok(()) };
    for (source, run) in events::dead_runs(&local.shell, &local.config).await? {
        rollcall_sync::run::end_cut_off(&local.shell, &source, &run).await?;
    }
    Ok(())
}

/// The run at its end. On this machine this process delivers the messages.
async fn ended(api: &Api, started: &Value) -> Result<Value> {
    if let Api::Here(local) = api {
        events::drain(&local.shell).await?;
    }
    follow::ended(api, started["run"].as_str().context("the API did not say which run it is")?).await
}

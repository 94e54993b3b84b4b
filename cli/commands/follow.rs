//! Following a run over the API to its end: after Reset on a deployed installation, and after a dry run of a configuration.

use crate::api::Api;
use crate::commands::{runs, whole_plan};
use crate::events;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::render;
use anyhow::{Context as _, Result};
use serde_json::Value;
use std::time::Duration;

/// How often a run under way is asked how far it is.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// Whom of a run the person wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The first of each outcome.
    Some,
    /// Everybody who was changed, or would be.
    Everybody,
}

impl Shown {
    /// As `--all` says.
    pub(crate) fn of(all: bool) -> Self {
        if all { Self::Everybody } else { Self::Some }
    }
}

/// Follows the run that was asked for to its end. On this machine this process delivers the messages.
pub(crate) async fn to_its_end(
    installation: &Installation,
    api: &Api,
    answer: &Value,
    shown: Shown,
) -> Result<Exit> {
    let id = answer["run"].as_str().context("the API did not say which run it is")?;
    if let Api::Here(local) = api {
        events::drain(&local.shell).await?;
    }
    match answer["status"].as_str() {
        Some("under_way") => render::note(&format!("run {id} is under way already")),
        Some("follows") => render::note(&format!("another run follows {id}, which is under way")),
        _ => {}
    }
    let mut run = ended(api, id).await?;
    if answer["status"] == "follows" {
        // It was a dry run; what was asked for begins as soon as that has ended.
        run = ended(api, &follower(api, &run).await?).await?;
    }
    let record = whole_plan::named(api, runs::parse(&run)?, shown).await?;
    if shown == Shown::Everybody {
        whole_plan::write(&record, &mut run);
    }
    runs::show(installation, &run, &record)?;
    Ok(Exit::of_run(&record, None))
}

/// How often is asked for a run that follows. It begins with the end of the one before it, or that one has done its work.
const FOLLOWER_TRIES_MAX: u32 = 30;

/// The run of the same source that began after this one; this one where none does.
async fn follower(api: &Api, before: &Value) -> Result<String> {
    for _ in 0..FOLLOWER_TRIES_MAX {
        let page = api.get("/runs", &[("limit", "100")]).await?;
        let runs = page["runs"].as_array().map(Vec::as_slice).unwrap_or_default();
        let newer = runs.iter().take_while(|run| run["id"] != before["id"]);
        // Newest first: the one that began first is the last.
        let follower = newer.filter(|run| run["source"] == before["source"]).last();
        if let Some(id) = follower.and_then(|run| run["id"].as_str()) {
            return Ok(id.to_owned());
        }
        tokio::time::sleep(ASKED_EVERY).await;
    }
    Ok(before["id"].as_str().context("the API did not say which run it is")?.to_owned())
}

/// Waits for the end of a run, and says how far it is meanwhile.
pub(super) async fn ended(api: &Api, id: &str) -> Result<Value> {
    let mut told = String::new();
    loop {
        let run = api.get(&format!("/runs/{id}"), &[]).await?;
        if !run["finished_at"].is_null() {
            return Ok(run);
        }
        let count = |what: &str, one: &str, many: &str| {
            render::several(run["progress"][what].as_u64().unwrap_or_default(), one, many)
        };
        let far = format!(
            "{}: {} read, {} written",
            run["status"].as_str().unwrap_or_default(),
            count("read", "record", "records"),
            count("written", "account", "accounts")
        );
        if far != told {
            render::note(&far);
            told = far;
        }
        tokio::time::sleep(ASKED_EVERY).await;
    }
}

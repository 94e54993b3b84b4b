//! What a person named and what must exist: where it does not, the error says what does.

use crate::api::{ACCOUNTS, Api, RUNS};
use crate::installation::Installation;
use crate::usage_error::{UsageError, refuse};
use anyhow::Result;
use rollcall_config::Config;
use rollcall_core::username::Username;
use rollcall_sync::store::RunId;
use serde_json::Value;
use std::collections::BTreeSet;

/// What stands for no source where a source is asked for.
pub(crate) const LOCAL: &str = "local";

/// So many runs are listed.
const RUNS_SHOWN: &str = "5";

/// The id of the account with this username, however it is spelt.
pub(crate) async fn account(api: &Api, installation: &Installation, username: &str) -> Result<String> {
    let wanted =
        Username::parse(username).map_err(|error| UsageError::new(format!("the username {error}")))?;
    // The list begins with the shortest name that begins so.
    let page = api.get("/accounts", &[("text", wanted.original()), ("limit", "1")]).await?;
    let account = &page["accounts"][0];
    let found = account["username"].as_str().and_then(|found| Username::parse(found).ok());
    match account["id"].as_str() {
        Some(id) if found.is_some_and(|found| found.folded() == wanted.folded()) => Ok(id.to_owned()),
        Some(_) | None => refuse!(
            "there is no account with the username {username:?}; {} lists them",
            installation.command("accounts")
        ),
    }
}

/// A run.
pub(crate) async fn run(api: &Api, id: &RunId) -> Result<Value> {
    if let Some(run) = api.find(&format!("/runs/{id}")).await? {
        return Ok(run);
    }
    let page = api.get("/runs", &[("limit", RUNS_SHOWN)]).await?;
    let newest = page["runs"].as_array().into_iter().flatten();
    let newest: String = newest.filter_map(|run| run["id"].as_str()).map(|id| format!("\n  {id}")).collect();
    if newest.is_empty() {
        refuse!("there is no run {id}; there has been none yet");
    }
    refuse!("there is no run {id}; `rollcall runs` lists them, the newest are{newest}")
}

/// Makes sure that a source is configured, or was: accounts and runs outlive their source's configuration.
pub(crate) async fn source(api: &Api, name: &str) -> Result<()> {
    let stored = api.get("/configuration", &[]).await?;
    let config = Config::parse(stored["text"].as_str().unwrap_or_default()).ok();
    let configured = config.iter().flat_map(|config| &config.sources).map(|source| source.name.to_string());
    let mut known: BTreeSet<String> = configured.chain([LOCAL.to_owned()]).collect();
    for list in [RUNS, ACCOUNTS] {
        if known.contains(name) {
            return Ok(());
        }
        let items = api.all(&list, &[]).await?;
        known.extend(items.iter().filter_map(|item| item["source"].as_str()).map(str::to_owned));
    }
    if known.contains(name) {
        return Ok(());
    }
    refuse!("there is no source {name:?}; there are {}", Vec::from_iter(known).join(", "))
}

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

/// So many characters at the beginning are taken to be right.
const ALIKE_CHARS: usize = 2;

/// How much a username must be like the one that was typed, from 0 to 1 (Jaro-Winkler).
const ALIKE_MIN: f64 = 0.85;

/// What stands for the newest run.
const LAST: &str = "last";

/// A shorter beginning of an id is more likely a mistake.
const PREFIX_CHARS_MIN: usize = 4;

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
        Some(_) | None => {
            let alike = alike(api, &wanted).await?;
            let meant = alike.map(|other| format!("; did you mean {other:?}?")).unwrap_or_default();
            refuse!(
                "there is no account with the username {username:?}{meant}; {} lists them",
                installation.command("accounts")
            )
        }
    }
}

/// The username that is most like a misspelt one, among those that begin alike.
async fn alike(api: &Api, misspelt: &Username) -> Result<Option<String>> {
    let misspelt = misspelt.folded();
    let begin: String = misspelt.chars().take(ALIKE_CHARS).collect();
    let page = api.get("/accounts", &[("text", &begin), ("limit", "200")]).await?;
    let names = page["accounts"].as_array().into_iter().flatten().filter_map(|one| one["username"].as_str());
    let names = names.filter_map(|name| Username::parse(name).ok());
    let scored = names.map(|name| (strsim::jaro_winkler(misspelt, name.folded()), name));
    let best = scored.filter(|(score, _)| *score >= ALIKE_MIN).max_by(|(a, _), (b, _)| a.total_cmp(b));
    Ok(best.map(|(_, name)| name.original().to_owned()))
}

/// The run of an id, of the beginning of an id, or the newest one for `last`.
pub(crate) async fn run(api: &Api, id: &RunId) -> Result<Value> {
    if id.as_str() == LAST {
        let page = api.get("/runs", &[("limit", "1")]).await?;
        match page["runs"].get(0) {
            Some(newest) => return Ok(newest.clone()),
            None => refuse!("there has been no run yet"),
        }
    }
    if let Some(run) = api.find(&format!("/runs/{id}")).await? {
        return Ok(run);
    }
    if id.as_str().len() >= PREFIX_CHARS_MIN {
        let runs = api.all(&RUNS, &[]).await?;
        let begins = |run: &&Value| run["id"].as_str().is_some_and(|full| full.starts_with(id.as_str()));
        let found: Vec<&Value> = runs.iter().filter(begins).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok((*one).clone()),
            [newest, .., oldest] => refuse!(
                "{} runs begin with {id}, from {} to {}; give more of the id",
                found.len(),
                oldest["id"].as_str().unwrap_or_default(),
                newest["id"].as_str().unwrap_or_default()
            ),
        }
    }
    let page = api.get("/runs", &[("limit", RUNS_SHOWN)]).await?;
    let newest = page["runs"].as_array().into_iter().flatten();
    let newest: String = newest.filter_map(|run| run["id"].as_str()).map(|id| format!("\n  {id}")).collect();
    if newest.is_empty() {
        refuse!("there is no run {id}; there has been none yet");
    }
    refuse!("there is no run {id}; `rollcall runs` lists them, the newest are{newest}")
}

/// The run that a person wants to take back: for `last` the newest one that has changed accounts, not a dry run of the undo.
pub(crate) async fn run_to_undo(api: &Api, id: &RunId) -> Result<Value> {
    if id.as_str() != LAST {
        return run(api, id).await;
    }
    let runs = api.all(&RUNS, &[]).await?;
    let has_changed = |run: &Value| {
        run["dry_run"] == false && run["summary"]["writes"].as_u64().is_some_and(|writes| writes > 0)
    };
    match runs.into_iter().find(has_changed) {
        Some(run) => Ok(run),
        None => refuse!("no run has changed an account yet"),
    }
}

/// The id of the run that a person named.
pub(crate) async fn run_id(api: &Api, named: &RunId) -> Result<RunId> {
    let run = run(api, named).await?;
    Ok(RunId::parse(run["id"].as_str().unwrap_or_default())?)
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

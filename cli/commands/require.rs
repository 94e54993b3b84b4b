//! What a person named and what must exist: where it does not, the error says what does.

use crate::api::{ACCOUNTS, Api, RUNS};
use crate::installation::Installation;
use crate::show::render;
use crate::usage_error::refuse;
use anyhow::Result;
use rollcall_config::Config;
use rollcall_core::outcome::Outcome;
use rollcall_sync::store::RunId;
use serde_json::Value;
use std::collections::BTreeSet;

/// What stands for no source where a source is asked for.
pub(crate) const LOCAL: &str = "local";

/// So many people are named who may be meant.
const PEOPLE_SHOWN: &str = "5";

/// What stands for the newest run.
pub(crate) const LAST: &str = "last";

/// A shorter beginning of an id is more likely a mistake.
const PREFIX_CHARS_MIN: usize = 4;

/// So many runs are listed.
const RUNS_SHOWN: &str = "5";

/// The id of the account of a person: of this username, however it is spelt, or else the only one with this key, address,
/// name or id (rule 67).
pub(crate) async fn account(api: &Api, installation: &Installation, person: &str) -> Result<String> {
    match look_up(api, installation, person).await? {
        Ok(id) => Ok(id),
        Err(why) => refuse!("{why}"),
    }
}

/// Who is meant by a text that is nobody's username, match key or id: the id of the account of this name or address. Of
/// whom nothing is known, says who is meant instead, and gives the text.
pub(crate) async fn person(api: &Api, installation: &Installation, person: &str) -> Result<String> {
    match look_up(api, installation, person).await? {
        Ok(id) => Ok(id),
        Err(why) => {
            render::note(&why);
            Ok(person.to_owned())
        }
    }
}

/// The id of the account that is meant, or why none is.
async fn look_up(api: &Api, installation: &Installation, person: &str) -> Result<Result<String, String>> {
    let text = person.trim();
    if text.is_empty() {
        return Ok(Err(format!(
            "the username is empty; {} looks for people",
            installation.command("find TEXT")
        )));
    }
    let found = api.get("/find", &[("text", text), ("limit", PEOPLE_SHOWN)]).await?;
    if let Some(id) = found["exact"]["id"].as_str() {
        return Ok(Ok(id.to_owned()));
    }
    let named = |list: &str| found[list].as_array().into_iter().flatten().map(in_words).collect::<Vec<_>>();
    let (fits, alike) = (named("accounts"), named("alike"));
    let meant = match (fits.as_slice(), alike.as_slice()) {
        ([], []) => String::new(),
        ([], [one]) => format!("; did you mean {one}?"),
        ([], alike) => format!("; did you mean one of these?\n  {}", alike.join("\n  ")),
        (fits, _) => {
            let more = if found["more"] == true { "\n  and more" } else { "" };
            format!("; these begin so, give the username of one:\n  {}{more}", fits.join("\n  "))
        }
    };
    let hint = match meant.is_empty() {
        true => format!("; {} looks for people", installation.command("find TEXT")),
        false => meant,
    };
    Ok(Err(format!("there is no account with the username {text:?}{hint}")))
}

/// `"leila.rahimi" (Leila Rahimi)`
fn in_words(account: &Value) -> String {
    let username = account["username"].as_str().unwrap_or_default();
    let name = account["name"].as_str().map(|name| format!(" ({name})")).unwrap_or_default();
    format!("{username:?}{name}")
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

/// The run that a person wants to take back: for `last` the newest one that has changed accounts, and is no undo itself. Where
/// that was taken back, nothing is meant: neither to do it again, nor the run before it. Both are named by their ids.
pub(crate) async fn run_to_undo(api: &Api, id: &RunId) -> Result<Value> {
    if id.as_str() != LAST {
        return run(api, id).await;
    }
    let has_changed = |run: &Value| {
        run["dry_run"] == false
            && run["undoes"].is_null()
            && run["summary"]["writes"].as_u64().is_some_and(|writes| writes > 0)
    };
    match api.first_where(&RUNS, has_changed).await? {
        Some(run) if run["undone"].is_null() => Ok(run),
        Some(run) => refuse!(
            "the newest run that changed accounts, {}, was taken back already; name another one, `rollcall runs` lists them",
            run["id"].as_str().unwrap_or_default()
        ),
        None => refuse!("no run has changed an account yet"),
    }
}

/// The run that an undo of this one most likely means, where this one has only put the earlier file back: the run that read the
/// file before, or the one that approved what that held.
pub(crate) async fn run_meant_in_its_place(api: &Api, run: &Value) -> Result<Option<Value>> {
    let Some(id) = run["put_away"].as_str() else { return Ok(None) };
    let Some(wrong) = api.find(&format!("/runs/{id}")).await? else { return Ok(None) };
    let approval = match wrong["settled"]["how"] == "approved" {
        true => api.find(&format!("/runs/{}", wrong["settled"]["run"].as_str().unwrap_or_default())).await?,
        false => None,
    };
    let can_be_undone = |run: &Value| {
        run["undone"].is_null() && run["summary"]["writes"].as_u64().is_some_and(|writes| writes > 0)
    };
    Ok([approval, Some(wrong)].into_iter().flatten().find(can_be_undone))
}

/// The run whose held part a person wants to be applied: for `last` the newest that holds something and is not settled.
pub(crate) async fn run_to_approve(api: &Api, id: &RunId) -> Result<Value> {
    if id.as_str() != LAST {
        return run(api, id).await;
    }
    let holds = |run: &Value| {
        run["dry_run"] == false
            && run["settled"].is_null()
            && run["summary"]["counts"][Outcome::Held.as_str()].as_u64().is_some_and(|held| held > 0)
    };
    match api.first_where(&RUNS, holds).await? {
        Some(run) => Ok(run),
        None => refuse!("no run holds anything that waits for a decision; `rollcall runs` lists them"),
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

/// The source that a file is sent for: the one that is named, or the only one that is configured.
pub(crate) async fn file_source(api: &Api, named: Option<&str>) -> Result<String> {
    if let Some(name) = named {
        return Ok(name.to_owned());
    }
    let answer = api.get("/sources", &[]).await?;
    let sources = answer["sources"].as_array().into_iter().flatten();
    let configured = sources.filter(|source| source["configured"] == true);
    let names: Vec<&str> = configured.filter_map(|source| source["name"].as_str()).collect();
    match names.as_slice() {
        [one] => Ok((*one).to_owned()),
        names => refuse!("say with --source which source the file is for: {}", names.join(", ")),
    }
}

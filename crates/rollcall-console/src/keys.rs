//! The page before a configuration takes the accounts of a source out of sight (rule 29b): another match field finds none of
//! them, and a source of another name owns none of them. Below the page of the configuration.

use crate::Request;
use crate::api::{Api, Call};
use crate::calls::{get, good};
use crate::confirm::Confirm;
use crate::model::{Configuration, Run, Runs, Sources, Started};
use crate::refused::Refused;
use crate::words::several;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::BTreeSet;

/// How many runs are looked at for a dry run with the text.
const RUNS: &str = "100";

/// The page that asks, where a source that has accounts would have another match field or name; none where there is nothing to
/// ask. A text with mistakes, or one that somebody else was quicker than, is refused by the API.
pub(crate) async fn ask(
    (text, version): (&str, &str),
    request: &Request,
    api: &dyn Api,
) -> Result<Option<Confirm>, Refused> {
    let stored: Configuration = get(api, "/configuration", &[]).await?;
    if stored.version != version {
        return Ok(None);
    }
    // What the API refuses here it refuses where the text is put in force, too, and the form says why.
    let checked = ask_api(api, "/configuration/check", Vec::new(), json!({ "text": text }).to_string()).await;
    let Ok(Checked { out_of_sight, version: candidate }) = checked else { return Ok(None) };
    if out_of_sight.is_empty() {
        let tried = dry_runs_with(&candidate, api).await;
        return Ok(ask_of_dry_runs(&tried, (text, version), request));
    }
    // Who may not see the sources may not change them either; the API says so.
    let Ok(sources) = get::<Sources>(api, "/sources", &[]).await else { return Ok(None) };
    let path = "/console/configuration";
    let mut confirm = Confirm::new("configuration", "Put this configuration in force?", path, request);
    for Lost { source: name, why } in out_of_sight {
        let known = sources.sources.iter().find(|source| source.name == name);
        let people = known.map_or(0, |source| source.active + source.waiting);
        if people == 0 {
            continue;
        }
        let accounts = several(people, "account", "accounts");
        match why {
            Why::OtherMatchField => {
                confirm.sentences.push(format!(
                    "{name} has {accounts}, and finds its people by another match field then. An account whose key is not found \
                     counts as one whose person has left."
                ));
                match dry_run(&name, text, api).await {
                    Ok(run) => confirm.links.push((
                        format!("/console/runs/{run}"),
                        format!("What the next run of {name} would do (a dry run)"),
                    )),
                    Err(refused) if refused.status == 422 => return Ok(None),
                    Err(refused) => return Err(refused),
                }
            }
            Why::NoSource => confirm.sentences.push(format!(
                "No source is called {name} any more. Its {accounts} are read by nobody then, and keep their seats. If it has another \
                 name now, rename it on the overview afterwards; if it is gone, retire it there."
            )),
        }
    }
    // Whoever takes accounts out of sight looks first: no button syncs at once.
    sure(&mut confirm, text, version, []);
    Ok(Some(confirm).filter(|confirm| !confirm.sentences.is_empty()))
}

/// What the form sends that puts the text in force; and the buttons that sync a source with it at once.
fn sure<'a>(confirm: &mut Confirm, text: &str, version: &str, sources: impl IntoIterator<Item = &'a str>) {
    confirm.hidden =
        vec![("sure", String::from("1")), ("version", version.to_owned()), ("text", text.to_owned())];
    confirm.button = String::from("Put it in force");
    let sync = |name: &str| ("sync", name.to_owned(), format!("Put it in force and sync {name} now"));
    confirm.also = sources.into_iter().map(sync).collect();
}

/// The newest dry run of each source that was made with this version and has come to its end.
async fn dry_runs_with(version: &str, api: &dyn Api) -> Vec<Run> {
    let Ok(Runs { runs, .. }) = get(api, "/runs", &[("limit", RUNS)]).await else { return Vec::new() };
    let is_of = |run: &Run| run.status == "dry_run" && run.candidate.as_deref() == Some(version);
    let mut seen = BTreeSet::new();
    runs.into_iter().filter(is_of).filter(|run| seen.insert(run.source.clone())).collect()
}

/// The page that asks, where dry runs have shown that the text would change people.
fn ask_of_dry_runs(tried: &[Run], (text, version): (&str, &str), request: &Request) -> Option<Confirm> {
    let path = "/console/configuration";
    let mut confirm = Confirm::new("configuration", "Put this configuration in force?", path, request);
    for run in tried {
        let Some(summary) = run.summary.as_ref().filter(|summary| summary.would_change() > 0) else {
            continue;
        };
        confirm.sentences.push(format!(
            "The next run of {} would change {}, as a dry run with this text has shown: {}",
            run.source,
            several(summary.would_change(), "account", "accounts"),
            summary.in_words(true)
        ));
        confirm.links.push((
            format!("/console/runs/{}", run.id),
            format!("What the next run of {} would do (a dry run)", run.source),
        ));
    }
    let changed = tried.iter().filter(|run| run.summary.as_ref().is_some_and(|one| one.would_change() > 0));
    sure(&mut confirm, text, version, changed.map(|run| run.source.as_str()));
    Some(confirm).filter(|confirm| !confirm.sentences.is_empty())
}

/// Begins a dry run of a source with the text, and says which run it is.
async fn dry_run(source: &str, text: &str, api: &dyn Api) -> Result<String, Refused> {
    let query = vec![(String::from("source"), source.to_owned())];
    let Started { run, .. } = ask_api(api, "/configuration/dry-run", query, text.to_owned()).await?;
    Ok(run)
}

async fn ask_api<T: DeserializeOwned>(
    api: &dyn Api,
    path: &str,
    query: Vec<(String, String)>,
    body: String,
) -> Result<T, Refused> {
    let call = Call { method: "POST", path: path.to_owned(), query, body: Some(body), ..Call::default() };
    let answer = good(api.call(call).await)?;
    serde_json::from_str(&answer.body).map_err(|error| Refused::unreadable(&error))
}

/// What the API says of a text, as far as the page needs it.
#[derive(Deserialize)]
struct Checked {
    out_of_sight: Vec<Lost>,
    /// The version that the text would have.
    version: String,
}

/// A source whose accounts would not be found.
#[derive(Deserialize)]
struct Lost {
    source: String,
    why: Why,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Why {
    NoSource,
    OtherMatchField,
}

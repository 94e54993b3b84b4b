//! The page before a configuration takes the accounts of a source out of sight (rule 29b): another match field finds none of
//! them, and a source of another name owns none of them. Below the page of the configuration.

use crate::Request;
use crate::api::{Api, Call};
use crate::calls::{get, good};
use crate::confirm::Confirm;
use crate::model::{Configuration, Sources, Started};
use crate::refused::Refused;
use crate::words::several;
use std::collections::BTreeMap;

/// The page that asks, where a source that has accounts would have another match field or name; none where there is nothing to
/// ask. A text with mistakes, or one that somebody else was quicker than, is refused by the API.
pub(crate) async fn ask(
    (text, version): (&str, &str),
    request: &Request,
    api: &dyn Api,
) -> Result<Option<Confirm>, Refused> {
    let stored: Configuration = get(api, "/configuration", &[]).await?;
    let (Some(old), Some(new)) = (keys_of(&stored.text), keys_of(text)) else { return Ok(None) };
    if stored.version != version || old.iter().all(|(name, key)| new.get(name) == Some(key)) {
        return Ok(None);
    }
    // Who may not see the sources may not change them either; the API says so.
    let Ok(sources) = get::<Sources>(api, "/sources", &[]).await else { return Ok(None) };
    let path = "/console/configuration";
    let mut confirm = Confirm::new("configuration", "Put this configuration in force?", path, request);
    for source in sources.sources {
        let people = source.active + source.waiting;
        let Some(key) = old.get(&source.name).filter(|_| people > 0) else { continue };
        let (name, accounts) = (&source.name, several(people, "account", "accounts"));
        match new.get(name) {
            Some(after) if after == key => {}
            Some(after) => {
                confirm.sentences.push(format!(
                    "{name} has {accounts}, and finds its people by {after:?} then, no longer by {key:?}. An account whose key is not found \
                     counts as one whose person has left."
                ));
                match dry_run(name, text, api).await {
                    Ok(run) => confirm.links.push((
                        format!("/console/runs/{run}"),
                        format!("What the next run of {name} would do (a dry run)"),
                    )),
                    Err(refused) if refused.status == 422 => return Ok(None),
                    Err(refused) => return Err(refused),
                }
            }
            None => confirm.sentences.push(format!(
                "No source is called {name} any more. Its {accounts} are read by nobody then, and keep their seats. If it has another \
                 name now, rename it on the overview afterwards; if it is gone, retire it there."
            )),
        }
    }
    confirm.hidden =
        vec![("sure", String::from("1")), ("version", version.to_owned()), ("text", text.to_owned())];
    confirm.button = String::from("Put it in force");
    Ok(Some(confirm).filter(|confirm| !confirm.sentences.is_empty()))
}

/// By what each source finds its people, by the sources' names; none where the text has none.
fn keys_of(text: &str) -> Option<BTreeMap<String, String>> {
    let configuration: toml::Table = text.parse().ok()?;
    let sources = configuration.get("source")?.as_array()?.iter();
    let word = |source: &toml::Value, name: &str| Some(source.get(name)?.as_str()?.to_owned());
    let keys = sources
        .filter_map(|source| Some((word(source, "name")?, word(source, "match_field").unwrap_or_default())));
    Some(keys.collect())
}

/// Begins a dry run of a source with the text, and says which run it is.
async fn dry_run(source: &str, text: &str, api: &dyn Api) -> Result<String, Refused> {
    let call = Call {
        method: "POST",
        path: String::from("/configuration/dry-run"),
        query: vec![(String::from("source"), source.to_owned())],
        body: Some(text.to_owned()),
        ..Call::default()
    };
    let answer = good(api.call(call).await)?;
    let started: Started = serde_json::from_str(&answer.body).map_err(|error| Refused::unreadable(&error))?;
    Ok(started.run)
}

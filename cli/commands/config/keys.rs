//! What a person sees and confirms before a configuration takes the accounts of a source out of sight (rule 29b): another match
//! field finds none of them, and a source of another name owns none of them.

use crate::api::Api;
use crate::commands::{follow, runs};
use crate::events;
use crate::installation::Installation;
use crate::show::confirm::confirm;
use crate::show::render;
use anyhow::{Context as _, Result};
use rollcall_config::{Config, OutOfSight, SourceConfig};
use rollcall_core::source::SourceName;
use serde_json::Value;

/// Shows what happens to sources that have accounts, and asks. `false` where the person says no. A configuration with mistakes
/// is refused by the API.
pub(super) async fn are_confirmed(
    installation: &Installation,
    api: &Api,
    old: &str,
    new: &[u8],
    is_yes: bool,
) -> Result<bool> {
    let (Ok(old), Ok(text)) = (Config::parse(old), std::str::from_utf8(new)) else { return Ok(true) };
    let Ok(next) = Config::parse(text) else { return Ok(true) };
    if is_yes {
        return Ok(true);
    }
    let sources = api.get("/sources", &[]).await?;
    for (source, why) in old.out_of_sight(&next) {
        let name = source.as_str();
        let people = people_of(&sources, name);
        if people == 0 {
            continue;
        }
        let question = match why {
            OutOfSight::NoSource => {
                let new_name = old.likely_new_name(&next).map_or("NEW", SourceName::as_str);
                render::note(&format!(
                    "no source is called {name} any more. Its {} are read by nobody then, and keep their seats. If it has \
                     another name now: rollcall source rename {name} {new_name}; if it is gone: rollcall source retire {name}",
                    render::several(people, "account", "accounts")
                ));
                format!("take the source {name} out of the configuration")
            }
            OutOfSight::OtherMatchField => {
                let key =
                    |config: &Config| config.source(name).map(SourceConfig::key_in_words).unwrap_or_default();
                render::note(&format!(
                    "{name} finds people by another match field then: by {}, and by {} until now. This is what its next run \
                     would do:",
                    key(&next),
                    key(&old)
                ));
                show_plan(installation, api, name, new).await?;
                format!("give {name} another match field")
            }
        };
        if !confirm(&question, people, false)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Active and waiting accounts of a source.
fn people_of(sources: &Value, name: &str) -> u64 {
    let sources = sources["sources"].as_array().map(Vec::as_slice).unwrap_or_default();
    let source = sources.iter().find(|source| source["name"] == name);
    source.map_or(0, |source| ["active", "waiting"].iter().filter_map(|count| source[*count].as_u64()).sum())
}

/// A dry run with the new configuration.
async fn show_plan(installation: &Installation, api: &Api, name: &str, text: &[u8]) -> Result<()> {
    let started = api.post_text("/configuration/dry-run", &[("source", name)], text.to_vec()).await?;
    if let Api::Here(local) = api {
        events::drain(&local.shell).await?;
    }
    let id = started["run"].as_str().context("the API did not say which run it is")?;
    let run = follow::ended(api, id).await?;
    if !installation.json {
        runs::show(installation, &run, &runs::parse(&run)?)?;
    }
    Ok(())
}

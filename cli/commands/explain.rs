//! `rollcall explain` and `rollcall waiting`: why somebody is blocked, what would change that, and who is next (rules
//! 13, 33). Over the API, here or deployed.

use crate::api::{Api, WAITING};
use crate::commands::require;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::listed::Listed;
use crate::show::listing::{Ends, Listing};
use crate::show::{render, words};
use anyhow::Result;
use clap::Args;
use serde_json::Value;

/// So many entries are shown of somebody who has no account.
const OBSERVED: &str = "10";

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Username of the account; or the whole name, address, key or id of one person.
    user: String,
}

#[derive(Debug, Args)]
pub(crate) struct WaitingOptions {
    /// Only of this source.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    #[command(flatten)]
    ends: Ends,
    #[command(flatten)]
    listing: Listing,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let api = Api::look(installation).await?;
    let id = require::account(&api, installation, &options.user).await;
    // Who has no account may still be in the directory: the last runs have said why (rule 62).
    if id.is_err() && show_observed(installation, &api, &options.user).await? {
        return Ok(Exit::Done);
    }
    let id = id?;
    let account = api.get(&format!("/accounts/{id}"), &[]).await?;
    if installation.json {
        render::json(&account)?;
        return Ok(Exit::Done);
    }
    let explanation = &account["explanation"];
    let state = words::state(&account);
    let name = account["name"].as_str().map(|name| format!(" ({name})")).unwrap_or_default();
    render::say(&format!("{}{name}: {state}", text(&account["username"])));
    render::say(&format!("  {}", text(&explanation["why"])));
    for next in explanation["next"].as_array().into_iter().flatten() {
        render::say(&format!("  {}", text(next)));
    }
    Ok(Exit::Done)
}

/// Shows what the last runs have observed of somebody who has no account. `false` where they have not seen anybody of this
/// name.
async fn show_observed(installation: &Installation, api: &Api, person: &str) -> Result<bool> {
    let page = api.get("/audit", &[("user", person), ("limit", OBSERVED)]).await?;
    let entries = page["entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    if entries.is_empty() {
        return Ok(false);
    }
    if installation.json {
        render::json(&serde_json::json!({ "account": null, "entries": entries }))?;
        return Ok(true);
    }
    render::say(&format!("{person}: no account"));
    for entry in entries {
        let line = entry["line"].as_u64().map(|line| format!(", line {line}")).unwrap_or_default();
        let reason = entry["reason"].as_str().map(|reason| format!(": {reason}")).unwrap_or_default();
        let outcome = words::outcome(&text(&entry["outcome"]), false);
        render::say(&format!("  {}{line}: {outcome}{reason}", words::moment(&text(&entry["at"]))));
    }
    Ok(true)
}

pub(crate) async fn waiting(installation: &Installation, options: &WaitingOptions) -> Result<Exit> {
    let api = Api::look(installation).await?;
    let source = options.source.as_deref().map(|source| ("source", source));
    let filters: Vec<_> = source.into_iter().chain(options.ends.order()).collect();
    let mut listed = Listed::begin(installation.json);
    api.in_blocks(&WAITING, &filters, options.listing.most(), |waiting, _| {
        let headings = vec!["PLACE", "USERNAME", "NAME", "SINCE (UTC)", "SOURCE", "MATCH KEY"];
        listed.show(waiting, headings, row)
    })
    .await?;
    listed.end("nobody waits for a seat");
    Ok(Exit::Done)
}

fn row(waiting: &Value) -> Vec<String> {
    let account = &waiting["account"];
    vec![
        match (waiting["place"].as_u64(), waiting["more_than"].as_u64()) {
            (Some(place), _) => render::number(place),
            (None, before) => {
                before.map(|before| format!("over {}", render::number(before))).unwrap_or_default()
            }
        },
        text(&account["username"]),
        text(&account["name"]),
        words::second(&text(&account["since"])),
        text(&waiting["source"]),
        text(&account["match_key"]),
    ]
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

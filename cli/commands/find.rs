//! `rollcall find`: people by their name, address, username, key or id (rule 67).

use crate::api::Api;
use crate::commands::require::LOCAL;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::{render, words};
use anyhow::Result;
use clap::Args;
use serde_json::Value;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// A username, a name, an e-mail address, a match key or an id, or words with which those begin.
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let api = Api::look(installation).await?;
    let text = options.text.join(" ");
    let found = api.get("/find", &[("text", &text), ("limit", "100")]).await?;
    if installation.json {
        render::json(&found)?;
        return Ok(Exit::Done);
    }
    let headings = ["USERNAME", "NAME", "E-MAIL", "STATE", "SOURCE", "MATCH KEY"];
    let people = |list: &str| found[list].as_array().cloned().unwrap_or_default();
    let alike = people("alike");
    let empty = match alike.is_empty() {
        true => format!("nobody has {text:?} in their name, address, username, key or id"),
        false => format!("nobody has {text:?} in their name, address, username, key or id; like it:"),
    };
    render::table(&headings, people("accounts").iter().map(row), &empty);
    if !alike.is_empty() {
        render::table(&headings, alike.iter().map(row), "");
    }
    if let Some(exact) = found["exact"]["username"].as_str() {
        if people("accounts").len() > 1 {
            render::note(&format!("{exact} is meant by the whole text; the others fit, too"));
        }
    } else if found["more"] == true {
        render::note("there may be more; a longer text says whom you mean");
    }
    Ok(Exit::Done)
}

fn row(account: &Value) -> Vec<String> {
    let text = |name: &str| account[name].as_str().unwrap_or_default().to_owned();
    let state = words::state(account);
    let source = account["source"].as_str().unwrap_or(LOCAL).to_owned();
    vec![text("username"), text("name"), text("email"), state, source, text("match_key")]
}

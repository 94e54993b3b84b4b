//! `rollcall seat`: gives somebody who waits a seat out of order, a free one or another person's (rule 60).

use crate::api::Api;
use crate::commands::{accounts, require};
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::render;
use anyhow::Result;
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Who gets the seat: the username, or the whole name, address, key or id of one person.
    user: String,
    /// Whose seat it is to be. They wait from then on. Without it, a seat must be free.
    #[arg(long, value_name = "OTHER")]
    from: Option<String>,
    /// Why, for the record: everybody can read it.
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// Take even the seat of the last active administrator. Only a sysadmin may; nobody can administer the application then.
    #[arg(long, requires = "from")]
    even_last_admin: bool,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let api = Api::open(installation).await?;
    let id = require::account(&api, installation, &options.user).await?;
    let from = match &options.from {
        Some(other) => Some(require::account(&api, installation, other).await?),
        None => None,
    };
    let mut body = json!({ "from": from, "why": options.why });
    if options.even_last_admin {
        body["even_last_admin"] = json!(true);
    }
    let answer = api.act("POST", &format!("/accounts/{id}/seat"), &body).await?;
    let shown = accounts::show(installation, &answer)?;
    if !installation.json {
        if answer["from"].is_object() {
            accounts::show(installation, &answer["from"])?;
        }
        let username = answer["username"].as_str().unwrap_or_default();
        let undo = installation.command(&format!("undo --account {username}"));
        render::say(&format!("to take it back: {undo}"));
    }
    Ok(shown)
}

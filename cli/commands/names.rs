//! `rollcall rename` and `rollcall rekey`: how an account is known.

use crate::api::Api;
use crate::commands::accounts::show;
use crate::commands::require;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::render;
use anyhow::Result;
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub(crate) struct RenameOptions {
    /// Username of the account; its person has left.
    pub(crate) user: String,
    /// The username that it gets.
    pub(crate) new: String,
}

#[derive(Debug, Args)]
pub(crate) struct RekeyOptions {
    /// Username of the account.
    pub(crate) user: String,
    /// The key of the same person in the directory, as the match field has it.
    pub(crate) key: String,
}

pub(crate) async fn rename(installation: &Installation, options: &RenameOptions) -> Result<Exit> {
    let api = Api::open(installation).await?;
    let id = require::account(&api, installation, &options.user).await?;
    let body = json!({ "username": options.new });
    let account = api.act("POST", &format!("/accounts/{id}/rename"), &body).await?;
    let exit = show(installation, &account)?;
    if !installation.json {
        render::say(&format!(
            "{:?} is free: the next run gives it to a person who asks for it ({})",
            options.user,
            installation.command("sync")
        ));
    }
    Ok(exit)
}

pub(crate) async fn rekey(installation: &Installation, options: &RekeyOptions) -> Result<Exit> {
    let api = Api::open(installation).await?;
    let id = require::account(&api, installation, &options.user).await?;
    let before = api.get(&format!("/accounts/{id}"), &[]).await?;
    let body = json!({ "match_key": options.key });
    let account = api.act("POST", &format!("/accounts/{id}/rekey"), &body).await?;
    let exit = show(installation, &account)?;
    if !installation.json {
        render::say(&format!(
            "the match key was {:?} and is {:?}: the next run of {} finds it by that ({})",
            before["match_key"].as_str().unwrap_or_default(),
            account["match_key"].as_str().unwrap_or_default(),
            account["source"].as_str().unwrap_or_default(),
            installation.command("sync")
        ));
    }
    Ok(exit)
}

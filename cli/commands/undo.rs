//! `rollcall undo`: takes back what a run did to accounts, or to one of them; without a run, what a person did to one account
//! (rule 58).

use crate::api::Api;
use crate::commands::follow::{self, Shown};
use crate::commands::{accounts, require};
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::confirm::{PEOPLE_TYPED_FROM, confirm};
use crate::show::render;
use anyhow::{Context as _, Result};
use clap::Args;
use rollcall_sync::store::RunId;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The run, by its id, the beginning of its id, or `last`: the newest that has changed accounts.
    #[arg(value_parser = |text: &str| RunId::parse(text), required_unless_present = "account")]
    run: Option<RunId>,
    /// Only this person's account, by its username as it is now. Without a run, the newest change of a person: a block, the
    /// lifting of one, or a seat that was given.
    #[arg(long, value_name = "USERNAME")]
    account: Option<String>,
    /// Show who would go back and who would not, and change nothing. Without a run: what the account would be.
    #[arg(long)]
    dry_run: bool,
    /// Take back what a run did to many people without a question.
    #[arg(long, requires = "run")]
    yes: bool,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let api = Api::open(installation).await?;
    let Some(run) = &options.run else {
        let username = options.account.as_deref().unwrap_or_default();
        let id = require::account(&api, installation, username).await?;
        let body = if options.dry_run { json!({ "dry_run": true }) } else { json!({}) };
        let account = api.act("POST", &format!("/accounts/{id}/undo"), &body).await?;
        if options.dry_run {
            render::note("dry run: nothing was changed; after the undo it would be so:");
        }
        return accounts::show(installation, &account);
    };
    let run = require::run_to_undo(&api, run).await?;
    let id = run["id"].as_str().context("the API did not say which run it is")?;
    let account = match &options.account {
        Some(username) => Some(require::account(&api, installation, username).await?),
        None => None,
    };
    let is_last = options.run.as_ref().is_some_and(|named| named.as_str() == require::LAST);
    if is_last && !is_meant(installation, &api, &run, options).await? {
        render::note("nothing was changed");
        return Ok(Exit::Usage);
    }
    // As in the console, for so many people (rule 68).
    let changed = run["summary"]["writes"].as_u64().unwrap_or(0);
    if !options.dry_run && account.is_none() && changed > PEOPLE_TYPED_FROM {
        let what =
            format!("take back what run {id} did to {}", render::several(changed, "account", "accounts"));
        if !confirm(&what, changed, options.yes)? {
            render::note("nothing was changed");
            return Ok(Exit::Usage);
        }
    }
    let body = json!({ "dry_run": options.dry_run, "account": account });
    let answer = api.act("POST", &format!("/runs/{id}/undo"), &body).await?;
    follow::to_its_end(installation, &api, &answer, Shown::Some).await
}

/// Whether the last run is meant. One that has only put the earlier file back is most likely not: what was done wrong, the
/// run did that read the file before.
async fn is_meant(installation: &Installation, api: &Api, run: &Value, options: &Options) -> Result<bool> {
    let Some(wrong) = require::run_meant_in_its_place(api, run).await? else { return Ok(true) };
    let (id, wrong) = (text(run), text(&wrong));
    let undo = installation.command(&format!("undo {wrong} --dry-run"));
    render::note(&format!(
        "run {id} only put the earlier file back. Most likely run {wrong} is meant, which read the file before:\n  {undo}"
    ));
    if options.dry_run {
        return Ok(true);
    }
    confirm(&format!("take back run {id}, which put the earlier file back"), 0, options.yes)
}

fn text(run: &Value) -> &str {
    run["id"].as_str().unwrap_or_default()
}

//! `rollcall block` and `unblock`: what a person decides about one account, or about several (rules 15, 59, 68).

use crate::api::Api;
use crate::commands::{accounts, require};
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::confirm::confirm;
use crate::show::render;
use anyhow::{Context as _, Result};
use clap::Args;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(crate) struct BlockOptions {
    /// Username of the account; or the whole name, address, key or id of one person. Several people are blocked after a
    /// question.
    #[arg(required = true, value_name = "USER")]
    users: Vec<String>,
    /// Why, for the record.
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Block even the last active administrator. Only a sysadmin may; nobody can administer the application then.
    #[arg(long)]
    even_last_admin: bool,
    /// Block several without a question.
    #[arg(long)]
    yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct UnblockOptions {
    /// Username of the account; or the whole name, address, key or id of one person. Or several.
    #[arg(required = true, value_name = "USER")]
    users: Vec<String>,
}

pub(crate) async fn block(installation: &Installation, options: &BlockOptions) -> Result<Exit> {
    let api = Api::open(installation).await?;
    let people = people(&api, installation, &options.users).await?;
    let count = people.len() as u64;
    if count > 1 {
        people.iter().for_each(|(_, user)| render::note(user));
        if !confirm(&format!("block these {} people", render::number(count)), count, options.yes)? {
            render::note("nothing was changed");
            return Ok(Exit::Usage);
        }
    }
    let mut body = json!({ "why": options.why });
    if options.even_last_admin {
        body["even_last_admin"] = json!(true);
    }
    act(&api, installation, &people, "block", &body).await
}

pub(crate) async fn unblock(installation: &Installation, options: &UnblockOptions) -> Result<Exit> {
    let api = Api::open(installation).await?;
    let people = people(&api, installation, &options.users).await?;
    act(&api, installation, &people, "unblock", &json!({})).await
}

/// The ids of the accounts that are meant, each once, and as what they were named. Nothing is done where one of them is not
/// known.
async fn people<'u>(
    api: &Api,
    installation: &Installation,
    users: &'u [String],
) -> Result<Vec<(String, &'u str)>> {
    let mut people: Vec<(String, &str)> = Vec::new();
    for user in users {
        let id = require::account(api, installation, user).await?;
        if people.iter().all(|(known, _)| *known != id) {
            people.push((id, user));
        }
    }
    Ok(people)
}

/// Does it to one after the other, and shows what became of each. The first that is refused ends it.
async fn act(
    api: &Api,
    installation: &Installation,
    people: &[(String, &str)],
    what: &str,
    body: &Value,
) -> Result<Exit> {
    let mut all = Vec::new();
    for (done, (id, _)) in people.iter().enumerate() {
        let answer = api.act("POST", &format!("/accounts/{id}/{what}"), body).await;
        let account = match people.len() {
            1 => answer?,
            many => answer
                .with_context(|| format!("{done} of {many} {} done", if done == 1 { "is" } else { "are" }))?,
        };
        if installation.json {
            all.push(account);
        } else {
            accounts::show(installation, &account)?;
        }
    }
    match (installation.json, all.as_slice()) {
        (true, [one]) => render::json(one)?,
        (true, all) => render::json(&all)?,
        (false, _) => {}
    }
    Ok(Exit::Done)
}

//! `rollcall accounts`, `block`, `unblock` and `local add`: the account records, and what people do to single ones.

use crate::known::{self, LOCAL};
use crate::local::{Local, Place};
use crate::{Exit, drive, render};
use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use rollcall_api::accounts::list::Filter;
use rollcall_api::accounts::{administer, list as account_list};
use rollcall_api::json as view;
use rollcall_core::fields::{FieldName, Fields};
use serde_json::Value;

/// Accounts read at once.
const PAGE_ACCOUNTS: usize = 200;

#[derive(Debug, Args)]
pub(crate) struct ListOptions {
    /// Only in this state.
    #[arg(long)]
    state: Option<StateWord>,
    /// Only blocked for this reason.
    #[arg(long)]
    reason: Option<ReasonWord>,
    /// Only of this source; `local` for local accounts.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only those whose username begins so.
    #[arg(long, value_name = "BEGINNING")]
    text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum StateWord {
    /// May log in, holds a seat.
    Active,
    /// May not log in, holds none.
    Blocked,
}

/// Why an account is blocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum ReasonWord {
    /// Waits for a seat.
    NoSeat,
    /// No longer in the groups or the file.
    LeftScope,
    /// Disabled in the directory.
    DisabledInDirectory,
    /// Blocked by a person.
    ByAdmin,
}

impl ReasonWord {
    /// The word that is stored and shown.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NoSeat => "no_seat",
            Self::LeftScope => "left_scope",
            Self::DisabledInDirectory => "disabled_in_directory",
            Self::ByAdmin => "by_admin",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct BlockOptions {
    /// Username of the account.
    pub(crate) user: String,
    /// Why, for the record.
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct UnblockOptions {
    /// Username of the account.
    pub(crate) user: String,
}

#[derive(Debug, Args)]
pub(crate) struct LocalOptions {
    #[command(subcommand)]
    pub(crate) command: LocalCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    /// Make a local account, active from the start.
    Add {
        /// Its username.
        user: String,
        /// The person administers the application.
        #[arg(long)]
        admin: bool,
        /// A field and its value, as `email=ann@example.com`; may be given several times.
        #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = parse_field)]
        fields: Vec<(FieldName, String)>,
    },
}

fn parse_field(text: &str) -> Result<(FieldName, String)> {
    let (name, value) = text.split_once('=').ok_or_else(|| anyhow!("expected field=value"))?;
    Ok((FieldName::parse(name)?, value.to_owned()))
}

pub(crate) async fn list(place: &Place, options: &ListOptions) -> Result<Exit> {
    let local = Local::look(place).await?;
    if let Some(source) = &options.source {
        known::source(&local, source).await?;
    }
    let filter = options.filter();
    let (mut accounts, mut after) = (Vec::new(), None);
    loop {
        let page = account_list::list(&local.shell, &filter, after.as_deref(), PAGE_ACCOUNTS).await?;
        accounts.extend(page.accounts.iter().map(view::account));
        after = page.next;
        if after.is_none() {
            return show_list(place, options, &accounts);
        }
    }
}

/// Shows accounts.
pub(crate) fn show_list(place: &Place, options: &ListOptions, accounts: &[Value]) -> Result<Exit> {
    if place.json {
        render::json(&accounts)?;
        return Ok(Exit::Done);
    }
    let headings = ["USERNAME", "STATE", "REASON", "SINCE", "SOURCE", "MATCH KEY"];
    let empty = if options.query().is_empty() {
        format!("no accounts yet; begin with {}", place.command("sync FILE"))
    } else {
        String::from("no such accounts")
    };
    render::table(&headings, accounts.iter().map(row), &empty);
    Ok(Exit::Done)
}

pub(crate) async fn block(place: &Place, options: &BlockOptions) -> Result<Exit> {
    let local = Local::open(place).await?;
    let account =
        administer::block(&local.shell, &options.user, &drive::person(), options.why.as_deref()).await?;
    show(place, &view::account(&account))
}

pub(crate) async fn unblock(place: &Place, options: &UnblockOptions) -> Result<Exit> {
    let local = Local::open(place).await?;
    let account = administer::unblock(&local.shell, &options.user, &drive::person()).await?;
    show(place, &view::account(&account))
}

pub(crate) async fn local(place: &Place, options: LocalOptions) -> Result<Exit> {
    let local = Local::open(place).await?;
    let LocalCommand::Add { user, admin: is_admin, fields } = options.command;
    let fields: Fields = fields.into_iter().collect();
    let account = administer::add_local(&local.shell, &user, is_admin, fields, &drive::person())
        .await
        .context("no account was made")?;
    show(place, &view::account(&account))
}

impl ListOptions {
    /// The filters, as the API calls them.
    pub(crate) fn query(&self) -> Vec<(&'static str, &str)> {
        let state = self.state.map(|state| if state == StateWord::Active { "active" } else { "blocked" });
        let filters = [
            ("state", state),
            ("reason", self.reason.map(ReasonWord::as_str)),
            ("source", self.source.as_deref()),
            ("text", self.text.as_deref()),
        ];
        filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn filter(&self) -> Filter {
        Filter {
            is_active: self.state.map(|state| state == StateWord::Active),
            reason: self.reason.map(|reason| reason.as_str().to_owned()),
            owner: self.source.clone(),
            text: self.text.clone(),
        }
    }
}

/// Shows an account.
pub(crate) fn show(place: &Place, account: &Value) -> Result<Exit> {
    if place.json {
        render::json(account)?;
        return Ok(Exit::Done);
    }
    let state = match text(account, "state") {
        "active" => String::from("active"),
        state => format!("{state} since {}: {}", text(account, "since"), in_words(account)),
    };
    render::say(&format!("{} is {state}", text(account, "username")));
    Ok(Exit::Done)
}

/// The reason's word, what a person gave as theirs, and what lifting their block would give where that is no seat.
fn in_words(account: &Value) -> String {
    let word = text(account, "reason");
    if word != ReasonWord::ByAdmin.as_str() {
        return word.to_owned();
    }
    let why = account["why"].as_str().map(|why| format!(": {why}")).unwrap_or_default();
    let beneath = account["beneath"].as_str().filter(|beneath| *beneath != "active");
    let beneath = beneath.map(|beneath| format!(", else {beneath}")).unwrap_or_default();
    format!("{word} ({}{why}){beneath}", text(account, "set_by"))
}

fn row(account: &Value) -> Vec<String> {
    let source = account["source"].as_str().unwrap_or(LOCAL);
    let [username, state, since, key] =
        ["username", "state", "since", "match_key"].map(|name| text(account, name).to_owned());
    vec![username, state, in_words(account), since, source.to_owned(), key]
}

fn text<'a>(account: &'a Value, name: &str) -> &'a str {
    account[name].as_str().unwrap_or_default()
}

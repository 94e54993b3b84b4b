//! `rollcall accounts`, `block`, `unblock` and `local add`: the account records, and what people do to single ones.

use crate::known::{self, owner};
use crate::local::{Local, Place};
use crate::{Exit, drive, render};
use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use rollcall_core::account::{Account, AccountState, AdminBlock, Beneath, Block, BlockReason};
use rollcall_core::fields::{FieldName, Fields};
use rollcall_core::match_key::MatchKey;
use rollcall_core::source::SourceName;
use rollcall_sync::admin;
use rollcall_sync::store::show_time;
use serde_json::{Value, json};

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
    let local = Local::open(place).await?;
    if let Some(source) = &options.source {
        known::source(&local, source).await?;
    }
    let mut accounts = admin::all_accounts(&local.shell).await?;
    accounts.retain(|account| options.fits(account));
    accounts.sort_by(|a, b| order(a).cmp(&order(b)));
    if place.json {
        render::json(&accounts.iter().map(for_programs).collect::<Vec<_>>())?;
    } else {
        let headings = ["USERNAME", "STATE", "REASON", "SINCE", "SOURCE", "MATCH KEY"];
        let empty = if options.is_everything() {
            format!("no accounts yet; begin with {}", place.command("sync FILE"))
        } else {
            String::from("no such accounts")
        };
        render::table(&headings, accounts.iter().map(row), &empty);
    }
    Ok(Exit::Done)
}

pub(crate) async fn block(place: &Place, options: &BlockOptions) -> Result<Exit> {
    let local = Local::open(place).await?;
    let account = admin::block(&local.shell, &options.user, &drive::person(), options.why.as_deref()).await?;
    show(place, &account)
}

pub(crate) async fn unblock(place: &Place, options: &UnblockOptions) -> Result<Exit> {
    let local = Local::open(place).await?;
    let account = admin::unblock(&local.shell, &options.user, &drive::person()).await?;
    show(place, &account)
}

pub(crate) async fn local(place: &Place, options: LocalOptions) -> Result<Exit> {
    let local = Local::open(place).await?;
    let LocalCommand::Add { user, admin: is_admin, fields } = options.command;
    let fields: Fields = fields.into_iter().collect();
    let account = admin::add_local(&local.shell, &user, is_admin, fields, &drive::person())
        .await
        .context("no account was made")?;
    show(place, &account)
}

impl ListOptions {
    /// The filters, as the API calls them.
    pub(crate) fn query(&self) -> Vec<(&'static str, &str)> {
        let state = self.state.map(|state| if state == StateWord::Active { "active" } else { "blocked" });
        let filters = [
            ("state", state),
            ("reason", self.reason.map(ReasonWord::as_str)),
            ("source", self.source.as_deref()),
        ];
        filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    fn is_everything(&self) -> bool {
        self.state.is_none() && self.reason.is_none() && self.source.is_none()
    }

    fn fits(&self, account: &Account) -> bool {
        let block = account.state.block();
        let state = if block.is_none() { StateWord::Active } else { StateWord::Blocked };
        let has = |reason: ReasonWord| block.is_some_and(|block| reason.as_str() == block.reason.as_str());
        self.state.is_none_or(|wanted| wanted == state)
            && self.reason.is_none_or(has)
            && self.source.as_ref().is_none_or(|source| owner(account) == source)
    }
}

fn order(account: &Account) -> (&str, &str, &str) {
    (owner(account), account.key().map_or("", MatchKey::folded), account.username.folded())
}

fn show(place: &Place, account: &Account) -> Result<Exit> {
    if place.json {
        render::json(&for_programs(account))?;
    } else {
        let state = match &account.state {
            AccountState::Active => String::from("active"),
            AccountState::Blocked(Block { reason, since }) => {
                format!("blocked since {}: {}", show_time(*since), in_words(reason))
            }
        };
        render::say(&format!("{} is {state}", account.username.original()));
    }
    Ok(Exit::Done)
}

fn for_programs(account: &Account) -> Value {
    let block = account.state.block();
    let attributes: serde_json::Map<String, Value> =
        account.fields.iter().map(|(name, value)| (name.to_string(), Value::from(value))).collect();
    json!({
        "id": account.id.to_string(),
        "source": account.source().map(SourceName::as_str),
        "match_key": account.key().map(MatchKey::original),
        "username": account.username.original(),
        "state": account.state.as_str(),
        "reason": block.map(|block| block.reason.as_str()),
        "since": block.map(|block| show_time(block.since)),
        "attributes": attributes,
    })
}

/// The reason's word, what a person gave as theirs, and what lifting their block would give where that is no seat.
fn in_words(reason: &BlockReason) -> String {
    let word = reason.as_str();
    let BlockReason::ByAdmin(AdminBlock { by, why, beneath }) = reason else { return word.to_owned() };
    let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    match beneath {
        Beneath::Active => format!("{word} ({by}{why})"),
        Beneath::NoSeat(_) | Beneath::LeftScope(_) | Beneath::DisabledInDirectory(_) => {
            format!("{word} ({by}{why}), else {}", beneath.as_str())
        }
    }
}

fn row(account: &Account) -> Vec<String> {
    let block = account.state.block();
    vec![
        account.username.original().to_owned(),
        account.state.as_str().to_owned(),
        block.map(|block| in_words(&block.reason)).unwrap_or_default(),
        block.map(|block| show_time(block.since)).unwrap_or_default(),
        owner(account).to_owned(),
        account.key().map(|key| key.original().to_owned()).unwrap_or_default(),
    ]
}

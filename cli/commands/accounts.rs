//! `rollcall accounts` and `local add`: the account records, and how an account is shown.

use crate::api::{ACCOUNTS, Api, Refusal};
use crate::commands::export;
use crate::commands::require::{self, LOCAL};
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::listed::Listed;
use crate::show::listing::{Ends, Listing};
use crate::show::{render, words};
use crate::usage_error::UsageError;
use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use rollcall_core::fields::FieldName;
use serde_json::{Map, Value, json};
use std::path::PathBuf;

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
    /// As a file of any size for a spreadsheet, with the place in the line of those who wait; no cell is a formula. With
    /// `--json`, the same as JSON.
    #[arg(long, conflicts_with_all = ["limit", "reverse"])]
    csv: bool,
    /// The file, of `--csv` or `--json`; standard output where it is left out.
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["limit", "reverse"])]
    output: Option<PathBuf>,
    #[command(flatten)]
    ends: Ends,
    #[command(flatten)]
    listing: Listing,
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
    /// The start date has not come.
    NotStarted,
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
            Self::NotStarted => "not_started",
            Self::ByAdmin => "by_admin",
        }
    }
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
        /// Whose seat it gets where none is free. They wait from then on.
        #[arg(long, value_name = "OTHER", requires = "why")]
        seat_from: Option<String>,
        /// Why they give it, for the record: everybody can read it.
        #[arg(long, value_name = "TEXT", requires = "seat_from")]
        why: Option<String>,
    },
}

fn parse_field(text: &str) -> Result<(FieldName, String)> {
    let (name, value) = text.split_once('=').ok_or_else(|| anyhow!("expected field=value"))?;
    Ok((FieldName::parse(name)?, value.to_owned()))
}

pub(crate) async fn list(installation: &Installation, options: &ListOptions) -> Result<Exit> {
    let query = options.query();
    if options.csv || options.output.is_some() {
        return export(installation, options, &query).await;
    }
    let api = Api::look(installation).await?;
    let sorted: Vec<_> = query.iter().copied().chain(options.ends.order()).collect();
    let mut listed = Listed::begin(installation.json);
    api.in_blocks(&ACCOUNTS, &sorted, options.listing.most(), |accounts, is_whole| {
        // Most lists have no administrator, and a column of nothing says nothing. Of a long list nobody knows yet.
        let has_admins = !is_whole || accounts.iter().any(is_admin);
        listed.show(accounts, headings(has_admins), |account| row(account, has_admins))
    })
    .await?;
    if let Some(source) = options.source.as_deref().filter(|_| listed.count() == 0) {
        require::source(&api, source).await?;
    }
    listed.end(&if query.is_empty() {
        format!("no accounts yet; begin with {}", installation.command("sync FILE"))
    } else {
        String::from("no such accounts")
    });
    Ok(Exit::Done)
}

fn headings(has_admins: bool) -> Vec<&'static str> {
    let mut headings =
        vec!["USERNAME", "NAME", "E-MAIL", "STATE", "REASON", "SINCE (UTC)", "SOURCE", "MATCH KEY"];
    if has_admins {
        headings.push("ADMIN");
    }
    headings
}

/// The same accounts as a file, by the route that makes files of any size.
async fn export(installation: &Installation, options: &ListOptions, query: &[(&str, &str)]) -> Result<Exit> {
    let format = match (options.csv, installation.json) {
        (true, false) => "csv",
        (false, true) => "json",
        (true, true) => return Err(UsageError::new("either `--csv` or `--json`: a file has one form").into()),
        (false, false) => {
            return Err(UsageError::new("say which form the file has: `--csv` or `--json`").into());
        }
    };
    let api = Api::open(installation).await?;
    if let Some(source) = options.source.as_deref() {
        require::source(&api, source).await?;
    }
    let wanted = query.iter().copied().chain([("what", "accounts"), ("format", format)]);
    let wanted = wanted.map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    export::fetch(&api, wanted, options.output.as_deref()).await
}

pub(crate) async fn local(installation: &Installation, options: LocalOptions) -> Result<Exit> {
    let api = Api::open(installation).await?;
    let LocalCommand::Add { user, admin, fields, seat_from, why } = options.command;
    let fields: Map<String, Value> =
        fields.into_iter().map(|(name, value)| (name.to_string(), Value::from(value))).collect();
    let mut body = json!({ "username": user, "is_admin": admin, "fields": fields });
    if let Some(other) = &seat_from {
        body["seat_from"] = json!(require::account(&api, installation, other).await?);
        body["why"] = json!(why);
    }
    let made = api.act("POST", "/accounts", &body).await;
    let made = made.map_err(|error| if seat_from.is_none() { with_way_out(error) } else { error });
    show(installation, &made.context("no account was made")?)
}

/// The same refusal; where no seat is free, with the option that gives somebody's.
fn with_way_out(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Refusal>() {
        Ok(refusal) if refusal.says("needed") => {
            refusal.and("Or give it somebody's seat now, with `--seat-from USERNAME --why TEXT`").into()
        }
        Ok(refusal) => refusal.into(),
        Err(error) => error,
    }
}

impl ListOptions {
    /// The filters, as the API calls them.
    fn query(&self) -> Vec<(&'static str, &str)> {
        let state = self.state.map(|state| if state == StateWord::Active { "active" } else { "blocked" });
        let filters = [
            ("state", state),
            ("reason", self.reason.map(ReasonWord::as_str)),
            ("source", self.source.as_deref()),
            ("text", self.text.as_deref()),
        ];
        filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// Shows an account.
pub(super) fn show(installation: &Installation, account: &Value) -> Result<Exit> {
    if installation.json {
        render::json(account)?;
        return Ok(Exit::Done);
    }
    let since = words::moment(text(account, "since"));
    let state = match (text(account, "state"), text(account, "reason")) {
        ("active", _) => String::from("is active"),
        (_, reason) if reason == ReasonWord::NoSeat.as_str() => format!("waits for a seat, since {since}"),
        (state, reason) => {
            let colon = if reason == ReasonWord::ByAdmin.as_str() { "" } else { ":" };
            format!("is {state} since {since}{colon} {}", in_words(account))
        }
    };
    let admin = match (is_admin(account), account["source"].is_null()) {
        (true, true) => "; a local administrator",
        (true, false) => "; an administrator",
        (false, _) => "",
    };
    render::say(&format!("{} {state}{admin}", text(account, "username")));
    if let Some(before) = before_in_words(account) {
        render::say(&before);
    }
    Ok(Exit::Done)
}

/// What the account was before it was changed, the seats before and after, and the place of a person who waits.
fn before_in_words(account: &Value) -> Option<String> {
    let before = account["before"].as_object().map(|_| words::state(&account["before"]))?;
    let seats = &account["seats"];
    let used = |name: &str| seats[name].as_u64().unwrap_or_default();
    let limit = seats["limit"].as_u64().map(|limit| format!(" of {}", render::number(limit)));
    let limit = limit.unwrap_or_default();
    let place = place_in_words(&account["place"]).map(|place| format!("; {place}"));
    let [seats_before, seats_after] = [used("before"), used("used")].map(render::number);
    let seats = match seats_before == seats_after {
        true => format!("{seats_after}{limit}"),
        false => format!("{seats_before} -> {seats_after}{limit}"),
    };
    Some(format!("before: {before}; seats used: {seats}{}", place.unwrap_or_default()))
}

/// The place of somebody who waits, or that so many and more wait before them.
fn place_in_words(place: &Value) -> Option<String> {
    place.as_object()?;
    let [at, before, of] = ["place", "more_than", "of"].map(|name| place[name].as_u64().map(render::number));
    Some(match (at, before, of) {
        (Some(at), _, Some(of)) => format!("number {at} of {of} in the line"),
        (Some(at), _, None) => format!("number {at} in the line"),
        (None, Some(before), Some(of)) => format!("more than {before} wait before them, {of} in all"),
        (None, Some(before), None) => format!("more than {before} wait before them"),
        (None, None, Some(of)) => format!("{of} wait in the line"),
        (None, None, None) => String::from("many wait in the line"),
    })
}

/// Why it is blocked, who blocked it and what they gave as their reason, and what lifting their block would give where
/// that is no seat.
fn in_words(account: &Value) -> String {
    let word = text(account, "reason");
    if word != ReasonWord::ByAdmin.as_str() {
        return words::reason(word);
    }
    let why = account["why"].as_str().map(|why| format!(": {why}")).unwrap_or_default();
    let beneath = account["beneath"].as_str().filter(|beneath| *beneath != "active");
    let beneath = beneath.map(|beneath| format!("; else {}", words::reason(beneath))).unwrap_or_default();
    format!("by {}{why}{beneath}", text(account, "set_by"))
}

fn is_admin(account: &Value) -> bool {
    account["is_admin"] == true
}

fn row(account: &Value, has_admins: bool) -> Vec<String> {
    let source = account["source"].as_str().unwrap_or(LOCAL);
    let [username, name, email, state, since, key] =
        ["username", "name", "email", "state", "since", "match_key"]
            .map(|name| text(account, name).to_owned());
    let mut row =
        vec![username, name, email, state, in_words(account), words::second(&since), source.to_owned(), key];
    if has_admins {
        row.push(String::from(if is_admin(account) { "administrator" } else { "" }));
    }
    row
}

fn text<'a>(account: &'a Value, name: &str) -> &'a str {
    account[name].as_str().unwrap_or_default()
}

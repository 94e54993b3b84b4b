//! `rollcall licence`: the seats as they are and by day, when they will be full, and setting their limit.

use crate::api::{Api, Refusal};
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::{render, words};
use crate::usage_error::refuse;
use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};
use rollcall_core::licence::{Limit, SeatCount};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{self, IsTerminal as _};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Option<Change>,
    /// The seats by day, so many days back, as the last run of each day left them.
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "90",
          value_parser = clap::value_parser!(u16).range(1..=730))]
    history: Option<u16>,
}

#[derive(Debug, Subcommand)]
enum Change {
    /// Set the limit, from then on instead of the configured one; or have that one count again.
    Set {
        /// How many seats you have; `+5` or `-5` for so many more or fewer than there are; `unlimited`; or `configured`.
        #[arg(value_name = "N|+N|-N|unlimited|configured", value_parser = parse_limit, allow_negative_numbers = true)]
        limit: NewLimit,
        /// Set it without a question even if it is below the seats in use.
        #[arg(long)]
        below_use: bool,
    },
}

/// The limit that is to be set.
#[derive(Debug, Clone, Copy)]
enum NewLimit {
    /// This one.
    This(Limit),
    /// So many seats more or fewer than there are.
    By(i64),
    /// The configured one.
    Configured,
}

impl NewLimit {
    /// Whether there is to be no limit.
    fn is_none(self) -> bool {
        matches!(self, Self::This(Limit::Unlimited))
    }

    /// As the API is told.
    fn in_json(self, below_use: bool) -> Value {
        let mut body = match self {
            Self::This(limit) => json!({ "limit": limit.seats() }),
            Self::By(seats) => json!({ "change": seats }),
            Self::Configured => json!({ "limit": "configured" }),
        };
        if below_use {
            body["below_use"] = json!(true);
        }
        body
    }
}

fn parse_limit(text: &str) -> Result<NewLimit> {
    let wrong = || {
        anyhow!(
            "expected a whole number of seats, `+` or `-` and how many more or fewer, `unlimited`, or `configured`"
        )
    };
    match text {
        "unlimited" => Ok(NewLimit::This(Limit::Unlimited)),
        "configured" => Ok(NewLimit::Configured),
        number if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+' || byte == b'-') => {
            Err(wrong())
        }
        number if number.starts_with(['+', '-']) => {
            number.parse().ok().filter(|by| *by != 0).map(NewLimit::By).ok_or_else(wrong)
        }
        number => {
            let seats = number.parse().map_err(|_| wrong())?;
            Ok(NewLimit::This(Limit::Seats(SeatCount::new(seats))))
        }
    }
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    match &options.command {
        None => look(installation, options.history).await,
        Some(Change::Set { limit, below_use }) => {
            let api = Api::open(installation).await?;
            if limit.is_none() && can_be_asked(installation) {
                ask_for_no_limit(&api.get("/licence", &[]).await?)?;
            }
            let licence = match api.act("PUT", "/licence", &limit.in_json(*below_use)).await {
                Err(error) if is_below_use(&error) && is_meant(installation, &error)? => {
                    api.act("PUT", "/licence", &limit.in_json(true)).await?
                }
                answered => answered?,
            };
            show(installation, &licence)
        }
    }
}

/// Shows the seats, and when they will be full; or the seats by day.
async fn look(installation: &Installation, days: Option<u16>) -> Result<Exit> {
    let api = Api::look(installation).await?;
    if let Some(days) = days {
        let history = api.get("/licence/history", &[("days", &days.to_string())]).await?;
        return show_history(installation, &history);
    }
    let licence = api.get("/licence", &[]).await?;
    let exit = show(installation, &licence)?;
    if !installation.json {
        let history = api.get("/licence/history", &[]).await?;
        show_forecast(&history);
    }
    Ok(exit)
}

fn show_forecast(history: &Value) {
    if let Some(forecast) = history["forecast"].as_str() {
        render::say(forecast);
    }
}

fn show_history(installation: &Installation, history: &Value) -> Result<Exit> {
    if installation.json {
        render::json(history)?;
        return Ok(Exit::Done);
    }
    let days: Vec<Day> = Deserialize::deserialize(&history["days"])
        .context("reading the days; are they of another version?")?;
    let rows = days.iter().map(|day| {
        let limit = day.limit.map_or_else(|| String::from("none"), render::number);
        vec![day.day.clone(), render::number(day.used), limit, render::number(day.waiting)]
    });
    render::table(&["DAY", "SEATS IN USE", "LIMIT", "WAITING"], rows, "no day is known");
    show_forecast(history);
    Ok(Exit::Done)
}

/// The seats of a day.
#[derive(Debug, Deserialize)]
struct Day {
    day: String,
    used: u64,
    limit: Option<u64>,
    waiting: u64,
}

/// Whether the API asks if so few seats are meant.
fn is_below_use(error: &anyhow::Error) -> bool {
    error.downcast_ref().is_some_and(|refusal: &Refusal| refusal.says("below_use"))
}

/// Asks the person, if one is at the terminal.
fn is_meant(installation: &Installation, error: &anyhow::Error) -> Result<bool> {
    if !can_be_asked(installation) {
        return Ok(false);
    }
    render::note(&error.to_string());
    says_yes()
}

/// Asks before the limit goes away (rule 68). A script has written `unlimited`, and is not asked.
fn ask_for_no_limit(licence: &Value) -> Result<()> {
    let licence = Figures::deserialize(licence).context("reading the licence; is it of another version?")?;
    let Some(limit) = licence.limit else { return Ok(()) };
    render::note(&format!(
        "The limit goes from {} to no limit. {} for a seat; the next run gives everybody who is eligible one.",
        render::several(limit, "seat", "seats"),
        render::several(licence.waiting, "person waits", "people wait"),
    ));
    if !says_yes()? {
        refuse!("the limit stays as it is");
    }
    Ok(())
}

fn can_be_asked(installation: &Installation) -> bool {
    !installation.json && io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn says_yes() -> Result<bool> {
    render::note("Set it all the same? Type yes:");
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).context("reading the answer")?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}

/// What people are shown of the licence.
#[derive(Debug, Deserialize)]
struct Figures {
    limit: Option<u64>,
    used: u64,
    waiting: u64,
    over_by: u64,
    #[serde(default)]
    reserve: u64,
    #[serde(default)]
    trims: bool,
    /// Thresholds that are reached.
    #[serde(default)]
    warned: Vec<String>,
    #[serde(default)]
    note: Option<String>,
    /// Where it was changed, what it was.
    #[serde(default)]
    before: Option<Before>,
}

/// The limit before a change.
#[derive(Debug, Deserialize)]
struct Before {
    limit: Option<u64>,
}

/// Shows the licence.
fn show(installation: &Installation, licence: &Value) -> Result<Exit> {
    if installation.json {
        render::json(licence)?;
        return Ok(Exit::Done);
    }
    let licence = Figures::deserialize(licence).context("reading the licence; is it of another version?")?;
    if let Some(before) = &licence.before {
        let words = |limit: Option<u64>| limit.map_or_else(|| String::from("no limit"), render::number);
        let (before, after) = (words(before.limit), words(licence.limit));
        let change =
            if before == after { format!("unchanged: {after}") } else { format!("{before} -> {after}") };
        render::say(&format!("limit: {change}"));
    }
    render::say(&render::seats(licence.limit, licence.used));
    let has_free = licence.limit.is_none_or(|limit| licence.used < limit);
    let next = if licence.waiting > 0 && has_free {
        format!("; the next run seats them as far as seats go: {}", installation.command("sync"))
    } else {
        String::new()
    };
    render::say(&format!("{} waiting for a seat{next}", render::number(licence.waiting)));
    if licence.over_by > 0 {
        render::say(&words::over_by(licence.over_by, licence.reserve, licence.trims));
    }
    if let Some(warned) = words::warned(&licence.warned) {
        render::say(&warned);
    }
    if let Some(note) = &licence.note {
        let again = installation.command("licence set configured");
        render::say(&format!("note: {note}: {again}"));
    }
    Ok(Exit::Done)
}

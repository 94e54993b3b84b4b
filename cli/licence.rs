//! `rollcall licence`: the seats as they are, and setting their limit.

use crate::local::{Local, Place};
use crate::{Exit, drive, render};
use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};
use rollcall_api::accounts::administer;
use rollcall_api::json as view;
use rollcall_core::licence::{Limit, SeatCount};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Option<Change>,
}

#[derive(Debug, Subcommand)]
enum Change {
    /// Set the limit, from then on instead of the configured one; or have that one count again.
    Set {
        /// How many seats you have, or `unlimited`, or `configured`.
        #[arg(value_name = "N|unlimited|configured", value_parser = parse_limit, allow_negative_numbers = true)]
        limit: Wanted,
    },
}

/// The limit that is to be set.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// This one.
    This(Limit),
    /// The configured one.
    Configured,
}

impl Wanted {
    /// As the API is told.
    pub(crate) fn in_json(self) -> Value {
        match self {
            Self::This(limit) => Value::from(limit.seats()),
            Self::Configured => Value::from("configured"),
        }
    }
}

fn parse_limit(text: &str) -> Result<Wanted> {
    match text {
        "unlimited" => Ok(Wanted::This(Limit::Unlimited)),
        "configured" => Ok(Wanted::Configured),
        number => {
            let seats = number
                .parse()
                .map_err(|_| anyhow!("expected a whole number of seats, or `unlimited`, or `configured`"))?;
            Ok(Wanted::This(Limit::Seats(SeatCount::new(seats))))
        }
    }
}

pub(crate) async fn run(place: &Place, options: &Options) -> Result<Exit> {
    let local =
        if options.command.is_some() { Local::open(place).await? } else { Local::look(place).await? };
    if let Some(Change::Set { limit }) = &options.command {
        match limit {
            Wanted::This(limit) => administer::set_limit(&local.shell, *limit, &drive::person()).await?,
            Wanted::Configured => administer::follow_configured_limit(&local.shell, &drive::person()).await?,
        }
    }
    show(place, &view::licence(&local.shell).await?)
}

/// What people are shown of the licence.
#[derive(Debug, Deserialize)]
struct Figures {
    limit: Option<u64>,
    used: u64,
    waiting: u64,
    over_by: u64,
    #[serde(default)]
    trims: bool,
}

/// Shows the licence.
pub(crate) fn show(place: &Place, licence: &Value) -> Result<Exit> {
    if place.json {
        render::json(licence)?;
        return Ok(Exit::Done);
    }
    let licence = Figures::deserialize(licence).context("reading the licence; is it of another version?")?;
    render::say(&render::seats(licence.limit, licence.used));
    let has_free = licence.limit.is_none_or(|limit| licence.used < limit);
    let next = if licence.waiting > 0 && has_free {
        format!("; the next run seats them as far as seats go: {}", place.command("sync"))
    } else {
        String::new()
    };
    render::say(&format!("{} waiting for a seat{next}", licence.waiting));
    if licence.over_by > 0 {
        let then = match licence.trims {
            true => "a run lets so many wait again",
            false => "nobody is admitted until so many have left",
        };
        render::say(&format!("over by {}: {then}", licence.over_by));
    }
    Ok(Exit::Done)
}

impl Options {
    /// The limit to set, if one is.
    pub(crate) fn limit(&self) -> Option<Wanted> {
        self.command.as_ref().map(|Change::Set { limit }| *limit)
    }
}

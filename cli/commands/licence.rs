//! `rollcall licence`: the seats as they are, and setting their limit.

use crate::api::Api;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::render;
use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};
use rollcall_core::licence::{Limit, SeatCount};
use serde::Deserialize;
use serde_json::{Value, json};

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
        limit: NewLimit,
    },
}

/// The limit that is to be set.
#[derive(Debug, Clone, Copy)]
enum NewLimit {
    /// This one.
    This(Limit),
    /// The configured one.
    Configured,
}

impl NewLimit {
    /// As the API is told.
    fn in_json(self) -> Value {
        match self {
            Self::This(limit) => Value::from(limit.seats()),
            Self::Configured => Value::from("configured"),
        }
    }
}

fn parse_limit(text: &str) -> Result<NewLimit> {
    match text {
        "unlimited" => Ok(NewLimit::This(Limit::Unlimited)),
        "configured" => Ok(NewLimit::Configured),
        number => {
            let seats = number
                .parse()
                .map_err(|_| anyhow!("expected a whole number of seats, or `unlimited`, or `configured`"))?;
            Ok(NewLimit::This(Limit::Seats(SeatCount::new(seats))))
        }
    }
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let licence = match &options.command {
        None => Api::look(installation).await?.get("/licence", &[]).await?,
        Some(Change::Set { limit }) => {
            let body = json!({ "limit": limit.in_json() });
            Api::open(installation).await?.act("PUT", "/licence", &body).await?
        }
    };
    show(installation, &licence)
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
fn show(installation: &Installation, licence: &Value) -> Result<Exit> {
    if installation.json {
        render::json(licence)?;
        return Ok(Exit::Done);
    }
    let licence = Figures::deserialize(licence).context("reading the licence; is it of another version?")?;
    render::say(&render::seats(licence.limit, licence.used));
    let has_free = licence.limit.is_none_or(|limit| licence.used < limit);
    let next = if licence.waiting > 0 && has_free {
        format!("; the next run seats them as far as seats go: {}", installation.command("sync"))
    } else {
        String::new()
    };
    render::say(&format!("{} waiting for a seat{next}", render::figure(licence.waiting)));
    if licence.over_by > 0 {
        let then = match licence.trims {
            true => "a run lets so many wait again",
            false => "everybody keeps their seat, and nobody gets one until so many have left",
        };
        render::say(&format!("over by {}: {then}", render::figure(licence.over_by)));
    }
    Ok(Exit::Done)
}

//! `rollcall licence`: the seats as they are, and setting their limit.

use crate::local::{Local, Place};
use crate::{Exit, drive, render};
use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_sync::admin;
use serde_json::json;

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Option<Change>,
}

#[derive(Debug, Subcommand)]
enum Change {
    /// Set the limit, from then on instead of the configured one.
    Set {
        /// How many seats you have, or `unlimited`.
        #[arg(value_name = "N|unlimited", value_parser = parse_limit, allow_negative_numbers = true)]
        limit: Limit,
    },
}

fn parse_limit(text: &str) -> Result<Limit> {
    if text == "unlimited" {
        return Ok(Limit::Unlimited);
    }
    let seats = text.parse().map_err(|_| anyhow!("expected a whole number of seats, or `unlimited`"))?;
    Ok(Limit::Seats(SeatCount::new(seats)))
}

pub(crate) async fn run(place: &Place, options: &Options) -> Result<Exit> {
    let local = Local::open(place).await?;
    if let Some(Change::Set { limit }) = &options.command {
        admin::set_limit(&local.shell, *limit, &drive::person()).await?;
    }
    let overview = admin::overview(&local.shell).await?;
    let limit = match overview.seats.limit {
        Limit::Unlimited => None,
        Limit::Seats(limit) => Some(limit.get()),
    };
    if place.json {
        render::json(&json!({
            "limit": limit,
            "used": overview.seats.used.get(),
            "waiting": overview.waiting,
            "over_by": overview.seats.over_by().get(),
        }))?;
    } else {
        render::say(&render::seats(limit, overview.seats.used.get()));
        let next = if overview.waiting > 0 && overview.seats.free(SeatCount::ZERO) != Some(SeatCount::ZERO) {
            format!("; the next run seats them as far as seats go: {}", place.command("sync"))
        } else {
            String::new()
        };
        render::say(&format!("{} waiting for a seat{next}", overview.waiting));
        if overview.seats.over_by() > SeatCount::ZERO {
            render::say(&format!(
                "over by {}: nobody is admitted until so many have left",
                overview.seats.over_by()
            ));
        }
    }
    Ok(Exit::Done)
}

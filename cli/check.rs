//! `rollcall check`: reads the configuration and explains every mistake with file and line.

use crate::local::{Place, read_config};
use crate::{Exit, render};
use rollcall_config::Config;
use rollcall_core::licence::Limit;
use serde_json::json;

pub(crate) fn run(place: &Place) -> anyhow::Result<Exit> {
    let text = read_config(&place.config)?;
    let file = place.config.display();
    let mistakes = match Config::parse(&text) {
        Ok(config) => {
            if place.json {
                render::json(&json!({ "mistakes": [] }))?;
            } else {
                let seats = match config.licence {
                    Limit::Unlimited => String::from("no limit of seats"),
                    Limit::Seats(seats) => format!("{seats} seats"),
                };
                let sources: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
                render::say(&format!("{file} is good: {seats}, sources: {}", sources.join(", ")));
            }
            return Ok(Exit::Done);
        }
        Err(mistakes) => mistakes,
    };
    if place.json {
        let list: Vec<_> =
            mistakes.iter().map(|mistake| json!({ "line": mistake.line, "what": mistake.what })).collect();
        render::json(&json!({ "mistakes": list }))?;
    } else {
        for mistake in &mistakes {
            let line = mistake.line.map(|line| format!(":{line}")).unwrap_or_default();
            render::say(&format!("{file}{line}: {}", mistake.what));
        }
    }
    Ok(Exit::Usage)
}

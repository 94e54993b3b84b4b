//! `rollcall check`: reads the configuration and explains every mistake with file and line.

use crate::local::Place;
use crate::{Exit, render};
use rollcall_config::{Config, Mistake};
use rollcall_core::licence::Limit;
use serde_json::json;

pub(crate) fn run(place: &Place) -> anyhow::Result<Exit> {
    let parsed = Config::parse(&place.config_text()?);
    if place.json {
        let show = |mistake: &Mistake| json!({ "line": mistake.line, "what": mistake.what });
        let mistakes = parsed.as_ref().err().into_iter().flatten();
        render::json(&json!({
            "mistakes": mistakes.map(show).collect::<Vec<_>>(),
            "warnings": parsed.as_ref().map(Config::warnings).unwrap_or_default(),
        }))?;
    } else {
        match &parsed {
            Ok(config) => {
                let file = place.config.display();
                render::say(&format!("{file} is good: {}", in_short(config)));
                for warning in config.warnings() {
                    render::say(&format!("warning: {warning}"));
                }
            }
            Err(mistakes) => {
                for mistake in mistakes {
                    render::say(&place.locate(mistake));
                }
            }
        }
    }
    Ok(if parsed.is_ok() { Exit::Done } else { Exit::Usage })
}

fn in_short(config: &Config) -> String {
    let seats = match config.licence {
        Limit::Unlimited => String::from("no limit of seats"),
        Limit::Seats(seats) => render::several(seats.get(), "seat", "seats"),
    };
    let sources: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    format!("{seats}, {} {}", if sources.len() == 1 { "source" } else { "sources" }, sources.join(", "))
}

//! `rollcall audit`: what happened to whom, and why.

use crate::local::{Local, Place};
use crate::{Exit, render};
use anyhow::{Result, anyhow};
use clap::Args;
use jiff::{SpanRelativeTo, tz::TimeZone};
use rollcall_core::outcome::Outcome;
use rollcall_core::time::Timestamp;
use rollcall_sync::audit::{Filter, read};
use rollcall_sync::store::{AuditEntry, RunId, StateView, show_time};
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only of this username or match key.
    #[arg(long)]
    user: Option<String>,
    /// Only of this run; a dry run's entries are shown only so.
    #[arg(long, value_parser = |text: &str| RunId::parse(text))]
    run: Option<RunId>,
    /// Only with this outcome.
    #[arg(long, value_parser = parse_outcome)]
    outcome: Option<String>,
    /// Only for this reason.
    #[arg(long)]
    reason: Option<String>,
    /// Only of this source.
    #[arg(long)]
    source: Option<String>,
    /// Only from then on: a time (2026-11-23T09:00:00Z), a day (2026-11-23), or how long ago (36h, 7d).
    #[arg(long, value_parser = parse_since)]
    since: Option<Timestamp>,
}

fn parse_outcome(text: &str) -> Result<String> {
    if Outcome::from_word(text).is_some() || text == "licence_set" {
        return Ok(text.to_owned());
    }
    let words: Vec<&str> = Outcome::of_runs().map(Outcome::as_str).collect();
    Err(anyhow!("no such outcome; there are {}", words.join(", ")))
}

fn parse_since(text: &str) -> Result<Timestamp> {
    let of = |time: jiff::Timestamp| Timestamp::from_millis(time.as_millisecond());
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(of(time));
    }
    if let Ok(day) = text.parse::<jiff::civil::Date>() {
        return Ok(of(day.to_zoned(TimeZone::UTC)?.timestamp()));
    }
    let span: jiff::Span =
        text.parse().map_err(|_| anyhow!("expected a time, a day, or how long ago (36h, 7d)"))?;
    let ago = span.to_duration(SpanRelativeTo::days_are_24_hours())?;
    Ok(of(jiff::Timestamp::now().checked_sub(ago)?))
}

pub(crate) async fn run(place: &Place, options: Options) -> Result<Exit> {
    let local = Local::open(place).await?;
    let filter = Filter {
        user: options.user,
        run: options.run,
        outcome: options.outcome,
        reason: options.reason,
        source: options.source,
        since: options.since,
    };
    let entries = read(&local.shell, &filter).await?;
    if place.json {
        render::json(&entries.iter().map(for_programs).collect::<Vec<_>>())?;
    } else {
        let headings = ["AT", "OUTCOME", "USERNAME", "STATE", "WHY", "SEATS", "BY", "RUN"];
        render::table(&headings, entries.iter().map(row));
    }
    Ok(Exit::Done)
}

fn for_programs(entry: &AuditEntry) -> Value {
    json!({
        "at": show_time(entry.at),
        "run": entry.run,
        "trigger": entry.trigger,
        "actor": entry.actor,
        "source": entry.source,
        "account": entry.account.map(|id| id.to_string()),
        "username": entry.username,
        "match_key": entry.match_key,
        "line": entry.line,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "before": entry.before,
        "after": entry.after,
        "changes": entry.changes,
        "seats": entry.seats,
    })
}

fn row(entry: &AuditEntry) -> Vec<String> {
    let changes =
        entry.changes.iter().map(|change| format!("{}: {:?} → {:?}", change.field, change.old, change.new));
    let why: Vec<String> = entry.reason.clone().into_iter().chain(changes).collect();
    let name = entry.username.clone().or_else(|| entry.match_key.clone());
    let seats = match entry.seats.limit {
        Some(limit) => format!("{}/{limit}", entry.seats.used),
        None => entry.seats.used.to_string(),
    };
    vec![
        show_time(entry.at),
        entry.outcome.clone(),
        name.or_else(|| entry.line.map(|line| format!("line {line}"))).unwrap_or_default(),
        states(entry.before.as_ref(), entry.after.as_ref()),
        why.join("; "),
        seats,
        entry.actor.clone(),
        entry.run.as_ref().map(RunId::to_string).unwrap_or_default(),
    ]
}

fn states(before: Option<&StateView>, after: Option<&StateView>) -> String {
    let show = |state: &StateView| state.reason.clone().unwrap_or_else(|| state.state.clone());
    match (before, after) {
        (Some(before), Some(after)) if before == after => show(after),
        (Some(before), Some(after)) => format!("{} → {}", show(before), show(after)),
        (None, Some(after)) => format!("→ {}", show(after)),
        (_, None) => String::new(),
    }
}

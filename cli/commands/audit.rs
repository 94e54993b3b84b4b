//! `rollcall audit`: what happened to whom, and why.

use crate::api::{AUDIT, Api};
use crate::commands::accounts::ReasonWord;
use crate::commands::require;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::show::listing::Listing;
use crate::show::{render, words};
use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use clap::builder::PossibleValuesParser;
use jiff::{civil::Date, tz::TimeZone};
use rollcall_api::audit::query::outcomes;
use rollcall_core::time::Timestamp;
use rollcall_sync::store::{AuditEntry, RunId, StateView, show_time};

/// `2026-11-23`
const DAY_CHARS: usize = 10;

/// The rule of what is shown, in words.
pub(crate) const RULE: &str = "\
What runs only observed (unchanged, held, skipped_duplicate and such) is left out, but for this: with --run everything that
it observed; with such an --outcome all of it; with --user what the newest complete run of each source observed of them, but
for unchanged. What an earlier run observed of somebody is found with --run or --outcome.";

#[derive(Debug, Args)]
pub(crate) struct Options {
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    listing: Listing,
}

/// Which entries: of `audit` and of `export`.
#[derive(Debug, Args)]
#[group(id = "audit_filters")]
pub(crate) struct Filters {
    /// Only of this person: the username, match key or id of an account, or what somebody is called who has none.
    #[arg(long)]
    user: Option<String>,
    /// Only of this run (its id, the beginning of its id, or `last`); a dry run's entries are shown only so.
    #[arg(long, value_parser = |text: &str| RunId::parse(text))]
    run: Option<RunId>,
    /// Only with this outcome.
    #[arg(long, value_parser = PossibleValuesParser::new(outcomes()), hide_possible_values = true)]
    #[arg(long_help = outcome_help())]
    outcome: Option<String>,
    /// Only where an account is blocked for this reason.
    #[arg(long)]
    reason: Option<ReasonWord>,
    /// Only of this source's runs; `local` for what was done to local accounts.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only from then on: a time (2026-11-23T09:00:00Z), a day (2026-11-23, `today`, `yesterday`; in UTC), or how
    /// long ago (36h, 7d, 4w, 3mo, 1y).
    #[arg(long, value_name = "WHEN", value_parser = parse_when)]
    since: Option<Timestamp>,
    /// Only before then, said like --since; a day is not in it.
    #[arg(long, value_name = "WHEN", value_parser = parse_when)]
    until: Option<Timestamp>,
}

fn outcome_help() -> String {
    format!("Only with this outcome: one of {}", outcomes().collect::<Vec<_>>().join(", "))
}

fn parse_when(text: &str) -> Result<Timestamp> {
    let time = point_in_time(text.trim()).ok_or_else(|| {
        anyhow!(
            "expected a time (2026-11-23T09:00:00Z), a day (2026-11-23, today, yesterday), or how long ago (36h, 7d, 4w, 3mo, 1y)"
        )
    })?;
    Ok(Timestamp::from_millis(time.as_millisecond()))
}

fn point_in_time(text: &str) -> Option<jiff::Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    if let Some(day) = day(text) {
        return Some(day.to_zoned(TimeZone::UTC).ok()?.timestamp());
    }
    let span: jiff::Span = text.parse().ok()?;
    let now = jiff::Timestamp::now().to_zoned(TimeZone::UTC);
    Some(now.checked_sub(span.abs()).ok()?.timestamp())
}

/// A day in UTC, by its date or in a word.
fn day(text: &str) -> Option<Date> {
    let today = || jiff::Timestamp::now().to_zoned(TimeZone::UTC).date();
    match text.to_ascii_lowercase().as_str() {
        "today" => Some(today()),
        "yesterday" => today().yesterday().ok(),
        // A time of day without a zone is no day: nobody could tell which instant is meant.
        date => date.parse().ok().filter(|_| date.len() == DAY_CHARS),
    }
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> Result<Exit> {
    let api = Api::look(installation).await?;
    let filters = options.filters.query_of_person(&api, installation).await?;
    let filters: Vec<(&str, &str)> = filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let entries = api.first(&AUDIT, &filters, options.listing.most()).await?;
    let entries: Result<Vec<AuditEntry>, _> = entries.into_iter().map(serde_json::from_value).collect();
    let mut entries = entries.context("reading the entries; is the API of another version?")?;
    if let Some(source) = options.filters.source.as_deref().filter(|_| entries.is_empty()) {
        require::source(&api, source).await?;
    }
    rollcall_api::audit::sort(&mut entries);
    if installation.json {
        render::json(&entries)?;
    } else {
        let headings = ["AT (UTC)", "OUTCOME", "USERNAME", "STATE", "WHY", "SEATS", "BY", "RUN"];
        if entries.iter().any(|entry| entry.dry_run) {
            render::say("Dry run: nothing was changed. These entries say what a run would do.");
        }
        render::table(&headings, entries.iter().map(row), "no such entries");
    }
    Ok(Exit::Done)
}

impl Filters {
    /// The filters, as the API calls them. A person who has nothing under what was given is looked up by name or address, as
    /// everywhere; of whom nothing is known, says who may be meant instead.
    pub(crate) async fn query_of_person(
        &self,
        api: &Api,
        installation: &Installation,
    ) -> Result<Vec<(&'static str, String)>> {
        let mut query = self.query(api).await?;
        let Some(person) = self.user.as_deref() else { return Ok(query) };
        let filters: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if api.first(&AUDIT, &filters, Some(1)).await?.is_empty() {
            let person = require::person(api, installation, person).await?;
            let of_user = query.iter_mut().filter(|(name, _)| *name == "user");
            of_user.for_each(|(_, value)| value.clone_from(&person));
        }
        Ok(query)
    }

    /// The filters, as the API calls them.
    async fn query(&self, api: &Api) -> Result<Vec<(&'static str, String)>> {
        let run = match &self.run {
            Some(named) => Some(require::run_id(api, named).await?),
            None => None,
        };
        let filters = [
            ("user", self.user.clone()),
            ("run", run.as_ref().map(ToString::to_string)),
            ("outcome", self.outcome.clone()),
            ("reason", self.reason.map(|reason| reason.as_str().to_owned())),
            ("source", self.source.clone()),
            ("from", self.since.map(show_time)),
            ("to", self.until.map(show_time)),
        ];
        Ok(filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
    }
}

/// Who it is about: without a username, the person with this match key.
fn name(entry: &AuditEntry) -> Option<&str> {
    entry.username.as_deref().or(entry.match_key.as_deref())
}

/// Why; of what became no account also where it stands in what was read.
fn reason(entry: &AuditEntry) -> Option<String> {
    // The state has the same word already.
    let reason = entry.reason.as_deref().filter(|reason| {
        let after = entry.after.as_ref().and_then(|after| after.reason.as_deref());
        after != Some(reason)
    });
    match (entry.account, entry.line, reason) {
        (None, Some(line), Some(reason)) => Some(format!("line {line}: {reason}")),
        (None, Some(line), None) => Some(format!("line {line}")),
        (Some(_), _, reason) | (None, None, reason) => reason.map(words::reason),
    }
}

fn row(entry: &AuditEntry) -> Vec<String> {
    let changes = entry.changes.iter().map(|change| words::change(&change.field, &change.old, &change.new));
    let why: Vec<String> = reason(entry).into_iter().chain(changes).collect();
    let about = if entry.seats.about { "about " } else { "" };
    let used = render::number(entry.seats.used);
    let seats = match entry.seats.limit {
        Some(limit) => format!("{about}{used}/{}", render::number(limit)),
        None => format!("{about}{used}"),
    };
    vec![
        words::second(&show_time(entry.at)),
        words::outcome(&entry.outcome, entry.dry_run),
        name(entry).unwrap_or_default().to_owned(),
        states(entry),
        why.join("; "),
        seats,
        entry.actor.clone(),
        entry.run.as_ref().map(words::short).unwrap_or_default(),
    ]
}

fn states(entry: &AuditEntry) -> String {
    let show = |state: &StateView| words::reason(state.reason.as_ref().unwrap_or(&state.state));
    let would = if entry.dry_run { "would be: " } else { "" };
    match (&entry.before, &entry.after) {
        (Some(before), Some(after)) if before == after => show(after),
        (Some(before), Some(after)) => format!("{} → {would}{}", show(before), show(after)),
        (None, Some(after)) => format!("→ {would}{}", show(after)),
        (_, None) => String::new(),
    }
}

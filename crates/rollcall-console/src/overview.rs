//! `/console`: who has a seat, who waits, what the last sync did, and what needs a decision.

use crate::api::Api;
use crate::calls::get;
use crate::chart::{Bar, Chart};
use crate::model::{
    Audit, Configuration, Entry, Licence, LicenceHistory, Run, Runs, Schedule, Source, Sources,
};
use crate::page::{Page, html};
use crate::refused::Refused;
use crate::rights::Rights;
use crate::run_people::{Group, noticed};
use crate::{Request, Response, words};
use askama::Template;
use std::collections::BTreeSet;

/// How many runs are read: for the chart, the sources, and the last run of each.
const RUNS: &str = "100";

/// Runs that are listed.
const LISTED: usize = 8;

/// Last runs whose people are named.
const RUNS_OF_PEOPLE: usize = 5;

/// How many days the chart may show.
pub(crate) const RANGES: [(&str, &str); 3] = [("30", "30 days"), ("90", "90 days"), ("365", "a year")];

/// People whose held removal is shown.
const HELD: &str = "100";

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    page: Page,
    licence: Licence,
    bar: Bar,
    chart: Option<Chart>,
    /// How many days the chart is asked to show.
    range: &'static str,
    /// When the licence is full, where that can be said, and how many seats would do.
    forecast: Option<String>,
    sources: BTreeSet<String>,
    running: Vec<Run>,
    held: Vec<HeldRun>,
    failed: Vec<Run>,
    /// Last complete runs that left something to mend.
    to_correct: Vec<Run>,
    /// Last complete runs that an undo has taken back: what they read still counts.
    taken_back: Vec<Run>,
    /// Last complete runs that do not show people to whom an undo gave something back.
    missing: Vec<Run>,
    /// Last runs whose source needs something that expires soon.
    expiring: Vec<Run>,
    /// Sources that have not run.
    unread: Vec<String>,
    /// Sources that are files.
    files: BTreeSet<String>,
    /// Sources that are not configured and have accounts still.
    gone: Vec<Source>,
    schedules: Vec<Schedule>,
    last: Vec<Run>,
    /// Who lost or got access in the last runs.
    people: Vec<Group>,
    runs: Vec<Run>,
    rights: Rights,
}

/// A run that waits for a person.
pub(crate) struct HeldRun {
    pub(crate) run: Run,
    /// Which parts of it: words for its heading.
    pub(crate) what: &'static str,
    /// How many of how many, part by part.
    pub(crate) figures: String,
    /// The rule of the guard, where it holds removals.
    pub(crate) cause: Option<String>,
    pub(crate) people: Vec<Entry>,
}

/// The page.
pub(crate) async fn show(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let range = RANGES.iter().map(|(days, _)| *days).find(|days| request.get("days") == Some(days));
    let range = range.unwrap_or(RANGES[1].0);
    let days = [("days", range)];
    let (licence, history, runs, configuration, known, rights) = futures::join!(
        get::<Licence>(api, "/licence", &[]),
        get::<LicenceHistory>(api, "/licence/history", &days),
        get::<Runs>(api, "/runs", &[("limit", RUNS)]),
        get::<Configuration>(api, "/configuration", &[]),
        get::<Sources>(api, "/sources", &[]),
        Rights::of(api),
    );
    let (licence, Runs { runs, .. }) = (licence?, runs?);
    // If the configuration cannot be read, the page shows the sources that have run.
    let text = configuration.map(|configuration| configuration.text).unwrap_or_default();
    let configured = sources_in(&text);
    let sources: BTreeSet<String> =
        configured.unwrap_or_else(|| runs.iter().map(|run| run.source.clone()).collect());
    let last: Vec<Run> = sources.iter().filter_map(|source| last_of(&runs, source).cloned()).collect();
    let complete: Vec<&Run> = sources.iter().filter_map(|source| last_complete_of(&runs, source)).collect();
    let undecided = complete.iter().filter(|run| run.status == "held" && run.left.is_none());
    let held = undecided.map(|run| held_run(run, api));
    let held = futures::future::try_join_all(held).await?;
    let standing = last.iter().filter(|run| run.undone.is_none());
    let people = futures::future::try_join_all(standing.take(RUNS_OF_PEOPLE).map(|run| noticed(run, api)));
    let people = people.await?.into_iter().flatten().collect();
    let known = known.unwrap_or_default();
    // What is said of days is missing where they cannot be read: the page shows the rest.
    let history = history.unwrap_or_default();
    // On its first day an installation has a chart of its runs.
    let chart = Chart::by_day(&history.days).or_else(|| Chart::of(&runs));
    let overview = Overview {
        page: Page::new("", "Overview", request),
        bar: Bar::of(&licence),
        forecast: history.forecast,
        chart,
        range,
        people,
        running: runs.iter().filter(|run| run.finished_at.is_none()).cloned().collect(),
        failed: last.iter().filter(|run| run.status == "failed").cloned().collect(),
        taken_back: those(&complete, |run| run.undone.is_some()),
        missing: those(&complete, |run| run.misses_given_back() > 0),
        to_correct: those(&complete, |run| !run.corrections().is_empty()),
        expiring: last.iter().filter(|run| !run.expires_soon().is_empty()).cloned().collect(),
        unread: sources.iter().filter(|source| last_of(&runs, source).is_none()).cloned().collect(),
        files: names_in(&text, |source| source.get("kind").and_then(toml::Value::as_str) == Some("csv")),
        schedules: known.schedules.clone(),
        gone: known.gone(),
        held,
        licence,
        sources,
        rights,
        last,
        runs: runs.into_iter().take(LISTED).collect(),
    };
    Ok(html(200, &overview))
}

/// The runs that are so.
fn those(runs: &[&Run], is_so: impl Fn(&Run) -> bool) -> Vec<Run> {
    runs.iter().filter(|run| is_so(run)).map(|run| (*run).clone()).collect()
}

/// The last run of a source that has ended, without dry runs.
fn last_of<'a>(runs: &'a [Run], source: &str) -> Option<&'a Run> {
    runs.iter().find(|run| run.source == source && run.is_of_accounts() && run.is_finished())
}

/// The last run of a source that read it completely and applied what it read. If that one is held, its removals wait
/// for a decision: runs that failed since have published nothing, and so decided nothing (rules 23, 24).
fn last_complete_of<'a>(runs: &'a [Run], source: &str) -> Option<&'a Run> {
    runs.iter().find(|run| {
        run.source == source && run.is_of_accounts() && ["completed", "held"].contains(&run.status.as_str())
    })
}

/// The names of the configured sources; none if the configuration cannot be read.
pub(crate) async fn sources(api: &dyn Api) -> BTreeSet<String> {
    let configuration = get::<Configuration>(api, "/configuration", &[]).await;
    configuration.ok().and_then(|configuration| sources_in(&configuration.text)).unwrap_or_default()
}

/// The names of the sources in a configuration, if it has any.
pub(crate) fn sources_in(text: &str) -> Option<BTreeSet<String>> {
    let names = names_in(text, |_| true);
    (!names.is_empty()).then_some(names)
}

/// The names of those sources in a configuration.
fn names_in(text: &str, is_wanted: impl Fn(&toml::Value) -> bool) -> BTreeSet<String> {
    let configuration: toml::Table = text.parse().unwrap_or_default();
    let sources = configuration.get("source").and_then(toml::Value::as_array).into_iter().flatten();
    let wanted = sources.filter(|source| is_wanted(source));
    wanted.filter_map(|source| Some(source.get("name")?.as_str()?.to_owned())).collect()
}

/// A held run, and the first people whom it would block.
pub(crate) async fn held_run(run: &Run, api: &dyn Api) -> Result<HeldRun, Refused> {
    let filters = [("run", run.id.as_str()), ("outcome", "held"), ("limit", HELD)];
    let mut audit: Audit = get(api, "/audit", &filters).await?;
    audit.entries.sort_by_cached_key(|entry| entry.name().to_lowercase());
    let summary = run.summary.clone().unwrap_or_default();
    Ok(HeldRun {
        run: run.clone(),
        what: if summary.hold.is_some() { "Removals" } else { "Changes" },
        figures: summary.held_in_words(),
        cause: summary.hold.map(|hold| hold.cause),
        people: audit.entries,
    })
}

impl Run {
    /// How many people to whom an undo gave something back it does not show.
    fn misses_given_back(&self) -> u64 {
        self.summary.as_ref().map_or(0, |summary| summary.held_parts.undone)
    }

    /// Those people, in a sentence.
    fn missing_in_words(&self) -> String {
        let people = words::several(self.misses_given_back(), "person", "people");
        format!("{people} to whom an undo gave something back: {} does not show them", self.source)
    }
}

impl Sources {
    /// Those that are not configured and have accounts still. Where the configuration has mistakes, nobody knows.
    fn gone(self) -> Vec<Source> {
        let is_gone = |source: &Source| !source.configured && source.active + source.waiting > 0;
        self.sources.into_iter().filter(is_gone).collect()
    }
}

impl Overview {
    /// Changes when the page would: a page that has stayed open asks for it.
    fn stamp(&self) -> String {
        let newest = self.runs.first().map(|run| format!("{} {}", run.id, run.status));
        let Licence { used, waiting, limit, .. } = &self.licence;
        format!("{} {used} {waiting} {}", newest.unwrap_or_default(), limit.unwrap_or(0))
    }

    /// Whether nothing waits for a person.
    fn is_quiet(&self) -> bool {
        self.held.is_empty()
            && self.failed.is_empty()
            && self.to_correct.is_empty()
            && self.taken_back.is_empty()
            && self.missing.is_empty()
            && self.expiring.is_empty()
            && self.unread.is_empty()
            && self.gone.is_empty()
            && self.licence.short_in_words().is_none()
            && self.licence.over_by == 0
            && self.licence.waiting == 0
    }
}

//! `/console/runs` and `/console/runs/{id}`: what runs did or do, in plain words.

use crate::api::{Api, get};
use crate::model::{Run, Runs, Summary};
use crate::overview::{HeldRun, held_run, last_complete_of};
use crate::page::{Page, Refused, html};
use crate::words::{link, several};
use crate::{Request, Response, words};
use askama::Template;

#[derive(Template)]
#[template(path = "runs.html")]
struct List {
    page: Page,
    runs: Vec<Run>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "run.html")]
struct One {
    page: Page,
    run: Run,
    held: Option<HeldRun>,
    /// The run that has decided what this one held.
    decided_by: Option<String>,
}

#[derive(Template)]
#[template(path = "progress.html")]
struct Progress {
    run: Run,
}

/// A page of the runs.
pub(crate) async fn list(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let mut query = vec![("limit", "30")];
    query.extend(request.get("before").map(|before| ("before", before)));
    let Runs { runs, next } = get(api, "/runs", &query).await?;
    let next = next.map(|next| link("/console/runs", &[("before", Some(&next))]));
    Ok(html(200, &List { page: Page::new("runs", "Runs", request), runs, next }))
}

/// One run.
pub(crate) async fn show(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let run: Run = get(api, &format!("/runs/{id}"), &[]).await?;
    let (mut held, mut decided_by) = (None, None);
    if run.status == "held" {
        let (last, shown) =
            futures::join!(get::<Runs>(api, "/runs", &[("limit", "100")]), held_run(&run, api));
        let last = last?;
        decided_by = last_complete_of(&last.runs, &run.source)
            .filter(|last| last.id != run.id)
            .map(|last| last.id.clone());
        held = Some(shown?).filter(|_| decided_by.is_none());
    }
    let mut page = Page::new("runs", format!("Run of {}", run.source), request);
    if run.is_finished() {
        page = page.of_ended_run(request);
    }
    Ok(html(200, &One { page, run, held, decided_by }))
}

/// How far a run is: a part of its page.
pub(crate) async fn progress(id: &str, api: &dyn Api) -> Result<Response, Refused> {
    let run: Run = get(api, &format!("/runs/{id}"), &[]).await?;
    Ok(html(200, &Progress { run }))
}

impl Run {
    /// Whether nothing more happens in it.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished_at.is_some()
    }

    /// How long it took, where that is known.
    fn duration(&self) -> Option<String> {
        let summary = self.summary.as_ref()?;
        Some(words::duration(summary.read_millis + summary.apply_millis))
    }

    /// What it did, in a sentence or two.
    pub(crate) fn in_words(&self) -> String {
        match (self.status.as_str(), &self.summary) {
            ("failed", Some(summary)) if summary.writes > 0 => {
                format!(
                    "It was cut off after {}; the next run goes on from there.",
                    several(summary.writes, "change", "changes")
                )
            }
            ("failed", _) => String::from("Nothing was changed."),
            ("dry_run", Some(summary)) => {
                format!("Nothing was changed. A run would do this: {}", summary.in_words(true))
            }
            ("completed" | "held", Some(summary)) => summary.in_words(false),
            ("reading", _) => format!("{} read so far.", several(self.progress.read, "record", "records")),
            ("reconciling", _) => format!(
                "{} read, {} written so far.",
                several(self.progress.read, "record", "records"),
                several(self.progress.written, "account", "accounts")
            ),
            _ => String::from("It begins in a moment."),
        }
    }
}

impl Summary {
    fn count(&self, outcome: &str) -> u64 {
        self.counts.get(outcome).copied().unwrap_or(0)
    }

    /// What happened to how many, in the order in which people ask.
    fn in_words(&self, is_plan: bool) -> String {
        let people = |outcome| several(self.count(outcome), "person", "people");
        let accounts = |outcome| several(self.count(outcome), "account", "accounts");
        let be = |outcome| match (is_plan, self.count(outcome)) {
            (true, _) => "would be",
            (false, 1) => "was",
            (false, _) => "were",
        };
        let sentences = [
            (
                "created_active",
                format!("{} {} given an account and a seat", people("created_active"), be("created_active")),
            ),
            (
                "created_blocked",
                format!(
                    "{} {} given an account, without a seat yet",
                    people("created_blocked"),
                    be("created_blocked")
                ),
            ),
            ("activated", format!("{} who waited {} given a seat", people("activated"), be("activated"))),
            ("reactivated", format!("{} came back", people("reactivated"))),
            ("blocked_left", format!("{} who left {} blocked", people("blocked_left"), be("blocked_left"))),
            (
                "blocked_disabled",
                format!(
                    "{} disabled in the directory {} blocked",
                    people("blocked_disabled"),
                    be("blocked_disabled")
                ),
            ),
            (
                "blocked_no_seat",
                format!(
                    "the licence is smaller than before, so {} {} to wait for a seat again",
                    people("blocked_no_seat"),
                    match (is_plan, self.count("blocked_no_seat")) {
                        (true, _) => "would have",
                        (false, 1) => "has",
                        (false, _) => "have",
                    }
                ),
            ),
            ("updated", format!("{} {} updated", accounts("updated"), be("updated"))),
            ("held", format!("{} held", several(self.count("held"), "removal is", "removals are"))),
            ("error", format!("{} could not be processed", accounts("error"))),
        ];
        let happened = sentences.into_iter().filter(|(outcome, _)| self.count(outcome) > 0);
        let mut said: Vec<String> = happened.map(|(_, sentence)| sentence).collect();
        if said.is_empty() {
            said.push(String::from("nothing had to change"));
        }
        let seats = match self.limit {
            Some(limit) => format!("{} of {limit} seats are used", self.used),
            None => format!("{} seats are used", self.used),
        };
        let waiting = match self.waiting {
            0 => String::from("nobody waits"),
            1 => String::from("one waits"),
            many => format!("{many} wait"),
        };
        let mut text = format!("{}. {} and {waiting} afterwards.", said.join("; "), seats);
        if let Some(first) = text.get(..1).map(str::to_uppercase)
            && !is_plan
        {
            text.replace_range(..1, &first);
        }
        text
    }

    /// Outcomes that anybody had, with their counts.
    fn outcomes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        words::OUTCOMES.into_iter().map(|word| (word, self.count(word))).filter(|(_, count)| *count > 0)
    }
}

//! `/console/runs` and `/console/runs/{id}`: what runs did, in plain words.

use crate::api::Api;
use crate::calls::get;
use crate::confirm::typed;
use crate::decisions::{meant_in_its_place, took_their_seats};
use crate::model::{Examination, Expiry, RowsToMend, Run, Runs, SourceChange, Summary, UndoResult, Undoing};
use crate::overview::{HeldRun, held_run};
use crate::page::{Page, csv_file, html};
use crate::refused::Refused;
use crate::run_people::{self, Group};
use crate::sent_file::SentFile;
use crate::words::{link, several};
use crate::wrong_file::WrongFile;
use crate::{Request, Response, words};
use askama::Template;

/// From how long before it expires on a credential is shown: 30 days, as in the notice.
const SOON_SECONDS: i64 = 30 * 24 * 60 * 60;

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
    /// The file that was sent for it.
    sent: Option<SentFile>,
    /// The file that counts, where the run has to do with it.
    wrong: Option<WrongFile>,
    /// Whom it changed or would change, where they are few.
    people: Vec<Group>,
    /// The run that an undo of this one most likely means.
    meant: Option<Run>,
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
    let asks = run.status == "held" || run.asks_who_is_who() || run.keeps_undone();
    let held = if asks && run.settled.is_none() { Some(held_run(&run, api).await?) } else { None };
    let (sent, wrong, people, meant, took) = futures::join!(
        SentFile::of(&run, api),
        WrongFile::of(&run, api),
        run_people::changed(&run, api),
        meant_in_its_place(&run, api),
        took_their_seats(&run, api)
    );
    let meant = meant.or(took);
    let mut page = Page::new("runs", run.title(), request);
    if run.is_finished() {
        page = page.of_ended_run(request);
    }
    Ok(html(200, &One { page, run, held, sent, wrong, people, meant }))
}

impl List {
    /// Whether anything in it is still under way.
    fn is_moving(&self) -> bool {
        self.runs.iter().any(|run| !run.is_finished())
    }
}

/// The rows to mend of a run, as a file.
pub(crate) async fn rejected(id: &str, api: &dyn Api) -> Result<Response, Refused> {
    let rows: RowsToMend = get(api, &format!("/runs/{id}/rejected"), &[]).await?;
    Ok(csv_file(&format!("rows-to-mend-{id}.csv"), rows.file))
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

    /// Whether it brings the accounts in step with its source.
    pub(crate) fn is_of_accounts(&self) -> bool {
        !self.dry_run && self.examination.is_none() && self.undoes.is_none()
    }

    /// Whether it has changed accounts and no undo has taken that back: then its page offers one.
    pub(crate) fn can_be_undone(&self) -> bool {
        let has_written = self.summary.as_ref().is_some_and(|summary| summary.writes > 0);
        self.is_finished() && !self.dry_run && has_written && self.undone.is_none()
    }

    /// Whether a run that is no dry run would do what this dry run shows: it tries nothing that is not in its place.
    pub(crate) fn can_be_done(&self) -> bool {
        self.dry_run
            && self.is_finished()
            && self.examination.is_none()
            && self.source_change.is_none()
            && self.undoes.is_none()
            && self.candidate.is_none()
            && self.tried.is_none()
    }

    /// How many people the retirement of the source would block, where this is the dry run of one.
    pub(crate) fn would_retire(&self) -> Option<u64> {
        let is_plan = self.dry_run && self.status == "dry_run";
        let is_retirement = matches!(self.source_change, Some(SourceChange::Retire));
        self.summary
            .as_ref()
            .filter(|_| is_plan && is_retirement)
            .map(|summary| summary.count("blocked_left"))
    }

    /// Whether it ended without anything held by the guard, but people are perhaps the same (rule 54).
    fn asks_who_is_who(&self) -> bool {
        let parts = self.summary.as_ref().map(|summary| &summary.held_parts);
        self.status == "completed" && parts.is_some_and(|parts| parts.perhaps_same > 0)
    }

    /// Whether it ended without anything held by the guard, but keeps what an undo gave back (rule 58c).
    pub(crate) fn keeps_undone(&self) -> bool {
        let parts = self.summary.as_ref().map(|summary| &summary.held_parts);
        self.status == "completed" && parts.is_some_and(|parts| parts.undone > 0 && parts.perhaps_same == 0)
    }

    /// What it is, for the heading of its page.
    fn title(&self) -> String {
        if let Some(change) = &self.source_change {
            let plan = if self.dry_run { " (dry run)" } else { "" };
            return match change {
                SourceChange::Retire => format!("Retirement of {}{plan}", self.source),
                SourceChange::Rename { to } => format!("Renaming of {} to {to}{plan}", self.source),
            };
        }
        if self.undoes.is_some() {
            let what = if self.dry_run { "What an undo would do to" } else { "Undo of a run of" };
            return format!("{what} {}", self.source);
        }
        match (&self.examination, self.dry_run) {
            (Some(_), _) => String::from("Examination of everything"),
            (None, true) => format!("Dry run of {}", self.source),
            (None, false) => format!("Run of {}", self.source),
        }
    }

    /// What expires within a month of the run, and on which day.
    pub(crate) fn expires_soon(&self) -> Vec<(&str, &str)> {
        let is_soon = |expiry: &&Expiry| {
            let parse = |text: &str| text.parse::<jiff::Timestamp>().ok();
            let (Some(began), Some(at)) = (parse(&self.started_at), parse(&expiry.at)) else { return false };
            at.as_second() - began.as_second() <= SOON_SECONDS
        };
        let day = |expiry: &Expiry| expiry.at.find('T').unwrap_or(expiry.at.len());
        let soon = self.expiries.iter().filter(is_soon);
        soon.map(|expiry| (expiry.what.as_str(), &expiry.at[..day(expiry)])).collect()
    }

    /// The word for how far it is.
    pub(crate) fn pill(&self) -> &str {
        if self.is_finished() { &self.status } else { "under_way" }
    }

    /// How far it is, in one line.
    pub(crate) fn progress_in_words(&self) -> String {
        format!("{}: {}", words::status(&self.status), self.in_words())
    }

    /// What a person must correct: outcomes, each with a sentence.
    pub(crate) fn corrections(&self) -> Vec<(&'static str, String)> {
        self.summary.as_ref().map(Summary::corrections).unwrap_or_default()
    }

    /// How long it took, if that is known.
    fn duration(&self) -> Option<String> {
        let summary = self.summary.as_ref()?;
        Some(words::duration(summary.read_millis + summary.apply_millis))
    }

    /// What it did, in a sentence or two. The page says who left its removals.
    pub(crate) fn in_words(&self) -> String {
        if let Some(examination) = &self.examination {
            return examination.in_words(self.is_finished());
        }
        if let Some(result) = self.undoes.as_ref().and_then(|undoing| undoing.result.as_ref()) {
            return result.in_words(self.dry_run);
        }
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

impl Undoing {
    /// The page of the run that is taken back.
    fn page(&self) -> String {
        format!("/console/runs/{}", self.run)
    }

    /// Where the form is sent that does it.
    fn action(&self) -> String {
        format!("{}/undo", self.page())
    }

    /// What the form says beside it.
    fn hidden(&self, result: &UndoResult) -> Vec<(&'static str, String)> {
        let account = self.account.iter().map(|id| ("account", id.clone()));
        account.chain([("count", result.back_count.to_string())]).collect()
    }
}

impl UndoResult {
    /// What it came to, in a sentence or two.
    fn in_words(&self, is_plan: bool) -> String {
        let back = several(self.back_count, "account", "accounts");
        let back = match (self.back_count, is_plan) {
            (0, _) => None,
            (1, true) => Some(format!("Nothing was changed. {back} would go back to what it was.")),
            (_, true) => Some(format!("Nothing was changed. {back} would go back to what they were.")),
            (1, false) => Some(format!("{back} is again what it was.")),
            (_, false) => Some(format!("{back} are again what they were.")),
        };
        let before = (self.back_before > 0).then(|| {
            format!("{} taken back before.", several(self.back_before, "account was", "accounts were"))
        });
        let left = (self.left_alone_count > 0)
            .then(|| format!("{} left alone.", several(self.left_alone_count, "account is", "accounts are")));
        // After those who were left alone: they are why.
        let nobody = match (self.back_count, self.left_alone_count, is_plan) {
            (0, 0, _) => Some("There is nothing to take back."),
            (0, _, true) => Some("Nobody would go back."),
            (0, _, false) => Some("Nobody went back."),
            (_, _, _) => None,
        };
        let sentences = [back, before, left, nobody.map(str::to_owned)];
        sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// What must be typed to take it back.
    fn typed(&self) -> String {
        typed(self.back_count)
    }

    /// How many went back who are not named.
    fn back_more(&self) -> u64 {
        self.back_count.saturating_sub(self.back.len() as u64)
    }

    /// How many were left alone who are not named.
    fn left_more(&self) -> u64 {
        self.left_alone_count.saturating_sub(self.left_alone.len() as u64)
    }
}

impl Examination {
    /// What it came to, in a sentence or two.
    fn in_words(&self, is_finished: bool) -> String {
        match &self.result {
            Some(result) if result.findings.is_empty() && result.repairs.is_empty() => {
                let accounts = several(result.accounts, "account was", "accounts were");
                format!(
                    "{accounts} counted ({} active). Everything that is stored agrees with them.",
                    result.active
                )
            }
            Some(result) => {
                let repaired = several(result.repairs.len() as u64, "thing was", "things were");
                let wrong = several(result.findings.len() as u64, "thing is", "things are");
                format!("{repaired} repaired, {wrong} still wrong.")
            }
            None if is_finished => String::from("It did not come to its end."),
            None => String::from(
                "It waits for runs under way, then it counts everything. No run begins meanwhile.",
            ),
        }
    }
}

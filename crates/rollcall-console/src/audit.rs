//! `/console/audit`: what happened to whom, when, why, and by whom; with every filter, and as a file.

use crate::api::Api;
use crate::calls::get;
use crate::model::{Audit, Change, Entry, State};
use crate::page::{Page, html};
use crate::refused::{Refused, or_refused};
use crate::source_choice::SourceChoice;
use crate::words::link;
use crate::{Request, Response, words};
use askama::Template;

/// What became of somebody to whom an undo gave something back, when the directory shows them again.
pub(crate) const SHOWN_AGAIN: &str = "In the directory again after an undo; nothing else changed";

/// The names of the filters.
pub(crate) const FILTERS: [&str; 7] = ["user", "run", "outcome", "reason", "source", "from", "to"];

#[derive(Template)]
#[template(path = "audit.html")]
struct List {
    page: Page,
    entries: Vec<Entry>,
    filters: Vec<(&'static str, String)>,
    source: SourceChoice,
    next: Option<String>,
    /// Why nothing could be looked for.
    refused: Option<Refused>,
}

/// A page of the log.
pub(crate) async fn list(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let names = FILTERS.into_iter().chain(["after"]);
    let query: Vec<_> = names.filter_map(|name| Some((name, request.get(name)?))).collect();
    let (found, source) =
        futures::join!(get(api, "/audit", &query), SourceChoice::of(request.get("source"), api));
    let (Audit { entries, next }, refused) = or_refused(found)?;
    let list = List {
        page: Page::new("audit", "Audit log", request),
        entries,
        filters: FILTERS.map(|name| (name, request.get(name).unwrap_or_default().to_owned())).to_vec(),
        source,
        next: next.map(|next| with(request, "/console/audit", "after", &next)),
        refused,
    };
    Ok(html(list.refused.as_ref().map_or(200, |refused| refused.status), &list))
}

/// A link with the filters of a page, and one parameter more.
fn with(request: &Request, path: &str, name: &str, value: &str) -> String {
    let mut query = FILTERS.map(|name| (name, request.get(name))).to_vec();
    query.push((name, Some(value)));
    link(path, &query)
}

impl List {
    fn filter(&self, name: &str) -> &str {
        self.filters.iter().find(|(found, _)| *found == name).map_or("", |(_, value)| value)
    }

    fn is_chosen(&self, name: &str, word: &str) -> bool {
        self.filter(name) == word
    }

    /// The dry run whose entries these are.
    fn dry_run(&self) -> Option<&str> {
        self.entries.iter().find(|entry| entry.dry_run).and_then(|entry| entry.run.as_deref())
    }

    fn has_filters(&self) -> bool {
        self.filters.iter().any(|(_, value)| !value.is_empty())
    }
}

impl Entry {
    /// Whom it is about, as they are called.
    pub(crate) fn name(&self) -> &str {
        self.username.as_deref().or(self.match_key.as_deref()).unwrap_or_default()
    }

    /// The account that it is about, where there is one: a newcomer of a dry run has none.
    pub(crate) fn known_account(&self) -> Option<&str> {
        let would_be_new = self.dry_run && self.before.is_none();
        self.account.as_deref().filter(|_| !would_be_new)
    }

    /// What started it: an undo and an approval are no `Sync now`.
    pub(crate) fn trigger_in_words(&self) -> &str {
        if self.dry_run {
            return "dry run";
        }
        let has = |field: &str| self.changes.iter().any(|change| change.field == field);
        if self.run.is_some() && (self.outcome == "undone" || has("undoes")) {
            return "undo";
        }
        if self.outcome == "run_requested" && has("previous_file") {
            return "earlier file put back";
        }
        let is_approval = self.outcome == "run_requested" && has("approves");
        if is_approval { "approval" } else { words::trigger(&self.trigger) }
    }

    /// What happened, or would happen.
    pub(crate) fn outcome_in_words(&self) -> &str {
        if self.is_shown_again() { SHOWN_AGAIN } else { words::outcome_of(&self.outcome, self.dry_run) }
    }

    /// Whether it says only that the directory shows somebody to whom an undo gave something back.
    pub(crate) fn is_shown_again(&self) -> bool {
        let is_mark = |change: &Change| change.field == "given_back" && change.new == "false";
        self.outcome == "updated" && matches!(self.changes.as_slice(), [only] if is_mark(only))
    }

    /// Whether something changed, and was not only seen.
    pub(crate) fn is_change(&self) -> bool {
        !words::OBSERVED.contains(&self.outcome.as_str())
    }

    /// Whether they have a seat or wait for one, where that is said: a removal takes the one or the other.
    pub(crate) fn standing(&self) -> Option<&'static str> {
        let before = self.before.as_ref()?;
        match (before.state.as_str(), before.reason.as_deref()) {
            ("active", _) => Some("has a seat"),
            (_, Some("no_seat")) => Some("waits for a seat"),
            _ => None,
        }
    }

    /// From which state to which, where it changed.
    pub(crate) fn states(&self) -> String {
        let would = if self.dry_run { "would be: " } else { "" };
        let word = |state: &State| words::state(state.reason.as_deref().unwrap_or(&state.state)).to_owned();
        match (self.before.as_ref().map(word), self.after.as_ref().map(word)) {
            (Some(before), Some(after)) if before == after => after,
            (Some(before), Some(after)) => format!("{before} → {would}{after}"),
            (None, Some(after)) => format!("→ {would}{after}"),
            (_, None) => String::new(),
        }
    }

    /// Why, where that is a sentence and not the word of a state.
    pub(crate) fn why(&self) -> Option<String> {
        let reason = self.reason.as_deref().filter(|reason| !words::REASONS.contains(reason));
        match (self.line.filter(|_| self.account.is_none()), reason) {
            (Some(line), Some(reason)) => Some(format!("line {line}: {reason}")),
            (Some(line), None) => Some(format!("line {line}")),
            (None, reason) => reason.map(str::to_owned),
        }
    }

    /// `50 of 50`, or `about 49 of 50` where others moved seats in the same moment (rule 30c).
    pub(crate) fn seats(&self) -> String {
        let about = if self.seats.about { "about " } else { "" };
        let used = words::number(self.seats.used);
        match self.seats.limit {
            Some(limit) => format!("{about}{used} of {}", words::number(limit)),
            None => format!("{about}{used}"),
        }
    }
}

impl Change {
    pub(crate) fn old_in_words(&self) -> String {
        words::value(&self.field, &self.old)
    }

    pub(crate) fn new_in_words(&self) -> String {
        words::value(&self.field, &self.new)
    }
}

//! What a run is and what became of it, in a few words: for lists and headings. An undo, an approval, a sent file; taken
//! back, approved, replaced.
//!
//! Above `model` and `words`, below the pages.

use crate::model::{Run, SourceChange};
use crate::words;

/// A word about a run in a list, and the run that it is about.
pub(crate) struct Mark {
    pub(crate) what: &'static str,
    pub(crate) run: String,
}

impl Run {
    /// Whether a person had to decide about something in it.
    pub(crate) fn held_anything(&self) -> bool {
        self.status == "held" || self.held_count() > 0
    }

    /// What became of it and of which other run it is, each with that run.
    pub(crate) fn marks(&self) -> Vec<Mark> {
        let undo_of = if self.dry_run { "dry run of an undo" } else { "undo of a run" };
        let undoes = self.undoes.as_ref().map(|undoing| (undo_of, &undoing.run));
        let approves = self.approves.as_ref().map(|held| ("approves what a run held", held));
        let undone = self.undone.as_ref().map(|undone| ("taken back", &undone.run));
        let settled = self.settled.as_ref().filter(|_| self.held_anything());
        let settled = settled.map(|settled| {
            let what = if settled.how == "approved" { "approved" } else { "replaced by a later run" };
            (what, &settled.run)
        });
        let marks = [undoes, approves, undone, settled].into_iter().flatten();
        marks.map(|(what, run)| Mark { what, run: run.clone() }).collect()
    }

    /// What started it, in a word: an undo is no `Sync now`.
    pub(crate) fn trigger_in_words(&self) -> &str {
        if self.undoes.is_some() {
            return "undo";
        }
        if self.approves.is_some() {
            return "approval";
        }
        if self.put_back.is_some() {
            return "earlier file put back";
        }
        if self.tried.is_some() {
            return "dry run of a sent file";
        }
        if self.candidate.is_some() {
            return "configuration tried";
        }
        match (&self.examination, &self.source_change) {
            (Some(_), _) => "examination",
            (None, Some(SourceChange::Retire)) => "source retired",
            (None, Some(SourceChange::Rename { .. })) => "source renamed",
            (None, None) if self.dry_run => "dry run",
            (None, None) => words::trigger(&self.trigger),
        }
    }

    /// How it ended, for its pill: what it holds are removals only where the guard holds removals.
    pub(crate) fn status_in_words(&self) -> &str {
        let holds_removals = self.summary.as_ref().is_none_or(|summary| summary.hold.is_some());
        match self.pill() {
            "held" if !holds_removals => "Changes held",
            word => words::status(word),
        }
    }
}

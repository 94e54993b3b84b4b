//! What a run did, in plain words: its summary as sentences. Used by the runs' pages; promises that every
//! outcome except `unchanged` is mentioned.

use crate::model::{HeldPart, HeldParts, Summary, Unprocessed};
use crate::words;
use crate::words::{number, several};

impl Summary {
    pub(crate) fn count(&self, outcome: &str) -> u64 {
        self.counts.get(outcome).copied().unwrap_or(0)
    }

    /// Each outcome and how many people had it, the changes first; then what was left alone, then the seats.
    pub(crate) fn in_words(&self, is_plan: bool) -> String {
        let changes = self.changes(is_plan);
        let corrections = self.corrections().into_iter().map(|(_, correction)| correction);
        let left_alone: Vec<String> = corrections.chain(self.kept(is_plan)).collect();
        let nothing = match (self.corrections().is_empty() && self.count("held") == 0, is_plan) {
            (true, false) => "nothing had to change",
            (true, true) => "nothing would have to change",
            (false, false) => "nothing was changed",
            (false, true) => "nothing would be changed",
        };
        let begin = if changes.is_empty() { vec![nothing.to_owned()] } else { changes };
        let parts: Vec<String> = begin.into_iter().chain(left_alone).collect();
        let used = number(self.used);
        let be = if self.used == 1 { "is" } else { "are" };
        let seats = match self.limit {
            Some(limit) => format!("{used} of {} {be} used", several(limit, "seat", "seats")),
            None => format!("{} used", several(self.used, "seat is", "seats are")),
        };
        let waiting = match self.waiting {
            0 => String::from("nobody waits"),
            1 => String::from("one person waits"),
            many => format!("{} wait", number(many)),
        };
        let mut text = format!("{}. {} and {waiting} afterwards.", parts.join("; "), seats);
        if let Some(first) = text.get(..1).map(str::to_uppercase)
            && !is_plan
        {
            text.replace_range(..1, &first);
        }
        text
    }

    /// How many accounts a run would change whose dry run this is.
    pub(crate) fn would_change(&self) -> u64 {
        let changes = words::OUTCOMES.into_iter().filter(|word| !words::OBSERVED.contains(word));
        changes.map(|word| self.count(word)).sum()
    }

    /// What a person decides about, part by part: how many of how many.
    pub(crate) fn held_in_words(&self) -> String {
        let mut parts = Vec::new();
        if let Some(hold) = &self.hold {
            let places = hold.places.unwrap_or(0);
            let who = several(places, "person who waits", "people who wait");
            let active = several(hold.active, "active account", "active accounts");
            let blocked = format!("{} of {active} would be blocked", number(hold.removals));
            let displaced = format!("{who} would lose their place on the waiting list");
            parts.push(match (hold.removals, places) {
                (_, 0) => blocked,
                (0, _) => format!("{displaced}, and nobody a seat"),
                (_, _) => format!("{blocked}, and {displaced}"),
            });
        }
        let HeldParts { renames, newcomers, perhaps_same, undone } = self.held_parts;
        if let Some(HeldPart { count, of }) = renames {
            let (count, of) = (number(count), several(of, "account", "accounts"));
            parts.push(format!("{count} of {of} would get another username or admin mark"));
        }
        if let Some(HeldPart { count, of }) = newcomers {
            let people = several(count, "person", "people");
            let of = number(of);
            parts.push(format!("{people} would get a new account beside the {of} that there are"));
        }
        if perhaps_same > 0 {
            let accounts = several(perhaps_same, "account", "accounts");
            parts.push(format!("{accounts} may belong to people whose key has changed"));
        }
        if undone > 0 {
            let people = several(undone, "person", "people");
            parts.push(format!("{people} to whom an undo gave something back, and who are still missing"));
        }
        parts.join("; ")
    }

    /// What people got or lost.
    fn changes(&self, is_plan: bool) -> Vec<String> {
        let people = |outcome| several(self.count(outcome), "person", "people");
        let be = |outcome| match (is_plan, self.count(outcome)) {
            (true, _) => "would be",
            (false, 1) => "was",
            (false, _) => "were",
        };
        let sentence = |outcome: &'static str, middle: &str, end: &str| {
            (outcome, format!("{} {middle}{} {end}", people(outcome), be(outcome)))
        };
        let updated = several(self.count("updated"), "account", "accounts");
        let undone = several(self.count("undone"), "change", "changes");
        let sentences = [
            sentence("created_active", "", "given an account and a seat"),
            sentence("created_blocked", "", "given an account, without a seat yet"),
            sentence("activated", "who waited ", "given a seat"),
            ("reactivated", self.back_in_words(is_plan)),
            sentence("adopted", "", "taken over by the mapping file"),
            sentence("blocked_left", "who left ", "blocked"),
            sentence("blocked_disabled", "disabled, past the end or not started ", "blocked"),
            ("blocked_no_seat", {
                let have = match (is_plan, self.count("blocked_no_seat")) {
                    (true, _) => "would have",
                    (false, 1) => "has",
                    (false, _) => "have",
                };
                let trimmed = people("blocked_no_seat");
                format!("the licence is smaller than before, so {trimmed} {have} to wait for a seat again")
            }),
            ("updated", format!("{updated} {} updated", be("updated"))),
            ("undone", format!("{undone} {} taken back", be("undone"))),
        ];
        self.those_that_were(sentences.into()).into_iter().map(|(_, sentence)| sentence).collect()
    }

    /// Who came back, and how many of them have a seat (rule 56).
    fn back_in_words(&self, is_plan: bool) -> String {
        let back = self.count("reactivated");
        let waiting = self.back_waiting.min(back);
        let came = if is_plan { "would come back or start" } else { "came back or started" };
        let who = format!("{} {came}", several(back, "person", "people"));
        let way_back = "if an earlier run took their seats by mistake, undo that run, not this one";
        match (back - waiting, waiting) {
            (_, 0) => who,
            (0, _) if is_plan => format!("{who}, and wait for a seat"),
            (0, _) => format!("{who}, and wait for a seat ({way_back})"),
            (seated, waiting) => {
                let of_them = format!("{} with a seat, {} without one yet", number(seated), number(waiting));
                if is_plan { format!("{who} ({of_them})") } else { format!("{who} ({of_them}; {way_back})") }
            }
        }
    }

    /// What a person must correct: outcomes, each with a sentence.
    pub(crate) fn corrections(&self) -> Vec<(&'static str, String)> {
        let entries = |outcome| several(self.count(outcome), "entry", "entries");
        let have = |outcome| if self.count(outcome) == 1 { "has" } else { "have" };
        self.those_that_were(vec![
            ("conflict", {
                let usernames = several(self.count("conflict"), "username belongs", "usernames belong");
                format!("{usernames} to another account")
            }),
            ("skipped_duplicate", {
                let entries = several(self.count("skipped_duplicate"), "entry is", "entries are");
                format!("{entries} about a person who is in the directory more than once")
            }),
            (
                "skipped_missing_key",
                format!("{} {} no match key", entries("skipped_missing_key"), have("skipped_missing_key")),
            ),
            ("error", format!("{} could not be read or processed", entries("error"))),
        ])
    }

    /// How many more could not be processed than are named.
    pub(crate) fn unprocessed_more(&self) -> u64 {
        let outcomes = ["conflict", "skipped_duplicate", "skipped_missing_key", "error"];
        let all: u64 = outcomes.into_iter().map(|outcome| self.count(outcome)).sum();
        all.saturating_sub(self.unprocessed.len() as u64)
    }

    /// What to do about the first of those who could not be processed and for whom that is said: it is much the same for
    /// the others.
    pub(crate) fn cure(&self) -> Option<(&str, &str)> {
        self.unprocessed.iter().find_map(|one| {
            let (_, cure) = words::wrong_and_cure(one.reason.as_deref()?);
            Some((one.name.as_str(), cure?))
        })
    }

    /// Whether the names of who waits are the first of the list, so that their numbers are their places. Who may lose their
    /// place is not named while that is held.
    pub(crate) fn has_places(&self) -> bool {
        self.count("held") == 0 || self.next_waiting.len() as u64 == self.waiting
    }

    /// How many more are next in line than are named; of whom a decision is held about, none is.
    pub(crate) fn next_more(&self) -> u64 {
        let in_line = self.in_line.filter(|_| self.count("held") > 0).unwrap_or(self.waiting);
        in_line.saturating_sub(self.next_waiting.len() as u64)
    }

    /// What was left as it is, and needs no correction.
    fn kept(&self, is_plan: bool) -> Vec<String> {
        let sentences = vec![
            ("held", {
                let parts = &self.held_parts;
                let are_removals =
                    parts.renames.is_none() && parts.newcomers.is_none() && parts.perhaps_same == 0;
                let what = match (are_removals, is_plan) {
                    (true, false) => ("removal is", "removals are"),
                    (true, true) => ("removal would be", "removals would be"),
                    (false, false) => ("change is", "changes are"),
                    (false, true) => ("change would be", "changes would be"),
                };
                let why = match parts.undone {
                    0 => "",
                    undone if undone == self.count("held") => {
                        ", because an undo gave these people back what they have"
                    }
                    _ => ", some because an undo gave these people back what they have",
                };
                format!("{} held{why}", several(self.count("held"), what.0, what.1))
            }),
            ("protected", {
                let accounts = several(self.count("protected"), "account is", "accounts are");
                format!("{accounts} protected from removal")
            }),
            ("kept_admin_block", {
                let accounts = several(self.count("kept_admin_block"), "account stays", "accounts stay");
                format!("{accounts} blocked by a person")
            }),
            ("skipped_disabled", {
                let entries = several(self.count("skipped_disabled"), "entry is", "entries are");
                format!("{entries} disabled in the directory and unknown here")
            }),
            ("skipped_scope", {
                let entries = several(self.count("skipped_scope"), "entry is", "entries are");
                format!("{entries} outside a condition of the source and unknown here")
            }),
        ];
        self.those_that_were(sentences).into_iter().map(|(_, sentence)| sentence).collect()
    }

    fn those_that_were(&self, sentences: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
        sentences.into_iter().filter(|(outcome, _)| self.count(outcome) > 0).collect()
    }

    /// The outcomes that occurred, with their counts.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        words::OUTCOMES.into_iter().map(|word| (word, self.count(word))).filter(|(_, count)| *count > 0)
    }
}

impl Unprocessed {
    /// What is wrong, without what to do about it.
    pub(crate) fn wrong(&self) -> Option<&str> {
        self.reason.as_deref().map(|reason| words::wrong_and_cure(reason).0)
    }
}

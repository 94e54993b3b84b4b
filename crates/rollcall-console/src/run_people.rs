//! The people whom a run gave or took something, by name: some of many on the overview, all of a few on the run's page.
//!
//! Above `calls`, `model` and `words`, below the pages.

use crate::api::Api;
use crate::audit::SHOWN_AGAIN;
use crate::calls::get;
use crate::model::{Audit, Entry, Run};
use crate::refused::Refused;
use crate::words;

/// People of an outcome who are named on the overview.
const NAMED: usize = 5;

/// Up to so many changes of a run its page names everybody.
const ALL_NAMED_MAX: u64 = 20;

/// Up to so many removals it is looked up who had a seat.
const LOOKED_AT: usize = 100;

/// What a run does to people that they notice: the outcome, what is said of one and of several, and the colour.
const NOTICED: [(&str, &str, &str, &str); 5] = [
    ("blocked_left", "person lost access (left)", "people lost access (left)", "error"),
    (
        "blocked_disabled",
        "person lost access (disabled or ended)",
        "people lost access (disabled or ended)",
        "error",
    ),
    ("blocked_no_seat", "person lost the seat", "people lost the seat", "error"),
    ("activated", "person who waited got a seat", "people who waited got a seat", "good"),
    ("reactivated", "person came back", "people came back", "good"),
];

/// The removals, which take a seat or only a place: what is said of one and of several who had no seat, and of many whose
/// seats nobody has looked up.
const WITHOUT_SEAT: [(&str, &str, &str, &str); 2] = [
    (
        "blocked_left",
        "person who only waited has left",
        "people who only waited have left",
        "people lost access or a place (left)",
    ),
    (
        "blocked_disabled",
        "person who had no seat is disabled or ended",
        "people who had no seat are disabled or ended",
        "people lost access or a place (disabled or ended)",
    ),
];

/// What changes accounts, in the order in which the page of a run names people.
const CHANGES: [&str; 9] = [
    "blocked_left",
    "blocked_disabled",
    "blocked_no_seat",
    "activated",
    "reactivated",
    "created_active",
    "created_blocked",
    "adopted",
    "updated",
];

/// People to whom a run did the same.
pub(crate) struct Group {
    pub(crate) run: String,
    pub(crate) outcome: &'static str,
    pub(crate) sentence: String,
    /// How it is coloured.
    pub(crate) class: &'static str,
    pub(crate) people: Vec<Entry>,
    pub(crate) more: u64,
}

/// The people whom a run gave or took something, some by name.
pub(crate) async fn noticed(run: &Run, api: &dyn Api) -> Result<Vec<Group>, Refused> {
    let mut groups = Vec::new();
    let Some(summary) = &run.summary else { return Ok(groups) };
    for (outcome, one, several, class) in NOTICED {
        let count = summary.count(outcome);
        if count == 0 {
            continue;
        }
        let group = |count: u64, (one, several), mut people: Vec<Entry>| {
            people.truncate(NAMED);
            let more = count.saturating_sub(people.len() as u64);
            let sentence = words::several(count, one, several);
            Group { run: run.id.clone(), outcome, sentence, class, people, more }
        };
        let without = WITHOUT_SEAT.into_iter().find(|(removal, ..)| *removal == outcome);
        // Only who is counted apart is looked up beyond those who are named.
        let is_looked_up = without.is_some() && count <= LOOKED_AT as u64;
        let wanted = if is_looked_up { LOOKED_AT } else { NAMED };
        let entries = entries(run, outcome, wanted, api).await?;
        let Some((_, one_without, several_without, unknown)) = without else {
            groups.push(group(count, (one, several), entries));
            continue;
        };
        if (entries.len() as u64) < count {
            groups.push(group(count, (one, unknown), entries));
            continue;
        }
        let (seated, others): (Vec<_>, Vec<_>) = entries.into_iter().partition(Entry::had_a_seat);
        for (people, said) in [(seated, (one, several)), (others, (one_without, several_without))] {
            groups.extend((!people.is_empty()).then(|| group(people.len() as u64, said, people)));
        }
    }
    Ok(groups)
}

/// Everybody whom a run changed, or a dry run would change; nobody where they are many, or an undo names them itself.
pub(crate) async fn all_of_few(run: &Run, api: &dyn Api) -> Vec<Group> {
    let Some(summary) = run.summary.as_ref().filter(|_| run.is_finished() && run.undoes.is_none()) else {
        return Vec::new();
    };
    let changed: u64 = CHANGES.iter().map(|outcome| summary.count(outcome)).sum();
    let mut groups = Vec::new();
    if changed > ALL_NAMED_MAX {
        return groups;
    }
    for outcome in CHANGES.into_iter().filter(|outcome| summary.count(outcome) > 0) {
        // The page has all the rest where the log does not answer.
        let Ok(people) = entries(run, outcome, LOOKED_AT, api).await else { continue };
        let more = summary.count(outcome).saturating_sub(people.len() as u64);
        let is_shown_again = more == 0 && !people.is_empty() && people.iter().all(Entry::is_shown_again);
        let sentence = if is_shown_again { SHOWN_AGAIN } else { words::outcome_of(outcome, run.dry_run) };
        let sentence = sentence.to_owned();
        groups.push(Group { run: run.id.clone(), outcome, sentence, class: "", people, more });
    }
    groups
}

async fn entries(
    run: &Run,
    outcome: &'static str,
    limit: usize,
    api: &dyn Api,
) -> Result<Vec<Entry>, Refused> {
    let limit = limit.to_string();
    let filters = [("run", run.id.as_str()), ("outcome", outcome), ("limit", &limit)];
    let Audit { entries, .. } = get(api, "/audit", &filters).await?;
    Ok(entries)
}

impl Entry {
    /// Whether the account held a seat before.
    fn had_a_seat(&self) -> bool {
        self.before.as_ref().is_some_and(|before| before.state == "active")
    }
}

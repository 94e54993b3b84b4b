//! The people whom a run gave or took something, by name: some of many on the overview, all of a few on the run's page.
//!
//! Above `calls`, `model` and `words`, below the pages.

use crate::api::Api;
use crate::audit::SHOWN_AGAIN;
use crate::calls::get;
use crate::model::{Audit, Entry, Run};
use crate::refused::Refused;
use crate::words;

/// People of an outcome who are named, on the overview and of a large run.
const NAMED: usize = 5;

/// Up to so many changes of a run its page names everybody; of more, some of each kind.
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
const CHANGES: [&str; 10] = [
    "blocked_left",
    "blocked_disabled",
    "blocked_no_seat",
    "activated",
    "reactivated",
    "created_active",
    "created_blocked",
    "adopted",
    "updated",
    HELD,
];

/// Who is held: a run that is no dry run names them where it asks for a decision.
const HELD: &str = "held";

/// People to whom a run did the same.
pub(crate) struct Group {
    pub(crate) run: String,
    pub(crate) outcome: &'static str,
    pub(crate) sentence: String,
    /// How it is coloured.
    pub(crate) class: &'static str,
    pub(crate) people: Vec<Entry>,
    /// The usernames of some, of whom nothing else is known here.
    pub(crate) names: Vec<String>,
    count: u64,
}

impl Group {
    /// Whether they have no account yet.
    pub(crate) fn are_new(&self) -> bool {
        self.outcome.starts_with("created")
    }

    /// How many are not named.
    pub(crate) fn more(&self) -> u64 {
        self.count.saturating_sub((self.people.len() + self.names.len()) as u64)
    }
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
            let sentence = words::several(count, one, several);
            Group { run: run.id.clone(), outcome, sentence, class, people, names: Vec::new(), count }
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

/// Whom a run changed, or a dry run would change or hold: everybody where they are few, else some of each kind; nobody where
/// an undo names them itself.
pub(crate) async fn changed(run: &Run, api: &dyn Api) -> Vec<Group> {
    let Some(summary) = run.summary.as_ref().filter(|_| run.is_finished() && run.undoes.is_none()) else {
        return Vec::new();
    };
    let is_asked = |outcome: &str| outcome != HELD || run.dry_run;
    let outcomes: Vec<_> =
        CHANGES.into_iter().filter(|one| is_asked(one) && summary.count(one) > 0).collect();
    let are_many = outcomes.iter().map(|outcome| summary.count(outcome)).sum::<u64>() > ALL_NAMED_MAX;
    let mut groups = Vec::new();
    for outcome in outcomes {
        // Of a large dry run its summary names some: each look at its log reads the head of a report.
        let planned = summary.planned.iter().filter(|one| are_many && one.outcome == outcome);
        let names: Vec<String> = planned.take(NAMED).map(|one| one.name.clone()).collect();
        if !names.is_empty() {
            groups.push(Group { names, ..group(run, outcome, summary.count(outcome), Vec::new()) });
            continue;
        }
        // The page has all the rest where the log does not answer.
        let wanted = if are_many { NAMED } else { LOOKED_AT };
        let Ok(people) = entries(run, outcome, wanted, api).await else { continue };
        if people.is_empty() {
            continue;
        }
        groups.push(group(run, outcome, summary.count(outcome), people));
    }
    groups
}

fn group(run: &Run, outcome: &'static str, count: u64, people: Vec<Entry>) -> Group {
    let is_all = people.len() as u64 >= count;
    let is_shown_again = is_all && people.iter().all(Entry::is_shown_again);
    let sentence = if is_shown_again { SHOWN_AGAIN } else { words::outcome_of(outcome, run.dry_run) };
    Group {
        run: run.id.clone(),
        outcome,
        sentence: sentence.to_owned(),
        class: "",
        people,
        names: Vec::new(),
        count,
    }
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

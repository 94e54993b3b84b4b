//! Who could not be processed, and why: the first of them by name, and where all stand (rule 62). What they have in common is
//! said once: twenty lines that each say the same three sentences are not read.

use crate::installation::Installation;
use crate::show::{render, summary};
use rollcall_console::words::wrong_and_cure;
use rollcall_sync::store::{RunRecord, RunSummary, Unprocessed};

/// Says it of a run.
pub(super) fn show(installation: &Installation, record: &RunRecord, of: &RunSummary) {
    for (outcome, number) in summary::unprocessed(of) {
        let people = render::several(number, "person or row", "people or rows");
        let who = installation.command(&format!("audit --run {} --outcome {}", record.id, outcome.as_str()));
        let named = of.unprocessed.iter().filter(|one| one.outcome == outcome.as_str());
        let named: Vec<&Unprocessed> = named.collect();
        let common = common_reason(&named);
        let why = common.map(|reason| format!(": {reason}")).unwrap_or_default();
        render::say(&format!("Not done {people} with {}{why}. See who and why: {who}", outcome.as_str()));
        for one in &named {
            render::say(&format!("         {}", in_a_line(one, named.len(), common)));
        }
        let cured = |one: &&Unprocessed| {
            Some((one.name.clone(), wrong_and_cure(one.reason.as_deref()?).1?.to_owned()))
        };
        if let Some((name, cure)) =
            named.iter().copied().find_map(|one| cured(&one)).filter(|_| named.len() > 1)
        {
            render::say(&format!("         What to do, for {name}: {cure}"));
        }
    }
}

/// How to get all of them as one file, for who keeps the directory (rule 62a).
pub(super) fn show_file(installation: &Installation, record: &RunRecord, of: &RunSummary) {
    if summary::unprocessed(of).next().is_some() {
        let command = installation.command(&format!("rejected {} -o rows-to-mend.csv", record.id));
        render::say(&format!(
            "To mend  all of them in one file, with line, what is wrong and what to do: {command}"
        ));
    }
}

/// The reason that all have, where there are several of them.
fn common_reason<'a>(named: &[&'a Unprocessed]) -> Option<&'a str> {
    let (first, others) = named.split_first()?;
    let reason = first.reason.as_deref()?;
    let is_common = !others.is_empty() && others.iter().all(|one| one.reason.as_deref() == Some(reason));
    is_common.then_some(reason)
}

/// One of so many, without what was said of all.
fn in_a_line(one: &Unprocessed, of: usize, common: Option<&str>) -> String {
    let reason = one.reason.as_deref().filter(|_| common.is_none());
    match reason {
        None => one.name.clone(),
        Some(reason) if of > 1 => format!("{}: {}", one.name, wrong_and_cure(reason).0),
        Some(reason) => format!("{}: {reason}", one.name),
    }
}

//! The people whom a run has changed, or a dry run would change. The summary of a dry run names the first of each outcome; of
//! other runs, and of everybody, the log and the report tell.
//!
//! Promises to read some twenty entries of each outcome at most, unless everybody is asked for.

use crate::api::{AUDIT, Api};
use crate::commands::follow::Shown;
use crate::show::plan::CHANGES;
use crate::show::render;
use anyhow::{Context as _, Result};
use rollcall_sync::store::{AuditEntry, Planned, RunRecord};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// So many people of each outcome are named.
const NAMED_MAX: usize = 20;

/// So many changed values of each of them, as in the summary of a dry run.
const VALUES_MAX: usize = 5;

/// The record of a run with the people whom it has changed, or would change. Where not everybody is asked for, a run is shown
/// also if its people cannot be read.
pub(crate) async fn named(api: &Api, record: RunRecord, shown: Shown) -> Result<RunRecord> {
    match with_people(api, record.clone(), shown).await {
        Err(error) if shown == Shown::Some => {
            render::note(&format!("the people whom the run changed cannot be read: {error}"));
            Ok(record)
        }
        named => named,
    }
}

async fn with_people(api: &Api, mut record: RunRecord, shown: Shown) -> Result<RunRecord> {
    let has_names = record.dry_run && shown == Shown::Some;
    let Some(summary) = &mut record.summary else { return Ok(record) };
    if !record.status.is_finished() || record.undoes.is_some() || has_names {
        return Ok(record);
    }
    let most = (shown == Shown::Some).then_some(NAMED_MAX);
    let values = most.map_or(usize::MAX, |_| VALUES_MAX);
    let mut all: Vec<Planned> = Vec::new();
    let planned_outcomes = summary.planned.iter().map(|one| one.outcome.clone());
    let outcomes: BTreeSet<String> =
        CHANGES.iter().map(|outcome| outcome.as_str().to_owned()).chain(planned_outcomes).collect();
    let is_there = |outcome: &&String| summary.counts.get(outcome.as_str()).is_some_and(|count| *count > 0);
    for outcome in outcomes.iter().filter(is_there) {
        let entries = api.first(&AUDIT, &[("run", record.id.as_str()), ("outcome", outcome)], most).await?;
        for entry in entries {
            let entry: AuditEntry = serde_json::from_value(entry).context("reading an entry of the run")?;
            all.push(planned(entry, values));
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    summary.planned = all;
    Ok(record)
}

/// The same in what the API has shown, for programs.
pub(crate) fn write(record: &RunRecord, run: &mut Value) {
    if let Some(summary) = record.summary.as_ref().filter(|summary| !summary.planned.is_empty()) {
        run["summary"]["planned"] = json!(summary.planned);
    }
}

fn planned(entry: AuditEntry, values: usize) -> Planned {
    // An entry has the reason of the block where it has no other; a plan says that by the outcome.
    let block = entry.after.as_ref().and_then(|state| state.reason.clone());
    Planned {
        name: entry.username.unwrap_or_default(),
        is_seated: entry.after.is_some_and(|state| state.state == "active"),
        outcome: entry.outcome,
        reason: entry.reason.filter(|reason| block.as_ref() != Some(reason)),
        changes: entry.changes.into_iter().take(values).collect(),
    }
}

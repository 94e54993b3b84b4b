//! Everybody whom a dry run would change: its summary names the first of each outcome, its report all.

use crate::api::{AUDIT, Api};
use anyhow::{Context as _, Result};
use rollcall_sync::store::{AuditEntry, Planned};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Puts everybody into the plan of a dry run that the API has shown.
pub(crate) async fn fill(api: &Api, run: &mut Value) -> Result<()> {
    let named = run["summary"]["planned"].as_array().into_iter().flatten();
    let outcomes: BTreeSet<String> =
        named.filter_map(|one| one["outcome"].as_str().map(str::to_owned)).collect();
    let id = run["id"].as_str().context("the run has no id")?.to_owned();
    let mut all: Vec<Planned> = Vec::new();
    for outcome in &outcomes {
        let entries = api.all(&AUDIT, &[("run", &id), ("outcome", outcome)]).await?;
        for entry in entries {
            all.push(planned(serde_json::from_value(entry).context("reading an entry of the plan")?));
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    if !all.is_empty() {
        run["summary"]["planned"] = json!(all);
    }
    Ok(())
}

fn planned(entry: AuditEntry) -> Planned {
    // An entry has the reason of the block where it has no other; a plan says that by the outcome.
    let block = entry.after.as_ref().and_then(|state| state.reason.clone());
    Planned {
        name: entry.username.unwrap_or_default(),
        is_seated: entry.after.is_some_and(|state| state.state == "active"),
        outcome: entry.outcome,
        reason: entry.reason.filter(|reason| block.as_ref() != Some(reason)),
        changes: entry.changes,
    }
}

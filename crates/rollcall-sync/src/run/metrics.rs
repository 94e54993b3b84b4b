//! Metrics in CloudWatch's embedded metric format: one line of JSON for each run's end, and for each source at each tick
//! of the schedule.
//!
//! A shell with a meter writes them to its log, where CloudWatch finds them. The names are those of `template.yaml`.

use crate::shell::Shell;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use rollcall_store::{Health, RunRecord, RunStatus};
use serde_json::{Map, Value, json};

/// CloudWatch's namespace of all of them.
const NAMESPACE: &str = "Rollcall";

const MILLIS_A_DAY: i64 = 24 * 60 * 60 * 1000;

/// Metrics of one moment: name, unit and value of each.
struct Metrics(Vec<(String, &'static str, i64)>);

/// The metrics of a run that has ended.
pub(crate) fn of_run(stack: &str, run: &RunRecord, health: Option<&Health>, now: Timestamp) -> Value {
    let mut metrics = Metrics(Vec::new());
    for (name, status) in [
        ("RunsSucceeded", RunStatus::Completed),
        ("RunsFailed", RunStatus::Failed),
        ("RunsHeld", RunStatus::Held),
    ] {
        metrics.push(name, "Count", i64::from(run.status == status));
    }
    metrics.push("Duration", "Milliseconds", now.millis_since(run.started_at));
    metrics.push("Invocations", "Count", i64::from(run.invocations));
    if let Some(snapshot) = &run.snapshot {
        metrics.count("Entries", snapshot.records);
    }
    if let Some(summary) = run.summary.as_ref().filter(|_| run.status != RunStatus::Failed) {
        // CloudWatch charges for every metric, so an outcome that did not occur is left out.
        for (outcome, count) in summary.counts.iter().filter(|(_, count)| **count > 0) {
            metrics.count(&camel_case(outcome), *count);
        }
        metrics.count("SeatsUsed", summary.used);
        if let Some(limit) = summary.limit {
            metrics.count("SeatsLimit", limit);
        }
        metrics.count("Waiting", summary.waiting);
        metrics.count("Demand", summary.used.saturating_add(summary.waiting));
        metrics.count("OverBy", summary.over_by);
        metrics.count("RemovalsHeld", summary.hold.as_ref().map_or(0, |hold| hold.removals));
        if let Some(millis) = summary.time_to_seat_millis {
            metrics.push("TimeToSeat", "Seconds", millis.max(0) / 1000);
        }
    }
    if let Some(first) = run.expiries.iter().map(|expiry| expiry.at).min() {
        metrics.push("CredentialDaysLeft", "Count", first.millis_since(now) / MILLIS_A_DAY);
    }
    metrics.age(health, now);
    let mut document = metrics.document(stack, &run.source, now);
    document["run.id"] = json!(run.id);
    document
}

/// Measures how long ago a source was last synced; nothing where it never was. A failure is logged and is no error, because
/// the run that is about to begin does not depend on it.
pub async fn measure_age(shell: &Shell, source: &str) {
    let Ok(source) = SourceName::parse(source) else { return };
    match shell.store.health(Some(&source)).await {
        Ok(health) => {
            let mut metrics = Metrics(Vec::new());
            metrics.age(Some(&health), shell.now());
            if !metrics.0.is_empty() {
                shell.measure(&metrics.document(shell.store.stack(), &source, shell.now()));
            }
        }
        Err(error) => {
            tracing::error!(source.name = %source, error = %error, "the age of the last success is not known")
        }
    }
}

impl Metrics {
    fn push(&mut self, name: &str, unit: &'static str, value: i64) {
        self.0.push((name.to_owned(), unit, value));
    }

    fn count(&mut self, name: &str, value: u64) {
        self.push(name, "Count", i64::try_from(value).unwrap_or(i64::MAX));
    }

    fn age(&mut self, health: Option<&Health>, now: Timestamp) {
        if let Some(last) = health.and_then(|health| health.last_success) {
            self.push("AgeOfLastSuccess", "Seconds", now.millis_since(last) / 1000);
        }
    }

    fn document(self, stack: &str, source: &SourceName, now: Timestamp) -> Value {
        let definitions: Vec<Value> =
            self.0.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
        let mut document = Map::new();
        document.insert(
            String::from("_aws"),
            json!({
                "Timestamp": now.as_millis(),
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    // Each also for the stack as a whole: an alarm cannot name sources that are not configured yet.
                    "Dimensions": [["Stack"], ["Stack", "Source"]],
                    "Metrics": definitions,
                }],
            }),
        );
        document.insert(String::from("Stack"), json!(stack));
        document.insert(String::from("Source"), json!(source.as_str()));
        document.extend(self.0.into_iter().map(|(name, _, value)| (name, json!(value))));
        Value::Object(document)
    }
}

/// Makes `CreatedActive` of `created_active`.
fn camel_case(word: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    word.split('_').map(capital).collect()
}

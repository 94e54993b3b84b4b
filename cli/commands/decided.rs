//! What has become of what a run held: a later run has applied it, or has read something else (rules 24 and 51).

use crate::api::Api;
use anyhow::Result;
use rollcall_sync::store::{RunRecord, RunStatus};
use serde_json::Value;

/// In words; `None` where the run held nothing, or it still waits for a decision.
pub(super) async fn in_words(api: &Api, record: &RunRecord) -> Result<Option<String>> {
    if record.status != RunStatus::Held || record.dry_run {
        return Ok(None);
    }
    let page = api.get("/runs", &[("limit", "100")]).await?;
    let later: Vec<&Value> = page["runs"]
        .as_array()
        .into_iter()
        .flatten()
        .take_while(|run| run["id"] != record.id.as_str())
        .filter(|run| run["source"] == record.source.as_str() && is_complete(run))
        .collect();
    let id = |run: &Value| run["id"].as_str().unwrap_or_default().to_owned();
    if let Some(approval) = later.iter().find(|run| run["approves"] == record.id.as_str()) {
        let by = approval["actor"].as_str().unwrap_or_default();
        return Ok(Some(format!("{by} has approved what it held, in run {}", id(approval))));
    }
    Ok(later.first().map(|newest| {
        format!(
            "run {} has read the source since: what this run held no longer waits for a decision",
            id(newest)
        )
    }))
}

/// Whether a run has brought the accounts in step with its source.
fn is_complete(run: &Value) -> bool {
    let is_of_accounts = run["dry_run"] == false && run["examination"].is_null() && run["undoes"].is_null();
    is_of_accounts && ["completed", "held"].iter().any(|status| run["status"] == *status)
}

//! `rollcall doctor`: recounts everything and says what does not agree.

use crate::local::{Local, Place};
use crate::{Exit, drive, render};
use rollcall_sync::doctor;
use serde_json::json;

pub(crate) async fn run(place: &Place) -> anyhow::Result<Exit> {
    let local = Local::open(place).await?;
    for (_, run) in drive::dead_runs(&local.shell, &local.config).await? {
        render::note(&format!("run {run} was cut off; the next `rollcall sync` goes on from there"));
    }
    let diagnosis = doctor::examine(&local.shell).await?;
    if place.json {
        render::json(&json!({
            "accounts": diagnosis.accounts,
            "active": diagnosis.active,
            "claims": diagnosis.claims,
            "audit_entries": diagnosis.audit_entries,
            "findings": diagnosis.findings,
        }))?;
    } else {
        render::say(&format!(
            "counted {} accounts ({} active), {} usernames, {} audit entries",
            diagnosis.accounts, diagnosis.active, diagnosis.claims, diagnosis.audit_entries
        ));
        for finding in &diagnosis.findings {
            render::say(&format!("wrong: {finding}"));
        }
        if diagnosis.findings.is_empty() {
            render::say("the seat ledger, the usernames and the audit log agree with the accounts");
        }
    }
    Ok(if diagnosis.findings.is_empty() { Exit::Done } else { Exit::Unsound })
}

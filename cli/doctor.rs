//! `rollcall doctor`: recounts everything and says what does not agree; with `--repair` it mends the seat ledger, and what an
//! earlier version stored in a form that is compared in another way now.

use crate::local::{Local, Place};
use crate::{Exit, drive, render};
use rollcall_sync::doctor;
use serde_json::json;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Make the seat ledger count what there is; the audit log says that you did.
    #[arg(long)]
    repair: bool,
}

pub(crate) async fn run(place: &Place, options: &Options) -> anyhow::Result<Exit> {
    let local = if options.repair { Local::open(place).await? } else { Local::look(place).await? };
    for (_, run) in drive::dead_runs(&local.shell, &local.config).await? {
        render::note(&format!(
            "run {run} was cut off; the next `rollcall sync` ends it and brings the accounts up to date"
        ));
    }
    let is_mended = options.repair && doctor::mend_ledger(&local.shell, &drive::person()).await?;
    let refolded = match options.repair {
        true => doctor::refold(&local.shell, &drive::person()).await?,
        false => doctor::Refolded::default(),
    };
    let diagnosis = doctor::examine(&local.shell).await?;
    if place.json {
        render::json(&json!({
            "accounts": diagnosis.accounts,
            "active": diagnosis.active,
            "claims": diagnosis.claims,
            "audit_entries": diagnosis.audit_entries,
            "mended": is_mended || refolded.is_any(),
            "findings": diagnosis.findings,
        }))?;
    } else {
        render::say(&format!(
            "counted {} accounts ({} active), {} usernames, {} audit entries",
            diagnosis.accounts, diagnosis.active, diagnosis.claims, diagnosis.audit_entries
        ));
        if is_mended {
            render::say("mended: the seat ledger counts the accounts that there are");
        }
        if refolded.is_any() {
            render::say(&format!(
                "mended: {} accounts and {} claims on usernames are stored as they are compared now",
                refolded.accounts, refolded.claims
            ));
        }
        for finding in &diagnosis.findings {
            render::say(&format!("wrong: {finding}"));
        }
        if diagnosis.findings.is_empty() {
            render::say("the seat ledger, the usernames and the audit log agree with the accounts");
        }
    }
    Ok(if diagnosis.findings.is_empty() { Exit::Done } else { Exit::Unsound })
}

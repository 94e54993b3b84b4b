//! `rollcall doctor`: compares everything that is stored and says what does not agree; with `--repair` it mends what can
//! be made of the rest.

use crate::events;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::local::Local;
use crate::show::render;
use rollcall_sync::doctor;
use serde_json::json;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Mend what can be made of the rest: seats and usernames from the accounts, leases from what was applied, and so on.
    #[arg(long)]
    repair: bool,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> anyhow::Result<Exit> {
    let local = Local::examine(installation, options.repair).await?;
    for (_, run) in events::dead_runs(&local.shell, &local.config).await? {
        render::note(&format!(
            "run {run} was cut off; the next `rollcall sync` ends it and brings the accounts up to date"
        ));
    }
    let mended = match options.repair {
        true => doctor::repair(&local.shell, &events::person()).await?,
        false => Vec::new(),
    };
    let diagnosis = doctor::examine(&local.shell).await?;
    if installation.json {
        render::json(&json!({
            "accounts": diagnosis.accounts,
            "active": diagnosis.active,
            "claims": diagnosis.claims,
            "audit_entries": diagnosis.audit_entries,
            "mended": !mended.is_empty(),
            "repairs": mended,
            "findings": diagnosis.findings,
        }))?;
    } else {
        render::say(&format!(
            "counted {} accounts ({} active), {} usernames, {} audit entries",
            diagnosis.accounts, diagnosis.active, diagnosis.claims, diagnosis.audit_entries
        ));
        for repair in &mended {
            render::say(&format!("mended: {repair}"));
        }
        for finding in &diagnosis.findings {
            render::say(&format!("wrong: {finding}"));
        }
        if diagnosis.findings.is_empty() {
            render::say(
                "the seats, the usernames, the lists, the runs and the audit log agree with the accounts",
            );
        }
    }
    Ok(if diagnosis.findings.is_empty() { Exit::Done } else { Exit::DataError })
}

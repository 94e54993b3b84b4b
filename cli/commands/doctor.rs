//! `rollcall doctor`: compares everything that is stored and says what does not agree; with `--repair` it repairs what the
//! rest says how to repair. With `--remote` the deployed installation does it, in a run that this command follows.

use crate::api::Api;
use crate::commands::{follow, runs, source};
use crate::events;
use crate::exit::Exit;
use crate::installation::Installation;
use crate::local::Local;
use crate::show::render;
use anyhow::Context as _;
use rollcall_sync::store::{ExaminationResult, RunRecord};
use rollcall_sync::{doctor, licence};
use serde_json::json;

#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Repair what the rest says how to repair: seats and usernames from the accounts, leases from what was applied, and so on.
    #[arg(long)]
    repair: bool,
}

pub(crate) async fn run(installation: &Installation, options: &Options) -> anyhow::Result<Exit> {
    let result = match installation.is_remote() {
        true => match there(installation, options).await? {
            Ok(result) => result,
            Err(run) => {
                runs::show(installation, &run.0, &run.1)?;
                return Ok(Exit::DataError);
            }
        },
        false => here(installation, options).await?,
    };
    show(installation, &result)?;
    Ok(if result.findings.is_empty() { Exit::Done } else { Exit::DataError })
}

/// On this machine, without a run: nothing else is at work on its data.
async fn here(installation: &Installation, options: &Options) -> anyhow::Result<ExaminationResult> {
    let local = Local::examine(installation, options.repair).await?;
    for (_, run) in events::dead_runs(&local.shell, &local.config).await? {
        render::note(&format!(
            "run {run} was cut off; the next `rollcall sync` ends it and brings the accounts up to date"
        ));
    }
    // What cannot be read is a finding.
    if let Ok((config, ledger)) = licence::look_up(&local.shell).await
        && let Some(note) = licence::beside(ledger.seats.limit, ledger.is_set_by_command, config.licence)
    {
        render::note(&format!("the licence: {note}"));
    }
    let seen = doctor::see(&local.shell, &events::person(), options.repair).await?;
    // Where it cannot be looked up, that is a finding already.
    drop(source::tell_gone(&Api::Here(Box::new(local))).await);
    Ok(seen)
}

/// A run as the API shows it, and as it is read.
type ShownRun = (serde_json::Value, RunRecord);

/// In the deployed installation. The run itself, where it failed.
async fn there(
    installation: &Installation,
    options: &Options,
) -> anyhow::Result<Result<ExaminationResult, Box<ShownRun>>> {
    let api = Api::open(installation).await?;
    if let Ok(licence) = api.get("/licence", &[]).await
        && let Some(note) = licence["note"].as_str()
    {
        render::note(&format!("the licence: {note}"));
    }
    drop(source::tell_gone(&api).await);
    let answer = api.act("POST", "/doctor", &json!({ "repair": options.repair })).await?;
    let id = answer["run"].as_str().context("the API did not say which run it is")?;
    render::note(&format!("run {id} examines everything; it waits for runs under way"));
    let run = follow::ended(&api, id).await?;
    let record = runs::parse(&run)?;
    let result = record.examination.as_ref().and_then(|examination| examination.result.clone());
    Ok(result.ok_or_else(|| Box::new((run, record))))
}

fn show(installation: &Installation, result: &ExaminationResult) -> anyhow::Result<()> {
    if installation.json {
        return render::json(&json!({
            "accounts": result.accounts,
            "active": result.active,
            "claims": result.claims,
            "audit_entries": result.audit_entries,
            "mended": !result.repairs.is_empty(),
            "repairs": result.repairs,
            "findings": result.findings,
        }));
    }
    render::say(&format!(
        "counted {} ({} active), {}, {}",
        render::several(result.accounts, "account", "accounts"),
        render::number(result.active),
        render::several(result.claims, "username", "usernames"),
        render::several(result.audit_entries, "audit entry", "audit entries")
    ));
    for repair in &result.repairs {
        render::say(&format!("repaired: {repair}"));
    }
    for finding in &result.findings {
        render::say(&format!("wrong: {finding}"));
    }
    if result.findings.is_empty() {
        render::say(
            "the seats, the usernames, the lists, the runs and the audit log agree with the accounts",
        );
    }
    Ok(())
}

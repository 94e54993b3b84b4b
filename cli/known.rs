//! Names that a person typed and that must exist: where they do not, the error lists those that do.

use crate::local::Local;
use anyhow::{Result, bail};
use rollcall_api::accounts::administer;
use rollcall_api::newest_run::all_runs;
use rollcall_core::account::Account;
use rollcall_core::source::SourceName;
use rollcall_sync::Error;
use rollcall_sync::store::{RunId, RunRecord};
use std::collections::BTreeSet;

/// How accounts of no source are called where a source is asked for.
pub(crate) const LOCAL: &str = "local";

/// So many runs are listed.
const RUNS_SHOWN: usize = 5;

/// The source that an account belongs to, or `local`.
pub(crate) fn owner(account: &Account) -> &str {
    account.source().map_or(LOCAL, SourceName::as_str)
}

/// The record of a run.
pub(crate) async fn run(local: &Local, id: &RunId) -> Result<RunRecord> {
    if let Some(record) = local.shell.store.run(id).await.map_err(Error::from)? {
        return Ok(record);
    }
    let runs = all_runs(&local.shell).await?;
    let newest: Vec<String> = runs.iter().take(RUNS_SHOWN).map(|run| format!("\n  {}", run.id)).collect();
    if newest.is_empty() {
        bail!("there is no run {id}; there has been none yet");
    }
    bail!("there is no run {id}; `rollcall runs` lists them, the newest are{}", newest.concat());
}

/// Makes sure that a source is configured, or was: accounts and runs outlive their source's configuration.
pub(crate) async fn source(local: &Local, name: &str) -> Result<()> {
    let mut known: BTreeSet<String> =
        local.config.sources.iter().map(|source| source.name.to_string()).collect();
    known.insert(LOCAL.to_owned());
    if known.contains(name) {
        return Ok(());
    }
    known.extend(all_runs(&local.shell).await?.iter().map(|run| run.source.to_string()));
    known.extend(
        administer::all_accounts(&local.shell).await?.iter().map(|account| owner(account).to_owned()),
    );
    if known.contains(name) {
        return Ok(());
    }
    bail!("there is no source {name:?}; there are {}", Vec::from_iter(known).join(", "))
}

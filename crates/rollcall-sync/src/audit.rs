//! Reading the audit log: changes from the audit table, and what runs only observed from their reports (product 31).

use crate::error::Error;
use crate::shell::Shell;
use rollcall_core::fold::fold;
use rollcall_core::match_key::MatchKey;
use rollcall_core::time::Timestamp;
use rollcall_store::{AuditEntry, RunId, RunRecord};
use std::collections::BTreeSet;

/// Which entries are wanted; what is left out does not restrict.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Username or match key, compared folded.
    pub user: Option<String>,
    /// The run.
    pub run: Option<RunId>,
    /// The word of the outcome.
    pub outcome: Option<String>,
    /// The word of the reason.
    pub reason: Option<String>,
    /// The source.
    pub source: Option<String>,
    /// Not before.
    pub since: Option<Timestamp>,
}

/// The entries that fit, oldest first.
///
/// # Errors
/// When the run does not exist or the storage fails.
pub async fn read(shell: &Shell, filter: &Filter) -> Result<Vec<AuditEntry>, Error> {
    let mut entries = Vec::new();
    let mut changed = BTreeSet::new();
    let mut cursor = None;
    loop {
        let page = match &filter.run {
            Some(run) => shell.store.audit_of_run(run, cursor).await?,
            None => shell.store.audit_page(cursor).await?,
        };
        changed.extend(page.entries.iter().map(|entry| (entry.run.clone(), entry.account)));
        entries.extend(page.entries.into_iter().filter(|entry| filter.fits(entry)));
        match page.next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    for run in observed_runs(shell, filter).await? {
        let observed = shell.store.observations(&run.source, &run.id).await?;
        let is_new = |entry: &AuditEntry| {
            entry.account.is_none() || !changed.contains(&(Some(run.id.clone()), entry.account))
        };
        entries.extend(observed.into_iter().filter(|entry| filter.fits(entry) && is_new(entry)));
    }
    entries.sort_by(|a, b| (a.at, &a.username, a.line).cmp(&(b.at, &b.username, b.line)));
    Ok(entries)
}

/// Every run, newest first.
///
/// # Errors
/// When the storage fails.
pub async fn all_runs(shell: &Shell) -> Result<Vec<RunRecord>, Error> {
    let mut runs = Vec::new();
    let mut cursor = None;
    loop {
        let page = shell.store.runs_page(100, cursor).await?;
        runs.extend(page.runs);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(runs),
        }
    }
}

/// The runs whose observations may fit. A dry run's are shown only where it is asked for by name: nothing of it
/// happened.
async fn observed_runs(shell: &Shell, filter: &Filter) -> Result<Vec<RunRecord>, Error> {
    if let Some(id) = &filter.run {
        let run = shell.store.run(id).await?.ok_or_else(|| Error::NoSuchRun { run: id.clone() })?;
        return Ok(vec![run]);
    }
    let mut runs = all_runs(shell).await?;
    runs.retain(|run| {
        !run.dry_run
            && filter.source.as_ref().is_none_or(|source| run.source.as_str() == source)
            && filter.since.is_none_or(|since| run.finished_at.is_none_or(|finished| finished >= since))
    });
    Ok(runs)
}

impl Filter {
    fn fits(&self, entry: &AuditEntry) -> bool {
        let is_user = |user: &String| {
            let user = folded(user);
            [&entry.username, &entry.match_key].into_iter().flatten().any(|name| folded(name) == user)
        };
        self.user.as_ref().is_none_or(is_user)
            && self.outcome.as_ref().is_none_or(|outcome| *outcome == entry.outcome)
            && self.reason.as_ref().is_none_or(|reason| entry.reason.as_ref() == Some(reason))
            && self.source.as_ref().is_none_or(|source| entry.source.as_ref() == Some(source))
            && self.since.is_none_or(|since| entry.at >= since)
    }
}

/// A name as accounts are matched by it. What is no name stands only in the entries of rejected rows.
fn folded(name: &str) -> String {
    MatchKey::parse(name).map_or_else(|_| fold(name), |key| key.folded().to_owned())
}

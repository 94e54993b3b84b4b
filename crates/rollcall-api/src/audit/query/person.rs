//! Whom a `user` filter means: accounts, by what they are called now, and people who have none, by what reports call them.

use crate::error::Error;
use crate::newest_run::newest_complete;
use rollcall_config::SourceSettings;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::entry::Record;
use rollcall_core::fold::fold;
use rollcall_core::match_key::MatchKey;
use rollcall_core::source::SourceName;
use rollcall_core::username::Username;
use rollcall_sync::Shell;
use rollcall_sync::store::{AuditEntry, Error as StoreError, ReportFilter, RunRecord};
use std::collections::BTreeSet;

/// Somebody.
#[derive(Debug, Default)]
pub(super) struct Person {
    /// Their accounts: one, but for a name that is one account's username and another's match key.
    pub(super) accounts: BTreeSet<AccountId>,
    /// Their username or match key, folded; none where an id is meant.
    name: Option<String>,
}

impl Person {
    /// Who is called so. That may be nobody whom Rollcall knows: then no entry is theirs.
    pub(super) async fn find(shell: &Shell, user: &str) -> Result<Self, Error> {
        if let Ok(id) = AccountId::parse(user)
            && shell.store.account(id).await?.is_some()
        {
            return Ok(Self { accounts: BTreeSet::from([id]), name: None });
        }
        let mut accounts = BTreeSet::new();
        if let Ok(username) = Username::parse(user) {
            accounts.extend(named(shell, &username).await?);
        }
        if let Ok(key) = MatchKey::parse(user) {
            let sources = shell.store.known_sources().await?;
            let ids: Vec<_> = sources.iter().map(|source| AccountId::of_key(source, &key)).collect();
            accounts.extend(have_key(shell, &ids, &key).await?);
            if accounts.is_empty() {
                let ids = in_snapshots(shell, &sources, &key).await?;
                accounts.extend(have_key(shell, &ids, &key).await?);
            }
        }
        Ok(Self { accounts, name: Some(folded(user)) })
    }

    /// Leaves out of a report the frames in which nothing can be about them.
    pub(super) fn narrow(&self, sought: &mut ReportFilter) {
        let mut accounts = self.accounts.iter().copied();
        // Of several accounts, which is a chance of names, everything is looked at.
        if let (account, None) = (accounts.next(), accounts.next()) {
            (sought.account, sought.strangers) = (account, self.name.is_some());
        }
    }

    /// Whether an entry is about them.
    pub(super) fn is_in(&self, entry: &AuditEntry) -> bool {
        match (entry.account, &self.name) {
            (Some(account), _) => self.accounts.contains(&account),
            (None, Some(name)) => {
                [&entry.username, &entry.match_key].into_iter().flatten().any(|text| folded(text) == *name)
            }
            (None, None) => false,
        }
    }
}

/// The account that has this username now.
async fn named(shell: &Shell, username: &Username) -> Result<Option<AccountId>, Error> {
    match shell.store.account_by_username(username).await {
        // A damaged claim, of which `doctor` tells, hides nobody whom runs have seen.
        Err(StoreError::Corrupt { .. }) => Ok(None),
        found => Ok(found?.map(|account| account.id)),
    }
}

/// Those of the accounts that have this match key.
async fn have_key(shell: &Shell, ids: &[AccountId], key: &MatchKey) -> Result<Vec<AccountId>, Error> {
    let accounts = shell.store.accounts_of(ids).await?;
    let has = |account: &&Account| account.key().is_some_and(|found| found.folded() == key.folded());
    Ok(accounts.iter().filter(has).map(|account| account.id).collect())
}

/// The accounts of the people with this key in the newest snapshots, where an immutable id names the account and not the key.
/// Reads those snapshots.
async fn in_snapshots(
    shell: &Shell,
    sources: &[SourceName],
    key: &MatchKey,
) -> Result<Vec<AccountId>, Error> {
    let config = shell.config().await?;
    let mut found = BTreeSet::new();
    for source in sources {
        let settings = config.source(source.as_str()).map(|source| &source.settings);
        if settings.is_some_and(
            |settings| matches!(settings, SourceSettings::Csv(csv) if csv.immutable_id.is_none()),
        ) {
            continue;
        }
        let Some(applied) = shell.store.applied_snapshot(source).await? else { continue };
        let run = shell.store.run(&applied.run).await?;
        let Some(snapshot) = run.and_then(|run| run.snapshot) else { continue };
        for record in shell.store.open_snapshot(&snapshot).await?.records()? {
            let record = record?;
            // They are in the order of their keys.
            if record.order().0 > key.place() {
                break;
            }
            if let Record::Entry(entry) = &record
                && entry.key.folded() == key.folded()
            {
                found.insert(AccountId::of_entry(source, entry));
                // An account that was adopted, or was first known by something else, has an id of another making.
                if let Some(username) = &entry.username {
                    found.extend(named(shell, username).await?);
                }
            }
        }
    }
    Ok(found.into_iter().collect())
}

/// The newest run of each source that has been completed, or had its removals held, and is no dry run; by the source's name.
pub(super) async fn newest_runs(shell: &Shell, source: Option<&str>) -> Result<Vec<RunRecord>, Error> {
    let mut sources = shell.store.known_sources().await?;
    sources.retain(|known| source.is_none_or(|source| known.as_str() == source));
    sources.sort();
    let mut found = Vec::new();
    for source in sources {
        found.extend(newest_complete(shell, &source).await?);
    }
    Ok(found)
}

/// A name as accounts are matched by it. What is no name stands only in the entries of rejected rows.
pub(crate) fn folded(name: &str) -> String {
    MatchKey::parse(name).map_or_else(|_| fold(name), |key| key.folded().to_owned())
}

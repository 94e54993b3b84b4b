//! The waiting line: who is seated next, and who after that (product 13).
//!
//! A source's line is in the order of an index. Where its groups have priorities these go first, and only the snapshot
//! knows them: then the line is read whole, and sorted.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_config::SourceSettings;
use rollcall_core::account::{Account, AccountId, Owner};
use rollcall_core::entry::Record;
use rollcall_core::source::SourceName;
use rollcall_store::{Listed, waiting_place};
use std::collections::HashMap;

/// The priority of whoever the snapshot does not have.
const LAST: u16 = u16::MAX;

/// Accounts of a line that are read at once.
const SOME: i32 = 1000;

/// Somebody who waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The place in the line of the source, from 1.
    pub place: u64,
    /// The priority of the person's group, where the groups of the source have any; none of whoever has left them.
    pub priority: Option<u16>,
    /// The account.
    pub account: Account,
}

/// A part of a source's line.
#[derive(Debug)]
pub struct Line {
    /// Those who wait, in order.
    pub waiting: Vec<Waiting>,
    /// After which the next part begins, if there is one.
    pub next: Option<String>,
}

/// How many wait, in the accounts of all sources.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn count(shell: &Shell) -> Result<u64, Error> {
    let mut count = 0;
    for source in sources(shell).await? {
        count += shell.store.count_waiting(&source, None).await?;
    }
    Ok(count)
}

/// The sources in whose accounts somebody may wait, by name.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn sources(shell: &Shell) -> Result<Vec<SourceName>, Error> {
    let owners = crate::accounts::owners(shell).await?;
    Ok(owners.iter().filter_map(|owner| SourceName::parse(owner).ok()).collect())
}

/// A part of a source's line, after this place in it.
///
/// # Errors
/// When the storage fails, or there is no such place.
pub async fn line(
    shell: &Shell,
    source: &SourceName,
    after: Option<&str>,
    limit: usize,
) -> Result<Line, Error> {
    match priorities(shell, source).await? {
        Some(priorities) => {
            let line = sorted(shell, source, &priorities).await?;
            let begin = match after {
                None => 0,
                Some(after) => {
                    1 + line.iter().position(|(_, one)| one.at == after).ok_or(Error::NoSuchPlace)?
                }
            };
            let next = (line.len() > begin + limit).then(|| line[begin + limit - 1].1.at.clone());
            let part: Vec<(u16, Listed)> = line.into_iter().skip(begin).take(limit).collect();
            let known = part.iter().filter(|(priority, _)| *priority != LAST);
            let of: HashMap<AccountId, u16> = known.map(|(priority, one)| (one.id, *priority)).collect();
            let ids = part.into_iter().map(|(_, one)| one.id).collect();
            let mut line = read(shell, ids, begin as u64, next).await?;
            for one in &mut line.waiting {
                one.priority = of.get(&one.account.id).copied();
            }
            Ok(line)
        }
        None => {
            let wanted = i32::try_from(limit + 1).unwrap_or(i32::MAX);
            let mut part = shell.store.accounts_waiting(source, after, wanted).await?;
            let before = match after {
                Some(_) => shell.store.count_waiting(source, after).await?,
                None => 0,
            };
            let next = (part.len() > limit).then(|| part[limit - 1].at.clone());
            part.truncate(limit);
            read(shell, part.into_iter().map(|one| one.id).collect(), before, next).await
        }
    }
}

/// The place of an account that waits, and how many wait with it.
///
/// # Errors
/// When the storage fails.
pub async fn place_of(shell: &Shell, account: &Account) -> Result<Option<(u64, u64)>, Error> {
    let (Some(source), Some(at)) = (account.source(), waiting_place(account)) else { return Ok(None) };
    if let Some(priorities) = priorities(shell, source).await? {
        let line = sorted(shell, source, &priorities).await?;
        let place = line.iter().position(|(_, one)| one.id == account.id);
        return Ok(place.map(|place| (place as u64 + 1, line.len() as u64)));
    }
    let place = shell.store.count_waiting(source, Some(&at)).await?;
    Ok(Some((place, shell.store.count_waiting(source, None).await?)))
}

async fn read(shell: &Shell, ids: Vec<AccountId>, before: u64, next: Option<String>) -> Result<Line, Error> {
    let accounts = shell.store.accounts_of(&ids).await?;
    let places: HashMap<AccountId, u64> = ids.iter().copied().zip(before + 1..).collect();
    // Who has got a seat meanwhile has left the line.
    let waiting = accounts.into_iter().filter(|account| account.state.waiting_since().is_some());
    let waiting =
        waiting.map(|account| Waiting { place: places[&account.id], priority: None, account }).collect();
    Ok(Line { waiting, next })
}

/// Everybody who waits, with their priority, in the order in which the next run seats them.
async fn sorted(
    shell: &Shell,
    source: &SourceName,
    priorities: &HashMap<String, u16>,
) -> Result<Vec<(u16, Listed)>, Error> {
    let mut line = Vec::new();
    loop {
        let after = line.last().map(|(_, one): &(u16, Listed)| one.at.clone());
        let part = shell.store.accounts_waiting(source, after.as_deref(), SOME).await?;
        if part.is_empty() {
            break;
        }
        let ids: Vec<AccountId> = part.iter().map(|one| one.id).collect();
        let accounts = shell.store.accounts_of(&ids).await?;
        let of = |account: &Account| match &account.owner {
            Owner::Source { key, immutable_id, .. } => {
                let id = immutable_id.as_ref().and_then(|id| priorities.get(id.as_str()));
                id.or_else(|| priorities.get(key.folded())).copied().unwrap_or(LAST)
            }
            Owner::Local => LAST,
        };
        let by_id: HashMap<AccountId, u16> =
            accounts.iter().map(|account| (account.id, of(account))).collect();
        line.extend(part.into_iter().map(|one| (by_id.get(&one.id).copied().unwrap_or(LAST), one)));
    }
    line.sort();
    Ok(line)
}

/// The priority of everybody in the newest snapshot, by match key and immutable id; none where all have the same.
async fn priorities(shell: &Shell, source: &SourceName) -> Result<Option<HashMap<String, u16>>, Error> {
    let config = shell.config().await?;
    let has_several = config.source(source.as_str()).is_some_and(|source| has_priorities(&source.settings));
    if !has_several {
        return Ok(None);
    }
    let Some(applied) = shell.store.applied_snapshot(source).await? else { return Ok(None) };
    let run = shell.store.run(&applied.run).await?;
    let Some(snapshot) = run.and_then(|run| run.snapshot) else { return Ok(None) };
    let mut priorities = HashMap::new();
    for record in shell.store.open_snapshot(&snapshot).await?.records()? {
        if let Record::Entry(entry) = record? {
            if let Some(id) = &entry.immutable_id {
                priorities.insert(id.as_str().to_owned(), entry.priority);
            }
            priorities.insert(entry.key.folded().to_owned(), entry.priority);
        }
    }
    Ok(Some(priorities))
}

fn has_priorities(settings: &SourceSettings) -> bool {
    let groups = match settings {
        SourceSettings::Csv(_) => return false,
        SourceSettings::Ldap(settings) => &settings.groups,
        SourceSettings::Entra(settings) => &settings.groups,
        SourceSettings::Okta(settings) => &settings.groups,
    };
    groups.iter().any(|group| group.priority != groups[0].priority)
}

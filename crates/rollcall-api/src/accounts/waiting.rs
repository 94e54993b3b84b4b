//! The waiting line: who is seated next, and who after that (rule 13).
//!
//! A source's line is in the order of an index. Where its people have priorities these go first, and only the snapshot
//! knows them. Then the keys of the whole line are read and sorted once, and again when somebody has come or left, or a minute
//! later; the snapshot, and the records of those who wait, once in a process for each snapshot, and again for people who came
//! to the line since (`Priorities`). An index cannot have that order: ARCHITECTURE.md says why.

mod by_time;

use crate::accounts::list;
use crate::accounts::place::{COUNTED_MAX, Place};
use crate::accounts::priorities::{InOrder, Known, KnownLine};
use crate::api::Api;
use crate::error::Error;
use rollcall_config::SourceSettings;
use rollcall_core::account::{Account, AccountId, BlockReason, Owner};
use rollcall_core::entry::Record;
use rollcall_core::match_key::ImmutableId;
use rollcall_core::source::SourceName;
use rollcall_sync::Shell;
use rollcall_sync::store::{Direction, Listed, Part, SnapshotRef};
use std::collections::HashMap;

/// The priority of people who are not in the snapshot.
const LAST: u16 = u16::MAX;

/// Accounts of a line that are read at once.
const SOME: i32 = 1000;

/// Somebody who waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The place in the line of the source.
    pub place: Place,
    /// The person's priority, by a column or a group, where the source has any; none where they have none.
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

/// How many wait, in the accounts of all sources, as the ledger counts them.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn count(shell: &Shell) -> Result<u64, Error> {
    if let Some(counts) = shell.store.counts().await? {
        return Ok(counts.of_sources(BlockReason::NoSeat.as_str()));
    }
    // The table is of an earlier version, and no run has counted yet.
    let mut count = 0;
    for source in sources(shell).await? {
        count += shell.store.count_waiting(&source).await?;
    }
    Ok(count)
}

/// How many wait in the line of a source, as the ledger counts them; none where it does not yet.
pub(super) async fn counted(shell: &Shell, source: &SourceName) -> Result<Option<u64>, Error> {
    let counts = shell.store.counts().await?;
    Ok(counts.map(|counts| counts.of(source.as_str(), BlockReason::NoSeat.as_str())))
}

/// The sources in whose accounts somebody may wait, by name.
///
/// # Errors
/// When the storage fails or the configuration has mistakes.
pub async fn sources(shell: &Shell) -> Result<Vec<SourceName>, Error> {
    let owners = list::owners(shell).await?;
    Ok(owners.iter().filter_map(|owner| SourceName::parse(owner).ok()).collect())
}

/// A part of a source's line from one of its ends, after this place in it.
///
/// # Errors
/// When the storage fails, or there is no such place.
pub async fn line(
    api: &Api,
    source: &SourceName,
    direction: Direction,
    after: Option<&str>,
    limit: usize,
) -> Result<Line, Error> {
    let shell = &api.shell;
    let Some(line) = sorted(api, source).await? else {
        return by_time::part(shell, source, direction, after, limit).await;
    };
    let all = line.len();
    let one = |number: usize| match direction {
        Direction::Forwards => &line[number],
        Direction::Backwards => &line[all - 1 - number],
    };
    let begin = match after {
        None => 0,
        Some(after) => 1 + (0..all).position(|number| one(number).1.at == after).ok_or(Error::NoSuchPlace)?,
    };
    let next = (all > begin + limit).then(|| one(begin + limit - 1).1.at.clone());
    let part: Vec<(u16, Listed)> = (begin..all).take(limit).map(|number| one(number).clone()).collect();
    let known = part.iter().filter(|(priority, _)| *priority != LAST);
    let of: HashMap<AccountId, u16> = known.map(|(priority, one)| (one.id, *priority)).collect();
    let first = match direction {
        Direction::Forwards => begin as u64 + 1,
        Direction::Backwards => (all - begin) as u64,
    };
    let places = Places { first: Some(first), direction };
    let mut line = read(shell, part.into_iter().map(|(_, one)| one.id).collect(), places, next).await?;
    for one in &mut line.waiting {
        one.priority = of.get(&one.account.id).copied();
    }
    Ok(line)
}

/// Everybody who waits for a seat of a source, in order: their ids.
///
/// # Errors
/// When the storage fails.
pub(crate) async fn whole_line(api: &Api, source: &SourceName) -> Result<Vec<AccountId>, Error> {
    if let Some(line) = sorted(api, source).await? {
        return Ok(line.iter().map(|(_, one)| one.id).collect());
    }
    let (mut line, mut after) = (Vec::new(), None);
    loop {
        let part = Part { after: after.as_deref(), ..Part::default() };
        let part = api.shell.store.accounts_waiting(source, &part, SOME).await?;
        line.extend(part.iter().map(|one| one.id));
        match part.into_iter().next_back() {
            Some(last) => after = Some(last.at),
            None => return Ok(line),
        }
    }
}

/// The places of a part of a line.
#[derive(Clone, Copy)]
struct Places {
    /// The place of the first in the part, where it was counted.
    first: Option<u64>,
    direction: Direction,
}

impl Places {
    /// The place of the one after so many of the part.
    fn of(self, number: u64) -> Place {
        let place = self.first.and_then(|first| match self.direction {
            Direction::Forwards => Some(first + number),
            // The index may have one more than were counted a moment before.
            Direction::Backwards => first.checked_sub(number).filter(|place| *place > 0),
        });
        match (place, self.direction) {
            (Some(place), _) => Place::At(place),
            (None, Direction::Forwards) => Place::After(COUNTED_MAX),
            (None, Direction::Backwards) => Place::Uncounted,
        }
    }
}

async fn read(
    shell: &Shell,
    ids: Vec<AccountId>,
    places: Places,
    next: Option<String>,
) -> Result<Line, Error> {
    let accounts = shell.store.accounts_of(&ids).await?;
    let numbers: HashMap<AccountId, u64> = ids.iter().copied().zip(0..).collect();
    // Who has got a seat meanwhile has left the line.
    let waiting = accounts.into_iter().filter(|account| account.state.waiting_since().is_some());
    let waiting =
        waiting.map(|account| Waiting { place: places.of(numbers[&account.id]), priority: None, account });
    Ok(Line { waiting: waiting.collect(), next })
}

/// Everybody who waits, with their priority, in the order in which the next run seats them; none where the index has them in it.
pub(super) async fn sorted(api: &Api, source: &SourceName) -> Result<Option<InOrder>, Error> {
    let shell = &api.shell;
    if !has_priorities(shell, source).await? {
        return Ok(None);
    }
    let Some(applied) = shell.store.applied_snapshot(source).await? else { return Ok(None) };
    let run = shell.store.run(&applied.run).await?;
    let Some(snapshot) = run.and_then(|run| run.snapshot) else { return Ok(None) };
    let (version, at) = (shell.store.seats().await?.version(), shell.now());
    if let Some(line) = api.priorities.line(&snapshot, version, at) {
        return Ok(Some(line));
    }
    let mut line: Vec<Listed> = Vec::new();
    loop {
        let after = line.last().map(|one| one.at.clone());
        let part = Part { after: after.as_deref(), ..Part::default() };
        let part = shell.store.accounts_waiting(source, &part, SOME).await?;
        if part.is_empty() {
            break;
        }
        line.extend(part);
    }
    let mut of = api.priorities.of(&snapshot);
    let unknown: Vec<_> = line.iter().map(|one| one.id).filter(|id| !of.contains_key(id)).collect();
    if !unknown.is_empty() {
        of.extend(look_up(shell, &snapshot, &unknown).await?);
    }
    let with_priority = line.into_iter().map(|one| (of.get(&one.id).copied().unwrap_or(LAST), one));
    let mut line: Vec<_> = with_priority.collect();
    line.sort();
    let in_order = InOrder::from(line);
    let line = KnownLine { version, at, in_order: in_order.clone() };
    api.priorities.keep(Known { snapshot, of, line });
    Ok(Some(in_order))
}

/// The priorities of these accounts in a snapshot, by their immutable ids and else by their match keys.
async fn look_up(
    shell: &Shell,
    snapshot: &SnapshotRef,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, u16>, Error> {
    let accounts = shell.store.accounts_of(ids).await?;
    let mut by_name: HashMap<&str, Option<u16>> = HashMap::new();
    for account in &accounts {
        if let Owner::Source { key, immutable_id, .. } = &account.owner {
            by_name.insert(key.folded(), None);
            by_name.extend(immutable_id.as_ref().map(|id| (id.as_str(), None)));
        }
    }
    for record in shell.store.open_snapshot(snapshot).await?.records()? {
        if let Record::Entry(entry) = record? {
            for name in [Some(entry.key.folded()), entry.immutable_id.as_ref().map(ImmutableId::as_str)] {
                if let Some(found) = name.and_then(|name| by_name.get_mut(name)) {
                    *found = Some(entry.priority);
                }
            }
        }
    }
    let of = |account: &Account| {
        let Owner::Source { key, immutable_id, .. } = &account.owner else { return LAST };
        let known = |name: &str| by_name.get(name).copied().flatten();
        let by_id = immutable_id.as_ref().and_then(|id| known(id.as_str()));
        by_id.or_else(|| known(key.folded())).unwrap_or(LAST)
    };
    let mut found: HashMap<_, _> = accounts.iter().map(|account| (account.id, of(account))).collect();
    // Whose record is gone is not looked up again.
    for id in ids {
        found.entry(*id).or_insert(LAST);
    }
    Ok(found)
}

/// Whether the people of a source have priorities: by a column or an attribute (rule 45), or by their groups.
pub(super) async fn has_priorities(shell: &Shell, source: &SourceName) -> Result<bool, Error> {
    let config = shell.config().await?;
    let Some(source) = config.source(source.as_str()) else { return Ok(false) };
    if source.settings.mapping().is_some_and(|mapping| mapping.priority.is_some()) {
        return Ok(true);
    }
    let groups = match &source.settings {
        SourceSettings::Csv(_) => return Ok(false),
        SourceSettings::Ldap(settings) => &settings.groups,
        SourceSettings::Entra(settings) => &settings.groups,
        SourceSettings::Okta(settings) => &settings.groups,
    };
    Ok(groups.iter().any(|group| group.priority != groups[0].priority))
}

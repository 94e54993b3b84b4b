//! The waiting line: who is seated next, and who after that (rule 13).
//!
//! A source's line is in the order of an index, whose places begin with the priority that the account keeps. So each page reads
//! its own part, however long the line is.

mod part;

use crate::accounts::list;
use crate::accounts::place::{COUNTED_MAX, Place};
use crate::error::Error;
use rollcall_config::SourceSettings;
use rollcall_core::account::{Account, AccountId, BlockReason};
use rollcall_core::source::SourceName;
use rollcall_sync::Shell;
use rollcall_sync::store::{Direction, Part};
use std::collections::HashMap;

/// The priority of people who have none, where others have one.
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
    shell: &Shell,
    source: &SourceName,
    direction: Direction,
    after: Option<&str>,
    limit: usize,
) -> Result<Line, Error> {
    let mut line = part::read(shell, source, direction, after, limit).await?;
    if has_priorities(shell, source).await? {
        for one in &mut line.waiting {
            one.priority = Some(one.account.priority).filter(|priority| *priority != LAST);
        }
    }
    Ok(line)
}

/// Everybody who waits for a seat of a source, in order: their ids.
///
/// # Errors
/// When the storage fails.
pub(crate) async fn whole_line(shell: &Shell, source: &SourceName) -> Result<Vec<AccountId>, Error> {
    let (mut line, mut after) = (Vec::new(), None);
    loop {
        let part = Part { after: after.as_deref(), ..Part::default() };
        let part = shell.store.accounts_waiting(source, &part, SOME).await?;
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

async fn read_accounts(
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

/// Whether the people of a source have priorities: by a column or an attribute (rule 45), or by their groups.
async fn has_priorities(shell: &Shell, source: &SourceName) -> Result<bool, Error> {
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

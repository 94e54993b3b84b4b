//! A part of a line, read from the index that has its order.
//!
//! Promises to say no place that was not counted, and to count no further than some hundred keys for a page.

use super::{Line, Places, counted, read_accounts};
use crate::accounts::place::COUNTED_MAX;
use crate::error::Error;
use rollcall_core::source::SourceName;
use rollcall_sync::Shell;
use rollcall_sync::store::{Direction, Part};

/// A part of a line. Its `next` says where the part ends, at which place, and at which version of the ledger that was
/// counted: nobody comes or leaves without another version, so it need not be counted again.
pub(super) async fn read(
    shell: &Shell,
    source: &SourceName,
    direction: Direction,
    after: Option<&str>,
    limit: usize,
) -> Result<Line, Error> {
    let version = shell.store.seats().await?.version();
    let end = after.map(End::parse).transpose()?;
    let first = match &end {
        Some(End { place: Some(place), version: counted, .. }) if *counted == version => match direction {
            Direction::Forwards => Some(place + 1),
            Direction::Backwards => Some(place - 1),
        },
        Some(end) => count(shell, source, direction, end.at).await?,
        None => match direction {
            Direction::Forwards => Some(1),
            Direction::Backwards => count_all(shell, source).await?,
        },
    };
    let wanted = i32::try_from(limit + 1).unwrap_or(i32::MAX);
    let after = end.as_ref().map(|end| end.at);
    let asked = Part { prefix: None, after, direction };
    let mut part = shell.store.accounts_waiting(source, &asked, wanted).await?;
    let is_more = part.len() > limit;
    part.truncate(limit);
    let places = Places { first, direction };
    let last = part.last().filter(|_| is_more);
    let next = last.map(|last| {
        let place = places.of(part.len() as u64 - 1).known();
        End { place, version, at: &last.at }.show()
    });
    read_accounts(shell, part.into_iter().map(|one| one.id).collect(), places, next).await
}

/// The place of the first one after a part that ends here, if it is not too far down.
async fn count(
    shell: &Shell,
    source: &SourceName,
    direction: Direction,
    at: &str,
) -> Result<Option<u64>, Error> {
    match direction {
        // Whoever stands at the end is counted too: the next place in the index is theirs and one character.
        Direction::Forwards => {
            let before = shell.store.count_waiting_to(source, Some(&format!("{at}\0")), COUNTED_MAX).await?;
            Ok(before.map(|before| before + 1))
        }
        Direction::Backwards => Ok(shell.store.count_waiting_to(source, Some(at), COUNTED_MAX).await?),
    }
}

/// How many wait in a line: counted where they are few, and else as the ledger says, which the index follows with a short
/// delay.
async fn count_all(shell: &Shell, source: &SourceName) -> Result<Option<u64>, Error> {
    match counted(shell, source).await? {
        Some(of) if of > COUNTED_MAX => Ok(Some(of)),
        Some(_) | None => Ok(shell.store.count_waiting_to(source, None, COUNTED_MAX).await?),
    }
}

/// Where a part of a line ends.
struct End<'a> {
    /// The place there, where it was counted.
    place: Option<u64>,
    /// The version of the ledger at which it was.
    version: u64,
    /// The place in the index.
    at: &'a str,
}

impl<'a> End<'a> {
    fn parse(text: &'a str) -> Result<Self, Error> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(Error::NoSuchPlace);
        let (place, version, at) = (part()?, part()?, part()?);
        let version = version.parse().map_err(|_| Error::NoSuchPlace)?;
        Ok(Self { place: place.parse().ok().filter(|place| *place > 0), version, at })
    }

    fn show(&self) -> String {
        let place = self.place.map(|place| place.to_string()).unwrap_or_default();
        format!("{place}.{}.{}", self.version, self.at)
    }
}

//! The place of a person in the line of their source (rule 33).
//!
//! Promises to say no place that was not counted, and to count no further than some hundred keys: who waits far down the line
//! learns that, and how many wait in all.

use crate::accounts::waiting::counted;
use crate::error::Error;
use rollcall_core::account::Account;
use rollcall_sync::Shell;
use rollcall_sync::store::waiting_place;

/// People who are counted before somebody. With more, a page reads more than it may (400 items).
pub const COUNTED_MAX: u64 = 250;

/// Where somebody stands in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The place, from 1.
    At(u64),
    /// So many wait before them, and more.
    After(u64),
    /// Nobody has counted: the line has moved since its end was read.
    Uncounted,
}

/// The place of somebody who waits, and the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InLine {
    /// Where they stand.
    pub place: Place,
    /// How many wait in the line, as the ledger counts them; none where it does not.
    pub of: Option<u64>,
}

impl Place {
    /// The place, from 1, where it is known.
    #[must_use]
    pub fn known(self) -> Option<u64> {
        match self {
            Self::At(place) => Some(place),
            Self::After(_) | Self::Uncounted => None,
        }
    }

    /// How many wait before them, of whom only that is known, that they are more.
    #[must_use]
    pub fn more_than(self) -> Option<u64> {
        match self {
            Self::After(before) => Some(before),
            Self::At(_) | Self::Uncounted => None,
        }
    }
}

/// The place of an account, if it waits in a line.
///
/// # Errors
/// When the storage fails.
pub async fn place_of(shell: &Shell, account: &Account) -> Result<Option<InLine>, Error> {
    let (Some(source), Some(at)) = (account.source(), waiting_place(account)) else { return Ok(None) };
    let of = counted(shell, source).await?;
    let before = shell.store.count_waiting_to(source, Some(&at), COUNTED_MAX).await?;
    let place = before.map_or(Place::After(COUNTED_MAX), |before| Place::At(before + 1));
    // The index is a moment behind the ledger.
    let least = before.unwrap_or(COUNTED_MAX + 1) + 1;
    Ok(Some(InLine { place, of: of.map(|of| of.max(least)) }))
}

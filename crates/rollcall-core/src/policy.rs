//! Policies: what an organisation decides about its syncs. Values of the configuration, checked.

use crate::licence::SeatCount;
use crate::username::Username;
use alloc::borrow::ToOwned as _;
use alloc::collections::BTreeSet;
use alloc::string::String;
use core::time::Duration;

/// Everything that a plan depends on besides the snapshot, the accounts and the licence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// When removals are held.
    pub guard: Guard,
    /// Seats that the sync leaves free for local administrators (rule 18).
    pub reserve: SeatCount,
    /// Whether seats are taken back if more are in use than were bought.
    pub trimming: Trimming,
    /// Accounts that no removal touches (rule 20).
    pub exemptions: Exemptions,
    /// How long a leaver keeps the seat, from the first snapshot without them; zero is no grace (rule 21).
    pub grace: Duration,
}

/// What a run does if the limit was lowered below the number of active accounts (rule 16).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trimming {
    /// Everybody keeps their seat; nobody gets one until the count is below the limit.
    #[default]
    Off,
    /// As many active accounts of its source as are above the limit lose their seat and wait.
    On,
}

/// The removal guard (rule 24). Removals are held when a run would block more than `min_removals` accounts and
/// more than `max_removal_percent` of the source's active ones, or when nobody is eligible while accounts exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// 0 to 100. With 100, only the empty snapshot is held.
    pub max_removal_percent: u8,
    /// This many removals or fewer are never held.
    pub min_removals: u64,
}

impl Default for Guard {
    /// 20 %, and more than 5: rule 24.
    fn default() -> Self {
        Self { max_removal_percent: 20, min_removals: 5 }
    }
}

impl Guard {
    /// Whether this number of removals is too large for this number of active accounts.
    #[must_use]
    pub fn is_exceeded(&self, removals: u64, active: u64) -> bool {
        removals > self.min_removals
            && u128::from(removals) * 100 > u128::from(active) * u128::from(self.max_removal_percent)
    }
}

/// Usernames that are never removed by a sync, compared folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exemptions(BTreeSet<String>);

impl Exemptions {
    /// Whether this account's removal is forbidden.
    #[must_use]
    pub fn contains(&self, username: &Username) -> bool {
        self.0.contains(username.folded())
    }
}

impl<'a> FromIterator<&'a Username> for Exemptions {
    fn from_iter<I: IntoIterator<Item = &'a Username>>(usernames: I) -> Self {
        Self(usernames.into_iter().map(|username| username.folded().to_owned()).collect())
    }
}

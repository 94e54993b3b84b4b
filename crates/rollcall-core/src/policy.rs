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
    /// A person who comes back within this time after leaving goes before those who never had a seat, or has their old
    /// place; zero is never (rule 56).
    pub return_period: Duration,
    /// How long the seat of a person who left is given to nobody else; zero is not at all (rule 57).
    pub keep_seat: Duration,
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

/// The figures of the guard (rules 24, 51 to 53). Each part is held by its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// 0 to 100: the share of the source's active accounts that may be blocked, and of its waiting accounts that may lose
    /// their place, within seven days. With 100, only a snapshot without anybody eligible or matched is held.
    pub max_removal_percent: u8,
    /// This many removals or fewer are never held for their share.
    pub min_removals: u64,
    /// 0 to 100: the share of the accounts in the snapshot whose username or admin mark may change within seven days.
    pub max_rename_percent: u8,
    /// This many renames or fewer are never held for their share.
    pub min_renames: u64,
    /// Newcomers of one run, in percent of the source's accounts.
    pub max_newcomer_percent: u16,
    /// Newcomers are held for their share only where the source has more accounts than this.
    pub newcomers_from: u64,
}

impl Default for Guard {
    /// 20 %, and more than 5 (rule 24); newcomers: 50 %, where there are more than 20 accounts (rule 51).
    fn default() -> Self {
        Self::of_removals(20, 5)
    }
}

impl Guard {
    /// With these figures for removals and for renames, and the usual ones for newcomers.
    #[must_use]
    pub const fn of_removals(percent: u8, min: u64) -> Self {
        Self {
            max_removal_percent: percent,
            min_removals: min,
            max_rename_percent: percent,
            min_renames: min,
            max_newcomer_percent: 50,
            newcomers_from: 20,
        }
    }

    /// Whether so many removals are too many of so many active (or waiting) accounts.
    #[must_use]
    pub fn is_exceeded(&self, removals: u64, of: u64) -> bool {
        removals > self.min_removals && is_above(removals, of, self.max_removal_percent.into())
    }

    /// Whether so many renames are too many of so many accounts.
    #[must_use]
    pub fn has_too_many_renames(&self, renames: u64, of: u64) -> bool {
        renames > self.min_renames && is_above(renames, of, self.max_rename_percent.into())
    }

    /// Whether these newcomers are not too many, and the rest of them might be once some are accounts: the share of a source
    /// with few accounts is not looked at, and with its first newcomers it has more.
    #[must_use]
    pub fn may_hold_the_rest(&self, newcomers: u64, accounts: u64) -> bool {
        let first = self.newcomers_from.saturating_add(1).saturating_sub(accounts);
        first > 0 && newcomers > first && self.has_too_many_newcomers(newcomers - first, accounts + first)
    }

    /// Whether so many newcomers are too many for so many accounts.
    #[must_use]
    pub fn has_too_many_newcomers(&self, newcomers: u64, accounts: u64) -> bool {
        accounts > self.newcomers_from && is_above(newcomers, accounts, self.max_newcomer_percent)
    }
}

fn is_above(count: u64, of: u64, percent: u16) -> bool {
    u128::from(count) * 100 > u128::from(of) * u128::from(percent)
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

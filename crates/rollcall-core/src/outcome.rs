//! Outcomes: what happened to one account in one run, and why (rule 30).

use crate::account::{Account, AccountId};
use crate::match_key::MatchKey;
use crate::username::Username;
use alloc::string::String;
use alloc::vec::Vec;

macro_rules! outcomes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal,)*) => {
        /// One word for what happened to an account in a run.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Outcome { $($(#[$doc])* $variant,)* }

        impl Outcome {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word of rule 30.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

outcomes! {
    /// A newcomer got an account and a seat.
    CreatedActive = "created_active",
    /// A newcomer got an account, blocked because no seat is free or because they have not started.
    CreatedBlocked = "created_blocked",
    /// A person who waited got a seat.
    Activated = "activated",
    /// An existing account became an account of the source, as a mapping file says.
    Adopted = "adopted",
    /// Mapped fields were changed.
    Updated = "updated",
    /// Nothing to do.
    Unchanged = "unchanged",
    /// No longer in scope: blocked, or no longer waiting.
    BlockedLeft = "blocked_left",
    /// Disabled in the directory, past the end, or before the start: blocked, or no longer waiting.
    BlockedDisabled = "blocked_disabled",
    /// In scope and active, but the licence was lowered and seats are trimmed: waits from now on.
    BlockedNoSeat = "blocked_no_seat",
    /// Back in scope, enabled again, or the start date has come: seated, or waiting for a seat.
    Reactivated = "reactivated",
    /// Blocked by a person, and stays blocked.
    KeptAdminBlock = "kept_admin_block",
    /// Two entries with one key: neither is created or changed.
    SkippedDuplicate = "skipped_duplicate",
    /// No match key.
    SkippedMissingKey = "skipped_missing_key",
    /// Disabled in the directory and unknown here.
    SkippedDisabled = "skipped_disabled",
    /// Outside a condition of the source (rule 41), and unknown here.
    SkippedScope = "skipped_scope",
    /// The username belongs to another account.
    Conflict = "conflict",
    /// Would have been removed, but is the last administrator or exempt.
    Protected = "protected",
    /// Would have been removed, but the guard holds the run's removals.
    Held = "held",
    /// A person took back what a run had done (rule 58).
    Undone = "undone",
    /// Could not be processed; the reason says why.
    Error = "error",
    /// A person blocked it. Not of a run.
    BlockedByAdmin = "blocked_by_admin",
    /// A person lifted their block. Not of a run.
    UnblockedByAdmin = "unblocked_by_admin",
    /// A person made a local account. Not of a run.
    CreatedLocal = "created_local",
    /// A person gave it another username, so that somebody else can have the old one. Not of a run.
    RenamedByAdmin = "renamed_by_admin",
    /// A person gave it another match key: the same person under a new key. Not of a run.
    RekeyedByAdmin = "rekeyed_by_admin",
    /// A person gave it a seat out of order. Not of a run.
    SeatedByAdmin = "seated_by_admin",
    /// A person gave its seat to another account; it waits from then on. Not of a run.
    UnseatedByAdmin = "unseated_by_admin",
}

impl Outcome {
    /// Every outcome that a run can have, in the order of reports: the words of rule 30.
    pub fn of_runs() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().take_while(|outcome| *outcome <= Self::Error)
    }

    /// Every outcome of what people do to single accounts.
    pub fn of_people() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|outcome| *outcome > Self::Error)
    }

    /// Reads the word of an outcome.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.as_str() == word)
    }
}

/// How the reason begins of an account or an entry that is outside a condition; the condition follows.
pub const OUTSIDE: &str = "outside the condition ";

/// How the reason begins of a person who has not started; the date follows.
pub const STARTS: &str = "starts ";

/// How the reason begins of a person whose last day is over; the date follows.
pub const ENDED: &str = "ended ";

/// One changed value: a field, or one of `username`, `match_key`, `immutable_id`, `admin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// Which.
    pub field: String,
    /// Its value before; empty if there was none.
    pub old: String,
    /// Its value after.
    pub new: String,
}

/// A change of one account: its record before (`None` for a newcomer) and after. The code that commits it decides
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The outcome.
    pub outcome: Outcome,
    /// Why, if the outcome alone does not say it.
    pub reason: Option<String>,
    /// The record that was read.
    pub before: Option<Account>,
    /// The record to write; its version is one above the one before.
    pub after: Account,
    /// The changed fields, by name.
    pub changes: Vec<FieldChange>,
}

/// What the report says about an account or an entry that a run does not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The outcome.
    pub outcome: Outcome,
    /// Why, if the outcome alone does not say it.
    pub reason: Option<String>,
    /// The account, if there is one.
    pub account: Option<AccountId>,
    /// The username, if one is known.
    pub username: Option<Username>,
    /// The person's name, where the record has one and there is no account that has it.
    pub name: Option<String>,
    /// The match key, if one is known.
    pub key: Option<MatchKey>,
    /// The line of the entry, if there is one.
    pub line: Option<u64>,
    /// The account's state, if there is an account.
    pub state: Option<crate::account::AccountState>,
}

impl Outcome {
    /// Whether it says that a person or a row could not be processed (rule 62).
    #[must_use]
    pub fn is_unprocessed(self) -> bool {
        matches!(self, Self::Error | Self::Conflict | Self::SkippedDuplicate | Self::SkippedMissingKey)
    }
}

impl Change {
    /// By how much the number of active accounts changes: -1, 0 or 1.
    #[must_use]
    pub fn seat_delta(&self) -> i64 {
        let had = self.before.as_ref().is_some_and(|account| account.state.holds_seat());
        i64::from(self.after.state.holds_seat()) - i64::from(had)
    }

    /// By how much the number of active administrators changes: -1, 0 or 1.
    #[must_use]
    pub fn admin_delta(&self) -> i64 {
        let had = self.before.as_ref().is_some_and(Account::is_active_admin);
        i64::from(self.after.is_active_admin()) - i64::from(had)
    }

    /// Whether it takes a seat above the limit away, from a person who waits from then on (rule 16). Only the outcome says
    /// it: whose seat a person gives to another waits too, and an undo puts people back in the line.
    #[must_use]
    pub fn is_trim(&self) -> bool {
        self.outcome == Outcome::BlockedNoSeat && self.seat_delta() < 0
    }

    /// Whether it blocks an active administrator who keeps the role (rule 20).
    #[must_use]
    pub fn removes_admin(&self) -> bool {
        self.seat_delta() < 0 && self.admin_delta() < 0 && self.after.is_admin
    }
}

/// What is said at once of an account about which nothing is to be done. Nearly all accounts of a run are so: nothing of them is
/// copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// That it is unchanged, or kept blocked.
    pub outcome: Outcome,
    /// The line of its entry, if there is one.
    pub line: Option<u32>,
}

impl Seen {
    /// The whole observation. `account` is the one that was seen.
    #[must_use]
    pub fn of(self, account: &Account) -> Observation {
        Observation::of_account(account, self.outcome, None, self.line)
    }
}

impl Observation {
    pub(crate) fn of_account(
        account: &Account,
        outcome: Outcome,
        reason: Option<String>,
        line: Option<u32>,
    ) -> Self {
        Self {
            outcome,
            reason,
            account: Some(account.id),
            username: Some(account.username.clone()),
            name: None,
            key: account.key().cloned(),
            line: line.map(u64::from),
            state: Some(account.state.clone()),
        }
    }
}

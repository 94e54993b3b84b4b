//! The cases: which snapshot meets which accounts under which limit, and what must come of it.

use crate::people::{self, Differs};
use anyhow::Result;
use rollcall_core::account::{Account, AccountState, BlockReason};
use rollcall_core::entry::{EntryStatus, Record};
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::match_key::MatchKey;
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;

/// When the generated accounts were last touched.
const BEFORE: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// One in so many joins, leaves or changes where it is one per cent.
const PART: u64 = 100;

/// One case.
#[derive(Debug)]
pub(crate) struct Case {
    /// What happens, in the words of the table.
    pub(crate) name: &'static str,
    pub(crate) snapshot: Snapshot,
    pub(crate) accounts: Accounts,
    /// Seats for everybody, or none.
    pub(crate) has_seats: bool,
    /// Whether the baseline knows the rules that it needs.
    pub(crate) has_baseline: bool,
}

/// What the directory says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Snapshot {
    /// Everybody, enabled.
    Everybody,
    /// Everybody, disabled.
    Disabled,
    /// Everybody, all with one key: the match field is a column that says the same in every row.
    OneKey,
    /// One person.
    One,
}

/// Which accounts there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accounts {
    None,
    /// As the directory has them.
    InStep,
    /// One per cent have left, one per cent are new, one per cent have another department.
    OnePercent,
    /// Waiting for a seat.
    Waiting,
    /// With another department each.
    Outdated,
    /// Under another key and another id each.
    Strangers,
    /// Without immutable id.
    WithoutId,
}

/// All cases: first the usual, then what an accident or a change of the configuration brings.
pub(crate) const CASES: [Case; 12] = [
    case("first load", Snapshot::Everybody, Accounts::None, true, true),
    case("no change", Snapshot::Everybody, Accounts::InStep, true, true),
    case("1 % join, leave, change", Snapshot::Everybody, Accounts::OnePercent, true, true),
    case("first load, no seat", Snapshot::Everybody, Accounts::None, false, false),
    case("all waiting, no seat", Snapshot::Everybody, Accounts::Waiting, false, false),
    case("all waiting, seats for all", Snapshot::Everybody, Accounts::Waiting, true, true),
    case("all leave (held)", Snapshot::One, Accounts::InStep, true, true),
    case("nobody eligible: all disabled (held)", Snapshot::Disabled, Accounts::InStep, true, false),
    case("all change", Snapshot::Everybody, Accounts::Outdated, true, true),
    case("immutable id newly mapped", Snapshot::Everybody, Accounts::WithoutId, true, false),
    case("one key in every row", Snapshot::OneKey, Accounts::InStep, true, false),
    case(
        "match field changed: all leave (held), all arrive, usernames taken",
        Snapshot::Everybody,
        Accounts::Strangers,
        true,
        false,
    ),
];

const fn case(
    name: &'static str,
    snapshot: Snapshot,
    accounts: Accounts,
    has_seats: bool,
    has_baseline: bool,
) -> Case {
    Case { name, snapshot, accounts, has_seats, has_baseline }
}

impl Case {
    /// The case of this name.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        CASES.iter().find(|case| case.name == name)
    }

    pub(crate) fn limit(&self, people: u64) -> Limit {
        Limit::Seats(SeatCount::new(if self.has_seats { people * 2 } else { 0 }))
    }
}

impl Snapshot {
    /// The file that says where this snapshot is.
    pub(crate) fn file(self) -> String {
        format!("{self:?}.json")
    }

    /// All its records, in order.
    pub(crate) fn records(self, people: u64) -> Result<Vec<Record>> {
        let count = if self == Self::One { 1 } else { people };
        (0..count).map(|number| self.record(number)).collect()
    }

    fn record(self, number: u64) -> Result<Record> {
        let status = if self == Self::Disabled { EntryStatus::Disabled } else { EntryStatus::Enabled };
        let mut record = people::record(number, status)?;
        if let (Self::OneKey, Record::Entry(entry)) = (self, &mut record) {
            entry.key = MatchKey::parse("example.com")?;
        }
        Ok(record)
    }
}

impl Accounts {
    /// The numbers of the people who have one.
    pub(crate) fn numbers(self, people: u64) -> std::ops::Range<u64> {
        match self {
            Self::None => 0..0,
            Self::OnePercent => people / PART..people + people / PART,
            Self::InStep | Self::Waiting | Self::Outdated | Self::Strangers | Self::WithoutId => 0..people,
        }
    }

    /// One of them.
    pub(crate) fn account(self, number: u64, source: &SourceName) -> Result<Account> {
        let waiting = AccountState::blocked(BlockReason::NoSeat, BEFORE);
        let state = if self == Self::Waiting { waiting } else { AccountState::Active };
        let differs = Differs {
            is_stranger: self == Self::Strangers,
            is_without_id: self == Self::WithoutId,
            is_outdated: self == Self::Outdated || (self == Self::OnePercent && number % PART == 7),
            ..Differs::in_state(state)
        };
        people::account(number, source, differs)
    }
}

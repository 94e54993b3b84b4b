//! How an audit entry says states, changed fields and seats, to people and to programs (rule 30).

use crate::wire;
use rollcall_core::account::AccountState;
use rollcall_core::licence::Seats;
use rollcall_core::outcome::FieldChange;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A state, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateView {
    /// `active` or `blocked`.
    pub state: String,
    /// Why it is blocked.
    pub reason: Option<String>,
    /// Since when it is blocked for this reason.
    #[serde(with = "wire::optional_time")]
    pub since: Option<Timestamp>,
}

/// A changed field, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// Which.
    pub field: String,
    /// Its value before.
    pub old: String,
    /// Its value after.
    pub new: String,
}

/// Seats in use and the limit; no limit is `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeatsView {
    /// Seats in use.
    pub used: u64,
    /// The limit.
    pub limit: Option<u64>,
    /// Whether others moved seats in the same moment: then `used` may be off by what they moved.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub about: bool,
}

impl StateView {
    pub(crate) fn of(state: &AccountState) -> Self {
        let block = state.block();
        Self {
            state: state.as_str().to_owned(),
            reason: block.map(|block| block.reason.as_str().to_owned()),
            since: block.map(|block| block.since),
        }
    }
}

impl ChangeView {
    pub(crate) fn of(change: &FieldChange) -> Self {
        Self { field: change.field.clone(), old: change.old.clone(), new: change.new.clone() }
    }
}

impl SeatsView {
    /// How seats are shown.
    #[must_use]
    pub fn of(seats: Seats) -> Self {
        Self { used: seats.used.get(), limit: seats.limit.seats(), about: false }
    }
}

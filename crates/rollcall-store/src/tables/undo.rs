//! What a run is that takes back what another one did (rule 58), and what the record of the other one says of it. Parts of
//! runs' records.

use crate::aws::dynamo::{Item, get_text};
use crate::ids::RunId;
use crate::wire;
use rollcall_core::account::AccountId;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The undo's part of a run's record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undoing {
    /// The run that is taken back.
    pub run: RunId,
    /// The only account that goes back; none where all do.
    #[serde(default, with = "wire::optional_account")]
    pub account: Option<AccountId>,
    /// What it came to; none while it is under way.
    #[serde(default)]
    pub result: Option<UndoResult>,
}

/// What an undo came to, beside the counts of its summary.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoResult {
    /// Accounts that go back, or did; the first of them, by username.
    pub back: Vec<TakenBack>,
    /// How many accounts go back, or did.
    pub back_count: u64,
    /// Accounts that an earlier undo of the same run has taken back.
    pub back_before: u64,
    /// Accounts that were left alone; the first of them, by username. The run's report has all.
    pub left_alone: Vec<LeftAlone>,
    /// How many were left alone.
    pub left_alone_count: u64,
}

/// An account that went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    /// Its username, after the undo.
    pub username: String,
    /// What changed, in words.
    pub what: String,
}

/// An account that an undo left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftAlone {
    /// Its username.
    pub username: String,
    /// Why, and what to do.
    pub why: String,
}

/// That a run was taken back, as its record says from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// The run that took it back.
    pub run: RunId,
    /// Who asked for it.
    pub by: String,
    /// When.
    #[serde(with = "wire::time")]
    pub at: Timestamp,
}

impl Undone {
    /// The mark in the item of a run, if there is one.
    pub(crate) fn of_item(item: &Item) -> Option<Self> {
        let at = wire::read_time(get_text(item, "undone_at")?)?;
        let run = RunId::parse(get_text(item, "undone_in")?).ok()?;
        Some(Self { run, by: get_text(item, "undone_by")?.to_owned(), at })
    }
}

//! A person's decision to leave held removals as they are (rule 24), as two items carry it: the run's, and that of the
//! applied snapshot.

use crate::aws::dynamo::{Item, get_text};
use crate::wire;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A person's decision to leave held removals as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissal {
    /// Who decided.
    pub by: String,
    /// When.
    #[serde(with = "wire::time")]
    pub at: Timestamp,
}

impl Dismissal {
    /// The decision in an item of a run or of an applied snapshot, if there is one.
    pub(crate) fn of_item(item: &Item) -> Option<Self> {
        let at = wire::read_time(get_text(item, "left_at")?)?;
        Some(Self { by: get_text(item, "left_by")?.to_owned(), at })
    }
}

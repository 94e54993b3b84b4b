//! What a run is that does something to a source that is no longer read (rule 61). Part of a run's record.

use crate::wire;
use rollcall_core::source::SourceName;
use serde::{Deserialize, Serialize};

/// What a person has asked for about a source as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SourceChange {
    /// Its accounts are those of people who have left: it is not configured any more.
    Retire {
        /// How many accounts the person has seen change at most; none in a dry run.
        at_most: Option<u64>,
    },
    /// Its accounts become those of another source, which is the same directory under another name.
    Rename {
        /// The other source.
        #[serde(with = "wire::source_name")]
        to: SourceName,
    },
}

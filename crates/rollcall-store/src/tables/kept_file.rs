//! Names of files that were read completely, as the record of a run carries them.

use crate::ids::RunId;
use crate::wire;
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A file that a run has read completely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// The run that read it first.
    pub run: RunId,
    /// When it read it.
    #[serde(with = "wire::time")]
    pub read_at: Timestamp,
}

/// The file that a run has read, as it lay in the bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRead {
    /// The key of its object.
    pub object: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// When it was written into the bucket, to the second, where the storage says that.
    #[serde(default, with = "wire::optional_time")]
    pub written_at: Option<Timestamp>,
}

/// That a run puts an earlier file back before it reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PutBack {
    /// This file is put back. A repeated step puts back the same one.
    File(FileRef),
    /// It was asked for, and the run has not looked yet which file that is.
    Asked {
        /// Where a run is named, only the file that it has read is put back.
        asked: Option<RunId>,
    },
}

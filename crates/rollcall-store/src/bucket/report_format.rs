//! How a report lies in the bucket: frames of compressed lines of JSON, behind a head that says where each frame is.
//!
//! Below `report_writer` and `report`, which are the only ones to know it. For zstd's own reader a report is one stream
//! of lines: the head is a frame that it skips.

use crate::error::Error;
use crate::ids::RunId;
use rollcall_core::source::SourceName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// zstd's own default: ten times smaller than the text at hundreds of megabytes a second.
pub(super) const COMPRESSION_LEVEL: i32 = 3;

/// Begins a frame that zstd's readers skip (RFC 8878, 3.1.2); its length follows in four bytes.
const SKIPPED: [u8; 4] = [0x50, 0x2A, 0x4D, 0x18];

/// What is in it here, and nobody else's.
const MARK: &[u8; 8] = b"rollcall";

/// A frame of a report, as its head names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Frame {
    pub(super) bytes: u64,
    pub(super) entries: u64,
    /// The words of the outcomes in it.
    pub(super) outcomes: BTreeSet<String>,
}

/// The object of a run's report.
pub(super) fn key(source: &SourceName, run: &RunId) -> String {
    format!("reports/{source}/{run}/observations.jsonl.zst")
}

/// The frame to skip that says where the others are.
pub(super) fn head(frames: &[Frame]) -> Result<Vec<u8>, Error> {
    let list = serde_json::to_vec(frames).map_err(std::io::Error::from)?;
    let packed = zstd::bulk::compress(&list, COMPRESSION_LEVEL)?;
    let length = u32::try_from(MARK.len() + packed.len()).map_err(std::io::Error::other)?;
    Ok([&SKIPPED[..], &length.to_le_bytes(), MARK, &packed].concat())
}

/// How long the head of a report is that begins so; none where it has none.
pub(super) fn head_bytes(report: &[u8]) -> Option<u64> {
    let rest = report.strip_prefix(&SKIPPED)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    rest.starts_with(MARK)
        .then(|| (SKIPPED.len() + length.len()) as u64 + u64::from(u32::from_le_bytes(*length)))
}

/// The frames that the head of a report names.
pub(super) fn frames_of(report: &[u8], head_bytes: u64, key: &str) -> Result<Vec<Frame>, Error> {
    let packed =
        SKIPPED.len() + size_of::<u32>() + MARK.len()..usize::try_from(head_bytes).unwrap_or(usize::MAX);
    let packed =
        report.get(packed).ok_or_else(|| Error::corrupt(key, String::from("its head is cut off")))?;
    let list = zstd::decode_all(packed).map_err(|error| Error::corrupt(key, error.to_string()))?;
    serde_json::from_slice(&list).map_err(|error| Error::corrupt(key, error.to_string()))
}

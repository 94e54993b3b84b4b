//! The format of a report: frames of compressed lines of JSON, after a head that says where each frame is.
//!
//! Below `report_writer` and `report`, the only modules that know it. For zstd's own reader a report is one stream
//! of lines: the head is a frame that it skips.

use super::report_stretches::Stretches;
use crate::error::Error;
use crate::ids::RunId;
use rollcall_config::folders::REPORTS;
use rollcall_core::source::SourceName;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// zstd's own default: ten times smaller than the text at hundreds of megabytes a second.
pub(super) const COMPRESSION_LEVEL: i32 = 3;

/// The first bytes of a frame that zstd's readers skip (RFC 8878, 3.1.2). The length of the frame follows in four bytes.
const SKIPPED: [u8; 4] = [0x50, 0x2A, 0x4D, 0x18];

/// The first bytes of Rollcall's own frame.
const MARK: &[u8; 8] = b"rollcall";

/// A frame of a report, as its head names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Frame {
    pub(super) bytes: u64,
    pub(super) entries: u64,
    /// The codes of the outcomes in it.
    pub(super) outcomes: BTreeSet<String>,
    /// The words of the reasons in it. A report of an earlier version does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) reasons: Option<BTreeSet<String>>,
    /// Whether there are entries about no account in it. A report of an earlier version does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) strangers: Option<bool>,
    /// The accounts in it.
    #[serde(default, skip_serializing_if = "Stretches::is_unknown")]
    pub(super) accounts: Stretches,
}

/// Whether a reason is one of the words for why an account is blocked, and no sentence. Frames name those that they have.
pub(super) fn is_word(reason: &str) -> bool {
    !reason.is_empty() && reason.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

/// The object of a run's report.
pub(super) fn key(source: &SourceName, run: &RunId) -> String {
    format!("{REPORTS}{source}/{run}/observations.jsonl.zst")
}

/// The head: a frame that zstd's readers skip, with the list of the others.
pub(super) fn head(frames: &[Frame]) -> Result<Vec<u8>, Error> {
    let list = serde_json::to_vec(frames).map_err(std::io::Error::from)?;
    let packed = zstd::bulk::compress(&list, COMPRESSION_LEVEL)?;
    let length = u32::try_from(MARK.len() + packed.len()).map_err(std::io::Error::other)?;
    Ok([&SKIPPED[..], &length.to_le_bytes(), MARK, &packed].concat())
}

/// The length of the head of a report that begins with these bytes; none where it has no head.
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

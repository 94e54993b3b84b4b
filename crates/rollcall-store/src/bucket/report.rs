//! Reading a report: some entries at a time, from any entry on. No frame is read twice, or without need.

use crate::bucket::report_format::{Frame, frames_of, head_bytes, is_word, key};
use crate::bucket::report_stretches::Stretches;
use crate::error::Error;
use crate::ids::RunId;
use crate::store::Store;
use crate::tables::audit::AuditEntry;
use rollcall_core::account::AccountId;
use rollcall_core::source::SourceName;

/// Bytes of the first read: the head of a report on a million accounts, and the whole of a small report.
const HEAD_BYTES: u64 = 64 * 1024;

/// Bytes of the next read. Each further read takes twice as much.
const AHEAD_BYTES: u64 = 32 * 1024;
/// Bytes of a read at most.
const AHEAD_BYTES_MAX: u64 = 1024 * 1024;

/// Which entries of a report to read; an empty part does not restrict. Other entries may come with them.
#[derive(Clone, Debug, Default)]
pub struct ReportFilter {
    /// The codes of their outcomes.
    pub outcomes: Option<Vec<&'static str>>,
    /// The word of their reason, or of why the account is blocked after it.
    pub reason: Option<String>,
    /// The account of each entry.
    pub account: Option<AccountId>,
    /// Entries about no account as well as those of `account`, or none but those.
    pub strangers: bool,
    /// Texts that the line of each entry contains.
    pub texts: Vec<String>,
}

/// Some entries of a report.
#[derive(Debug)]
pub struct ReportPart {
    /// The entries, each with its number in the report.
    pub entries: Vec<(u64, AuditEntry)>,
    /// The number after the last entry that was checked.
    pub next: u64,
}

/// A report that is being read.
#[derive(Debug)]
pub struct Report {
    store: Store,
    key: String,
    etag: String,
    /// The frames in their order, each with its first byte and the number of its first entry.
    frames: Vec<(u64, u64, Frame)>,
    /// The bytes that were read last, after the position of the first of them.
    read: (u64, Vec<u8>),
    ahead: u64,
}

impl Store {
    /// The report of a run; none where it has none yet. Reads its head.
    ///
    /// # Errors
    /// When the storage fails or the report is damaged.
    pub async fn report(&self, source: &SourceName, run: &RunId) -> Result<Option<Report>, Error> {
        let key = key(source, run);
        let Some(mut part) = self.get_part(&key, 0, HEAD_BYTES).await? else { return Ok(None) };
        let head_bytes = head_bytes(&part.bytes);
        if let Some(length) = head_bytes.filter(|length| *length > part.bytes.len() as u64) {
            let longer = self.get_part(&key, 0, length).await?;
            part = longer.filter(|longer| longer.etag == part.etag).ok_or_else(|| changed(&key))?;
        }
        let (mut at, frames) = match head_bytes {
            Some(length) => (length, frames_of(&part.bytes, length, &key)?),
            // An older version wrote reports without a head: the whole of it is one frame, and its outcomes are not known.
            None => (
                0,
                vec![Frame {
                    bytes: part.total,
                    entries: u64::MAX,
                    outcomes: std::iter::empty().collect(),
                    reasons: None,
                    strangers: None,
                    accounts: Stretches::default(),
                }],
            ),
        };
        let mut number = 0_u64;
        let frames = frames.into_iter().map(|frame| {
            let place = (at, number);
            at += frame.bytes;
            number = number.saturating_add(frame.entries);
            (place.0, place.1, frame)
        });
        let frames = frames.collect();
        let (etag, read) = (part.etag, (0, part.bytes));
        Ok(Some(Report { store: self.clone(), key, etag, frames, read, ahead: AHEAD_BYTES }))
    }
}

impl Report {
    /// At most `most` of the entries that match, from this number on; `None` when there are no more.
    ///
    /// # Errors
    /// When the storage fails, the report is damaged, or it was replaced meanwhile.
    pub async fn part(
        &mut self,
        from: u64,
        filter: &ReportFilter,
        most: usize,
    ) -> Result<Option<ReportPart>, Error> {
        let index = self.frames.iter().position(|place| self.may_match(place, from, filter));
        let Some(index) = index else { return Ok(None) };
        let (at, first, frame) = self.frames[index].clone();
        self.read(index, at, &frame, filter).await?;
        let begin = usize::try_from(at - self.read.0).unwrap_or(usize::MAX);
        let end = begin.saturating_add(usize::try_from(frame.bytes).unwrap_or(usize::MAX));
        let bytes =
            self.read.1.get(begin..end).ok_or_else(|| self.damaged("it is shorter than its head says"))?;
        let text = zstd::decode_all(bytes).map_err(|error| self.damaged(&error.to_string()))?;
        let mut entries = Vec::new();
        for (number, line) in (first..).zip(text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()))
        {
            if number < from || !filter.texts.iter().all(|text| has(line, text.as_bytes())) {
                continue;
            }
            if entries.len() == most {
                return Ok(Some(ReportPart { entries, next: number }));
            }
            let entry = serde_json::from_slice(line).map_err(|error| self.damaged(&error.to_string()))?;
            entries.push((number, entry));
        }
        Ok(Some(ReportPart { entries, next: first.saturating_add(frame.entries) }))
    }

    /// Whether more entries may match, from this number on.
    #[must_use]
    pub fn has_more(&self, from: u64, filter: &ReportFilter) -> bool {
        self.frames.iter().any(|place| self.may_match(place, from, filter))
    }

    fn may_match(&self, (_, first, frame): &(u64, u64, Frame), from: u64, filter: &ReportFilter) -> bool {
        first.saturating_add(frame.entries) > from && frame.may_have(filter, self.store.shards())
    }

    /// Reads a frame, if it has not been read, together with the frames after it that may match.
    async fn read(
        &mut self,
        index: usize,
        at: u64,
        frame: &Frame,
        filter: &ReportFilter,
    ) -> Result<(), Error> {
        let (begin, bytes) = (self.read.0, &self.read.1);
        if begin <= at && at + frame.bytes <= begin + bytes.len() as u64 {
            return Ok(());
        }
        let mut length = frame.bytes;
        let shards = self.store.shards();
        for (_, _, next) in self.frames.iter().skip(index + 1) {
            if length + next.bytes > self.ahead || !next.may_have(filter, shards) {
                break;
            }
            length += next.bytes;
        }
        self.ahead = (self.ahead * 2).min(AHEAD_BYTES_MAX);
        let part = self.store.get_part(&self.key, at, length).await?;
        let part = part.filter(|part| part.etag == self.etag).ok_or_else(|| changed(&self.key))?;
        self.read = (at, part.bytes);
        Ok(())
    }

    fn damaged(&self, why: &str) -> Error {
        Error::corrupt(&self.key, why.to_owned())
    }
}

impl Frame {
    fn may_have(&self, filter: &ReportFilter, shards: u64) -> bool {
        if filter.account.is_some() || filter.strangers {
            let has_theirs = filter.account.is_some_and(|account| self.accounts.may_have(account, shards));
            let has_others = filter.strangers && self.strangers != Some(false);
            if !has_theirs && !has_others {
                return false;
            }
        }
        if let (Some(reason), Some(reasons)) = (&filter.reason, &self.reasons)
            && is_word(reason)
            && !reasons.contains(reason)
        {
            return false;
        }
        let Some(words) = filter.outcomes.as_ref().filter(|_| !self.outcomes.is_empty()) else { return true };
        words.iter().any(|word| self.outcomes.contains(*word))
    }
}

fn changed(key: &str) -> Error {
    Error::ChangedWhileRead { key: key.to_owned() }
}

fn has(line: &[u8], text: &[u8]) -> bool {
    text.is_empty() || line.windows(text.len()).any(|window| window == text)
}

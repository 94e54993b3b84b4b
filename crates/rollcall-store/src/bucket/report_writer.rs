//! Writing a report: what a run observed, or in a dry run would do. One report per run in the bucket.
//!
//! Changes are in the audit table. An entry there for every unchanged account of every run would cost more than everything
//! else. A report has frames of a thousand entries, each compressed by itself: first the entries with something to say,
//! then the unchanged ones. Its head says where each frame is and which outcomes it has, so that readers read no more than
//! they need.

use crate::bucket::report_format::{COMPRESSION_LEVEL, Frame, head, is_word, key};
use crate::bucket::report_line::LineHead;
use crate::bucket::report_stretches::Stretches;
use crate::error::Error;
use crate::ids::RunId;
use crate::store::Store;
use crate::tables::audit::AuditEntry;
use rollcall_core::account::{Account, AccountId};
use rollcall_core::licence::Seats;
use rollcall_core::outcome::{Outcome, Seen};
use rollcall_core::source::SourceName;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Seek as _, Write as _};
use std::ops::Range;

/// Entries of a frame: about 25 kB, which a page of the audit log reads. Smaller frames compress worse.
const FRAME_ENTRIES: u64 = 1000;

/// Entries that are sorted together: a frame of them is about few shards. They take some megabytes.
const SORTED_ENTRIES: usize = 10_000;

/// Collects the observations of a run. Nothing is published before [`ReportWriter::finish`].
#[derive(Debug)]
pub struct ReportWriter {
    store: Store,
    key: String,
    notable: Section,
    unchanged: Section,
}

/// What a frame says of an entry.
struct About<'a> {
    account: Option<AccountId>,
    outcome: &'a str,
    /// Why, and the reason of the state after it.
    reasons: [Option<&'a str>; 2],
}

/// An entry that is to be sorted.
#[derive(Debug)]
struct Unsorted {
    account: Option<AccountId>,
    /// The numbers of its outcome, and of its reasons, where they are words.
    outcome: usize,
    reasons: [Option<usize>; 2],
    /// Its place among the unsorted lines.
    line: Range<usize>,
}

/// Words that many entries have, by numbers in the order in which they were met.
#[derive(Debug, Default)]
struct Words(Vec<String>);

impl Words {
    fn number(&mut self, word: &str) -> usize {
        let known = self.0.iter().position(|known| known == word);
        known.unwrap_or_else(|| {
            self.0.push(word.to_owned());
            self.0.len() - 1
        })
    }

    fn named(&self, numbers: BTreeSet<usize>) -> BTreeSet<String> {
        numbers.into_iter().map(|number| self.0[number].clone()).collect()
    }
}

/// Frames that follow each other in the report.
#[derive(Debug)]
struct Section {
    file: File,
    frames: Vec<Frame>,
    /// Entries that are not in a frame yet, and their lines.
    unsorted: Vec<Unsorted>,
    unsorted_lines: Vec<u8>,
    words: Words,
    /// The frame that is being filled.
    lines: Vec<u8>,
    entries: u64,
    /// The numbers of its outcomes, and of its reasons.
    outcomes: BTreeSet<usize>,
    reasons: BTreeSet<usize>,
    /// Whether there are entries about no account in it.
    strangers: bool,
    accounts: Stretches,
}

impl ReportWriter {
    /// Adds one entry.
    ///
    /// # Errors
    /// When the disk of this machine is full.
    pub fn append(&mut self, entry: &AuditEntry) -> Result<(), Error> {
        let write =
            |line: &mut Vec<u8>| Ok(serde_json::to_writer(line, entry).map_err(std::io::Error::from)?);
        let after = entry.after.as_ref().and_then(|state| state.reason.as_deref());
        let reasons = [entry.reason.as_deref(), after];
        self.append_line(&About { account: entry.account, outcome: &entry.outcome, reasons }, write)
    }

    /// Adds what is said at once of an account about which nothing is to be done.
    ///
    /// # Errors
    /// When the disk of this machine is full.
    pub fn append_seen(
        &mut self,
        head: &LineHead,
        (account, seen, seats): (&Account, Seen, Seats),
    ) -> Result<(), Error> {
        let write = |line: &mut Vec<u8>| head.write((account, seen, seats), line);
        let reason = account.state.block().map(|block| block.reason.as_str());
        let (account, outcome) = (Some(account.id), seen.outcome.as_str());
        self.append_line(&About { account, outcome, reasons: [reason, None] }, write)
    }

    fn append_line(
        &mut self,
        about: &About<'_>,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let is_unchanged = about.outcome == Outcome::Unchanged.as_str();
        let section = if is_unchanged { &mut self.unchanged } else { &mut self.notable };
        let begin = section.unsorted_lines.len();
        write(&mut section.unsorted_lines)?;
        section.end_unsorted((about, begin), self.store.shards())
    }

    /// Publishes the report.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn finish(mut self) -> Result<(), Error> {
        let mut report = tempfile::tempfile()?;
        let sections = [&mut self.notable, &mut self.unchanged];
        let mut frames = Vec::new();
        let mut files = Vec::new();
        for section in sections {
            section.sort(self.store.shards())?;
            section.end_frame()?;
            section.file.rewind()?;
            frames.append(&mut section.frames);
            files.push(&section.file);
        }
        report.write_all(&head(&frames)?)?;
        for mut file in files {
            std::io::copy(&mut file, &mut report)?;
        }
        self.store.put_file(&self.key, report).await
    }
}

impl Section {
    fn new() -> Result<Self, Error> {
        let (frames, lines) = (Vec::new(), Vec::new());
        let (outcomes, reasons) = (BTreeSet::new(), BTreeSet::new());
        let (file, accounts) = (tempfile::tempfile()?, Stretches::begin());
        let (unsorted, unsorted_lines, words) = (Vec::new(), Vec::new(), Words::default());
        Ok(Self {
            file,
            frames,
            unsorted,
            unsorted_lines,
            words,
            lines,
            entries: 0,
            outcomes,
            reasons,
            strangers: false,
            accounts,
        })
    }

    /// Takes in the entry whose line was written from there on.
    fn end_unsorted(&mut self, (about, begin): (&About<'_>, usize), shards: u64) -> Result<(), Error> {
        let line = begin..self.unsorted_lines.len();
        let outcome = self.words.number(about.outcome);
        let reasons = about.reasons.map(|reason| reason.filter(|reason| is_word(reason)));
        let reasons = reasons.map(|reason| reason.map(|reason| self.words.number(reason)));
        self.unsorted.push(Unsorted { account: about.account, outcome, reasons, line });
        if self.unsorted.len() == SORTED_ENTRIES { self.sort(shards) } else { Ok(()) }
    }

    /// Writes the unsorted entries in the order of the accounts table. Those of people who wait for a seat come in the order of
    /// their line, those who would lose one in no order, and whose entry is in which frame could not be said. Entries about no
    /// account stay in the order in which they were observed, before the others.
    fn sort(&mut self, shards: u64) -> Result<(), Error> {
        let (mut unsorted, unsorted_lines) =
            (std::mem::take(&mut self.unsorted), std::mem::take(&mut self.unsorted_lines));
        // What is one frame stays in the order in which it was observed: an undo has one of its own.
        if unsorted.len() as u64 > FRAME_ENTRIES {
            unsorted.sort_by_cached_key(|one| one.account.map(|id| (id.shard(shards), id.to_bytes())));
        }
        for one in unsorted {
            self.lines.extend_from_slice(&unsorted_lines[one.line]);
            self.outcomes.insert(one.outcome);
            self.reasons.extend(one.reasons.into_iter().flatten());
            self.end_line(one.account, shards)?;
        }
        Ok(())
    }

    fn end_line(&mut self, account: Option<AccountId>, shards: u64) -> Result<(), Error> {
        self.lines.push(b'\n');
        self.entries += 1;
        match account {
            Some(account) => self.accounts.see(account, shards),
            None => self.strangers = true,
        }
        if self.entries == FRAME_ENTRIES { self.end_frame() } else { Ok(()) }
    }

    fn end_frame(&mut self) -> Result<(), Error> {
        if self.entries == 0 {
            return Ok(());
        }
        let packed = zstd::bulk::compress(&self.lines, COMPRESSION_LEVEL)?;
        self.file.write_all(&packed)?;
        self.lines.clear();
        let (bytes, entries) = (packed.len() as u64, std::mem::take(&mut self.entries));
        let accounts = std::mem::replace(&mut self.accounts, Stretches::begin());
        let outcomes = self.words.named(std::mem::take(&mut self.outcomes));
        let reasons = Some(self.words.named(std::mem::take(&mut self.reasons)));
        let strangers = Some(std::mem::take(&mut self.strangers));
        self.frames.push(Frame { bytes, entries, outcomes, reasons, strangers, accounts });
        Ok(())
    }
}

impl Store {
    /// Starts the report of a run. It replaces one that an earlier invocation may have published.
    ///
    /// # Errors
    /// When this machine has no room for a temporary file.
    pub fn report_writer(&self, source: &SourceName, run: &RunId) -> Result<ReportWriter, Error> {
        let (notable, unchanged) = (Section::new()?, Section::new()?);
        Ok(ReportWriter { store: self.clone(), key: key(source, run), notable, unchanged })
    }
}

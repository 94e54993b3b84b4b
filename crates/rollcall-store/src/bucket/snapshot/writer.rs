//! Writes a snapshot: the records in frames, what the planner compares of them behind, and the digest of what they say.

use super::Packed;
use super::frames::FrameWriter;
use super::index_file::IndexWriter;
use crate::error::Error;
use rollcall_core::snapshot::RecordIndexer;
use sha2::{Digest as _, Sha256};

/// A snapshot that is being written on this machine.
pub(in crate::bucket) struct SnapshotWriter {
    frames: FrameWriter,
    index: IndexWriter,
    hash: Sha256,
    records: u64,
}

impl SnapshotWriter {
    pub(in crate::bucket) fn new() -> Result<Self, Error> {
        let (frames, index) = (FrameWriter::new()?, IndexWriter::new()?);
        Ok(Self { frames, index, hash: Sha256::new(), records: 0 })
    }

    /// Adds the next record in its order: its line, and what the index has of it, as `write_indexed` has written it.
    pub(in crate::bucket) fn push(&mut self, line: &[u8], indexed: &[u8]) -> Result<(), Error> {
        hash_line(&mut self.hash, line);
        self.frames.push(line)?;
        self.index.push(indexed)?;
        self.records += 1;
        Ok(())
    }

    /// The snapshot. `indexer` is the one that has indexed all its records.
    pub(in crate::bucket) fn finish(self, indexer: &RecordIndexer) -> Result<Packed, Error> {
        let (mut file, frames) = self.frames.finish()?;
        self.index.finish(&mut file, &frames, indexer)?;
        let digest = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Packed { file, records: self.records, digest })
    }
}

/// The line without its number, which is its first value: the rest is what the directory says.
pub(super) fn hash_line(hash: &mut Sha256, line: &[u8]) {
    let rest = line.iter().position(|byte| *byte == b',').unwrap_or(line.len());
    hash.update(b"{\"line\":0");
    hash.update(&line[rest..]);
    hash.update(b"\n");
}

//! What a snapshot has behind its records: what the planner compares of each, and where the frames are.
//!
//! Below `snapshot`. For zstd's own reader it is a frame that is skipped, so older versions read such a snapshot too. Inside it
//! everything is compressed once more, with a checksum. The last bytes of the object say where it begins.
//!
//! Content: the key of the digests, the names of the fields, the frames; then for each record its row, a byte that says whether
//! a note follows, and the note. All numbers are little-endian. Promises that no byte of a snapshot can change unseen, although
//! few of its records are decoded: the SHA-256 of all before it stands at the end. An index of an earlier version is not read: then
//! everything is made of the records.

use super::damaged;
use super::frames::{BEGIN, Frame, stream_of};
use crate::error::Error;
use rollcall_core::fields::FieldName;
use rollcall_core::keyed::DigestKey;
use rollcall_core::snapshot::{IndexedRecord, RecordIndexer, SnapshotIndex, SnapshotIndexBuilder};
use rollcall_core::source::SourceName;
use rollcall_core::time::Timestamp;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write};
use std::os::unix::fs::FileExt as _;

/// The first bytes of a frame that zstd's readers skip (RFC 8878, 3.1.2). The length of the frame follows in four bytes.
const SKIPPED: [u8; 4] = [0x51, 0x2A, 0x4D, 0x18];

/// The first bytes of every other frame.
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// The first bytes of the content, with the version of its format.
const MARK: &[u8; 8] = b"rollidx3";

/// The same of earlier versions, whose digests are others.
const EARLIER_MARKS: [&[u8; 8]; 2] = [b"rollidx1", b"rollidx2"];

/// Where the content begins in the skipped frame.
const HEAD_LENGTH: usize = SKIPPED.len() + size_of::<u32>() + MARK.len();
const HEAD_BYTES: u64 = HEAD_LENGTH as u64;

/// Of SHA-256.
const DIGEST_BYTES: usize = 32;

/// At the end of the skipped frame: the digest of all bytes before it, and where the frame begins.
const FOOT_BYTES: u64 = (DIGEST_BYTES + size_of::<u64>()) as u64;

/// Digests cannot be compressed; more effort would be for nothing.
const COMPRESSION_LEVEL: i32 = 1;

/// Collects what is to be written behind the records.
pub(super) struct IndexWriter {
    rows: BufWriter<File>,
}

impl IndexWriter {
    pub(super) fn new() -> Result<Self, Error> {
        Ok(Self { rows: BufWriter::new(tempfile::tempfile()?) })
    }

    /// Adds a record, as [`write_indexed`] has written it.
    pub(super) fn push(&mut self, record: &[u8]) -> Result<(), Error> {
        self.rows.write_all(record)?;
        Ok(())
    }

    /// Writes it behind the records of this file.
    pub(super) fn finish(
        self,
        records: &mut File,
        frames: &[Frame],
        indexer: &RecordIndexer,
    ) -> Result<(), Error> {
        let mut rows = self.rows.into_inner().map_err(io::IntoInnerError::into_error)?;
        rows.rewind()?;
        let begin = records.seek(SeekFrom::End(0))?;
        records.write_all(&SKIPPED)?;
        records.write_all(&[0; size_of::<u32>()])?;
        records.write_all(MARK)?;
        let mut content = zstd::Encoder::new(&mut *records, COMPRESSION_LEVEL)?;
        content.include_checksum(true)?;
        write_head(&mut content, frames, indexer)?;
        io::copy(&mut rows, &mut content)?;
        content.finish()?;
        let foot = records.stream_position()?;
        let length = foot + FOOT_BYTES - begin - (SKIPPED.len() + size_of::<u32>()) as u64;
        let length = u32::try_from(length).map_err(io::Error::other)?;
        records.write_all_at(&length.to_le_bytes(), begin + SKIPPED.len() as u64)?;
        let digest = digest_of(records, foot)?;
        records.seek(SeekFrom::Start(foot))?;
        records.write_all(&digest)?;
        records.write_all(&begin.to_le_bytes())?;
        Ok(())
    }
}

/// Writes one record behind these bytes, as [`read_indexed`] reads it.
pub(in crate::bucket) fn write_indexed(to: &mut Vec<u8>, record: &IndexedRecord) {
    to.extend_from_slice(&record.row_bytes());
    let note = record.note_bytes();
    to.push(u8::from(note.is_some()));
    to.extend_from_slice(note.as_ref().map_or(&[], |note| &note[..]));
}

/// Reads one record. An error of the kind "invalid data" where these are other bytes.
fn read_indexed(from: &mut impl Read) -> io::Result<IndexedRecord> {
    let row = take(from)?;
    let mut has_note = [0];
    from.read_exact(&mut has_note)?;
    let mut note = [0; IndexedRecord::NOTE_BYTES];
    let note = if has_note == [0] {
        None
    } else {
        from.read_exact(&mut note)?;
        Some(&note)
    };
    IndexedRecord::from_bytes(&row, note).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))
}

fn write_head(to: &mut impl Write, frames: &[Frame], indexer: &RecordIndexer) -> io::Result<()> {
    let names = indexer.field_names();
    let count = |length: usize| u32::try_from(length).map(u32::to_le_bytes).map_err(io::Error::other);
    to.write_all(&indexer.key().to_bytes())?;
    to.write_all(&count(names.len())?)?;
    for name in names {
        to.write_all(&count(name.as_str().len())?)?;
        to.write_all(name.as_str().as_bytes())?;
    }
    to.write_all(&count(frames.len())?)?;
    for frame in frames {
        to.write_all(&frame.bytes.to_le_bytes())?;
        to.write_all(&frame.text_bytes.to_le_bytes())?;
    }
    Ok(())
}

/// What was written behind the records of a file.
#[derive(Debug)]
pub(super) struct IndexFile {
    /// Where the records end.
    pub(super) begin: u64,
    pub(super) frames: Vec<Frame>,
}

/// What comes before the rows.
struct Head {
    key: DigestKey,
    fields: Vec<FieldName>,
    frames: Vec<Frame>,
}

impl IndexFile {
    /// What is behind the records of this file; none that can be read in a snapshot of an earlier version. `name` is that of the snapshot.
    pub(super) fn find(file: &File, name: &str) -> Result<Option<Self>, Error> {
        if !has_index(file, name)? {
            return Ok(None);
        }
        let found = find_frame(file)?.ok_or_else(|| damaged(name, "expected an index at its end"))?;
        let end = file.metadata()?.len() - FOOT_BYTES;
        let mut digest = [0; DIGEST_BYTES];
        file.read_exact_at(&mut digest, end)?;
        if digest_of(file, end)? != digest {
            return Err(damaged(name, "expected the bytes that were published"));
        }
        let IndexFrame::OfToday { begin } = found else { return Ok(None) };
        let head = read_head(&mut content_of(file, begin)?).map_err(|error| damaged(name, error))?;
        Ok(Some(Self { begin, frames: head.frames }))
    }

    /// The index of so many records of this source at this time.
    pub(super) fn index(
        &self,
        file: &File,
        (now, source, records): (Timestamp, &SourceName, u64),
        name: &str,
    ) -> Result<SnapshotIndex, Error> {
        let bad = |error: io::Error| damaged(name, error);
        let mut content = content_of(file, self.begin)?;
        let Head { key, fields, .. } = read_head(&mut content).map_err(bad)?;
        let records = usize::try_from(records).unwrap_or(usize::MAX);
        let mut builder = SnapshotIndexBuilder::of_indexed(now, source, key, fields, records);
        for _ in 0..records {
            builder.push_indexed(read_indexed(&mut content).map_err(bad)?)?;
        }
        // The checksum is compared with the end.
        match content.read(&mut [0]).map_err(bad)? {
            0 => Ok(builder.finish()),
            _ => Err(damaged(name, "expected as many indexed records as its manifest says")),
        }
    }
}

fn read_head(content: &mut impl Read) -> io::Result<Head> {
    let key = DigestKey::from_bytes(take(content)?);
    let fields = read_names(content)?;
    let mut frames = Vec::new();
    for _ in 0..take_count(content)? {
        let [bytes, text_bytes] = [take(content)?, take(content)?].map(u32::from_le_bytes);
        frames.push(Frame { bytes, text_bytes });
    }
    Ok(Head { key, fields, frames })
}

/// Whether there is an index behind the records: a file without one begins with a frame of zstd. Everything else is damage.
fn has_index(file: &File, name: &str) -> Result<bool, Error> {
    let mut begin = Vec::new();
    stream_of(file, BEGIN.len() as u64)?.read_to_end(&mut begin)?;
    match begin.as_slice() {
        begin if begin == BEGIN => Ok(true),
        begin if begin.starts_with(&ZSTD) => Ok(false),
        _ => Err(damaged(name, "expected the beginning of a snapshot")),
    }
}

/// SHA-256 of so many bytes at the beginning.
fn digest_of(file: &File, bytes: u64) -> Result<[u8; DIGEST_BYTES], Error> {
    let mut hash = Sha256::new();
    let mut some = vec![0; 64 * 1024];
    let mut stream = stream_of(file, bytes)?;
    loop {
        match stream.read(&mut some)? {
            0 => return Ok(hash.finalize().into()),
            read => hash.update(&some[..read]),
        }
    }
}

/// The skipped frame at the end of a snapshot.
enum IndexFrame {
    /// As it is written today.
    OfToday { begin: u64 },
    /// As it was written once.
    OfEarlier,
}

/// None where it is not what was ever written.
fn find_frame(file: &File) -> Result<Option<IndexFrame>, Error> {
    let length = file.metadata()?.len();
    let Some(foot) = length.checked_sub(FOOT_BYTES) else { return Ok(None) };
    let mut begin = [0; size_of::<u64>()];
    file.read_exact_at(&mut begin, foot + DIGEST_BYTES as u64)?;
    let begin = u64::from_le_bytes(begin);
    if begin.checked_add(HEAD_BYTES).is_none_or(|content| content > foot) {
        return Ok(None);
    }
    let mut head = [0; HEAD_LENGTH];
    file.read_exact_at(&mut head, begin)?;
    let length = length - begin - (SKIPPED.len() + size_of::<u32>()) as u64;
    let Ok(length) = u32::try_from(length) else { return Ok(None) };
    let is_head = |mark: &[u8; 8]| head == [&SKIPPED[..], &length.to_le_bytes(), mark].concat()[..];
    Ok(if is_head(MARK) {
        Some(IndexFrame::OfToday { begin })
    } else if EARLIER_MARKS.into_iter().any(is_head) {
        Some(IndexFrame::OfEarlier)
    } else {
        None
    })
}

fn content_of(file: &File, begin: u64) -> Result<impl Read + use<>, Error> {
    let length = file.metadata()?.len();
    let mut file = file.try_clone()?;
    file.seek(SeekFrom::Start(begin + HEAD_BYTES))?;
    let content = file.take(length - begin - HEAD_BYTES - FOOT_BYTES);
    Ok(BufReader::with_capacity(64 * 1024, zstd::Decoder::new(content)?))
}

fn take<const N: usize>(from: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn take_count(from: &mut impl Read) -> io::Result<usize> {
    usize::try_from(u32::from_le_bytes(take(from)?)).map_err(io::Error::other)
}

fn read_names(from: &mut impl Read) -> io::Result<Vec<FieldName>> {
    let count = take_count(from)?;
    let name = |_| {
        let mut text = String::new();
        let length = take_count(from)?;
        from.by_ref().take(length as u64).read_to_string(&mut text)?;
        FieldName::parse(&text).map_err(io::Error::other)
    };
    (0..count).map(name).collect()
}

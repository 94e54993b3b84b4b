//! The records of a snapshot in frames: so many lines of JSON together, each frame compressed by itself.
//!
//! Below `snapshot`. For zstd's own reader all frames are one stream of lines. Whoever needs a few records reads their frames
//! alone. Promises that a frame is what was written, by its checksum, or an error.

use super::damaged;
use super::line::Line;
use crate::error::Error;
use crate::field_names::FieldNames;
use rollcall_core::entry::Record;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::FileExt as _;

/// Records of a frame. Fewer compress worse; of more, more are decompressed for one.
pub(super) const FRAME_RECORDS: usize = 1000;

/// zstd's own default.
const COMPRESSION_LEVEL: i32 = 3;

/// What stands before the frames: a frame that zstd's readers skip, with four bytes. It says that an index follows the records.
pub(super) const BEGIN: [u8; 12] = *b"\x51\x2A\x4D\x18\x04\0\0\0rcl1";

/// A frame, as the index names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// In the file.
    pub(super) bytes: u32,
    /// Of its lines.
    pub(super) text_bytes: u32,
}

/// Writes frames.
pub(super) struct FrameWriter {
    file: File,
    compressor: zstd::bulk::Compressor<'static>,
    lines: Vec<u8>,
    packed: Vec<u8>,
    records: usize,
    frames: Vec<Frame>,
}

impl FrameWriter {
    pub(super) fn new() -> Result<Self, Error> {
        let mut compressor = zstd::bulk::Compressor::new(COMPRESSION_LEVEL)?;
        compressor.include_checksum(true)?;
        let (lines, packed, frames) = (Vec::new(), Vec::new(), Vec::new());
        let mut file = tempfile::tempfile()?;
        file.write_all(&BEGIN)?;
        Ok(Self { file, compressor, lines, packed, records: 0, frames })
    }

    /// Adds a line, without its end.
    pub(super) fn push(&mut self, line: &[u8]) -> Result<(), Error> {
        self.lines.extend_from_slice(line);
        self.lines.push(b'\n');
        self.records += 1;
        if self.records == FRAME_RECORDS { self.end_frame() } else { Ok(()) }
    }

    fn end_frame(&mut self) -> Result<(), Error> {
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(self.lines.len()));
        self.compressor.compress_to_buffer(&self.lines, &mut self.packed)?;
        self.file.write_all(&self.packed)?;
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(std::io::Error::other);
        self.frames.push(Frame { bytes: length(&self.packed)?, text_bytes: length(&self.lines)? });
        self.lines.clear();
        self.records = 0;
        Ok(())
    }

    /// The file, and its frames.
    pub(super) fn finish(mut self) -> Result<(File, Vec<Frame>), Error> {
        if self.records > 0 {
            self.end_frame()?;
        }
        Ok((self.file, self.frames))
    }
}

/// Reads some of the records.
pub(super) struct FrameReader<'a, F> {
    file: &'a File,
    key: &'a str,
    frames: &'a [Frame],
    is_wanted: F,
    decompressor: zstd::bulk::Decompressor<'static>,
    /// The next frame, and where it begins in the file.
    next_frame: usize,
    position: u64,
    /// The lines of the frame before, and where the next one begins.
    lines: Vec<u8>,
    next_line: usize,
    ordinal: usize,
    packed: Vec<u8>,
    names: FieldNames,
    has_failed: bool,
}

impl<'a, F: FnMut(usize) -> bool> FrameReader<'a, F> {
    /// Reads the wanted records of `file`, which begins with these frames; `key` names it in errors.
    pub(super) fn new(
        file: &'a File,
        key: &'a str,
        frames: &'a [Frame],
        is_wanted: F,
    ) -> Result<Self, Error> {
        Ok(Self {
            file,
            key,
            frames,
            is_wanted,
            decompressor: zstd::bulk::Decompressor::new()?,
            next_frame: 0,
            position: BEGIN.len() as u64,
            lines: Vec::new(),
            next_line: 0,
            ordinal: 0,
            packed: Vec::new(),
            names: FieldNames::default(),
            has_failed: false,
        })
    }

    fn read(&mut self) -> Result<Option<(usize, Record)>, Error> {
        loop {
            while let Some(length) = memchr::memchr(b'\n', &self.lines[self.next_line..]) {
                let line = self.next_line..self.next_line + length;
                let ordinal = self.ordinal;
                self.next_line = line.end + 1;
                self.ordinal += 1;
                if (self.is_wanted)(ordinal) {
                    let line: Line<'_> = serde_json::from_slice(&self.lines[line])
                        .map_err(|error| damaged(self.key, error))?;
                    let record = line.into_record(&mut self.names).map_err(|why| damaged(self.key, why))?;
                    return Ok(Some((ordinal, record)));
                }
            }
            let Some(frame) = self.frames.get(self.next_frame).copied() else { return Ok(None) };
            self.next_frame += 1;
            let first = (self.next_frame - 1) * FRAME_RECORDS;
            self.lines.clear();
            (self.next_line, self.ordinal) = (0, first);
            if (first..first + FRAME_RECORDS).any(&mut self.is_wanted) {
                self.decompress(frame)?;
            }
            self.position += u64::from(frame.bytes);
        }
    }

    fn decompress(&mut self, frame: Frame) -> Result<(), Error> {
        self.packed.resize(frame.bytes as usize, 0);
        self.file.read_exact_at(&mut self.packed, self.position)?;
        self.lines.reserve(frame.text_bytes as usize);
        let read = self.decompressor.decompress_to_buffer(&self.packed, &mut self.lines);
        match read.map_err(|error| damaged(self.key, error))? {
            bytes if bytes == frame.text_bytes as usize => Ok(()),
            bytes => {
                Err(damaged(self.key, format!("expected {} bytes in a frame, not {bytes}", frame.text_bytes)))
            }
        }
    }
}

impl<F: FnMut(usize) -> bool> Iterator for FrameReader<'_, F> {
    type Item = Result<(usize, Record), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let next = self.read().transpose();
        self.has_failed = matches!(next, Some(Err(_)));
        next
    }
}

/// The beginning of a file, for a reader of the whole stream.
pub(super) fn stream_of(file: &File, bytes: u64) -> Result<impl std::io::Read + use<>, Error> {
    let mut file = file.try_clone()?;
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(0))?;
    Ok(file.take(bytes))
}

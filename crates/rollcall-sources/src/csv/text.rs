//! From bytes to characters: decodes the file piece by piece, with the line of each character.
//!
//! The lowest part of the CSV source. Promises that the file ends only after exactly the expected number of bytes, and
//! that nothing is replaced or guessed: bytes that cannot be decoded refuse the file, and so does a file that is UTF-8
//! and configured as something else (rule 44).

use super::kind;
use super::utf8_watch::Utf8Watch;
use crate::error::{Error, FileError, FileKind};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use rollcall_config::CsvEncoding;
use std::collections::VecDeque;
use std::io::{self, Read as _};

/// How much is read and decoded at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// How much is read before the encoding is decided, and whether the file is a text at all.
pub(super) const HEAD_BYTES: usize = 512;

/// How many letters beyond ASCII a file must have, all of them UTF-8, to be taken for UTF-8 and not for an encoding with
/// two bytes for a letter. There a single letter is UTF-8 by chance more often than once in ten.
const LETTERS_OF_TWO_BYTES: u64 = 2;

/// One character and its line, from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Char {
    pub(super) value: char,
    pub(super) line: u64,
}

/// The characters of a file, in order.
pub(super) struct Text<R> {
    input: R,
    /// Unknown for what comes out of an archive.
    expected_bytes: Option<u64>,
    read_bytes: u64,
    /// Where the bytes are read in another encoding, whether they are UTF-8.
    watch: Option<Utf8Watch>,
    encoding: &'static Encoding,
    decoder: Decoder,
    /// Bytes that were read, and how many of them are decoded.
    bytes: Vec<u8>,
    decoded: usize,
    /// Decoded characters, and how many bytes of them were returned.
    chunk: String,
    given: usize,
    state: State,
    line: u64,
    is_after_cr: bool,
    put_back: VecDeque<Char>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    LastBytes,
    Malformed,
    /// The last letter has a beginning and no end.
    CutInLetter,
    Ended,
}

impl<R: io::Read> Text<R> {
    /// Begins to read: finds the encoding from the first bytes.
    pub(super) fn open(
        mut input: R,
        wanted: CsvEncoding,
        expected_bytes: Option<u64>,
    ) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        input.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut bytes).map_err(Error::Read)?;
        if let Some(found) = kind::of_bytes(&bytes) {
            return Err(FileError::NotCsv(found).into());
        }
        let wanted = wanted.encoding();
        let marked = Encoding::for_bom(&bytes);
        let (encoding, mark_bytes) = match (marked, utf16_without_mark(&bytes)) {
            (Some(marked), _) => marked,
            (None, Some(found)) if found != wanted => {
                let encoding = if found == UTF_16LE { "utf-16le" } else { "utf-16be" };
                return Err(FileError::Utf16WithoutMark { encoding }.into());
            }
            (None, _) => (wanted, 0),
        };
        let mut watch = (marked.is_none() && encoding != UTF_8).then(Utf8Watch::new);
        if let Some(watch) = &mut watch {
            watch.see(&bytes);
        }
        let text = Self {
            input,
            expected_bytes,
            read_bytes: bytes.len() as u64,
            watch,
            encoding,
            decoder: encoding.new_decoder_without_bom_handling(),
            bytes,
            decoded: mark_bytes,
            chunk: String::with_capacity(CHUNK_BYTES),
            given: 0,
            state: State::Reading,
            line: 1,
            is_after_cr: false,
            put_back: VecDeque::new(),
        };
        text.check_length(false)?;
        Ok(text)
    }

    /// The name of the encoding.
    pub(super) fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// The next character; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Char>, Error> {
        if let Some(c) = self.put_back.pop_front() {
            return Ok(Some(c));
        }
        while self.given == self.chunk.len() {
            if self.state == State::Ended {
                return self.check_encoding().map(|()| None);
            }
            self.refill()?;
        }
        Ok(self.chunk[self.given..].chars().next().map(|value| self.place(value)))
    }

    /// Takes the next line with its end, if it is decoded as a whole and `read` makes something of it. `read` gets the line
    /// without its end (a line feed, or a carriage return before it) and its number.
    pub(super) fn take_line<T>(&mut self, read: impl FnOnce(&str, u64) -> Option<T>) -> Option<T> {
        if !self.put_back.is_empty() || self.is_after_cr {
            return None;
        }
        let rest = &self.chunk[self.given..];
        let end = memchr::memchr(b'\n', rest.as_bytes())?;
        let line = &rest[..end];
        let taken = read(line.strip_suffix('\r').unwrap_or(line), self.line)?;
        self.given += end + 1;
        self.line += 1;
        Some(taken)
    }

    /// Up to `count` of the next characters, without reading them.
    pub(super) fn look_ahead(&mut self, count: usize) -> Result<Vec<Char>, Error> {
        let mut ahead = Vec::new();
        while ahead.len() < count
            && let Some(c) = self.next()?
        {
            ahead.push(c);
        }
        for c in ahead.iter().rev() {
            self.put_back.push_front(*c);
        }
        Ok(ahead)
    }

    /// A better reason for this error, where there is one: a file that is UTF-8 and read as something else has wrong
    /// headings too, and a web page has none.
    pub(super) fn explain(&mut self, error: Error, beginning: &str) -> Error {
        let is_of_content = matches!(
            error,
            Error::MissingColumns { .. }
                | Error::Delimiter(_)
                | Error::DuplicateHeading { .. }
                | Error::UnclosedQuote { .. }
                | Error::LastRowCut { .. }
                | Error::NoRows { .. }
                | Error::File(
                    FileError::InvalidBytes { .. }
                        | FileError::InvalidUtf16 { .. }
                        | FileError::HeadingsBelow { .. }
                        | FileError::QuotedLines { .. }
                )
        );
        if !is_of_content {
            return error;
        }
        let has_headings = matches!(error, Error::File(FileError::HeadingsBelow { .. }));
        if let Some(found) = kind::of_text(beginning)
            && !(has_headings && found == FileKind::ServerError)
        {
            return FileError::NotCsv(found).into();
        }
        while self.watch.is_some() && matches!(self.state, State::Reading | State::Malformed) {
            match self.read_more() {
                Ok(()) if self.state == State::LastBytes => break,
                Ok(()) => {}
                Err(_) => return error,
            }
        }
        self.check_encoding().err().unwrap_or(error)
    }

    /// Refuses what is UTF-8 and is read in another encoding. To be asked when all bytes were read.
    fn check_encoding(&self) -> Result<(), Error> {
        let Some(letters) = self.watch.as_ref().and_then(Utf8Watch::letters) else { return Ok(()) };
        let encoding = self.encoding;
        let needed = if encoding == UTF_16LE || encoding == UTF_16BE {
            0
        } else if encoding.is_single_byte() {
            1
        } else {
            LETTERS_OF_TWO_BYTES
        };
        if letters >= needed {
            return Err(FileError::IsUtf8 { encoding: encoding.name() }.into());
        }
        Ok(())
    }

    fn place(&mut self, value: char) -> Char {
        self.given += value.len_utf8();
        let line = self.line;
        let is_second_half = self.is_after_cr && value == '\n';
        if matches!(value, '\r' | '\n') && !is_second_half {
            self.line += 1;
        }
        self.is_after_cr = value == '\r';
        Char { value, line }
    }

    fn refill(&mut self) -> Result<(), Error> {
        self.chunk.clear();
        self.given = 0;
        if self.state == State::Malformed {
            let (line, encoding) = (self.line, self.encoding);
            let error = if encoding == UTF_16LE || encoding == UTF_16BE {
                FileError::InvalidUtf16 { line }
            } else if encoding == UTF_8 {
                FileError::InvalidUtf8 { line }
            } else {
                FileError::InvalidBytes { line, encoding: encoding.name() }
            };
            return Err(error.into());
        }
        if self.state == State::CutInLetter {
            return Err(FileError::CutInLetter { line: self.line }.into());
        }
        if self.decoded == self.bytes.len() && self.state == State::Reading {
            self.read_more()?;
        }
        let is_last = self.state == State::LastBytes;
        let rest = &self.bytes[self.decoded..];
        let (result, count) =
            self.decoder.decode_to_string_without_replacement(rest, &mut self.chunk, is_last);
        self.decoded += count;
        match result {
            // The text before the damage is returned first, so that its line is known.
            DecoderResult::Malformed(..) if is_last && rest.is_empty() && self.encoding == UTF_8 => {
                self.state = State::CutInLetter;
            }
            DecoderResult::Malformed(..) => self.state = State::Malformed,
            DecoderResult::InputEmpty if is_last => self.state = State::Ended,
            DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
        }
        Ok(())
    }

    fn read_more(&mut self) -> Result<(), Error> {
        self.bytes.clear();
        self.decoded = 0;
        let count =
            self.input.by_ref().take(CHUNK_BYTES as u64).read_to_end(&mut self.bytes).map_err(Error::Read)?;
        self.read_bytes += count as u64;
        if let Some(watch) = &mut self.watch {
            watch.see(&self.bytes);
        }
        self.check_length(count == 0)?;
        if count == 0 {
            self.state = State::LastBytes;
        }
        Ok(())
    }

    /// Checks the length before the last bytes are decoded: a file that ends inside a character is cut off, not in a
    /// wrong encoding.
    fn check_length(&self, is_end: bool) -> Result<(), Error> {
        let Some(expected) = self.expected_bytes else { return Ok(()) };
        let read = self.read_bytes;
        if read > expected {
            return Err(Error::Grew { expected });
        }
        if is_end && read < expected {
            return Err(Error::CutOff { read, expected });
        }
        Ok(())
    }
}

/// Which UTF-16 these look like the first bytes of, without a mark: every second byte is often zero, the others never.
pub(super) fn utf16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let zeros_at = |place: usize| head.iter().skip(place).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros_at(0), zeros_at(1));
    let many = even.max(odd);
    let is_utf16 = even.min(odd) == 0 && many >= 2 && many * 8 >= head.len();
    is_utf16.then_some(if even > odd { UTF_16BE } else { UTF_16LE })
}

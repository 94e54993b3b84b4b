//! From bytes to characters: decodes the file piece by piece, with the line of each character.
//!
//! The lowest part of the CSV source. Promises that the file ends only after exactly the expected number of bytes, and
//! that nothing is replaced or guessed: bytes that cannot be decoded refuse the file.

use crate::error::Error;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use rollcall_config::CsvEncoding;
use std::collections::VecDeque;
use std::io::{self, Read as _};

/// How much is read and decoded at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// How much is read before the encoding is decided.
const HEAD_BYTES: u64 = 256;

/// How the files of Excel begin: a zip archive (.xlsx), and the older form (.xls). In Windows-1252 they would be text.
const ARCHIVES: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0"];

/// One character and its line, from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Char {
    pub(super) value: char,
    pub(super) line: u64,
}

/// The characters of a file, in order.
pub(super) struct Text<R> {
    input: R,
    expected_bytes: u64,
    read_bytes: u64,
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
    Ended,
}

impl<R: io::Read> Text<R> {
    /// Begins to read: finds the encoding from the first bytes.
    pub(super) fn open(mut input: R, wanted: CsvEncoding, expected_bytes: u64) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        input.by_ref().take(HEAD_BYTES).read_to_end(&mut bytes).map_err(Error::Read)?;
        if ARCHIVES.iter().any(|beginning| bytes.starts_with(beginning)) {
            return Err(Error::Spreadsheet);
        }
        let (encoding, mark_bytes) = match Encoding::for_bom(&bytes) {
            Some(marked) => marked,
            None if is_utf16(&bytes) => return Err(Error::Utf16WithoutMark),
            None => match wanted {
                CsvEncoding::Utf8 => (UTF_8, 0),
                CsvEncoding::Windows1252 => (WINDOWS_1252, 0),
            },
        };
        let text = Self {
            input,
            expected_bytes,
            read_bytes: bytes.len() as u64,
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
                return Ok(None);
            }
            self.refill()?;
        }
        Ok(self.chunk[self.given..].chars().next().map(|value| self.place(value)))
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
            let is_utf16 = self.encoding == UTF_16LE || self.encoding == UTF_16BE;
            let line = self.line;
            return Err(if is_utf16 { Error::InvalidUtf16 { line } } else { Error::InvalidUtf8 { line } });
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
        self.check_length(count == 0)?;
        if count == 0 {
            self.state = State::LastBytes;
        }
        Ok(())
    }

    /// Checks the length before the last bytes are decoded: a file that ends inside a character is cut off, not in a
    /// wrong encoding.
    fn check_length(&self, is_end: bool) -> Result<(), Error> {
        let (read, expected) = (self.read_bytes, self.expected_bytes);
        if read > expected {
            return Err(Error::Grew { expected });
        }
        if is_end && read < expected {
            return Err(Error::CutOff { read, expected });
        }
        Ok(())
    }
}

/// Whether these look like the first bytes of UTF-16 without a mark: every second byte is often zero, the others never.
fn is_utf16(head: &[u8]) -> bool {
    let zeros_at = |place: usize| head.iter().skip(place).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros_at(0), zeros_at(1));
    let many = even.max(odd);
    even.min(odd) == 0 && many >= 2 && many * 8 >= head.len()
}

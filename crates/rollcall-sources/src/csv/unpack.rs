//! Files that are packed: `.gz`, and a `.zip` of one file, are read as what is in them (rule 44).
//!
//! They are unpacked while they are read, so nothing is stored. Promises that an archive cannot grow without end, and
//! that a damaged one is refused: both kinds carry a checksum, which is checked at the end.

use super::kind;
use super::output::{Row, Summary};
use super::read_text;
use crate::error::{Error, FileError, FileKind};
use flate2::read::MultiGzDecoder;
use rollcall_config::CsvSettings;
use std::fmt;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::result::ZipError;

/// So much is always unpacked.
const BYTES_MIN: u64 = 64 * 1024 * 1024;
/// How many times its packed size a file may have. Lists of people reach 10 to 50; what is made to do harm, 1000.
const TIMES_MAX: u64 = 200;
/// More is never unpacked: a hundred million people.
const BYTES_MAX: u64 = 16 * 1024 * 1024 * 1024;

/// Reads a file as `csv::read` does, after unpacking it if it is packed.
///
/// # Errors
/// As there, and when an archive has not exactly one file, is damaged, or unpacks to far more than it should.
pub fn read_file(
    settings: &CsvSettings,
    mut file: impl Read + Seek,
    bytes: u64,
    sink: &mut dyn FnMut(Row),
) -> Result<Summary, Error> {
    let mut head = [0; 4];
    let length = read_head(&mut file, &mut head)?;
    match kind::of_bytes(&head[..length]) {
        Some(FileKind::Gzip) => {
            let unpacked = Bounded::new(MultiGzDecoder::new(BufReader::new(file)), bytes);
            read_text(settings, unpacked, None, sink).map_err(explain)
        }
        Some(FileKind::Zip) => read_zip(settings, file, bytes, sink),
        _ => read_text(settings, file, Some(bytes), sink),
    }
}

/// Gives the bytes of a file to `read`, unpacked if it is packed; with them their number, where it is known.
///
/// # Errors
/// What `read` says, and as [`read_file`].
pub(super) fn with_bytes<T>(
    mut file: impl Read + Seek,
    bytes: u64,
    read: impl FnOnce(&mut dyn Read, Option<u64>) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut head = [0; 4];
    let length = read_head(&mut file, &mut head)?;
    match kind::of_bytes(&head[..length]) {
        Some(FileKind::Gzip) => {
            let mut unpacked = Bounded::new(MultiGzDecoder::new(BufReader::new(file)), bytes);
            read(&mut unpacked, None).map_err(explain)
        }
        Some(FileKind::Zip) => {
            let (mut archive, index) = open_zip(file)?;
            let entry = archive.by_index(index).map_err(|error| of_zip(&error))?;
            read(&mut Bounded::new(entry, bytes), None).map_err(explain)
        }
        _ => read(&mut file, Some(bytes)),
    }
}

/// Reads the first bytes, and goes back to the beginning.
fn read_head(file: &mut (impl Read + Seek), head: &mut [u8]) -> Result<usize, Error> {
    let mut length = 0;
    while length < head.len() {
        match file.read(&mut head[length..]).map_err(Error::Read)? {
            0 => break,
            count => length += count,
        }
    }
    file.seek(SeekFrom::Start(0)).map_err(Error::Read)?;
    Ok(length)
}

fn read_zip(
    settings: &CsvSettings,
    file: impl Read + Seek,
    bytes: u64,
    sink: &mut dyn FnMut(Row),
) -> Result<Summary, Error> {
    let (mut archive, index) = open_zip(file)?;
    let entry = archive.by_index(index).map_err(|error| of_zip(&error))?;
    let unpacked = Bounded::new(entry, bytes);
    read_text(settings, unpacked, None, sink).map_err(explain)
}

/// Opens a zip, and finds the one file in it.
fn open_zip<R: Read + Seek>(file: R) -> Result<(ZipArchive<BufReader<R>>, usize), Error> {
    let archive = ZipArchive::new(BufReader::new(file)).map_err(|error| of_zip(&error))?;
    let names = archive.file_names().map(|name| name.map(std::borrow::Cow::into_owned));
    let names: Vec<String> = names.collect::<Result<_, _>>().map_err(|error| of_zip(&error))?;
    let found = kind::of_names(|part| names.iter().any(|name| name.starts_with(part)));
    if found != FileKind::Zip {
        return Err(FileError::NotCsv(found).into());
    }
    let files: Vec<usize> =
        (0..).zip(&names).filter(|(_, name)| !is_beside(name)).map(|(index, _)| index).collect();
    let [index] = files.as_slice() else { return Err(FileError::NotOneFile { files: files.len() }.into()) };
    let index = *index;
    Ok((archive, index))
}

/// A folder, or what macOS and Windows put beside the files.
fn is_beside(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    name.ends_with('/')
        || name.starts_with("__MACOSX/")
        || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&last)
        || last.starts_with("._")
}

fn of_zip(error: &ZipError) -> Error {
    let error = if matches!(error, ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) {
        FileError::Encrypted
    } else if matches!(error, ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_)) {
        FileError::UnknownPacking
    } else {
        FileError::DamagedArchive
    };
    error.into()
}

/// What an archive unpacks to, up to a limit.
struct Bounded<R> {
    inner: R,
    bytes_max: u64,
    left: u64,
}

impl<R: Read> Bounded<R> {
    fn new(inner: R, packed_bytes: u64) -> Self {
        Self::with_max(inner, packed_bytes.saturating_mul(TIMES_MAX).clamp(BYTES_MIN, BYTES_MAX))
    }

    fn with_max(inner: R, bytes_max: u64) -> Self {
        Self { inner, bytes_max, left: bytes_max }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer).map_err(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                error
            } else {
                io::Error::other(Trouble(FileError::DamagedArchive))
            }
        })?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::other(Trouble(FileError::TooLarge { bytes_max: self.bytes_max })))?;
        Ok(count)
    }
}

/// A reason on its way through a reader.
#[derive(Debug)]
struct Trouble(FileError);

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Trouble {}

/// The reason that came through the reader, if one did.
fn explain(error: Error) -> Error {
    if let Error::Read(cause) = &error
        && let Some(Trouble(reason)) = cause.get_ref().and_then(|cause| cause.downcast_ref::<Trouble>())
    {
        return reason.clone().into();
    }
    error
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, BYTES_MIN, Bounded, FileError, explain};
    use crate::error::Error;
    use std::io::{Read as _, repeat, sink};

    #[test]
    fn archive_that_grows_without_end_is_refused() {
        for (packed_bytes, bytes_max) in [(1, BYTES_MIN), (BYTES_MIN, 200 * BYTES_MIN), (u64::MAX, BYTES_MAX)]
        {
            assert_eq!(Bounded::new(repeat(b'x'), packed_bytes).bytes_max, bytes_max);
        }
        let error = std::io::copy(&mut Bounded::with_max(repeat(b'x'), 1000), &mut sink());
        let reason = explain(Error::Read(error.expect_err("is refused")));
        assert!(matches!(reason, Error::File(FileError::TooLarge { bytes_max: 1000 })), "{reason}");
        let whole = std::io::copy(&mut Bounded::with_max(repeat(b'x').take(1000), 1000), &mut sink());
        assert_eq!(whole.expect("is read"), 1000);
    }
}

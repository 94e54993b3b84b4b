//! The file of `rollcall sync FILE`, on its way into the folder of the bucket.
//!
//! Promises that a file is copied whole or not at all, in little memory whatever its size, and that one which is still
//! being written is not taken for a complete one.

use crate::data_error::DataError;
use crate::folder::{Look, open_plain, path_in, unfinished_in};
use crate::installation::{Installation, bucket_in, buckets_in, file_in};
use crate::usage_error::{UsageError, refuse};
use anyhow::{Context as _, Result};
use rollcall_config::SourceConfig;
use rollcall_config::object_pattern::{folder_of, is_pattern, is_read_by};
use rollcall_core::time::Timestamp;
use rollcall_sync::shell::tried_object;
use rollcall_sync::store::show_time;
use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// What stands for the standard input where a file is asked for.
const STANDARD_INPUT: &str = "-";

/// A file as it was when the command began.
#[derive(Debug)]
pub(crate) struct Dropped {
    path: PathBuf,
    file: File,
    look: Look,
    /// What came from the standard input goes with this value.
    _copy: Option<TempPath>,
}

/// A file that does not hold still.
#[derive(Debug)]
pub(crate) struct Changing(PathBuf);

impl fmt::Display for Changing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} was changed while it was copied, so it may not be complete; nothing was changed. Run this again when the \
             program that writes the file is done",
            self.0.display()
        )
    }
}

impl std::error::Error for Changing {}

impl Dropped {
    /// Opens a plain file.
    ///
    /// # Errors
    /// When it cannot be read, or is a folder, a pipe, a device: what has no end, or can be read only once.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if path == Path::new(STANDARD_INPUT) {
            return Self::of_standard_input();
        }
        let cannot = || UsageError::new(format!("the file {} cannot be read", path.display()));
        let metadata = std::fs::metadata(path).with_context(cannot)?;
        let not_plain = || {
            UsageError::new(format!(
                "{} is {}; expected a plain file, which has an end and holds still: write it to one, and sync that",
                path.display(),
                kind_of(&metadata)
            ))
        };
        let file = open_plain(path).with_context(cannot)?.with_context(not_plain)?;
        let look = Look::of(&file).with_context(cannot)?;
        Ok(Self { path: path.to_owned(), file, look, _copy: None })
    }

    /// What comes from the standard input, to its end.
    fn of_standard_input() -> Result<Self> {
        if io::stdin().is_terminal() {
            refuse!(
                "the standard input is the terminal; give a file, or pipe one in: some-export | rollcall sync -"
            );
        }
        let mut copy = tempfile::NamedTempFile::new().context("making a file for the standard input")?;
        io::copy(&mut io::stdin().lock(), &mut copy).context("reading the standard input")?;
        let path = copy.into_temp_path();
        let opened = Self::open(&path)?;
        Ok(Self { _copy: Some(path), ..opened })
    }

    /// All of its bytes; `None` where it has more than so many.
    ///
    /// # Errors
    /// [`Changing`] when the file is being written, or it cannot be read.
    pub(crate) fn read(&self, bytes_max: usize) -> Result<Option<Vec<u8>>> {
        if self.look.bytes > bytes_max as u64 {
            return Ok(None);
        }
        let cannot = || UsageError::new(format!("the file {} cannot be read", self.path.display()));
        let mut bytes = Vec::new();
        (&mut &self.file).take(self.look.bytes + 1).read_to_end(&mut bytes).with_context(cannot)?;
        let still = Look::of(&self.file).with_context(cannot)?;
        if bytes.len() as u64 != self.look.bytes || still != self.look {
            return Err(Changing(self.path.clone()).into());
        }
        Ok(Some(bytes))
    }

    /// The key under which it is dropped: the source's object, or one that fits the source's pattern, by the file's own name
    /// where that fits.
    fn key_for(&self, object: &str, now: Timestamp) -> String {
        if !is_pattern(object) {
            return object.to_owned();
        }
        let name = self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let own = format!("{}{name}", folder_of(object));
        let time = show_time(now).replace(|c: char| !c.is_ascii_digit(), "");
        if is_read_by(object, &own) { own } else { object.replacen('*', &time, 1).replace('*', "") }
    }

    /// Puts a copy of it into the bucket, in the place of what lies there.
    ///
    /// # Errors
    /// [`Changing`] when the file is being written; or the copy cannot be made. What lies there then stays.
    fn put(&self, installation: &Installation, object: &str) -> Result<()> {
        let target = path_in(&bucket_in(installation), object).with_context(|| {
            UsageError::new(format!(
                "`object` of the source is {object:?}; expected names with / between them"
            ))
        })?;
        let failed = |error: io::Error| {
            let from = self.path.display();
            DataError::new(format!(
                "copying {from} to {} failed: {error}; nothing was changed",
                target.display()
            ))
        };
        let mut copy = unfinished_in(&buckets_in(&installation.data_folder())).map_err(failed)?;
        // One byte more than there were: a file that grows without end ends here.
        let copied =
            io::copy(&mut (&self.file).take(self.look.bytes + 1), copy.as_file_mut()).map_err(failed)?;
        let still = Look::of(&self.file).map_err(failed)?;
        if copied != self.look.bytes || still != self.look || Look::at(&self.path) != Some(still) {
            return Err(Changing(self.path.clone()).into());
        }
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        copy.persist(&target).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// Where a file was put.
#[derive(Debug)]
pub(crate) enum Placed {
    /// In the source's own place, under this key.
    Counts(String),
    /// In the place of tried files, for as long as this lives.
    Tried(Trial),
}

impl Placed {
    /// Puts a file where the source reads it, or in a dry run where nothing is in its way.
    ///
    /// # Errors
    /// As [`Dropped::put`], and when the source reads no files.
    pub(crate) fn put(
        file: &Dropped,
        installation: &Installation,
        source: &SourceConfig,
        is_dry_run: bool,
        now: Timestamp,
    ) -> Result<Self> {
        let Some(object) = source.object() else {
            refuse!("only a csv source takes a file; leave the file out");
        };
        if is_dry_run {
            return Ok(Self::Tried(Trial::put(file, installation, source)?));
        }
        let key = file.key_for(object, now);
        file.put(installation, &key)?;
        Ok(Self::Counts(key))
    }
}

/// A file that is tried (rule 49): a copy in a place of its own, which goes when the dry run has ended.
#[derive(Debug)]
pub(crate) struct Trial {
    name: String,
    path: PathBuf,
}

impl Trial {
    /// Puts a copy of the file there.
    ///
    /// # Errors
    /// As [`Dropped::put`].
    fn put(file: &Dropped, installation: &Installation, source: &SourceConfig) -> Result<Self> {
        let name = format!("{}.csv", source.name);
        let object = tried_object(&name);
        file.put(installation, &object)?;
        Ok(Self { name, path: file_in(installation, &object) })
    }

    /// Its name in the folder of tried files.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        // What stays behind is read by nobody, and replaced by the next file that is tried.
        drop(std::fs::remove_file(&self.path));
    }
}

/// What a path leads to that is no plain file.
fn kind_of(metadata: &Metadata) -> &'static str {
    #[cfg(unix)]
    use std::os::unix::fs::FileTypeExt as _;
    let kind = metadata.file_type();
    if kind.is_dir() {
        return "a folder";
    }
    #[cfg(unix)]
    if kind.is_fifo() || kind.is_socket() {
        return "a pipe";
    }
    "a device"
}

//! What tells one file from another without reading it, and its tag, which is read from its bytes.
//!
//! Below the bucket's folder and the watched files. Promises that a tag is never that of earlier bytes.

use s3s::crypto::{Checksum as _, Md5};
use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// How old the last change of a file must be before its look alone is trusted. Clocks of file systems tick: two changes
/// within one tick leave the same times. The coarsest (FAT) ticks every two seconds.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// How many tags are kept; they are forgotten together, so that a process that runs for months does not grow.
const TAGS_MAX: usize = 4096;

/// Bytes that are read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// A plain file as it lies there. Two looks that differ are two versions of the file, or two files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// How long it is.
    pub(crate) bytes: u64,
    /// When its bytes were changed; anybody can set it.
    pub(crate) modified: SystemTime,
    /// Which file it is, and when anything of it was changed (nobody can set that).
    #[cfg(unix)]
    node: (u64, u64, i64, i64),
}

impl Look {
    /// A file that is open.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        Self::of_metadata(&file.metadata()?)
    }

    /// What lies at this path. None where there is nothing, or no plain file: a folder, a pipe, a device.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let metadata = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
        Self::of_metadata(&metadata).ok()
    }

    fn of_metadata(metadata: &Metadata) -> io::Result<Self> {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        Ok(Self {
            bytes: metadata.len(),
            modified: metadata.modified()?,
            #[cfg(unix)]
            node: (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()),
        })
    }

    /// When it was put where it lies, or its bytes were changed, as far as the system tells: a copy may keep an old time.
    pub(crate) fn put_there(&self) -> SystemTime {
        #[cfg(unix)]
        if let (Ok(seconds), Ok(nanos)) = (u64::try_from(self.node.2), u32::try_from(self.node.3)) {
            return SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos);
        }
        self.modified
    }

    /// Whether a change from now on would show in the look.
    fn is_settled(&self, now: SystemTime) -> bool {
        let is_past = |time: SystemTime| now.duration_since(time).is_ok_and(|since| since > SETTLED_AFTER);
        is_past(self.modified) && is_past(self.changed())
    }

    #[cfg(unix)]
    fn changed(&self) -> SystemTime {
        let since = Duration::from_secs(self.node.2.try_into().unwrap_or_default());
        SystemTime::UNIX_EPOCH + since + Duration::from_nanos(self.node.3.try_into().unwrap_or_default())
    }

    #[cfg(not(unix))]
    fn changed(&self) -> SystemTime {
        self.modified
    }
}

/// Opens a plain file. None where there is nothing, or no plain file; a pipe is not waited for.
pub(crate) fn open_plain(path: &Path) -> io::Result<Option<File>> {
    // Looked at before it is opened: to open a pipe waits for its writer.
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Ok(None),
        Err(error) if is_nothing(&error) => return Ok(None),
        Err(error) => return Err(error),
    }
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if is_nothing(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_nothing(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// The tags of files, each computed from the bytes, and kept for as long as the file is the very same.
#[derive(Debug, Default)]
pub(crate) struct Tags(Mutex<BTreeMap<PathBuf, (Look, String)>>);

impl Tags {
    /// The tag of a file that is open: the MD5 of its bytes, as S3 makes it. The file is then at its beginning.
    pub(crate) fn of(&self, path: &Path, file: &mut File) -> io::Result<String> {
        let (began, before) = (SystemTime::now(), Look::of(file)?);
        if let Some((look, tag)) = self.lock().get(path)
            && *look == before
        {
            return Ok(tag.clone());
        }
        let mut sum = Md5::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        file.rewind()?;
        loop {
            let length = file.read(&mut chunk)?;
            if length == 0 {
                break;
            }
            sum.update(&chunk[..length]);
        }
        file.rewind()?;
        let tag = hex(sum);
        if before.is_settled(began) && Look::of(file)? == before {
            let mut tags = self.lock();
            if tags.len() >= TAGS_MAX {
                tags.clear();
            }
            tags.insert(path.to_owned(), (before, tag.clone()));
        }
        Ok(tag)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<PathBuf, (Look, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A finished sum as S3 writes it.
pub(crate) fn hex(sum: Md5) -> String {
    sum.finalize().as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{Look, SETTLED_AFTER, Tags};
    use std::fs::{File, FileTimes};
    use std::io::{Seek as _, Write as _};
    use std::time::{Duration, SystemTime};

    fn tag(tags: &Tags, path: &std::path::Path) -> String {
        tags.of(path, &mut File::open(path).unwrap()).unwrap()
    }

    #[test]
    fn a_tag_is_that_of_the_bytes_however_a_file_was_changed() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("file");
        let old = SystemTime::now() - Duration::from_secs(3600);
        let tags = Tags::default();
        // The same length and time for each, again and again within one tick of the clock.
        for round in 0..50 {
            let mut file = File::create(&path).unwrap();
            write!(file, "round {round:03}").unwrap();
            file.set_times(FileTimes::new().set_modified(old)).unwrap();
            let expected = {
                let mut copy = tempfile::tempfile().unwrap();
                write!(copy, "round {round:03}").unwrap();
                copy.rewind().unwrap();
                Tags::default().of(folder.path(), &mut copy).unwrap()
            };
            assert_eq!(tag(&tags, &path), expected, "round {round}");
        }
    }

    #[test]
    fn a_tag_is_kept_only_of_a_file_whose_next_change_would_show() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "a").unwrap();
        let look = Look::at(&path).unwrap();
        assert!(!look.is_settled(SystemTime::now()));
        assert!(look.is_settled(SystemTime::now() + SETTLED_AFTER * 2));
        let tags = Tags::default();
        tag(&tags, &path);
        assert!(tags.lock().is_empty(), "it was changed a moment ago");
    }
}

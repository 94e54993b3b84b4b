//! Whether another process has a file open for writing, where the system tells: then it is not complete.
//!
//! Linux tells it of processes of the same user; every system tells of locks. What cannot be seen is not guessed.

use std::fs::{File, TryLockError};
use std::path::Path;

/// Whether somebody writes the file.
pub(super) fn is_being_written(path: &Path) -> bool {
    is_locked(path) || is_open_for_writing(path)
}

/// Whether another process has locked the file for itself alone.
fn is_locked(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

#[cfg(target_os = "linux")]
fn is_open_for_writing(path: &Path) -> bool {
    use std::fs::{canonicalize, read_dir, read_link, read_to_string};
    let Ok(path) = canonicalize(path) else { return false };
    let processes = read_dir("/proc").into_iter().flatten().flatten();
    let is_process = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let processes = processes.filter(|entry| entry.file_name().to_str().is_some_and(is_process));
    let mut files = processes.flat_map(|process| read_dir(process.path().join("fd")).into_iter().flatten());
    files.any(|open| {
        let Some(open) = open.ok().filter(|open| read_link(open.path()).is_ok_and(|file| file == path))
        else {
            return false;
        };
        // The flags of open(2), in octal: 1 is for writing, 2 for reading and writing.
        let fd = open.path();
        let info =
            fd.parent().and_then(Path::parent).map(|process| process.join("fdinfo").join(open.file_name()));
        let info = info.and_then(|info| read_to_string(info).ok()).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
        flags.is_some_and(|flags| flags & 3 != 0)
    })
}

#[cfg(not(target_os = "linux"))]
fn is_open_for_writing(_: &Path) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::is_being_written;
    use std::fs::File;

    #[test]
    fn file_that_is_open_for_writing_is_seen() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("staff.csv");
        let writing = File::create(&path).unwrap();
        assert!(is_being_written(&path));
        drop(writing);
        assert!(!is_being_written(&path));
        let reading = File::open(&path).unwrap();
        assert!(!is_being_written(&path));
        reading.lock().unwrap();
        assert!(is_being_written(&path), "it is locked");
    }
}

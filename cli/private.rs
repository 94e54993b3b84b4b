//! The data folder is its owner's alone: names and addresses of people lie in it, and the token that lets in.
//!
//! Below `local`. A folder that others could look into is closed, and that is said; one of somebody else is refused.

use crate::show::render;
use crate::usage_error::UsageError;
use anyhow::{Context as _, Result};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Bytes that must fit on the disk for anything to be begun: about what the smallest change takes.
const ROOM_BYTES: usize = 256 * 1024;

/// What is said of a folder into which nothing can be written.
const CANNOT: &str = "cannot be written";

/// Makes the folder, with those above it, for its owner only; one that is there already is made private.
///
/// # Errors
/// When it cannot be made, is a symbolic link, or belongs to somebody else.
pub(crate) fn make(data: &Path) -> Result<()> {
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::symlink_metadata(data) {
        unix::close(data, &metadata)?;
    }
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    let making = || UsageError::new(format!("making the data folder {}", data.display()));
    folder.create(data).with_context(making)
}

/// Opens a file of the folder for writing, empty, for its owner only.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Where the token of `rollcall up` lies in the folder.
pub(crate) fn token_file(data: &Path) -> PathBuf {
    data.join("token")
}

/// Why nothing can be written into a folder: it is read-only, full, or somebody else's. None where it can.
pub(crate) fn why_not_writable(data: &Path) -> Option<io::Error> {
    let tried = tempfile::Builder::new().prefix(".room-").tempfile_in(data);
    tried.and_then(|mut file| file.write_all(&vec![0; ROOM_BYTES])).err()
}

/// The same in words, with what to do.
pub(crate) fn not_writable(data: &Path, why: &io::Error) -> String {
    let is_full = matches!(why.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
    let cure = match is_full {
        true => "make room there",
        false if why.kind() == io::ErrorKind::ReadOnlyFilesystem => {
            "make it writable, or name another folder with --data"
        }
        false => "mend that, or name another folder with --data",
    };
    let why = plain(why);
    format!(
        "the data folder {} {CANNOT}: {why}; {cure}, then run this again. Commands that only look (accounts, audit, \
         runs, explain, waiting, licence, doctor) work meanwhile",
        data.display()
    )
}

/// Whether an error says already that the data folder cannot be written.
pub(crate) fn is_about_disk(error: &anyhow::Error) -> bool {
    format!("{error:#}").contains(CANNOT)
}

/// What is said where a command only looks.
pub(crate) fn only_looking(data: &Path, why: &io::Error) -> String {
    format!("the data folder {} {CANNOT}: {}; looking only", data.display(), plain(why))
}

/// A cause without the path of the file that was tried.
fn plain(why: &io::Error) -> String {
    let text = why.to_string();
    text.split(" at path ").next().unwrap_or_default().to_owned()
}

#[cfg(unix)]
mod unix {
    use super::{Path, Result, UsageError, render};
    use crate::usage_error::refuse;
    use anyhow::Context as _;
    use std::fs::{Metadata, Permissions};
    use std::io::ErrorKind;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    /// What others than the owner may do.
    const OTHERS: u32 = 0o077;
    const OTHERS_WRITE: u32 = 0o022;

    /// Closes a folder that is there already, and what lies in it, to everybody else.
    pub(super) fn close(data: &Path, metadata: &Metadata) -> Result<()> {
        let shown = data.display();
        if metadata.is_symlink() {
            let target = std::fs::read_link(data).unwrap_or_default();
            refuse!(
                "the data folder {shown} is a symbolic link to {}; somebody who can change the link could take the data: name the \
                 folder itself with --data",
                target.display()
            );
        }
        if !metadata.is_dir() {
            return Ok(());
        }
        let ours = rustix::process::geteuid().as_raw();
        if metadata.uid() != ours {
            refuse!(
                "the data folder {shown} belongs to another user (uid {}, this is uid {ours}); run rollcall as that user, make \
                 the folder yours, or name another with --data",
                metadata.uid()
            );
        }
        let was = metadata.mode() & 0o777;
        if was & OTHERS == 0 {
            return close_files(data);
        }
        if was & OTHERS_WRITE != 0 {
            refuse_foreign(data, ours)?;
        }
        match std::fs::set_permissions(data, Permissions::from_mode(0o700)) {
            Ok(()) => {}
            // Nobody can look but who mounted it so, and nothing is written either.
            Err(error) if error.kind() == ErrorKind::ReadOnlyFilesystem => {
                render::note(&format!(
                    "others on this machine can read the data folder {shown} (mode {was:03o})"
                ));
                return Ok(());
            }
            Err(error) => {
                let what = format!(
                    "the data folder {shown} can be read by others (mode {was:03o}), and cannot be closed"
                );
                return Err(error).context(UsageError::new(what));
            }
        }
        let new_token = forget_token(data)?;
        close_files(data)?;
        render::note(&format!(
            "others on this machine could look into the data folder {shown} (mode {was:03o}); it is yours alone from now \
             on{}",
            if new_token {
                ", and `rollcall up` has another token, since they could read that one"
            } else {
                ""
            }
        ));
        Ok(())
    }

    /// Where others could write, what they have put there is not ours.
    fn refuse_foreign(data: &Path, ours: u32) -> Result<()> {
        for entry in std::fs::read_dir(data).with_context(|| format!("reading {}", data.display()))? {
            let path = entry?.path();
            let metadata = std::fs::symlink_metadata(&path)?;
            if metadata.is_symlink() || metadata.uid() != ours {
                refuse!(
                    "others could write into the data folder {}, and {} is not yours; look at what it is, remove it, and run \
                     this again",
                    data.display(),
                    path.display()
                );
            }
        }
        Ok(())
    }

    /// Removes a token that others could read. Whether there was one.
    fn forget_token(data: &Path) -> Result<bool> {
        let path = super::token_file(data);
        match std::fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.mode() & OTHERS != 0 => {
                std::fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
                Ok(true)
            }
            Ok(_) | Err(_) => Ok(false),
        }
    }

    /// The files of the folder, so that they stay private where they are moved or copied with their modes.
    fn close_files(data: &Path) -> Result<()> {
        for entry in std::fs::read_dir(data).with_context(|| format!("reading {}", data.display()))?.flatten()
        {
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_file() && metadata.mode() & OTHERS != 0 {
                // Not where the disk is read-only: the folder is closed, and that is what counts.
                drop(std::fs::set_permissions(entry.path(), Permissions::from_mode(0o600)));
            }
        }
        Ok(())
    }
}

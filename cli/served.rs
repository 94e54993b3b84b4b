//! How the other commands reach `rollcall up` while it has the data folder: it says in the folder where it serves.
//!
//! On the ground floor of this program. The address counts only while somebody else holds the folder's lock, and whoever takes the lock removes
//! it first: so it is always the address of the process that holds it, and the token goes to nobody else.

use crate::private;
use anyhow::{Context as _, Result};
use std::fmt;
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where `rollcall up` serves the API of this data folder, and what lets in.
#[derive(Clone)]
pub(crate) struct Served {
    /// The address of its API.
    pub(crate) url: String,
    /// The token of the data folder.
    pub(crate) token: String,
}

impl fmt::Debug for Served {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Served").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Served {
    /// The one that has this data folder now, if there is one.
    pub(crate) fn find(data: &Path) -> Option<Self> {
        let url = std::fs::read_to_string(file(data)).ok()?;
        let lock = File::open(data.join("lock")).ok()?;
        match lock.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {}
            // It was killed, and its address is out of date.
            Ok(()) | Err(TryLockError::Error(_)) => return None,
        }
        let token = std::fs::read_to_string(private::token_file(data)).ok()?;
        Some(Self { url, token })
    }
}

/// Says where this process serves, to this folder's owner only.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn announce(data: &Path, url: &str) -> Result<()> {
    let path = file(data);
    let writing = || format!("writing {}", path.display());
    let mut file = private::create(&path).with_context(writing)?;
    file.write_all(url.as_bytes()).with_context(writing)
}

/// Takes the address away: of this process when it ends, or of one that was killed.
pub(crate) fn withdraw(data: &Path) {
    drop(std::fs::remove_file(file(data)));
}

fn file(data: &Path) -> PathBuf {
    data.join("serving")
}

//! The folders of the bucket. Every key in the bucket begins with one of these constants.
//!
//! At the bottom of this crate. The store, the run, the API and the local program build their keys from it, and a test
//! compares it with `template.yaml`. Promises that no source can name an object in a folder of Rollcall's own.

use rollcall_core::fold::fold;

/// The configuration and the files that it names.
pub const CONFIG: &str = "config/";

/// In [`CONFIG`]: what a dry run tries, configurations and files (rule 49). Objects here are removed after 30 days.
pub const TRIED: &str = "config/tried/";

/// Where files are dropped on AWS: template.yaml lets S3 notify about objects there, and lets fetch read them.
pub const INBOX: &str = "inbox/";

/// The pages of a directory that is being read.
pub const READINGS: &str = "readings/";

/// What was read of each source.
pub const SNAPSHOTS: &str = "snapshots/";

/// What each run did and observed, and the rows that it rejected.
pub const REPORTS: &str = "reports/";

/// Files that were read completely: of each source the last one, and the one before it.
pub const FILES: &str = "files/";

/// Exports of the audit log, to be downloaded at once.
pub const EXPORTS: &str = "exports/";

/// Rollcall's own folders: no source may read an object in them.
pub const OWN: [&str; 6] = [CONFIG, READINGS, SNAPSHOTS, REPORTS, FILES, EXPORTS];

/// The folder of Rollcall's own that has this key, if one has it.
///
/// On a disk that does not tell upper case from lower case, `Reports/x` is in `reports/`, and so is every spelling with
/// the same folded form. S3 does tell them apart. The key is refused everywhere, so that a configuration works in both.
pub(crate) fn own_folder_of(key: &str) -> Option<&'static str> {
    let first = fold(key.split('/').next().unwrap_or_default());
    OWN.into_iter().find(|own| own.strip_suffix('/') == Some(first.as_str()))
}

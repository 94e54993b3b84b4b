//! A file that is sent to be tried: it gets a place of its own, and a dry run reads it there (rule 49).
//!
//! Beside `request`, which begins the run. The bucket's lifecycle removes the file after 30 days.

use super::request::{Requested, RunRequest, choose, request_run};
use crate::error::Error;
use crate::shell::{Shell, tried_object};
use rollcall_core::source::SourceName;
use rollcall_store::{Trigger, bytes_digest};

/// The most bytes of a file that is sent: a function takes 6 MB, in which every three bytes are four.
pub const SENT_FILE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How much of its digest a file is named by.
const NAME_CHARS: usize = 16;

/// Puts a file aside and begins a dry run of it.
///
/// # Errors
/// As [`request_run`]; or the source reads no file.
pub async fn request_trial(
    shell: &Shell,
    source: Option<&str>,
    actor: &str,
    file: Vec<u8>,
) -> Result<Requested, Error> {
    let config = shell.config().await?;
    let source = choose(&config, source)?;
    // The same file sent twice is the same trial.
    let name = tried_name(&source.name, &bytes_digest(&file));
    if source.object().is_none() {
        return Err(Error::NotTriable { name, why: "the source reads no file" });
    }
    shell.store.put_object(&tried_object(&name), file).await?;
    let request = RunRequest::of(Some(source.name.to_string()), Trigger::Reset, actor.to_owned());
    request_run(shell, RunRequest { dry_run: true, tried: Some(name), ..request }).await
}

/// The name of a file with this digest in the folder of tried files.
pub(super) fn tried_name(source: &SourceName, digest: &str) -> String {
    format!("{source}-{}.csv", &digest[..NAME_CHARS.min(digest.len())])
}

/// The digest in such a name, as much of it as is there.
pub(super) fn digest_in<'a>(source: &SourceName, name: &'a str) -> Option<&'a str> {
    let digest = name.strip_prefix(source.as_str())?.strip_prefix('-')?.strip_suffix(".csv")?;
    let is_digest = digest.len() == NAME_CHARS && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then_some(digest)
}

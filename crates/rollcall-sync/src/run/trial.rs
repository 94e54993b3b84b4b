//! A file that is sent to be tried: it gets a place of its own, and a dry run reads it there (rule 49).
//!
//! Beside `request`, which begins the run. The bucket's lifecycle removes the file after 30 days.

use super::request::{Requested, RunRequest, choose, request_run};
use crate::error::Error;
use crate::shell::{Shell, tried_object};
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
    let digest = bytes_digest(&file);
    let name = format!("{}-{}.csv", source.name, &digest[..NAME_CHARS.min(digest.len())]);
    if source.object().is_none() {
        return Err(Error::NotTriable { name, why: "the source reads no file" });
    }
    shell.store.put_object(&tried_object(&name), file).await?;
    let request = RunRequest {
        source: Some(source.name.to_string()),
        trigger: Trigger::Reset,
        actor: actor.to_owned(),
        dry_run: true,
        approve: None,
        candidate: None,
        tried: Some(name),
        previous: None,
    };
    request_run(shell, request).await
}

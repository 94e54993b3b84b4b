//! A file that a person sends takes the place of a source's file, and a run applies it (rule 22).
//!
//! Beside `trial`, whose files are only tried. Promises that the file is there whole or not at all, and never without its
//! entry in the audit log. If the process dies behind that, the storage's own notice of the file begins the run.

use super::request::{Requested, RunRequest, choose, request_run};
use super::trial::{SENT_FILE_BYTES_MAX, digest_in, tried_name};
use crate::actor::{Actor, head};
use crate::error::Error;
use crate::shell::{Shell, tried_object};
use rollcall_config::SourceConfig;
use rollcall_config::object_pattern::is_pattern;
use rollcall_core::time::Timestamp;
use rollcall_store::{AuditHead, Trigger, bytes_digest, show_time};

/// The file.
#[derive(Debug)]
pub enum Sent {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// The name of one that was sent to be tried.
    Tried(String),
}

/// The key of the object that a file of this source becomes.
///
/// # Errors
/// When there is no such source, it reads no file, or the storage fails.
pub async fn object_for(shell: &Shell, source: &str) -> Result<String, Error> {
    let config = shell.config().await?;
    object_of(choose(&config, Some(source))?, shell.now())
}

/// Puts the file in its place and asks for the run that reads it.
///
/// # Errors
/// As [`object_for`]; or a tried file is not there any more.
pub async fn request_put(
    shell: &Shell,
    source: &str,
    actor: Actor<'_>,
    sent: Sent,
) -> Result<Requested, Error> {
    let config = shell.config().await?;
    let source = choose(&config, Some(source))?;
    let object = object_of(source, shell.now())?;
    let file = match sent {
        Sent::Bytes(file) => file,
        Sent::Tried(name) => read_tried(shell, source, &name).await?,
    };
    let digest = bytes_digest(&file);
    let name = actor.name.to_owned();
    let entry = AuditHead { source: Some(source.name.clone()), ..head(shell, actor) };
    shell.store.record_file(&entry, &object, &digest).await?;
    shell.store.put_object(&object, file).await?;
    tracing::info!(source.name = %source.name, object = %object, "a file was sent");
    // As for a file that was dropped, another run follows one that is under way: it may have read the file before.
    let request = RunRequest::of(Some(source.name.to_string()), Trigger::Drop, name);
    request_run(shell, request).await
}

/// The key under which a source finds a file that is sent at this time.
fn object_of(source: &SourceConfig, now: Timestamp) -> Result<String, Error> {
    let object = source.object().ok_or_else(|| Error::NotPut {
        source_name: source.name.to_string(),
        why: "it reads a directory, not a file",
    })?;
    if !is_pattern(object) {
        return Ok(object.to_owned());
    }
    let time = show_time(now).replace(|c: char| !c.is_ascii_digit(), "");
    Ok(object.replacen('*', &time, 1).replace('*', ""))
}

/// A file that was sent to be tried for a source.
///
/// # Errors
/// When there is no such source, the file is gone or has been changed since, or the storage fails.
pub async fn tried_file(shell: &Shell, source: Option<&str>, name: &str) -> Result<Vec<u8>, Error> {
    let config = shell.config().await?;
    read_tried(shell, choose(&config, source)?, name).await
}

async fn read_tried(shell: &Shell, source: &SourceConfig, name: &str) -> Result<Vec<u8>, Error> {
    let refuse = |why| Error::NotPut { source_name: source.name.to_string(), why };
    let digest = digest_in(&source.name, name);
    let digest = digest.ok_or_else(|| refuse("`tried` names no file that was sent to be tried for it"))?;
    let gone = || refuse("the tried file is gone; send it again");
    let file = shell.store.get_bytes(&tried_object(name), SENT_FILE_BYTES_MAX).await?.ok_or_else(gone)?;
    if tried_name(&source.name, &bytes_digest(&file)) != tried_name(&source.name, digest) {
        return Err(refuse("the tried file was changed since; send it again"));
    }
    Ok(file)
}

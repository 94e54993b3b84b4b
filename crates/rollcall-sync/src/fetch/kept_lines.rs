//! Some rows of the file that a run has read, for a person who has to mend them (rules 3 and 62).
//!
//! Beside `previous`, which keeps the files. Promises to say nothing where the file is not kept any more.

use crate::error::Error;
use crate::shell::Shell;
use rollcall_config::SourceSettings;
use rollcall_sources::csv::{LineCells, cells_of_lines};
use rollcall_store::RunRecord;
use std::collections::BTreeSet;

/// Bytes of a file whose rows are looked up: reading more takes longer than a person waits.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The cells of the rows on these lines, by the configuration in force. `None` where the file is not kept, is too long, or
/// cannot be read by that configuration.
///
/// # Errors
/// When the storage fails.
pub async fn kept_lines(
    shell: &Shell,
    run: &RunRecord,
    lines: BTreeSet<u64>,
) -> Result<Option<LineCells>, Error> {
    let config = shell.config().await?;
    let settings = config.source(run.source.as_str()).map(|source| &source.settings);
    let (Some(SourceSettings::Csv(settings)), Some(tag)) = (settings, &run.read_tag) else { return Ok(None) };
    let files = shell.store.kept_files(&run.source).await?;
    let Some(file) = files.as_ref().and_then(|files| files.with_tag(tag)) else { return Ok(None) };
    let key = file.key(&run.source);
    let bytes = shell.store.object_bytes(&key).await?;
    if lines.is_empty() || bytes.is_none_or(|bytes| bytes > FILE_BYTES_MAX) {
        return Ok(None);
    }
    let spooled = shell.store.spool_object(&key).await?;
    let settings = settings.clone();
    let reading = move || cells_of_lines(&settings, spooled.file, spooled.bytes, &lines);
    match tokio::task::spawn_blocking(reading).await? {
        Ok(cells) => Ok(Some(cells)),
        Err(error) => {
            tracing::info!(run.id = %run.id, error = %error, "the rows to mend are shown without their cells");
            Ok(None)
        }
    }
}

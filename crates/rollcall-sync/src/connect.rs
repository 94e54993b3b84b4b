//! Tries a source's credentials and takes a first look at it. Reads only a few people, and changes nothing.

use crate::error::Error;
use crate::fetch::open_directory;
use crate::shell::Shell;
use rollcall_config::SourceConfig;
pub use rollcall_sources::directory::Survey;

/// Connects to a source and answers with what it shows; `None` for a file, which needs no connection.
///
/// # Errors
/// When a run could not read the source either; the error says what to do.
pub async fn survey(shell: &Shell, source: &SourceConfig) -> Result<Option<Survey>, Error> {
    match open_directory(shell, &source.settings).await? {
        Some(mut directory) => Ok(Some(directory.survey().await?)),
        None => Ok(None),
    }
}

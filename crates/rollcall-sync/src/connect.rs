//! Tries a source's credentials and looks around, without reading everybody or changing anything.

use crate::error::Error;
use crate::fetch::open_directory;
use crate::shell::Shell;
use rollcall_config::SourceConfig;
pub use rollcall_sources::directory::Survey;

/// What a look at a source shows; `None` where it is a file, to which there is nothing to connect.
///
/// # Errors
/// What keeps a run from reading it, with what to do.
pub async fn survey(shell: &Shell, source: &SourceConfig) -> Result<Option<Survey>, Error> {
    match open_directory(shell, &source.settings).await? {
        Some(mut directory) => Ok(Some(directory.survey().await?)),
        None => Ok(None),
    }
}

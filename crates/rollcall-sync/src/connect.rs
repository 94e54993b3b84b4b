//! Tries a source's credentials and takes a first look at it. Reads only a few people, and changes nothing.

use crate::error::Error;
use crate::expiries;
use crate::fetch::open_directory;
use crate::shell::Shell;
use rollcall_config::SourceConfig;
pub use rollcall_sources::directory::Survey;
use rollcall_store::CredentialExpiry;

/// What a look at a source has shown.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The server, its groups, and what may be missing.
    pub survey: Survey,
    /// What the source needs and when that expires, as far as is known.
    pub expiries: Vec<CredentialExpiry>,
}

/// Connects to a source and answers with what it shows; `None` for a file, which needs no connection.
///
/// # Errors
/// When a run could not read the source either; the error says what to do.
pub async fn survey(shell: &Shell, source: &SourceConfig) -> Result<Option<Seen>, Error> {
    match open_directory(shell, &source.settings).await? {
        Some(mut directory) => {
            let survey = directory.survey().await?;
            let expiries = expiries::of_source(source, Some(directory.as_ref()));
            Ok(Some(Seen { survey, expiries }))
        }
        None => Ok(None),
    }
}

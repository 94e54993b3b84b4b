//! What a source needs and when that expires: what its directory has shown, and the day that a person has configured
//! (rule 66).

use rollcall_config::SourceConfig;
use rollcall_sources::directory::Directory;
use rollcall_store::CredentialExpiry;

/// The expiries of a source, as far as they are known. A directory that could not be opened has shown none.
pub(crate) fn of_source(source: &SourceConfig, directory: Option<&dyn Directory>) -> Vec<CredentialExpiry> {
    let shown = directory.map(Directory::expiries).unwrap_or_default();
    let shown = shown.into_iter().map(|expiry| CredentialExpiry { what: expiry.what, at: expiry.at });
    let configured = source.credential_expires.map(|at| CredentialExpiry {
        what: String::from("the credential, as `credential_expires` says"),
        at,
    });
    configured.into_iter().chain(shown).collect()
}

//! What can go wrong around signing in, and what to do about it. No text has a token, a code or a secret in it.

use thiserror::Error;

/// Why nobody can be signed in.
#[derive(Debug, Error)]
pub enum Error {
    /// A setting in the environment cannot be meant.
    #[error("{name} in the environment: {what}")]
    Setting {
        /// The variable.
        name: &'static str,
        /// What is expected.
        what: &'static str,
    },
    /// No TLS.
    #[error("TLS cannot be set up")]
    Tls(#[source] reqwest::Error),
    /// The request has no address of ours.
    #[error("the request does not say under which domain name it was sent; set PublicUrl")]
    NoDomain,
    /// The provider does not answer as OpenID Connect providers do.
    #[error("{what}: {why}")]
    Provider {
        /// What was asked of it.
        what: &'static str,
        /// What came instead.
        why: String,
    },
    /// The client's secret cannot be had.
    #[error("the secret of ConsoleClientSecret cannot be read")]
    Secret(#[source] rollcall_sync::store::Error),
    /// The token has too many claims for cookies.
    #[error("the ID token has {bytes} bytes")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

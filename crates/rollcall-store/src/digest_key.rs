//! A new key for the digests of a snapshot's index. The core knows no randomness, so it comes from here.

use crate::error::Error;
use rollcall_core::keyed::DigestKey;

/// A key that nobody can guess.
pub(crate) fn random_digest_key() -> Result<DigestKey, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(std::io::Error::from)?;
    Ok(DigestKey::from_bytes(bytes))
}

//! An assertion signed with the application's certificate, used instead of a client secret.
//!
//! Promises that a text without a usable certificate and key is refused before any request, and is not quoted.

use crate::error::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rollcall_config::SecretRef;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};

/// How long an assertion is valid, in seconds.
const LASTS: u64 = 600;

/// A certificate's fingerprint and its private key.
pub(super) struct Certificate {
    header: Header,
    key: EncodingKey,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    nbf: u64,
    iat: u64,
    exp: u64,
}

impl Certificate {
    /// From a text with both in PEM form, in any order.
    pub(super) fn parse(pem: &str, name: &SecretRef) -> Result<Self, Error> {
        let lacking = |what: &str| Error::Settings { what: format!("{name} {what}") };
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| {
            lacking("holds no certificate in PEM form (-----BEGIN CERTIFICATE-----); store it beside its private key")
        })?;
        let key = private_key(pem).ok_or_else(|| {
            lacking("holds no private key in PEM form (-----BEGIN PRIVATE KEY-----); store it beside the certificate")
        })?;
        let usable = "holds a private key that cannot be used; it must be an RSA key without a passphrase, in PEM form";
        let key = EncodingKey::from_rsa_pem(key.as_bytes()).map_err(|_| lacking(usable))?;
        let mut header = Header::new(Algorithm::PS256);
        header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate)));
        let certificate = Self { header, key };
        // The library checks the key only when it signs.
        certificate.assertion("", "").map_err(|_| lacking(usable))?;
        Ok(certificate)
    }

    /// A signed assertion that the holder of the key is this application: for this address only, and for some minutes.
    pub(super) fn assertion(&self, client_id: &str, audience: &str) -> Result<String, Error> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let claims = Claims {
            aud: audience,
            iss: client_id,
            sub: client_id,
            jti: uuid::Uuid::now_v7().to_string(),
            nbf: now,
            iat: now,
            exp: now + LASTS,
        };
        jsonwebtoken::encode(&self.header, &claims, &self.key)
            .map_err(|_| Error::Settings { what: String::from("the application's private key cannot sign") })
    }
}

/// The part of the text that is the private key.
fn private_key(pem: &str) -> Option<&str> {
    const END: &str = "PRIVATE KEY-----";
    let is_key = |(at, _): &(usize, &str)| {
        let line = pem[*at..].lines().next().unwrap_or_default().trim_end();
        line.ends_with(END)
    };
    let (begin, _) = pem.match_indices("-----BEGIN ").find(is_key)?;
    let end = begin + pem[begin..].find("-----END ")?;
    let end = end + pem[end..].find(END)? + END.len();
    Some(&pem[begin..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_found_before_or_after_its_certificate() {
        let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
        let certificate = "-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----";
        for text in [format!("{key}\n{certificate}\n"), format!("{certificate}\r\n{key}")] {
            assert_eq!(private_key(&text), Some(key));
        }
        assert_eq!(private_key(certificate), None);
        assert_eq!(private_key("-----BEGIN PRIVATE KEY-----\nAAAA"), None);
    }

    #[test]
    fn wrong_certificate_is_refused_without_quoting_it() {
        let name = SecretRef::Env(String::from("CERTIFICATE"));
        let certificate = "-----BEGIN CERTIFICATE-----\nQkJC\n-----END CERTIFICATE-----\n";
        let unusable = format!("{certificate}-----BEGIN PRIVATE KEY-----\nQkJC\n-----END PRIVATE KEY-----\n");
        for (text, words) in [
            ("hunter2", "env:CERTIFICATE holds no certificate"),
            (certificate, "env:CERTIFICATE holds no private key"),
            (&unusable, "env:CERTIFICATE holds a private key that cannot be used"),
        ] {
            let error =
                Certificate::parse(text, &name).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with(words), "{error}");
            assert!(!error.contains("hunter2") && !error.contains("QkJC"), "{error}");
        }
    }
}

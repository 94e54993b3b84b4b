//! When certificates expire: the application's own, those of a configured issuer, and the server's (rule 66).
//!
//! At the bottom of the crate. What is no certificate has no day: whoever uses it says so, not this file.

use rollcall_core::time::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_parser::prelude::{FromDer as _, X509Certificate};

/// Something that a source needs, and that expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// What it is, for people: `the certificate of dc1.example.com`.
    pub what: String,
    /// When it expires.
    pub at: Timestamp,
}

/// When a certificate in DER form expires.
pub(crate) fn of_der(what: &str, der: &[u8]) -> Option<Expiry> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let seconds = certificate.validity().not_after.timestamp();
    Some(Expiry { what: what.to_owned(), at: Timestamp::from_millis(seconds.checked_mul(1000)?) })
}

/// When the first of these certificates in PEM form expires.
pub(crate) fn of_pem(what: &str, pem: &str) -> Option<Expiry> {
    let certificates = CertificateDer::pem_slice_iter(pem.as_bytes()).filter_map(Result::ok);
    certificates.filter_map(|certificate| of_der(what, &certificate)).min_by_key(|expiry| expiry.at)
}

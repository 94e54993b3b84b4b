//! Whom an LDAP server's certificate must come from, and what is said where a connection is begun in the wrong way.
//!
//! Below `session`. Promises that without trusted certificates there is no connection with TLS.

use crate::error::Error;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// What may be wrong with the way in which a connection was begun that the server has closed.
pub(super) fn hint_of_tls(url: &str, cause: &str) -> &'static str {
    const CLOSED: [&str; 6] =
        ["channel closed", "reset by peer", "eof", "corrupt message", "InvalidContentType", "Broken pipe"];
    if !CLOSED.iter().any(|word| cause.to_lowercase().contains(&word.to_lowercase())) {
        ""
    } else if url.starts_with("ldaps://") {
        "; if the server does not speak TLS on this port, write ldap:// and start_tls = true"
    } else {
        "; if the server speaks TLS on this port, write ldaps://"
    }
}

/// The certificates against which the server's is checked: the configured ones, or those that this machine trusts.
pub(super) fn trust(ca: Option<&str>) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(pem) => {
            let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
            let certificates = certificates.map_err(|error| unusable(&error.to_string()))?;
            if certificates.is_empty() {
                return Err(unusable("there is no certificate in it"));
            }
            for certificate in certificates {
                roots.add(certificate).map_err(|error| unusable(&error.to_string()))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| unusable(&error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn unusable(why: &str) -> Error {
    Error::Settings { what: format!("`ca_file` must contain certificates in PEM form: {why}") }
}

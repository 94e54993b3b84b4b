//! The private key of a service application, and the assertions that it signs (`private_key_jwt`, RFC 7523).
//!
//! Below `session`. Promises that no error contains a part of the key.

use crate::error::Error;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rollcall_config::SecretRef;
use serde::Serialize;
use url::Url;

/// How long an assertion is valid: long enough for a clock that is a little wrong. Okta allows an hour.
const SECONDS: i64 = 300;

pub(super) struct Key {
    key: EncodingKey,
    header: Header,
    client_id: String,
    /// The audience of its assertions: the address of the token endpoint.
    audience: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: String,
}

impl Key {
    /// From PEM: an RSA key, or one on the curve P-256 or P-384.
    pub(super) fn parse(
        pem: &str,
        client_id: &str,
        key_id: Option<&str>,
        name: &SecretRef,
        audience: &Url,
    ) -> Result<Self, Error> {
        let mut tried = Self {
            key: EncodingKey::from_secret(&[]),
            header: Header::default(),
            client_id: client_id.to_owned(),
            audience: audience.to_string(),
        };
        let rsa = EncodingKey::from_rsa_pem(pem.as_bytes()).ok().map(|key| (key, Algorithm::RS256));
        let curve = |algorithm| {
            let key = EncodingKey::from_ec_pem(pem.as_bytes()).ok();
            key.map(|key| (key, algorithm))
        };
        let kinds = [rsa, curve(Algorithm::ES256), curve(Algorithm::ES384)];
        for (key, algorithm) in kinds.into_iter().flatten() {
            tried.key = key;
            tried.header = Header { kid: key_id.map(str::to_owned), ..Header::new(algorithm) };
            // Only signing shows whether the key is of this kind.
            if tried.assertion().is_ok() {
                return Ok(tried);
            }
        }
        Err(Error::Settings { what: not_a_key(pem, name) })
    }

    /// A new assertion. Each one is different.
    pub(super) fn assertion(&self) -> Result<String, Error> {
        let now = jiff::Timestamp::now().as_second();
        let claims = Claims {
            iss: &self.client_id,
            sub: &self.client_id,
            aud: &self.audience,
            iat: now,
            exp: now + SECONDS,
            jti: uuid::Uuid::now_v7().to_string(),
        };
        jsonwebtoken::encode(&self.header, &claims, &self.key).map_err(|_| Error::Settings {
            what: String::from("the private key of the Okta source cannot sign"),
        })
    }
}

fn not_a_key(pem: &str, name: &SecretRef) -> String {
    let hint = if pem.contains("BEGIN EC PRIVATE KEY") {
        "it is in an older form (SEC 1): convert it with `openssl pkcs8 -topk8 -nocrypt`"
    } else if pem.contains("ENCRYPTED") {
        "it is encrypted: store it without a passphrase (`openssl pkcs8 -topk8 -nocrypt`)"
    } else if pem.trim_start().starts_with('{') {
        "it is a JSON Web Key: store the PEM form, which Okta also offers"
    } else if pem.contains("PUBLIC KEY") || pem.contains("CERTIFICATE") {
        "it is the public key: store the private key"
    } else {
        "expected an RSA or EC (P-256, P-384) private key in PEM form, all lines of it"
    };
    format!("the secret {name} cannot be used as `private_key`; {hint}")
}

#[cfg(test)]
mod tests {
    use super::Key;
    use jsonwebtoken::Algorithm;
    use rollcall_config::SecretRef;
    use url::Url;

    /// Made for this test.
    const P384: &str = "-----BEGIN PRIVATE KEY-----
MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDCS3X6DEm66pgj518sE
p/6YrpnqvEM4UkZAy7EBJnbU6O5yFXdd4jL8GtzVOaqgIL+hZANiAATWVkNSinda
qD5CwIHjCf5qJpjFqB34Vueb/qFq5NZDzNFjoohS4lZKjECMvCdvhFuqAjZq/mNC
k2GMGiKURqngJvxFUIfjmD+thGDCZJWr49UGJdlx967O6pwH0SWEcb4=
-----END PRIVATE KEY-----";

    #[test]
    fn p384_key_signs_with_es384() {
        let name = SecretRef::Env(String::from("KEY"));
        let url = Url::parse("https://example.okta.com/oauth2/v1/token").unwrap();
        let key = Key::parse(P384, "0oa", Some("k1"), &name, &url).unwrap();
        let (one, other) = (key.assertion().unwrap(), key.assertion().unwrap());
        assert_ne!(one, other);
        let header = jsonwebtoken::decode_header(one).unwrap();
        assert_eq!((header.alg, header.kid.as_deref()), (Algorithm::ES384, Some("k1")));
    }

    #[test]
    fn wrong_key_is_refused_without_quoting_it() {
        let name = SecretRef::Env(String::from("KEY"));
        let url = Url::parse("https://example.okta.com/oauth2/v1/token").unwrap();
        for (pem, hint) in [
            ("hunter2", "expected an RSA or EC"),
            ("{\"kty\":\"RSA\",\"d\":\"hunter2\"}", "JSON Web Key"),
            ("-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----", "pkcs8"),
            (
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nhunter2\n-----END ENCRYPTED PRIVATE KEY-----",
                "passphrase",
            ),
            ("-----BEGIN PUBLIC KEY-----\nhunter2\n-----END PUBLIC KEY-----", "public key"),
            ("-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----", "expected an RSA or EC"),
        ] {
            let error = Key::parse(pem, "0oa", None, &name, &url).err().unwrap().to_string();
            assert!(error.contains(hint) && error.contains("env:KEY"), "{error}");
            assert!(!error.contains("hunter2") && !error.contains("aHVud"), "{error}");
        }
    }
}

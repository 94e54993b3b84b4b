//! Whether a request to the exposed DynamoDB is signed with this start's key (AWS Signature Version 4).
//!
//! The signature is made once more by the library with which the SDK makes it, and compared. S3's requests are verified
//! by the embedded S3 itself.

use crate::embedded::Keys;
use aws_sdk_dynamodb::config::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use std::time::{Duration, SystemTime};
use subtle::ConstantTimeEq as _;

/// The method of signing.
const METHOD: &str = "AWS4-HMAC-SHA256 ";

/// How old a signature may be, and how far ahead of our clock (AWS: 15 minutes; here the clock is the same one).
const AGE_MAX: Duration = Duration::from_secs(5 * 60);

/// The headers that must be signed: another host or another operation would be another request.
const SIGNED: [&str; 3] = ["host", "x-amz-date", "x-amz-target"];

/// What the header `Authorization` says.
struct Claim<'a> {
    key_id: &'a str,
    region: &'a str,
    service: &'a str,
    signed: Vec<&'a str>,
    signature: &'a str,
}

/// Whether the request names our key; seen before anything of its body is read.
pub(super) fn names_key(parts: &Parts, keys: &Keys) -> bool {
    claim(parts).is_some_and(|claim| claim.key_id.as_bytes().ct_eq(keys.id.as_bytes()).into())
}

/// Whether the request is signed with our key, its body included.
pub(super) fn is_signed(parts: &Parts, body: &[u8], keys: &Keys) -> bool {
    claim(parts).and_then(|claim| signature(parts, body, keys, &claim)).unwrap_or(false)
}

fn claim(parts: &Parts) -> Option<Claim<'_>> {
    let text = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix(METHOD)?;
    let part =
        |name: &str| text.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let mut scope = part("Credential")?.split('/');
    let (key_id, _date) = (scope.next()?, scope.next()?);
    let (region, service) = (scope.next()?, scope.next()?);
    let signed = part("SignedHeaders")?.split(';').collect();
    Some(Claim { key_id, region, service, signed, signature: part("Signature")? })
}

fn signature(parts: &Parts, body: &[u8], keys: &Keys, claim: &Claim<'_>) -> Option<bool> {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    if !SIGNED.iter().all(|name| claim.signed.contains(name)) || claim.service != "dynamodb" {
        return Some(false);
    }
    let time = signed_at(header("x-amz-date")?)?;
    let now = SystemTime::now();
    let age = now.duration_since(time).or_else(|_| time.duration_since(now)).ok()?;
    if age > AGE_MAX {
        return Some(false);
    }
    let identity = Credentials::new(&keys.id, &keys.secret, None, None, "local").into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(claim.region)
        .name(claim.service)
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .ok()?
        .into();
    let headers: Option<Vec<(&str, &str)>> =
        claim.signed.iter().map(|name| Some((*name, header(name)?))).collect();
    let url = format!("http://{}{}", header("host")?, parts.uri.path_and_query()?);
    let request =
        SignableRequest::new(parts.method.as_str(), url, headers?.into_iter(), SignableBody::Bytes(body));
    let (_, made) = sign(request.ok()?, &params).ok()?.into_parts();
    Some(made.as_bytes().ct_eq(claim.signature.as_bytes()).into())
}

/// A moment as `20261128T101112Z`.
fn signed_at(text: &str) -> Option<SystemTime> {
    let time = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().into())
}

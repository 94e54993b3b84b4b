//! The header `Authorization`, for both kinds of token.
//!
//! Below `client` and `session`. Promises that the value is not shown in a log or by `Debug`.

use reqwest::header::HeaderValue;

/// The header with a token. `None` if the token has characters that are not allowed.
pub(super) fn header(scheme: &str, token: &str) -> Option<HeaderValue> {
    let is_plain = token.bytes().all(|byte| byte.is_ascii_graphic());
    let mut value = HeaderValue::from_str(&format!("{scheme} {token}")).ok().filter(|_| is_plain)?;
    // Kept out of every log and Debug.
    value.set_sensitive(true);
    Some(value)
}

//! The errors of Okta, in words that say what to do.
//!
//! Promises that a text that looks like a token does not get from an answer into an error.

use crate::error::Error;
use crate::http::Answer;
use serde::Deserialize;

const TOKEN: &str = "create a new API token in Okta and store it: this one is wrong or revoked, or was not used for \
     30 days, or its creator is deactivated, or it is valid only in another network zone";

const APP: &str = "check that the service application is active in Okta, and that `url` is the organisation's own \
     address";

const KEY: &str = "compare `client_id`, `private_key` and `key_id` with the service application and its public key \
     in Okta, and this machine's clock with the time";

const SCOPES: &str = "grant the service application the scopes okta.users.read and okta.groups.read in Okta (Okta API \
     Scopes)";

const ZONE: &str = "let the service application be used from the network zone that Rollcall is in, and see Okta's \
     System Log for what it refused";

const DPOP: &str = "switch off \"Require Demonstrating Proof of Possession (DPoP)\" in the service application's \
     settings in Okta";

const TOKEN_ROLE: &str = "give the account that made the API token a role in Okta that may read users and groups \
     (read-only administrator)";

const APP_ROLE: &str = "give the service application a role in Okta that may read users and groups (read-only \
     administrator); scopes alone are not enough";

/// The kind of credential.
#[derive(Clone, Copy)]
pub(super) enum Way {
    Token,
    App,
}

/// An error of the API.
#[derive(Deserialize)]
struct ApiError {
    #[serde(rename = "errorCode")]
    code: String,
    #[serde(rename = "errorSummary")]
    summary: Option<String>,
}

/// An error of the token endpoint.
#[derive(Deserialize)]
struct TokenError {
    error: String,
    error_description: Option<String>,
}

/// The error code of an answer, if it is an error.
pub(super) fn code(answer: &Answer) -> Option<String> {
    answer.error::<ApiError>().map(|error| error.code)
}

/// 401: the credential is refused.
pub(super) fn credentials(server: &str, answer: &Answer, way: Way) -> Error {
    let cure = match way {
        Way::Token => TOKEN,
        Way::App => APP,
    };
    Error::Credentials { server: server.to_owned(), reply: reply(answer), cure }
}

/// 403: the account may not see this.
pub(super) fn forbidden(server: &str, answer: &Answer, what: &'static str, way: Way) -> Error {
    let lacks_scope =
        answer.header("www-authenticate").is_some_and(|text| text.contains("insufficient_scope"));
    let cure = match way {
        Way::Token => TOKEN_ROLE,
        Way::App if lacks_scope => SCOPES,
        Way::App => APP_ROLE,
    };
    Error::Forbidden { server: server.to_owned(), what, reply: reply(answer), cure }
}

/// Okta gave no token.
pub(super) fn token(server: &str, answer: &Answer) -> Error {
    let error = answer.error::<TokenError>().map(|error| error.error);
    let cure = match error.as_deref() {
        Some("invalid_client") => KEY,
        Some("invalid_scope") => SCOPES,
        Some("invalid_dpop_proof" | "use_dpop_nonce") => DPOP,
        Some("access_denied") => ZONE,
        Some(_) | None => APP,
    };
    Error::Credentials { server: server.to_owned(), reply: reply(answer), cure }
}

/// Okta gave a token that only the holder of another key may use.
pub(super) fn bound(server: &str, answer: &Answer) -> Error {
    let reply = answer.describe("it gives a token of type DPoP");
    Error::Credentials { server: server.to_owned(), reply, cure: DPOP }
}

/// Neither a success nor a known error.
pub(super) fn unusable(server: &str, answer: &Answer, expected: &str) -> Error {
    let reply = reply(answer);
    let what = if expected.is_empty() { reply } else { format!("{reply} ({expected})") };
    Error::Answer { server: server.to_owned(), what }
}

/// The answer's status, request and error in one line.
fn reply(answer: &Answer) -> String {
    let api = answer.error::<ApiError>().map(|error| (error.code, error.summary));
    let error =
        api.or_else(|| answer.error::<TokenError>().map(|error| (error.error, error.error_description)));
    let Some((code, summary)) = error else { return answer.describe("") };
    let summary = summary.unwrap_or_default();
    answer.describe(plain(&format!("{code} {summary}")).trim_end())
}

/// A text of the server, shortened, without parts that may be a token or a key.
fn plain(text: &str) -> String {
    const CHARS_MAX: usize = 200;
    const WORD_MAX: usize = 32;
    let shown = |word: &str| -> String {
        let is_plain = word.chars().count() <= WORD_MAX && !word.chars().any(char::is_control);
        if is_plain { word.to_owned() } else { String::from("...") }
    };
    let words: Vec<String> = text.split_whitespace().map(shown).collect();
    words.join(" ").chars().take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn texts_like_tokens_are_not_shown() {
        let token = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcD";
        assert_eq!(
            plain(&format!("E0000011 Invalid token {token}\n provided")),
            "E0000011 Invalid token ... provided"
        );
        assert_eq!(plain("bell\u{7} x"), "... x");
        assert_eq!(plain(&"word ".repeat(100)).len(), 200);
    }
}

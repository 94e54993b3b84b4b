//! The session of a browser: the provider's ID token, in cookies that no script and no other site can use.
//!
//! Nothing is kept here, so there is nothing to steal from this function and nothing to clean up. The gateway verifies the
//! token at every call of the API; what is read from it here is only shown (a name), or decides when to sign in again.

use crate::error::Error;
use crate::visit::cookie;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rollcall_sync::KnownSecrets;
use serde::Deserialize;

/// A token has as many parts as it needs. `__Host-`: set by this very host over TLS, and for it alone.
const PARTS: [&str; 2] = ["__Host-rollcall-0", "__Host-rollcall-1"];

/// Browsers keep 4,096 bytes of a cookie with its name and attributes.
const PART_BYTES_MAX: usize = 3500;

/// Characters of a name that are shown.
const NAME_CHARS_MAX: usize = 60;

/// For all cookies of the console.
pub(crate) const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Lax";

/// Somebody who has signed in. Cannot be printed: it has the token.
pub(crate) struct Session {
    /// The ID token.
    pub(crate) token: String,
    /// Shown on pages.
    pub(crate) name: String,
    expires: u64,
}

/// What a token of the provider must say of itself (OpenID Connect Core 1.0, 3.1.3.7).
pub(crate) struct Expected<'a> {
    /// Who has made it out.
    pub(crate) issuer: &'a str,
    /// For whom: the client id.
    pub(crate) audience: &'a str,
    /// For which sign-in.
    pub(crate) nonce: &'a str,
}

#[derive(Deserialize)]
struct Claims {
    /// A token that has none is refused where a session begins.
    #[serde(default)]
    iss: String,
    #[serde(default)]
    aud: Audience,
    azp: Option<String>,
    exp: f64,
    nonce: Option<String>,
    sub: String,
    name: Option<String>,
    preferred_username: Option<String>,
    email: Option<String>,
}

/// For whom a token is: one, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Claims {
    /// Why the token is not the one that is expected.
    fn is_wrong(&self, expected: &Expected<'_>) -> Option<&'static str> {
        let (is_for_us, is_for_others) = match &self.aud {
            Audience::One(one) => (one == expected.audience, false),
            Audience::Several(several) => {
                let is_us = |one: &String| one == expected.audience;
                (several.iter().any(is_us), !several.iter().all(is_us))
            }
        };
        let is_by_us = self.azp.as_deref().map(|azp| azp == expected.audience);
        if self.iss != expected.issuer {
            Some("it was made out by another: its `iss` is not the provider's name for itself")
        } else if !is_for_us {
            Some("it was made out for another: its `aud` is not ConsoleClientId")
        } else if is_by_us == Some(false) || (is_for_others && is_by_us.is_none()) {
            Some("it was made out for others as well, and its `azp` is not ConsoleClientId")
        } else if self.nonce.as_deref() != Some(expected.nonce) {
            Some("it was not made for this sign-in: its `nonce` is another")
        } else {
            None
        }
    }
}

impl Session {
    /// The session of these cookies, unless it is over.
    pub(crate) fn of(cookies: &[String], now: u64) -> Option<Self> {
        let token: String = PARTS.iter().map_while(|part| cookie(cookies, part)).collect();
        let claims = claims(&token)?;
        Some(Self::with(token, claims)).filter(|session| session.expires > now)
    }

    /// The session of a token that the provider has just given. What it says is looked at here, its signature at the gateway.
    pub(crate) fn begin(
        token: String,
        expected: &Expected<'_>,
        secrets: &KnownSecrets,
        now: u64,
    ) -> Result<Self, Error> {
        let refused =
            |why: &str| Error::Provider { what: "reading the provider's ID token", why: why.to_owned() };
        let claims = claims(&token).ok_or_else(|| refused("it is no JWT with `sub` and `exp`"))?;
        if let Some(why) = claims.is_wrong(expected) {
            return Err(refused(why));
        }
        // Somebody's name is shown on every page, and stands in the audit log.
        if said(&token).is_some_and(|said| secrets.in_data(&said).is_some()) {
            return Err(refused("it holds a secret that the provider was shown"));
        }
        let session = Self::with(token, claims);
        if session.expires <= now {
            return Err(refused("it has expired already; compare the clocks"));
        }
        let bytes = session.token.len();
        if bytes > PARTS.len() * PART_BYTES_MAX { Err(Error::TooLarge { bytes }) } else { Ok(session) }
    }

    fn with(token: String, claims: Claims) -> Self {
        let names = [claims.name, claims.preferred_username, claims.email];
        let name = names.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or(claims.sub);
        let name = name.chars().take(NAME_CHARS_MAX).collect();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates, as it should"
        )]
        let expires = claims.exp as u64;
        Self { token, name, expires }
    }

    /// The cookies that begin the session; those that it does not need are removed.
    pub(crate) fn cookies(&self, now: u64) -> Vec<String> {
        let lasts = self.expires.saturating_sub(now);
        let mut rest = self.token.as_str();
        let cookie = |name: &&str| {
            let (part, others) = rest.split_at(rest.len().min(PART_BYTES_MAX));
            rest = others;
            if part.is_empty() {
                removed(name)
            } else {
                format!("{name}={part}; Max-Age={lasts}; {ATTRIBUTES}")
            }
        };
        PARTS.iter().map(cookie).collect()
    }

    /// The cookies that end any session.
    pub(crate) fn end() -> impl Iterator<Item = String> {
        PARTS.into_iter().map(removed)
    }
}

/// A cookie that removes the one of this name.
pub(crate) fn removed(name: &str) -> String {
    format!("{name}=; Max-Age=0; {ATTRIBUTES}")
}

/// What a token says, unverified. Of text that cannot stand in a cookie or a header there is nothing to read.
fn claims(token: &str) -> Option<Claims> {
    serde_json::from_str(&said(token)?).ok()
}

/// The part of a token that says something, as JSON.
fn said(token: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let parts: Vec<&str> = Some(token).filter(|token| token.bytes().all(is_plain))?.split('.').collect();
    let [_, claims, _] = parts.as_slice() else { return None };
    String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

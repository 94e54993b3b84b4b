//! Who may come in: people who have the token of this installation, from this machine only.
//!
//! Beside the HTTP server. Promises that no page of another site can make a browser act here: hosts are checked by name,
//! the session's cookie goes with requests of our own pages only, and what changes something names our own origin.

use super::serving;
use crate::private;
use anyhow::{Context as _, Result};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE, ORIGIN};
use rollcall_sync::store::digest_of;
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq as _;

/// How the name of the session's cookie begins.
const SESSION: &str = "rollcall_session";

/// Characters of the digest that follow it.
const NAME_DIGEST_CHARS: usize = 8;

/// How long a code counts that lets in once. A browser takes some seconds to start.
pub(super) const INVITED: Duration = Duration::from_secs(60);

/// The token, and the names by which the server may be called.
pub(super) struct Gate {
    token: String,
    /// What the cookie holds. Not the token: browsers show the cookies of 127.0.0.1 to every server there.
    session: String,
    /// The cookie's name, another for each installation: cookies are of a host, whatever its port.
    cookie: String,
    port: u16,
    invitation: Mutex<Option<Invitation>>,
}

/// A code that lets in once, in place of the token: what a browser is handed stands in its history.
struct Invitation {
    code: String,
    until: Instant,
}

impl Gate {
    /// The gate of a data folder: its token is made once, and kept there for its owner only.
    pub(super) fn open(data: &Path, port: u16) -> Result<Self> {
        let path = private::token_file(data);
        let token = match std::fs::read_to_string(&path) {
            Ok(token) if token.len() >= 32 => token,
            Ok(_) => make(&path)?,
            Err(error) if error.kind() == ErrorKind::NotFound => make(&path)?,
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        let session = digest_of(&format!("console session\n{token}"));
        let name: String =
            digest_of(&format!("console cookie\n{token}")).chars().take(NAME_DIGEST_CHARS).collect();
        let cookie = format!("{SESSION}_{name}");
        Ok(Self { session, cookie, token, port, invitation: Mutex::default() })
    }

    /// A code that lets in once, within a minute. One that was made before counts no more.
    pub(super) fn invite(&self) -> String {
        let code = secret();
        let invitation = Invitation { code: code.clone(), until: Instant::now() + INVITED };
        *self.invitation.lock().unwrap_or_else(PoisonError::into_inner) = Some(invitation);
        code
    }

    /// Whether this is the code, which counts no more then.
    pub(super) fn takes(&self, code: &str, now: Instant) -> bool {
        let mut invitation = self.invitation.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |one: &mut Invitation| code.as_bytes().ct_eq(one.code.as_bytes()).into();
        invitation.take_if(is_it).is_some_and(|one| now < one.until)
    }

    /// What people who are let in show.
    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Where the server is.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Whether this is the token; it takes as long to say no as to say yes.
    pub(super) fn is_token(&self, text: &str) -> bool {
        text.as_bytes().ct_eq(self.token.as_bytes()).into()
    }

    /// Whether the request shows the token in its header.
    pub(super) fn has_bearer(&self, headers: &HeaderMap) -> bool {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        header.and_then(|header| header.strip_prefix("Bearer ")).is_some_and(|token| self.is_token(token))
    }

    /// Whether the request is of the session.
    pub(super) fn has_session(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().strip_prefix(self.cookie.as_str())?.strip_prefix('='))
            .any(|session| session.as_bytes().ct_eq(self.session.as_bytes()).into())
    }

    /// The cookie that begins a session.
    pub(super) fn cookie(&self) -> String {
        format!("{}={}; Path=/; HttpOnly; SameSite=Strict", self.cookie, self.session)
    }

    /// Whether the request was sent to us by our own name: a name that somebody else has pointed here is none.
    pub(super) fn is_for_us(&self, headers: &HeaderMap) -> bool {
        serving::is_for(self.port, headers)
    }

    /// Whether a page of ours sent the request.
    pub(super) fn is_from_us(&self, headers: &HeaderMap) -> bool {
        let origin = headers.get(ORIGIN).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let origin = origin.strip_prefix("http://").unwrap_or_default();
        serving::names(self.port).iter().any(|name| name == origin)
    }
}

fn make(path: &Path) -> Result<String> {
    let token = secret();
    let mut file = private::create(path).with_context(|| format!("making {}", path.display()))?;
    file.write_all(token.as_bytes()).with_context(|| format!("writing {}", path.display()))?;
    Ok(token)
}

fn secret() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

#[cfg(test)]
mod tests {
    use super::{Gate, INVITED};
    use std::time::{Duration, Instant};

    #[test]
    fn a_code_lets_in_once_and_for_a_minute() {
        let data = tempfile::tempdir().unwrap();
        let gate = Gate::open(data.path(), 1).unwrap();
        assert!(!gate.takes("", Instant::now()), "nobody was invited");
        let code = gate.invite();
        assert_ne!(code, gate.token());
        assert!(!gate.takes("wrong", Instant::now()), "a guess");
        assert!(gate.takes(&code, Instant::now()), "a guess spends nothing");
        assert!(!gate.takes(&code, Instant::now()), "once");
        let (late, other) = (gate.invite(), gate.invite());
        assert!(!gate.takes(&late, Instant::now()), "another one was made");
        let end = Instant::now() + INVITED;
        assert!(!gate.takes(&other, end + Duration::from_secs(1)), "too late");
    }
}

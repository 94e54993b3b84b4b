//! Signing in and out: the authorization code flow with PKCE (RFC 6749, RFC 7636; OpenID Connect Core 1.0).
//!
//! What must be known when the browser comes back lies in a cookie of its own for ten minutes: the state, PKCE's verifier, and
//! the page that somebody wanted to see. Nobody else's code can be slipped into a browser, nor a sign-in end elsewhere.

use crate::error::Error;
use crate::provider::{Idempotency, Provider};
use crate::reply::Reply;
use crate::session::{ATTRIBUTES, Expected, Session, removed};
use crate::visit::Visit;
use crate::{Site, messages, now};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use oauth2::RedirectUrl;
use subtle::ConstantTimeEq as _;

/// The cookie of a sign-in that is under way.
const LOGIN: &str = "__Host-rollcall-login";

/// Seconds that somebody has for signing in at the provider.
const LOGIN_SECONDS: u64 = 600;

/// Bytes of an address that is returned to; of a longer one the overview takes its place.
const PATH_BYTES_MAX: usize = 1000;

/// A sign-in that is under way, as its cookie has it.
struct Login {
    state: String,
    verifier: String,
    path: String,
}

/// What somebody is answered who has to sign in first.
pub(crate) fn needed(visit: &Visit) -> Reply {
    if !visit.is_navigation() {
        return messages::signed_out().into();
    }
    // A form, or the filters of a list: browsers refuse to send those on to another site (`form-action`).
    if visit.method != "GET" || !visit.raw_query.is_empty() {
        let is_lost = visit.method != "GET";
        return messages::sign_in_again(&address_of_sign_in(visit), is_lost).into();
    }
    rollcall_console::redirect(address_of_sign_in(visit)).into()
}

fn address_of_sign_in(visit: &Visit) -> String {
    let mut path = if visit.method == "GET" { visit.path.clone() } else { String::from("/console") };
    if visit.method == "GET" && !visit.raw_query.is_empty() {
        path = format!("{path}?{}", visit.raw_query);
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", &path).finish();
    format!("/console/sign-in?{query}")
}

impl Site {
    /// Sends the browser to the provider.
    pub(crate) async fn begin(&self, client_id: &str, visit: &Visit) -> Reply {
        let provider = match self.provider().await {
            Ok(provider) => provider,
            Err(error) => return failed(&error),
        };
        let Idempotency { to, state, verifier } = provider.begin(client_id, &self.settings, back(visit));
        let path = visit.parameter("to").filter(|path| is_ours(path));
        let path = BASE64_URL_SAFE_NO_PAD.encode(path.as_deref().unwrap_or("/console"));
        let cookie = format!("{LOGIN}={state}.{verifier}.{path}; Max-Age={LOGIN_SECONDS}; {ATTRIBUTES}");
        Reply::from(rollcall_console::redirect(to)).with([cookie])
    }

    /// Takes what the provider has sent the browser back with.
    pub(crate) async fn finish(&self, client_id: &str, visit: &Visit) -> Reply {
        let state = visit.parameter("state").unwrap_or_default();
        let login = visit.cookie(LOGIN).and_then(Login::parse);
        let Some(login) = login.filter(|login| login.state.as_bytes().ct_eq(state.as_bytes()).into()) else {
            return messages::not_begun_here().into();
        };
        let reply = if let Some(error) = visit.parameter("error") {
            // Without the secret, where it cannot be read, there is none to strike out.
            drop(self.secret().await);
            let error = self.secrets.in_words(&error);
            let description = visit.parameter("error_description").map(|text| self.secrets.in_words(&text));
            tracing::warn!(error, "the provider signed nobody in");
            messages::provider_refused(&error, description.as_deref()).into()
        } else {
            match self.session(client_id, visit, &login).await {
                Ok(session) => {
                    Reply::from(rollcall_console::redirect(login.path)).with(session.cookies(now()))
                }
                Err(error) => failed(&error),
            }
        };
        reply.with([removed(LOGIN)])
    }

    /// Ends the session here.
    pub(crate) fn end() -> Reply {
        Reply::from(messages::signed_out_now()).with(Session::end())
    }

    async fn session(&self, client_id: &str, visit: &Visit, login: &Login) -> Result<Session, Error> {
        let secret = self.secret().await?;
        let provider = self.provider().await?;
        let code = visit.parameter("code").unwrap_or_default();
        let proof = (code, login.verifier.clone());
        let secret = (secret, &self.secrets);
        let token = provider.exchange(&self.client, client_id, secret, back(visit), proof).await?;
        let nonce = Provider::nonce(&login.verifier);
        let expected = Expected { issuer: provider.issuer(), audience: client_id, nonce: &nonce };
        Session::begin(token, &expected, &self.secrets, now())
    }

    /// The client's secret, where it has one. From here on it is struck out of whatever the provider says.
    async fn secret(&self) -> Result<Option<String>, Error> {
        let Some(name) = &self.settings.client_secret else { return Ok(None) };
        let secret = self.places.read(name).await.map_err(Error::Secret)?;
        self.secrets.learn(&secret);
        Ok(Some(secret))
    }

    /// The provider; it is asked once, and again as long as it has not answered.
    async fn provider(&self) -> Result<&Provider, Error> {
        self.provider
            .get_or_try_init(|| Provider::discover(&self.client, &self.settings.issuer, &self.secrets))
            .await
    }
}

impl Login {
    fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        let [state, verifier, path] = parts.as_slice() else { return None };
        let path = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(path).ok()?).ok()?;
        let login = Self { state: (*state).to_owned(), verifier: (*verifier).to_owned(), path };
        Some(login).filter(|login| !login.state.is_empty() && is_ours(&login.path))
    }
}

/// Whether it is a page of the console, and not a way out of it, nor to the pages of signing in.
fn is_ours(path: &str) -> bool {
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let page = path.split('?').next().unwrap_or_default();
    let is_page = page == "/console" || (page.starts_with("/console/") && !page.starts_with("/console/sign"));
    path.len() <= PATH_BYTES_MAX && is_plain && is_page
}

/// Where the provider sends browsers back to; the client registered with it names the same address.
fn back(visit: &Visit) -> RedirectUrl {
    let mut url = visit.base.clone();
    url.set_path("/console/signed-in");
    RedirectUrl::from_url(url)
}

fn failed(error: &Error) -> Reply {
    tracing::warn!(error = error as &dyn std::error::Error, "nobody could be signed in");
    messages::failed(error).into()
}

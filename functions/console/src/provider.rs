//! The OpenID Connect provider: what it says of itself, and the exchange of a code for an ID token.
//!
//! Promises that codes and the client's secret go only where nobody on the way can read them, and to no other machine than
//! the provider's document, which came from the issuer itself, names; and that no error has a secret in it.

use crate::error::Error;
use crate::settings::{Settings, is_loopback, is_safe};
use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenUrl,
};
use reqwest::{Client, StatusCode};
use rollcall_sync::KnownSecrets;
use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// Where the provider does what (OpenID Connect Discovery 1.0).
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Provider {
    issuer: String,
    authorization_endpoint: AuthUrl,
    token_endpoint: TokenUrl,
    /// Asked for by the gateway, not by us; it belongs to what makes a provider safe.
    jwks_uri: Option<Url>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Deserialize, Serialize)]
struct OfOpenId {
    id_token: Option<String>,
}

impl ExtraTokenFields for OfOpenId {}

impl fmt::Debug for OfOpenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfOpenId")
    }
}

type OAuth = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<OfOpenId, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// A sign-in that has begun: where the browser is sent, and what must be known when it comes back.
pub(crate) struct Idempotency {
    pub(crate) to: Url,
    pub(crate) state: String,
    pub(crate) verifier: String,
}

/// Why the provider's server did not answer.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error(transparent)]
    Asking(#[from] reqwest::Error),
    #[error(transparent)]
    Answer(#[from] oauth2::http::Error),
}

impl Provider {
    /// Asks the provider what it is.
    pub(crate) async fn discover(
        client: &Client,
        issuer: &Url,
        secrets: &KnownSecrets,
    ) -> Result<Self, Error> {
        const WHAT: &str = "asking the provider where to sign in";
        let failed = |why: String| Error::Provider { what: WHAT, why: secrets.in_words(&why) };
        let is_on_this_machine = is_loopback(issuer);
        let issuer = issuer.as_str().trim_end_matches('/');
        let answer = client.get(format!("{issuer}/.well-known/openid-configuration")).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let text = match answer {
            // Of a redirect nobody knows whose words it has.
            Ok(answer) if answer.status() != StatusCode::OK => {
                return Err(failed(format!("HTTP {}; expected 200", answer.status().as_u16())));
            }
            Ok(answer) => answer.text().await,
            Err(error) => Err(error),
        };
        let text = text.map_err(|error| failed(chain(&error)))?;
        let provider: Self = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
        if provider.issuer.trim_end_matches('/') != issuer {
            return Err(failed(format!("it says that it is {}, not {issuer}", provider.issuer)));
        }
        match provider.unsafe_address(is_on_this_machine) {
            Some(name) => Err(failed(format!("its {name} is not an address with https"))),
            None => Ok(provider),
        }
    }

    /// Which of its addresses is not safe to go to. One on this machine is safe only for a provider on this machine: in
    /// Lambda others listen there.
    fn unsafe_address(&self, is_on_this_machine: bool) -> Option<&'static str> {
        let is_unsafe = |url: &Url| {
            !(is_safe(url) && (url.scheme() == "https" || (is_on_this_machine && is_loopback(url))))
        };
        let addresses = [
            ("authorization_endpoint", Some(self.authorization_endpoint.url())),
            ("token_endpoint", Some(self.token_endpoint.url())),
            ("jwks_uri", self.jwks_uri.as_ref()),
        ];
        addresses.into_iter().find(|(_, url)| url.is_some_and(is_unsafe)).map(|(name, _)| name)
    }

    /// Its name for itself, as its tokens have it.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Begins a sign-in that returns to an address.
    pub(crate) fn begin(&self, client_id: &str, settings: &Settings, back: RedirectUrl) -> Idempotency {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = challenge.as_str().to_owned();
        let oauth = self.oauth(client_id, back);
        let (to, state) = oauth
            .authorize_url(CsrfToken::new_random)
            .add_scopes(settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .add_extra_param("nonce", nonce)
            .url();
        Idempotency { to, state: state.into_secret(), verifier: verifier.into_secret() }
    }

    /// The ID token for a code. It comes over TLS from the provider itself, which stands for its signature (OpenID Connect
    /// Core 1.0, 3.1.3.7); the gateway verifies that as well, with issuer and audience, at every call of the API.
    pub(crate) async fn exchange(
        &self,
        client: &Client,
        client_id: &str,
        (secret, secrets): (Option<String>, &KnownSecrets),
        back: RedirectUrl,
        (code, verifier): (String, String),
    ) -> Result<String, Error> {
        const WHAT: &str = "exchanging the provider's code for a token";
        // The provider is shown all three, and may send them back.
        secrets.learn(&code);
        secrets.learn(&verifier);
        let failed = |why: String| Error::Provider { what: WHAT, why: secrets.in_words(&why) };
        let mut oauth = self.oauth(client_id, back).set_auth_type(self.auth_type());
        if let Some(secret) = secret {
            oauth = oauth.set_client_secret(ClientSecret::new(secret));
        }
        let send = |request| send(client, request);
        let answer = oauth
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&send)
            .await
            .map_err(|error| failed(chain(&error)))?;
        let token = answer.extra_fields().id_token.clone();
        token.ok_or_else(|| {
            failed(String::from("there is no ID token in its answer; see that ConsoleScopes has `openid`"))
        })
    }

    /// What the nonce of a sign-in is that was begun with this verifier.
    pub(crate) fn nonce(verifier: &str) -> String {
        let verifier = PkceCodeVerifier::new(verifier.to_owned());
        PkceCodeChallenge::from_code_verifier_sha256(&verifier).as_str().to_owned()
    }

    fn oauth(&self, client_id: &str, back: RedirectUrl) -> OAuth {
        oauth2::Client::new(ClientId::new(client_id.to_owned()))
            .set_auth_uri(self.authorization_endpoint.clone())
            .set_token_uri(self.token_endpoint.clone())
            .set_redirect_uri(back)
    }

    /// In the header, unless the provider says that it wants the secret in the body (Discovery: the header is the default).
    fn auth_type(&self) -> AuthType {
        let methods = self.token_endpoint_auth_methods_supported.as_deref();
        let is_missing = |methods: &[String]| !methods.iter().any(|method| method == "client_secret_basic");
        if methods.is_some_and(is_missing) { AuthType::RequestBody } else { AuthType::BasicAuth }
    }
}

async fn send(client: &Client, request: HttpRequest) -> Result<HttpResponse, Unanswered> {
    let answer = client.execute(request.try_into()?).await?;
    let mut response = oauth2::http::Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.clone_from(answer.headers());
    }
    Ok(response.body(answer.bytes().await?.to_vec())?)
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

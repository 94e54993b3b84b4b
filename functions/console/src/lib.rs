//! The console's host in AWS (API Gateway HTTP API, payload 2.0): signs people in with the OpenID Connect provider whose tokens
//! the API accepts, and shows them the console on that API, with their own token.
//!
//! Below the runtime in `main.rs`, above `rollcall-console`, which makes the pages. Everybody can call it, so it has no rights
//! of its own: whatever a page shows or a form does, the API has allowed to the person who has signed in. It stores nothing; a
//! session is the provider's token in a cookie that scripts cannot read, and ends with it.

mod error;
mod gateway;
mod messages;
mod provider;
mod reply;
mod session;
mod settings;
mod sign_in;
mod visit;

pub use error::Error;
pub use settings::Settings;

use anyhow::{Context as _, Result};
use gateway::Gateway;
use provider::Provider;
use reply::Reply;
use reqwest::Client;
use reqwest::redirect::Policy;
use rollcall_sync::KnownSecrets;
use rollcall_sync::store::SecretStore;
use serde_json::Value;
use session::Session;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::OnceCell;
use visit::Visit;

/// Less than API Gateway waits for this function.
const PATIENCE: Duration = Duration::from_secs(25);

/// What the function keeps from one request to the next.
#[derive(Debug)]
pub struct Site {
    settings: Settings,
    client: Client,
    provider: OnceCell<Provider>,
    /// Where the client's secret is read.
    places: SecretStore,
    /// What the provider was shown, and must not be repeated after it.
    secrets: KnownSecrets,
}

impl Site {
    /// A site with these settings. Asks nobody anything yet.
    ///
    /// # Errors
    /// When this machine has no TLS.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        // A redirect is for the browser, not for us: it would take the token along.
        let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).build();
        Ok(Self {
            settings,
            client: client.map_err(Error::Tls)?,
            provider: OnceCell::new(),
            places: SecretStore::local(),
            secrets: KnownSecrets::default(),
        })
    }

    /// The same site, which reads its client's secret from there; without this, from this machine only.
    #[must_use]
    pub fn with_secrets(self, places: SecretStore) -> Self {
        Self { places, ..self }
    }

    async fn answer(&self, visit: &Visit) -> Reply {
        if visit.path == "/" {
            return rollcall_console::redirect("/console").into();
        }
        if let Some(asset) = rollcall_console::asset(&visit.path) {
            return asset.into();
        }
        let Some(client_id) = &self.settings.client_id else {
            return messages::not_set_up().into();
        };
        if visit.method != "GET" && !visit.is_from_us() {
            return messages::not_from_here().into();
        }
        match (visit.method.as_str(), visit.path.as_str()) {
            ("GET", "/console/sign-in") => self.begin(client_id, visit).await,
            ("GET", "/console/signed-in") => self.finish(client_id, visit).await,
            ("POST", "/console/sign-out") => Self::end(),
            _ => self.page(visit).await,
        }
    }

    /// A page of the console, or what came of a form.
    async fn page(&self, visit: &Visit) -> Reply {
        let Some(session) = Session::of(&visit.cookies, now()) else {
            return sign_in::needed(visit);
        };
        let rollcall_console::Form { fields, files } = visit.form().await;
        let request = rollcall_console::Request {
            method: visit.method.clone(),
            path: visit.path.clone(),
            query: visit.query(),
            form: fields,
            files,
            person: Some(session.name.clone()),
        };
        let api = Gateway { client: &self.client, base: &visit.base, token: &session.token };
        rollcall_console::answer(&request, &api).await.into()
    }
}

/// Answers a browser.
///
/// # Errors
/// Only when the event is not an HTTP request of payload version 2.0; everything else is an HTTP answer.
pub async fn handle(event: Value, site: &Site) -> Result<Value> {
    let event = serde_json::from_value(event).context("reading the HTTP request")?;
    let visit = Visit::of(event, &site.settings)?;
    Ok(serde_json::to_value(Box::pin(site.answer(&visit)).await.into_event())?)
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

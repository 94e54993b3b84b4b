//! The API of a deployed installation, over the network.

use super::{Answer, Request};
use crate::served::Served;
use crate::usage_error::{UsageError, refuse};
use anyhow::{Context as _, Result};
use reqwest::{Client, Method, Response, redirect};
use std::time::Duration;
use url::Url;

/// The environment variable with the token for a deployed installation.
pub(super) const TOKEN: &str = "ROLLCALL_TOKEN";

/// Longer than API Gateway takes for any answer.
const PATIENCE: Duration = Duration::from_secs(40);

/// A deployed installation.
pub(crate) struct There {
    /// Keeps its connections.
    client: Client,
    /// The address as it was given.
    shown: String,
    base: Url,
    /// Says who asks.
    token: String,
}

impl There {
    /// The installation at this address, with the token from the environment.
    pub(super) fn new(shown: &str) -> Result<Self> {
        let token = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
        let token = token.with_context(|| {
            UsageError::new(format!(
                "put a token of your identity provider (or the one that `rollcall up` prints) into {TOKEN}"
            ))
        })?;
        let base = Url::parse(shown).ok().filter(is_safe);
        let Some(base) = base else {
            refuse!("--remote needs an https:// address: the token would be read on its way");
        };
        Ok(Self { client: client()?, shown: shown.trim_end_matches('/').to_owned(), base, token })
    }

    /// The `rollcall up` of this machine.
    pub(super) fn of_up(served: &Served) -> Result<Self> {
        let base = Url::parse(&served.url).context("the data folder's file `serving` has no address")?;
        Ok(Self {
            client: client()?,
            shown: String::from("`rollcall up`"),
            base,
            token: served.token.clone(),
        })
    }

    /// What it answers.
    pub(super) async fn ask(&self, request: &Request) -> Result<Answer> {
        let method = Method::from_bytes(request.method.as_bytes())?;
        let mut url = self.base.clone();
        url.set_path(&format!("{}{}", self.base.path().trim_end_matches('/'), request.path));
        let mut sent = self.client.request(method, url).query(&request.query).bearer_auth(&self.token);
        for (name, value) in &request.headers {
            sent = sent.header(name, value);
        }
        let answer = sent.body(request.body.clone()).send().await;
        let answer = answer.map_err(|error| {
            UsageError::new(format!("{} does not answer: {}", self.shown, without_url(error)))
        })?;
        let status = answer.status().as_u16();
        Ok(Answer { status, text: answer.text().await.map_err(without_url)? })
    }
}

fn client() -> Result<Client> {
    Ok(Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).build()?)
}

/// Copies what lies at an address. The address itself lets us in: no token goes there.
pub(super) async fn download(address: &str, to: &mut (dyn FnMut(&[u8]) -> Result<()> + Send)) -> Result<()> {
    let mut file = reqwest::get(address).await.and_then(Response::error_for_status).map_err(without_url)?;
    while let Some(chunk) = file.chunk().await.map_err(without_url)? {
        to(&chunk)?;
    }
    Ok(())
}

/// Whether nobody can read the token on its way.
fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || matches!(url.host_str(), Some("127.0.0.1" | "localhost"))
}

/// An error without the address, which lets in everybody who reads it.
fn without_url(error: reqwest::Error) -> reqwest::Error {
    error.without_url()
}

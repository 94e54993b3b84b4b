//! The HTTP API, as this program asks it: the functions in this very process, or those of a deployed installation.

use crate::drive;
use crate::local::{Local, Place};
use crate::unsound::Unsound;
use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::{Client, Method, Response, redirect};
use rollcall_sync::Shell;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The environment variable with the token for a deployed installation.
const TOKEN: &str = "ROLLCALL_TOKEN";

/// Longer than API Gateway takes for any answer.
const PATIENCE: Duration = Duration::from_secs(40);

/// A request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Decoded.
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// Somebody whom the gateway would have let in.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// For the audit log.
    pub(crate) name: String,
    /// Their role in `[roles]`.
    pub(crate) role: Option<&'static str>,
}

/// What the functions behind the API answer, in the form in which they do.
pub(crate) async fn answer(api: &rollcall_api::Api, person: &Person, request: &Request) -> Result<Value> {
    let event = event(&api.shell, person, request).await;
    match request.method.as_str() {
        "GET" => rollcall_read::handle(event, api).await,
        _ => rollcall_reset::handle(event, &api.shell).await,
    }
}

/// The event that an API Gateway HTTP API would send (payload 2.0).
async fn event(shell: &Shell, person: &Person, request: &Request) -> Value {
    let mut event = drive::http_event(&Value::Null, &person.name);
    let context = &mut event["requestContext"];
    // Where the roles cannot be read, the function says so.
    if let (Some(role), Ok(Some(roles))) = (person.role, shell.roles().await)
        && let Some((_, value)) = roles.values().find(|(name, _)| *name == role)
    {
        context["authorizer"]["jwt"]["claims"][roles.claim.as_str()] = json!(value);
    }
    context["http"]["method"] = json!(request.method);
    context["http"]["path"] = json!(request.path);
    let route = format!("{} {}", request.method, request.path);
    context["routeKey"] = json!(route);
    let mut query: Map<String, Value> = Map::new();
    for (name, value) in &request.query {
        // As AWS does: values of one name in one text.
        let value = match query.get(name).and_then(Value::as_str) {
            Some(before) => format!("{before},{value}"),
            None => value.clone(),
        };
        query.insert(name.clone(), json!(value));
    }
    // A token, or a session, says nothing to the functions, and nothing may log it.
    let headers = request.headers.iter().filter(|(name, _)| name != "authorization" && name != "cookie");
    let headers: Map<String, Value> = headers.map(|(name, value)| (name.clone(), json!(value))).collect();
    let (body, is_encoded) = match std::str::from_utf8(&request.body) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (BASE64_STANDARD.encode(&request.body), true),
    };
    event["routeKey"] = json!(route);
    event["rawPath"] = json!(request.path);
    event["queryStringParameters"] = Value::Object(query);
    event["headers"] = Value::Object(headers);
    event["body"] = json!(body);
    event["isBase64Encoded"] = json!(is_encoded);
    event
}

/// The API of the installation that a command is about.
pub(crate) enum Api {
    /// On this machine.
    Here(Box<Local>),
    /// Deployed.
    There {
        /// Keeps its connections.
        client: Client,
        /// Without a slash at its end.
        url: String,
        /// Says who asks.
        token: String,
    },
}

/// An answer that is no problem.
struct Good {
    status: u16,
    location: Option<String>,
    body: Value,
}

impl Api {
    /// The API of this place.
    pub(crate) async fn open(place: &Place) -> Result<Self> {
        match &place.remote {
            Some(url) => Self::there(url),
            None => Ok(Self::Here(Box::new(Local::open(place).await?))),
        }
    }

    /// The same, to look only: that works here on a disk that is full or read-only, too.
    pub(crate) async fn look(place: &Place) -> Result<Self> {
        match &place.remote {
            Some(url) => Self::there(url),
            None => Ok(Self::Here(Box::new(Local::look(place).await?))),
        }
    }

    /// The API of a deployed installation.
    pub(crate) fn there(url: &str) -> Result<Self> {
        let token = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
        let token = token.with_context(|| {
            format!(
                "put a token of your identity provider (or the one that `rollcall up` prints) into {TOKEN}"
            )
        })?;
        let is_safe = url.starts_with("https://") || is_this_machine(url);
        if !is_safe {
            bail!("--remote needs an https:// address: the token would be read on its way");
        }
        let client = Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).build()?;
        Ok(Self::There { client, url: url.trim_end_matches('/').to_owned(), token })
    }

    /// What a GET answers.
    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let request = Request {
            method: String::from("GET"),
            path: path.to_owned(),
            query: query.collect(),
            ..Request::default()
        };
        Ok(self.good(&request).await?.body)
    }

    /// What an act answers.
    pub(crate) async fn act(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.send(method, path, &[], body.to_string().into_bytes()).await
    }

    /// What an act with a text as its body answers.
    pub(crate) async fn post_text(&self, path: &str, query: &[(&str, &str)], body: Vec<u8>) -> Result<Value> {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let request = Request {
            method: String::from("POST"),
            path: path.to_owned(),
            query,
            body,
            ..Request::default()
        };
        Ok(self.good(&request).await?.body)
    }

    /// What an act with headers and a body of another kind answers.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Value> {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let request =
            Request { method: method.to_owned(), path: path.to_owned(), headers, body, ..Request::default() };
        Ok(self.good(&request).await?.body)
    }

    /// All pages of a list, one after the other.
    pub(crate) async fn all(
        &self,
        path: &str,
        query: &[(&str, &str)],
        list: &str,
        cursor: &str,
    ) -> Result<Vec<Value>> {
        let mut found = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let mut query = query.to_vec();
            query.push(("limit", "100"));
            query.extend(next.as_deref().map(|next| (cursor, next)));
            let mut page = self.get(path, &query).await?;
            if let Value::Array(items) = page[list].take() {
                found.extend(items);
            }
            match page["next"].as_str() {
                Some(after) => next = Some(after.to_owned()),
                None => return Ok(found),
            }
        }
    }

    /// What lies where a GET sends us.
    pub(crate) async fn download(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<u8>> {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let request = Request {
            method: String::from("GET"),
            path: path.to_owned(),
            query: query.collect(),
            ..Request::default()
        };
        let good = self.good(&request).await?;
        let address = good
            .location
            .filter(|_| good.status == 303)
            .context("the API did not say where the file lies")?;
        if let Self::Here(local) = self {
            let file = local.servers.download(&address).await?;
            anyhow::ensure!(file.status().is_success(), "the file of the export cannot be read");
            return Ok(file.into_body());
        }
        // The address itself lets us in: no token goes there.
        let file = reqwest::get(address).await.and_then(Response::error_for_status).map_err(without_url)?;
        Ok(file.bytes().await.map_err(without_url)?.to_vec())
    }

    async fn good(&self, request: &Request) -> Result<Good> {
        let (status, location, text) = match self {
            Self::Here(local) => {
                let person = Person { name: drive::person(), role: Some("sysadmin") };
                let api = rollcall_api::Api::new(local.shell.clone());
                let answer = answer(&api, &person, request).await?;
                let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
                let location = answer["headers"]["location"].as_str().map(str::to_owned);
                (status.unwrap_or(500), location, answer["body"].as_str().unwrap_or_default().to_owned())
            }
            Self::There { client, url, token } => {
                let method = Method::from_bytes(request.method.as_bytes())?;
                let mut sent = client
                    .request(method, format!("{url}{}", request.path))
                    .query(&request.query)
                    .bearer_auth(token);
                for (name, value) in &request.headers {
                    sent = sent.header(name, value);
                }
                let answer = sent
                    .body(request.body.clone())
                    .send()
                    .await
                    .map_err(|error| anyhow!("{url} does not answer: {}", without_url(error)))?;
                let location = answer.headers().get("location").and_then(|value| value.to_str().ok());
                let (status, location) = (answer.status().as_u16(), location.map(str::to_owned));
                (status, location, answer.text().await.map_err(without_url)?)
            }
        };
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        if status < 400 {
            return Ok(Good { status, location, body });
        }
        let detail =
            body["detail"].as_str().or_else(|| body["message"].as_str()).unwrap_or("no reason was given");
        let detail = match body["mistakes"].as_array() {
            Some(mistakes) => format!("{detail}{}", mistakes.iter().map(in_a_line).collect::<String>()),
            None => detail.to_owned(),
        };
        if status >= 500 {
            return Err(Unsound::new(detail).into());
        }
        let token =
            if status == 401 { format!("; is the token in {TOKEN} still good?") } else { String::new() };
        bail!("{detail}{token}")
    }
}

fn in_a_line(mistake: &Value) -> String {
    let line = mistake["line"].as_u64().map(|line| format!("line {line}: ")).unwrap_or_default();
    format!("\n  {line}{}", mistake["what"].as_str().unwrap_or_default())
}

/// An error without the address, which may let in whoever reads it.
fn without_url(error: reqwest::Error) -> reqwest::Error {
    error.without_url()
}

fn is_this_machine(url: &str) -> bool {
    let host = url::Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.is_some_and(|host| host == "127.0.0.1" || host == "localhost")
}

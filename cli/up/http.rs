//! The HTTP server: plays API Gateway for the functions behind the API, and serves the console.
//!
//! Requests become the very events that AWS would send, with the caller's claims as the gateway passes them on.

use super::gate::Gate;
use super::serving::{Bodies, Port, Unread};
use super::{console, files};
use crate::api::{self, Person, Request};
use crate::embedded::Link;
use crate::installation::Installation;
use crate::show::render;
use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use rollcall_api::Api;
use s3s::service::S3Service;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Notify;

/// Bytes of a request's body (API Gateway: 10 MB). What the functions take is far less.
const BODY_BYTES_MAX: usize = 10 * 1024 * 1024;

/// What the server knows.
pub(super) struct Site {
    pub(super) api: Api,
    pub(super) gate: Gate,
    pub(super) bodies: Bodies,
    /// Where the files of exports lie.
    pub(super) buckets: S3Service,
    /// Who has the token.
    pub(super) person: Person,
    /// Told whenever there may be something to do.
    pub(super) wake: Arc<Notify>,
    pub(super) installation: Installation,
}

/// Serves until it is dropped.
pub(super) async fn serve(port: Port, site: Arc<Site>) {
    port.serve(Router::new().fallback(answer).with_state(site)).await;
}

/// Who asks is looked at first, and only then what is sent: nobody else's bodies are read.
async fn answer(State(site): State<Arc<Site>>, request: axum::http::Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if !site.gate.is_for_us(&parts.headers) {
        return refused(problem(
            421,
            "Not this server",
            "call it by the address that `rollcall up` has printed",
        ));
    }
    let query = pairs(parts.uri.query().unwrap_or_default().as_bytes());
    if parts.uri.path() == "/" {
        return refused(site.enter(&parts.headers, &query));
    }
    if let Some(link) = parts.uri.path_and_query().and_then(|path| Link::at(path.as_str()))
        && parts.method == Method::GET
    {
        return refused(site.open(&link).await);
    }
    let is_console = console::is_path(parts.uri.path());
    if let Some(problem) = site.refusal(&parts, is_console) {
        return refused(problem);
    }
    let path = match address(parts.uri.path()) {
        // As the gateway has it: its routes have no empty part.
        Ok(path) if !is_console && path.split('/').skip(1).any(str::is_empty) => {
            return refused(NoAddress::Nothing.response(parts.uri.path()));
        }
        Ok(path) => path,
        Err(no_address) => return refused(no_address.response(parts.uri.path())),
    };
    let body = match site.bodies.read(body, BODY_BYTES_MAX).await {
        Ok(body) => body,
        Err(unread) => return refused(not_read(unread)),
    };
    if is_console {
        let kind = parts.headers.get("content-type").and_then(|kind| kind.to_str().ok());
        return console::answer(&site, &parts.method, path, query, (kind, &body)).await;
    }
    let is_head = parts.method == Method::HEAD;
    let method = if is_head { "GET" } else { parts.method.as_str() };
    let request = Request { method: method.to_owned(), path, query, headers: plain(&parts.headers), body };
    match site.call(&request).await {
        Ok(answer) => into_response(&answer, is_head),
        Err(error) => {
            render::complain(&error);
            problem(500, "A bug in Rollcall", &error.to_string())
        }
    }
}

/// The same answer, after which the connection ends: the rest of the request is not read.
pub(super) fn refused(mut answer: Response<Body>) -> Response<Body> {
    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

/// Whether a browser asks, which shows a page to a person.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

fn not_read(unread: Unread) -> Response<Body> {
    match unread {
        Unread::TooLarge => {
            problem(413, "Too large", &format!("the body has more than {BODY_BYTES_MAX} bytes"))
        }
        Unread::TooSlow => problem(408, "Too slow", "the body did not arrive; send the request again"),
    }
}

impl Site {
    /// What is answered where the API, or the console, is not open to who sends this.
    fn refusal(&self, parts: &Parts, is_console: bool) -> Option<Response<Body>> {
        match is_console {
            true => console::refusal(self, &parts.method, parts.uri.path(), &parts.headers),
            false if self.gate.has_bearer(&parts.headers) => None,
            false => Some(problem(
                401,
                "No identity",
                "send the header `Authorization: Bearer` with the token that `rollcall up` has printed",
            )),
        }
    }

    /// The front door: a person who shows the token, or a code that counts once, is given a session.
    fn enter(&self, headers: &HeaderMap, query: &[(String, String)]) -> Response<Body> {
        let shown = |what: &str| query.iter().find(|(name, _)| name == what).map(|(_, text)| text.as_str());
        if shown("once").is_some_and(|code| self.gate.takes(code, Instant::now())) {
            return console::entered(&self.gate);
        }
        let token = shown("token");
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/console"));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        match token {
            Some(token) if self.gate.is_token(token) => {
                if let Ok(cookie) = HeaderValue::from_str(&self.gate.cookie()) {
                    response.headers_mut().insert(header::SET_COOKIE, cookie);
                }
                response
            }
            None if self.gate.has_session(headers) => response,
            // The console has a page for people who have no session, or an old link.
            _ if wants_page(headers) => response,
            _ => {
                problem(401, "No identity", "open the link that `rollcall up` has printed: it has the token")
            }
        }
    }

    /// The file behind a link, which lets in by itself, as in AWS: browsers follow it without a token.
    async fn open(&self, link: &Link) -> Response<Body> {
        match link.open(&self.buckets).await {
            Ok(mut file) => {
                file.headers_mut()
                    .insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
                file.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                file.map(Body::new)
            }
            Err(error) => {
                render::complain(&error);
                problem(500, "A bug in Rollcall", "the file cannot be read")
            }
        }
    }

    /// What the function behind the API answers.
    pub(super) async fn call(&self, request: &Request) -> Result<Value> {
        let sets_configuration = request.method == "PUT" && request.path == "/configuration";
        if sets_configuration && files::is_ahead(&self.api.shell, &self.installation).await? {
            let detail = format!(
                "{} has been changed and is not in force; let it count, or mend its mistakes, and then make your change",
                self.installation.config.display()
            );
            return Ok(answer_of(412, "Somebody was quicker", &detail));
        }
        let mut answer = api::answer(&self.api, &self.person, request).await?;
        let is_export = request.path.starts_with("/exports");
        if is_export {
            self.lead_through_here(&mut answer);
        }
        // A look at an export that was cut off sends it on.
        if request.method != "GET" || is_export {
            self.wake.notify_one();
        }
        if sets_configuration && answer["statusCode"] == 200 {
            files::write_back(&self.api.shell, &self.installation).await?;
        }
        Ok(answer)
    }
}

impl Site {
    /// Where an answer has a link to a file, the file is fetched through this server: the bucket has no address of its own.
    fn lead_through_here(&self, answer: &mut Value) {
        let body = answer["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok());
        let Some(mut body) = body else { return };
        if let Some(link) = body["link"].as_str().and_then(Link::parse) {
            body["link"] = json!(link.under(&self.gate.url()));
            answer["body"] = json!(body.to_string());
        }
    }
}

/// Why a path is none of an address here.
#[derive(Clone, Copy)]
enum NoAddress {
    NotUtf8,
    Nothing,
}

impl NoAddress {
    fn response(self, path: &str) -> Response<Body> {
        match self {
            Self::NotUtf8 => problem(400, "The request cannot be understood", "the path is not UTF-8"),
            Self::Nothing => problem(404, "No such thing", &format!("there is nothing at {path}")),
        }
    }
}

/// A path, decoded part by part: what is encoded in a part never ends it, nor leads to another.
fn address(path: &str) -> Result<String, NoAddress> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        let part = percent_decode_str(part).decode_utf8().map_err(|_| NoAddress::NotUtf8)?;
        let is_way = part == "." || part == "..";
        if is_way || part.contains(|c: char| matches!(c, '/' | '\\' | '%' | '?' | '#') || c.is_control()) {
            return Err(NoAddress::Nothing);
        }
        parts.push(part);
    }
    Ok(parts.join("/"))
}

/// Names and values as forms and queries send them.
pub(super) fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(encoded).into_owned().collect()
}

/// Headers that are text; several of one name in one, as AWS passes them on.
fn plain(headers: &HeaderMap) -> Vec<(String, String)> {
    let names = headers.keys().map(HeaderName::as_str);
    names
        .map(|name| {
            let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
            (name.to_owned(), values.collect::<Vec<_>>().join(","))
        })
        .collect()
}

/// A function's answer as HTTP.
fn into_response(answer: &Value, is_head: bool) -> Response<Body> {
    let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    let body = answer["body"].as_str().unwrap_or_default().to_owned();
    let mut response = Response::new(if is_head { Body::empty() } else { Body::from(body) });
    *response.status_mut() = status
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = value.as_str().map(HeaderValue::from_str);
        if let (Ok(name), Some(Ok(value))) = (name, value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A problem in the form of a function's answer.
fn answer_of(status: u16, title: &str, detail: &str) -> Value {
    json!({
        "statusCode": status,
        "headers": {
            "content-type": "application/problem+json",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        },
        "body": json!({ "title": title, "status": status, "detail": detail }).to_string(),
    })
}

pub(super) fn problem(status: u16, title: &str, detail: &str) -> Response<Body> {
    into_response(&answer_of(status, title, detail), false)
}

//! `rollcall up --expose`: the embedded DynamoDB and S3 on a port of this machine, for the AWS CLI.
//!
//! Everybody who uses this port can write anything into the tables. So it lets in only people who sign with the key that was made
//! for this start, calls it by its own name, and is no browser: browsers say which page sends a request.

use super::serving::{Bodies, Port, Unread, is_for};
use super::signature;
use crate::embedded::{Keys, Servers, Tables};
use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONNECTION, CONTENT_TYPE, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use s3s::service::S3Service;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Bytes of a request to DynamoDB (DynamoDB: 16 MB).
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The tables and the bucket of an installation, for who has the key.
pub(super) struct Exposed {
    tables: Tables,
    buckets: S3Service,
    keys: Keys,
    port: u16,
    bodies: Bodies,
}

/// Opens the port. What serves it, and what a person must know to use it.
///
/// # Errors
/// When this machine has no port to listen on.
pub(super) async fn open(servers: &Servers) -> Result<(Port, Exposed)> {
    let Some((tables, buckets, keys)) = servers.parts() else {
        bail!("the tables of somebody else cannot be exposed");
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.context("listening on this machine")?;
    let exposed = Exposed {
        tables: tables.clone(),
        buckets: buckets.clone(),
        keys: keys.clone(),
        port: listener.local_addr()?.port(),
        bodies: Bodies::new(),
    };
    Ok((Port::new(listener), exposed))
}

impl Exposed {
    /// What the AWS CLI must be told, as variables of the environment.
    pub(super) fn environment(&self) -> String {
        format!(
            "AWS_ENDPOINT_URL=http://127.0.0.1:{} AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY={} \
             AWS_DEFAULT_REGION=us-east-1",
            self.port, self.keys.id, self.keys.secret
        )
    }

    /// Serves until it is dropped.
    pub(super) async fn serve(self, port: Port) {
        port.serve(Router::new().fallback(answer).with_state(Arc::new(self))).await;
    }

    /// Why a request is refused, of which no more than its head has been read.
    fn refusal(&self, parts: &Parts) -> Option<&'static str> {
        if parts.headers.contains_key(ORIGIN) || is_of_browser(parts) {
            return Some("browsers are not let in here");
        }
        if !is_for(self.port, &parts.headers) {
            return Some("call it by the address that `rollcall up` has printed");
        }
        if !signature::names_key(parts, &self.keys) {
            return Some("sign the request with the key that `rollcall up` has printed");
        }
        None
    }

    async fn ask_tables(&self, parts: &Parts, target: &str, body: Body) -> Response<Body> {
        let body = match self.bodies.read(body, BODY_BYTES_MAX).await {
            Ok(body) => body,
            Err(Unread::TooLarge) => return refused(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
            Err(Unread::TooSlow) => return refused(StatusCode::REQUEST_TIMEOUT, "the body did not arrive"),
        };
        if !signature::is_signed(parts, &body, &self.keys) {
            return refused(
                StatusCode::FORBIDDEN,
                "the signature does not match this request, or is too old",
            );
        }
        let (status, answer) = self.tables.answer(target.to_owned(), body).await;
        let mut response = Response::new(Body::from(answer));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
        response
    }
}

async fn answer(State(exposed): State<Arc<Exposed>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if let Some(why) = exposed.refusal(&parts) {
        return refused(StatusCode::FORBIDDEN, why);
    }
    if let Some(target) = parts.headers.get("x-amz-target").and_then(|target| target.to_str().ok()) {
        return exposed.ask_tables(&parts, target, body).await;
    }
    let request = Request::from_parts(parts, s3s::Body::http_body_unsync(body));
    match exposed.buckets.call(request).await {
        Ok(response) => response.map(Body::new),
        Err(_) => refused(StatusCode::INTERNAL_SERVER_ERROR, "the request cannot be answered"),
    }
}

/// Browsers say in these headers what a page sends a request for, where they send no `Origin`.
fn is_of_browser(parts: &Parts) -> bool {
    parts.headers.keys().any(|name| name.as_str().starts_with("sec-"))
}

/// A refusal, after which the connection ends: the rest of the request is not read.
fn refused(status: StatusCode, why: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{why}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

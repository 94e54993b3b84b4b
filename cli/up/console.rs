//! Hosts the console: its requests come from the browser's session, and its calls go to the API of this installation.

use super::gate::Gate;
use super::http::{Site, problem};
use crate::api::Request;
use crate::show::render;
use axum::body::Body;
use axum::http::header::{REFRESH, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use rollcall_console::{Answer, Api, Call, Link};
use serde_json::Value;

/// Whether a path is one of the console's.
pub(super) fn is_path(path: &str) -> bool {
    path == "/console" || path.starts_with("/console/")
}

/// What is answered where this is no request of the session, or a form that is none of our own pages'.
pub(super) fn refusal(
    site: &Site,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Option<Response<Body>> {
    let is_reading = method == Method::GET || method == Method::HEAD;
    // The page that says so has its style, too.
    let is_open = is_reading && rollcall_console::asset(path).is_some();
    if !is_open && !site.gate.has_session(headers) {
        // A person with a bookmark reads a page, not JSON.
        let detail = "Open the link that `rollcall up` has printed in its terminal: it begins a session. It is printed anew at each start.";
        return Some(if is_reading {
            page_of(rollcall_console::message(401, "No session yet", detail, &[]))
        } else {
            problem(401, "No identity", detail)
        });
    }
    if !is_reading && !site.gate.is_from_us(headers) {
        return Some(problem(403, "Not from here", "only the console's own pages may send its forms"));
    }
    None
}

/// The page that begins a session and leads on. It is no redirect: a browser keeps the session's cookie from a request to which
/// a page of elsewhere has led, and the file that it was handed is elsewhere.
pub(super) fn entered(gate: &Gate) -> Response<Body> {
    let link = [Link { to: String::from("/console"), text: "Open the console" }];
    let mut response =
        page_of(rollcall_console::message(200, "You are signed in", "The console opens.", &link));
    let headers = response.headers_mut();
    headers.insert(REFRESH, HeaderValue::from_static("0;url=/console"));
    if let Ok(cookie) = HeaderValue::from_str(&gate.cookie()) {
        headers.insert(SET_COOKIE, cookie);
    }
    response
}

/// A page, or what came of a form.
pub(super) async fn answer(
    site: &Site,
    method: &Method,
    path: String,
    query: Vec<(String, String)>,
    (content_type, body): (Option<&str>, &[u8]),
) -> Response<Body> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    let rollcall_console::Form { fields, files } = rollcall_console::read_form(content_type, body).await;
    let request = rollcall_console::Request {
        method: method.to_string(),
        path,
        query,
        form: fields,
        files,
        person: None,
    };
    page_of(rollcall_console::answer(&request, site).await)
}

/// A page of the console as an answer.
fn page_of(page: rollcall_console::Response) -> Response<Body> {
    let mut response = Response::new(Body::from(page.body));
    *response.status_mut() = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in page.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

impl Api for Site {
    fn call<'a>(&'a self, call: Call) -> BoxFuture<'a, Answer> {
        async move {
            let headers = call.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            let request = Request {
                method: call.method.to_owned(),
                path: call.path,
                query: call.query,
                headers,
                body: call.file.unwrap_or_else(|| call.body.unwrap_or_default().into_bytes()),
            };
            self.call(&request).await.map_or_else(
                |error| {
                    render::complain(&error);
                    Answer { status: 500, ..Answer::default() }
                },
                |answer| of_function(&answer),
            )
        }
        .boxed()
    }
}

/// A function's answer, as the console reads it.
fn of_function(answer: &Value) -> Answer {
    let headers = answer["headers"].as_object().into_iter().flatten();
    let headers =
        headers.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect();
    let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    Answer {
        status: status.unwrap_or(500),
        headers,
        body: answer["body"].as_str().unwrap_or_default().to_owned(),
    }
}

//! Directories that are asked over HTTP, played by servers of our own, and what may go wrong with any of their answers.
//!
//! What each of them answers is a module; `.ci` has them judged by the vendors' own descriptions and libraries.

pub(crate) mod entra;
pub(crate) mod issuer;
pub(crate) mod ldap;
pub(crate) mod okta;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use futures::{StreamExt as _, stream};
use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Somebody in a directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) username: String,
    /// Empty where the match field is.
    pub(crate) key: String,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) is_disabled: bool,
    pub(crate) is_admin: bool,
    /// When they start and end, RFC 3339; empty where the directory says nothing.
    pub(crate) starts: String,
    pub(crate) ends: String,
}

/// A directory that tests may fill and disturb. Its people are in the one group that [`FakeDirectory::source`] names.
pub(crate) trait FakeDirectory {
    /// The `[[source]]` section, named `staff`, that reads it: secrets by `file:`, the mapping of all that a person has
    /// (`username`, `active` where the kind has no status of its own, `admin`, `title`). Pages are as small as the fake
    /// makes them: two people each.
    fn source(&self) -> String;

    /// Who is there from now on.
    fn fill(&self, people: &[Person]);

    /// What will happen to the listing's pages from now on.
    fn faults(&self) -> &Faults;

    /// From now on pages are as large as is asked for.
    fn serve_large_pages(&self);
}

/// The directory's own ids of people: what a scenario gives them, or what tells them apart in it.
pub(crate) fn ids(people: &[Person]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let id = |person: &Person| {
        let known =
            [&person.id, &person.key, &person.username].into_iter().find(|text| !text.is_empty()).cloned();
        let known = known.unwrap_or_default();
        let times: &mut u32 = seen.entry(known.clone()).or_default();
        *times += 1;
        if *times == 1 { known } else { format!("{known}#{times}") }
    };
    people.iter().map(id).collect()
}

/// What goes wrong with an answer.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Another status, with these headers and this body.
    Status(u16, Vec<(&'static str, String)>, &'static str),
    /// The connection is cut after this many bytes of the body.
    Cut(usize),
    /// A page for people, as proxies and captive portals give it.
    Html,
    /// Good status and good JSON that is an error.
    ErrorInside,
    /// A byte a second.
    Drip,
    /// Nobody on the page, and a way on to the page that was asked for.
    EmptyPage,
    /// The page before this one once more, leading on from there to this one's next.
    RepeatedPage,
    /// The page leads to the first one.
    LoopingLink,
    /// The page leads to itself.
    SelfLink,
    /// The page leads to another host.
    ForeignLink,
    /// What the directory itself says where the place in a listing, or the token, is no longer known.
    PlaceExpired,
    /// The access that was given is over: a new one must be asked for.
    AccessExpired,
}

/// Which pages go wrong: pages are counted from 0 over all that are asked for, those of faults included.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<(usize, Vec<Planned>)>);

#[derive(Debug)]
struct Planned {
    page: usize,
    times: usize,
    fault: Fault,
}

impl Faults {
    /// From the `page`th answer on that is given from now on, so many go wrong.
    pub(crate) fn plan(&self, page: usize, times: usize, fault: Fault) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *state = (0, vec![Planned { page, times, fault }]);
    }

    /// Nothing goes wrong any more; and how many pages were asked for since the last plan.
    pub(crate) fn clear(&self) -> usize {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *state).0
    }

    /// What happens to the page that is asked for now.
    pub(crate) fn next(&self) -> Option<Fault> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (asked, plans) = &mut *state;
        let page = *asked;
        *asked += 1;
        let plan = plans.iter().find(|plan| plan.page <= page && page - plan.page < plan.times)?;
        Some(plan.fault.clone())
    }
}

/// An answer before anything goes wrong with it.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        let headers = [("content-type", "application/json")];
        let headers =
            headers.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Self { status, headers: headers.into_iter().collect(), body: body.to_string() }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(HeaderName::from_static(name), value.parse().unwrap());
        self
    }

    /// As it goes over the wire. Faults that are about pages are the fake's own: they have happened already.
    pub(crate) fn send(self, fault: Option<Fault>) -> Response {
        match fault {
            Some(Fault::Status(status, headers, body)) => {
                let mut answer = Self { status, headers: HeaderMap::new(), body: body.to_owned() };
                for (name, value) in headers {
                    answer = answer.with_header(name, &value);
                }
                answer.with_body(Body::from(body))
            }
            Some(Fault::Cut(bytes)) => {
                let all = Bytes::from(self.body.clone());
                let begin = all.slice(..bytes.min(all.len().saturating_sub(1)));
                let parts = [Ok(begin), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
                let cut = stream::iter(parts).then(async |part| {
                    if part.is_err() {
                        // Or the server would see the end before it has sent the beginning.
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    part
                });
                self.with_header("content-length", &all.len().to_string()).with_body(Body::from_stream(cut))
            }
            Some(Fault::Html) => {
                let page = "<!DOCTYPE html><html><body>Please sign in to the network</body></html>";
                Self { status: 200, headers: HeaderMap::new(), body: String::new() }
                    .with_header("content-type", "text/html")
                    .with_body(Body::from(page))
            }
            Some(Fault::Drip) => {
                let bytes = Bytes::from(self.body.clone());
                let drip = stream::iter(0..bytes.len()).then(move |at| {
                    let byte = bytes.slice(at..=at);
                    async move {
                        tokio::time::sleep(Duration::from_secs(1)).await;
                        Ok::<_, io::Error>(byte)
                    }
                });
                self.with_body(Body::from_stream(drip))
            }
            _ => {
                let body = Body::from(self.body.clone());
                self.with_body(body)
            }
        }
    }

    fn with_body(self, body: Body) -> Response {
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap();
        *response.headers_mut() = self.headers;
        response
    }
}

/// Serves on a port of this machine for as long as the test's runtime lives. Answers with the address.
pub(crate) async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

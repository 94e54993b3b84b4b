//! `/console/waiting`: who waits for a seat, in the order in which seats are given out.

use crate::api::{Api, get};
use crate::model::{Licence, Waiting, WaitingLine};
use crate::page::{Page, Refused, html};
use crate::words::link;
use crate::{Request, Response};
use askama::Template;

#[derive(Template)]
#[template(path = "waiting.html")]
struct List {
    page: Page,
    licence: Licence,
    waiting: Vec<Waiting>,
    next: Option<String>,
}

/// A page of the line.
pub(crate) async fn list(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let query: Vec<_> =
        ["source", "after"].into_iter().filter_map(|name| Some((name, request.get(name)?))).collect();
    let (line, licence) =
        futures::join!(get::<WaitingLine>(api, "/waiting", &query), get::<Licence>(api, "/licence", &[]));
    let WaitingLine { waiting, next } = line?;
    let next = next
        .map(|next| link("/console/waiting", &[("source", request.get("source")), ("after", Some(&next))]));
    let page = Page::new("waiting", "Waiting for a seat", request);
    Ok(html(200, &List { page, licence: licence?, waiting, next }))
}

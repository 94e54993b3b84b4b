//! `/console/waiting`: who waits for a seat, and why, in the order in which seats are given out.

use crate::api::Api;
use crate::calls::get;
use crate::model::{Licence, Waiting, WaitingLine};
use crate::order::{ORDER, Order};
use crate::overview::sources;
use crate::page::{Page, html};
use crate::refused::{Refused, or_refused};
use crate::words::link;
use crate::{Request, Response};
use askama::Template;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "waiting.html")]
struct List {
    page: Page,
    licence: Licence,
    waiting: Vec<Waiting>,
    sources: BTreeSet<String>,
    source: String,
    order: Order,
    next: Option<String>,
    /// Why nothing could be looked for.
    refused: Option<Refused>,
}

/// A page of the waiting list.
pub(crate) async fn list(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let query: Vec<_> =
        ["source", ORDER, "after"].into_iter().filter_map(|name| Some((name, request.get(name)?))).collect();
    let (line, licence, sources) = futures::join!(
        get::<WaitingLine>(api, "/waiting", &query),
        get::<Licence>(api, "/licence", &[]),
        sources(api)
    );
    let (WaitingLine { waiting, next }, refused) = or_refused(line)?;
    let [source, order] = ["source", ORDER].map(|name| (name, request.get(name)));
    let next = next.map(|next| link("/console/waiting", &[source, order, ("after", Some(&next))]));
    let list = List {
        page: Page::new("waiting", "Waiting for a seat", request),
        licence: licence?,
        waiting,
        sources,
        source: request.get("source").unwrap_or_default().to_owned(),
        order: Order::of(request, "/console/waiting", &["source"]),
        next,
        refused,
    };
    Ok(html(list.refused.as_ref().map_or(200, |refused| refused.status), &list))
}

impl List {
    /// In which order seats are given, beside that of the list.
    fn which_order(&self) -> &'static str {
        if self.order.is_descending() { "the reverse of this order" } else { "this order" }
    }

    fn has_uncounted(&self) -> bool {
        self.waiting.iter().any(|one| one.place.is_none())
    }

    /// Where the next page leads.
    fn more(&self) -> &'static str {
        if self.order.is_descending() { "Further up the list" } else { "Further down the list" }
    }

    /// Whether groups have priorities, so that they are shown.
    fn has_priorities(&self) -> bool {
        self.waiting.iter().any(|one| one.priority.is_some())
    }
}

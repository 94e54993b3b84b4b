//! `GET /events`: every change of an account, in order for each account, from a cursor on (rule 64).

use crate::error::Error;
use crate::http::cursor::Listing;
use crate::http::request::{ApiRequest, Query};
use crate::http::response::{Response, ok};
use crate::json;
use rollcall_sync::store::FeedPlace;
use serde_json::{Value, json};

/// How many events a page has by default, and at most.
const PAGE_EVENTS: usize = 100;
const PAGE_EVENTS_MAX: usize = 500;

/// The events after a cursor. Unlike in other lists, `next` is always there: an application that asks again with it gets
/// what has happened since.
pub(super) async fn list(request: ApiRequest<'_>) -> Result<Response, Error> {
    let query = Query::of(request.event, &["limit", "after"])?;
    let listing = Listing::new("events", &query, &[]);
    let place = listing.place(&query)?.unwrap_or_default();
    let place = FeedPlace::parse(&place).ok_or(Error::NoSuchPlace)?;
    let limit = query.limit(PAGE_EVENTS, PAGE_EVENTS_MAX)?;
    let page = request.shell().store.feed(&place, limit).await?;
    let events: Vec<Value> = page.entries.iter().filter_map(json::event).collect();
    let next = listing.cursor(Some(page.next.show()));
    Ok(ok(&json!({ "events": events, "next": next, "more": page.is_more })))
}

//! `GET /waiting`: who waits for a seat, in the order in which the next run gives them out (rules 13, 36).

use crate::accounts::waiting::{line, sources};
use crate::error::Error;
use crate::http::cursor::Listing;
use crate::http::request::{ApiRequest, Query};
use crate::http::response::{Response, ok};
use crate::json;
use crate::routes::accounts::direction;
use rollcall_core::source::SourceName;
use serde_json::{Value, json};

/// How many people a page has by default, and at most.
const PAGE_WAITING: usize = 50;
const PAGE_WAITING_MAX: usize = 200;

/// A page of the lines of all sources, one after the other; or of one source's; each from its begin or from its end.
pub(super) async fn list(request: ApiRequest<'_>) -> Result<Response, Error> {
    let shell = request.shell();
    let query = Query::of(request.event, &["source", "order", "limit", "after"])?;
    let sources = match query.get("source") {
        Some(name) => vec![
            SourceName::parse(name)
                .map_err(|_| Error::bad_request("`source` must be the name of a source"))?,
        ],
        None => sources(shell).await?,
    };
    let listing = Listing::new("waiting", &query, &["source", "order"]);
    let direction = direction(&query)?;
    let limit = query.limit(PAGE_WAITING, PAGE_WAITING_MAX)?;
    let place = listing.place(&query)?;
    let (from, mut after) = match &place {
        None => (None, None),
        Some(place) => {
            let (source, after) = place.split_once('|').ok_or(Error::NoSuchPlace)?;
            (Some(source), Some(after).filter(|after| !after.is_empty()))
        }
    };
    let mut people: Vec<Value> = Vec::new();
    let mut next = None;
    let left = sources.iter().skip_while(|source| from.is_some_and(|from| source.as_str() != from));
    for source in left {
        if people.len() == limit {
            next = Some(format!("{source}|"));
            break;
        }
        let part = line(shell, source, direction, after.take(), limit - people.len()).await?;
        people.extend(part.waiting.iter().map(|waiting| {
            json!({
                "place": waiting.place.known(),
                "more_than": waiting.place.more_than(),
                "source": source.as_str(),
                "priority": waiting.priority,
                "account": json::account(&waiting.account),
            })
        }));
        if let Some(after) = part.next {
            next = Some(format!("{source}|{after}"));
            break;
        }
    }
    Ok(ok(&json!({ "waiting": people, "next": listing.cursor(next) })))
}

//! `GET /waiting`: who waits for a seat, in the order in which the next run gives them out (product 13, 36).

use crate::answer::ok;
use crate::cursor::Listing;
use crate::problem::Problem;
use crate::request::Query;
use crate::view;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use rollcall_core::source::SourceName;
use rollcall_sync::waiting::{line, sources};
use rollcall_sync::{Error, Shell};
use serde_json::{Value, json};

/// How many people a page has where nothing is said, and at most.
const PAGE_WAITING: usize = 50;
const PAGE_WAITING_MAX: usize = 200;

/// A page of the lines of all sources, one after the other; or of one source's.
pub(crate) async fn get(
    request: &ApiGatewayV2httpRequest,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    let query = Query::of(request, &["source", "limit", "after"])?;
    let sources = match query.get("source") {
        Some(name) => vec![
            SourceName::parse(name)
                .map_err(|_| Problem::bad_request("`source` must be the name of a source"))?,
        ],
        None => sources(shell).await.map_err(|error| Problem::from_error(&error))?,
    };
    let listing = Listing::new("waiting", &query, &["source"]);
    let limit = query.limit(PAGE_WAITING, PAGE_WAITING_MAX)?;
    let place = listing.place(&query)?;
    let (from, mut after) = match &place {
        None => (None, None),
        Some(place) => {
            let (source, after) =
                place.split_once('|').ok_or_else(|| Problem::from_error(&Error::NoSuchPlace))?;
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
        let part = line(shell, source, after.take(), limit - people.len()).await;
        let part = part.map_err(|error| Problem::from_error(&error))?;
        people.extend(part.waiting.iter().map(|waiting| {
            json!({
                "place": waiting.place,
                "source": source.as_str(),
                "priority": waiting.priority,
                "account": view::account(&waiting.account),
            })
        }));
        if let Some(after) = part.next {
            next = Some(format!("{source}|{after}"));
            break;
        }
    }
    Ok(ok(&json!({ "waiting": people, "next": listing.cursor(next) })))
}

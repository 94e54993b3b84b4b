//! `GET /audit`: what happened to whom, newest first, and `GET /audit/export`: all of it as a file (product 30, 31, 36).

use crate::answer::{ok, redirect};
use crate::cursor::Listing;
use crate::problem::Problem;
use crate::request::Query;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use rollcall_core::account::AccountId;
use rollcall_core::source::SourceName;
use rollcall_sync::export::{Format, publish};
use rollcall_sync::store::{Period, RunId};
use rollcall_sync::trail::{Wanted, outcomes, page};
use rollcall_sync::{Shell, admin};
use serde_json::json;

/// How many entries a page has where nothing is said, and at most.
const PAGE_ENTRIES: usize = 50;
const PAGE_ENTRIES_MAX: usize = 500;

const FILTERS: [&str; 7] = ["user", "run", "outcome", "reason", "source", "from", "to"];

/// Characters of a reason: it may be a word, or a sentence.
const REASON_CHARS_MAX: usize = 300;

/// A page of the audit log.
pub(crate) async fn get(
    request: &ApiGatewayV2httpRequest,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    let known = ["user", "run", "outcome", "reason", "source", "from", "to", "limit", "after"];
    let query = Query::of(request, &known)?;
    let wanted = wanted(&query, shell).await?;
    let listing = Listing::new("audit", &query, &FILTERS);
    let after = listing.place(&query)?;
    let limit = query.limit(PAGE_ENTRIES, PAGE_ENTRIES_MAX)?;
    let page = page(shell, &wanted, after.as_deref(), limit).await;
    let page = page.map_err(|error| Problem::from_error(&error))?;
    Ok(ok(&json!({ "entries": page.entries, "next": listing.cursor(page.next) })))
}

/// Where all of it can be downloaded.
pub(crate) async fn export(
    request: &ApiGatewayV2httpRequest,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    let known = ["user", "run", "outcome", "reason", "source", "from", "to", "format"];
    let query = Query::of(request, &known)?;
    let format = match query.word("format", &["csv", "json"])? {
        Some("json") => Format::Json,
        _ => Format::Csv,
    };
    let wanted = wanted(&query, shell).await?;
    let address = publish(shell, &wanted, format).await.map_err(|error| Problem::from_error(&error))?;
    redirect(&address)
}

async fn wanted(query: &Query<'_>, shell: &Shell) -> Result<Wanted, Problem> {
    let words: Vec<&str> = outcomes().collect();
    let run = query.get("run").map(RunId::parse).transpose();
    let source = query.get("source").map(SourceName::parse).transpose();
    Ok(Wanted {
        account: match query.get("user") {
            None => None,
            Some(user) => Some(account(user, shell).await?),
        },
        run: run.map_err(|_| Problem::bad_request("`run` is not the id of a run"))?,
        outcome: query.word("outcome", &words)?.map(str::to_owned),
        reason: query.text("reason", REASON_CHARS_MAX)?.map(str::to_owned),
        source: source
            .map_err(|_| Problem::bad_request("`source` must be the name of a source"))?
            .map(|source| source.as_str().to_owned()),
        period: Period { from: query.time("from")?, to: query.time("to")? },
    })
}

/// The account of a username or an id; one that was renamed keeps its id.
async fn account(user: &str, shell: &Shell) -> Result<AccountId, Problem> {
    if let Ok(id) = AccountId::parse(user) {
        return Ok(id);
    }
    let found = admin::find(shell, user).await.map_err(|error| Problem::from_error(&error))?;
    Ok(found.id)
}

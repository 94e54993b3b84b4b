//! `GET /accounts`, `GET /accounts/{id}` with an explanation, and a person's block of an account and its lifting
//! (product 15, 33, 36).

use crate::answer::ok;
use crate::caller::Caller;
use crate::cursor::Listing;
use crate::problem::Problem;
use crate::request::{Query, body, no_body};
use crate::view;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use rollcall_core::account::{Account, AccountId};
use rollcall_core::source::SourceName;
use rollcall_sync::accounts::{Filter, STANDINGS, list};
use rollcall_sync::explain::explain;
use rollcall_sync::store::LOCAL;
use rollcall_sync::{Error, Shell, admin};
use serde::Deserialize;
use serde_json::{Value, json};

/// How many accounts a page has where nothing is said, and at most.
const PAGE_ACCOUNTS: usize = 50;
const PAGE_ACCOUNTS_MAX: usize = 200;

/// Characters of the reason that a person gives for a block.
const WHY_CHARS_MAX: usize = 500;

/// Characters of the beginning of a username: no username has more.
const TEXT_CHARS_MAX: usize = 255;

const FILTERS: [&str; 4] = ["state", "reason", "source", "text"];

/// A page of the accounts, by username.
pub(crate) async fn get(
    request: &ApiGatewayV2httpRequest,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    let query = Query::of(request, &["state", "reason", "source", "text", "limit", "after"])?;
    let state = query.word("state", &["active", "blocked"])?;
    let source = query.get("source");
    if let Some(name) = source
        && name != LOCAL
        && SourceName::parse(name).is_err()
    {
        return Err(Problem::bad_request("`source` must be the name of a source, or `local`"));
    }
    let filter = Filter {
        is_active: state.map(|state| state == "active"),
        reason: query.word("reason", &STANDINGS[1..])?.map(str::to_owned),
        owner: source.map(str::to_owned),
        text: query.text("text", TEXT_CHARS_MAX)?.map(str::to_owned),
    };
    let listing = Listing::new("accounts", &query, &FILTERS);
    let after = listing.place(&query)?;
    let limit = query.limit(PAGE_ACCOUNTS, PAGE_ACCOUNTS_MAX)?;
    let page =
        list(shell, &filter, after.as_deref(), limit).await.map_err(|error| Problem::from_error(&error))?;
    let accounts: Vec<Value> = page.accounts.iter().map(view::account).collect();
    Ok(ok(&json!({ "accounts": accounts, "next": listing.cursor(page.next) })))
}

/// One account, and why it is as it is.
pub(crate) async fn get_one(
    id: &str,
    request: &ApiGatewayV2httpRequest,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    Query::of(request, &[])?;
    let account = admin::find(shell, parse(id)?).await.map_err(|error| Problem::from_error(&error))?;
    let explanation = explain(shell, account).await.map_err(|error| Problem::from_error(&error))?;
    let mut view = view::account(&explanation.account);
    view["explanation"] = view::explanation(&explanation);
    Ok(ok(&view))
}

/// What a person says who blocks an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Blocking {
    #[serde(default)]
    why: Option<String>,
}

/// Blocks an account.
pub(crate) async fn block(
    id: &str,
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    caller.need_reset_and_read()?;
    Query::of(request, &[])?;
    let Blocking { why } = body(request)?;
    if why.as_ref().is_some_and(|why| why.chars().count() > WHY_CHARS_MAX) {
        let detail = format!("`why` has more than {WHY_CHARS_MAX} characters; make it shorter");
        return Err(Problem::bad_request(&detail));
    }
    let why = why.map(|why| why.trim().to_owned()).filter(|why| !why.is_empty());
    let blocked = admin::block(shell, parse(id)?, caller.actor(), why.as_deref()).await;
    shown(blocked)
}

/// Lifts a person's block, if there is a seat.
pub(crate) async fn unblock(
    id: &str,
    request: &ApiGatewayV2httpRequest,
    caller: &Caller,
    shell: &Shell,
) -> Result<ApiGatewayV2httpResponse, Problem> {
    caller.need_reset_and_read()?;
    Query::of(request, &[])?;
    no_body(request)?;
    let unblocked = admin::unblock(shell, parse(id)?, caller.actor()).await;
    shown(unblocked)
}

fn parse(id: &str) -> Result<AccountId, Problem> {
    AccountId::parse(id).map_err(|error| Problem::bad_request(&error.to_string()))
}

fn shown(account: Result<Account, Error>) -> Result<ApiGatewayV2httpResponse, Problem> {
    account.map(|account| ok(&view::account(&account))).map_err(|error| Problem::from_error(&error))
}

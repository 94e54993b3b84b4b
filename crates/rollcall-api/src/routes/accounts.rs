//! `GET /accounts`, `GET /accounts/{id}` with an explanation, `GET /accounts/by-username/{name}`, `POST /accounts/{id}/block`,
//! `.../unblock`, `.../seat`, `.../undo`, `.../rename` and `.../rekey` (rules 15, 33, 36, 54, 55, 58, 60).

use crate::accounts::list::{Filter, STANDINGS};
use crate::accounts::seat::{self, SeatWish};
use crate::accounts::{administer, explain, list, names, undo};
use crate::error::Error;
use crate::http::cursor::Listing;
use crate::http::idempotency::key_of;
use crate::http::request::{ApiRequest, Query, body, no_body};
use crate::http::response::{Response, ok};
use crate::json;
use crate::permission::Permission;
use rollcall_core::account::AccountId;
use rollcall_core::source::SourceName;
use rollcall_sync::Shell;
use rollcall_sync::store::{Direction, LOCAL};
use serde::Deserialize;
use serde_json::{Value, json};

/// How many accounts a page has by default, and at most.
const PAGE_ACCOUNTS: usize = 50;
const PAGE_ACCOUNTS_MAX: usize = 200;

/// Characters of the reason that a person gives for a block or a seat.
const WHY_CHARS_MAX: usize = 500;

/// Characters of the beginning of a username: no username has more.
const TEXT_CHARS_MAX: usize = 255;

pub(super) const FILTERS: [&str; 4] = ["state", "reason", "source", "text"];

/// A cursor goes on with these.
const LISTED_BY: [&str; 5] = ["state", "reason", "source", "text", "order"];

/// A page of the accounts, by username.
pub(super) async fn list(request: ApiRequest<'_>) -> Result<Response, Error> {
    let known = ["state", "reason", "source", "text", "order", "limit", "after"];
    let query = Query::of(request.event, &known)?;
    let (filter, direction) = (filter(&query)?, direction(&query)?);
    let listing = Listing::new("accounts", &query, &LISTED_BY);
    let after = listing.place(&query)?;
    let limit = query.limit(PAGE_ACCOUNTS, PAGE_ACCOUNTS_MAX)?;
    let page = list::list(request.shell(), &filter, direction, after.as_deref(), limit).await?;
    let accounts: Vec<Value> = page.accounts.iter().map(json::account).collect();
    Ok(ok(&json!({
        "accounts": accounts,
        "next": listing.cursor(page.next),
        "counts": page.counts,
        "total": page.total,
    })))
}

/// The filter that a request names.
pub(super) fn filter(query: &Query) -> Result<Filter, Error> {
    let state = query.word("state", &["active", "blocked"])?;
    let source = query.get("source");
    if let Some(name) = source
        && name != LOCAL
        && SourceName::parse(name).is_err()
    {
        return Err(Error::bad_request("`source` must be the name of a source, or `local`"));
    }
    Ok(Filter {
        is_active: state.map(|state| state == "active"),
        reason: query.word("reason", &STANDINGS[1..])?.map(str::to_owned),
        owner: source.map(str::to_owned),
        text: query.text("text", TEXT_CHARS_MAX)?.map(str::to_owned),
    })
}

/// From which end a list is asked for.
pub(super) fn direction(query: &Query) -> Result<Direction, Error> {
    let order = query.word("order", &["ascending", "descending"])?;
    Ok(if order == Some("descending") { Direction::Backwards } else { Direction::Forwards })
}

/// One account, and why it is as it is.
pub(super) async fn explain(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let account = administer::find(request.shell(), parse(request.id)?).await?;
    let explanation = explain::explain(request.shell(), account).await?;
    let mut view = json::account(&explanation.account);
    view["explanation"] = json::explanation(&explanation);
    Ok(ok(&view))
}

/// The account with a username, however it is spelt: for an application that does not fold usernames itself.
pub(super) async fn by_username(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let account = administer::find(request.shell(), request.id).await?;
    Ok(ok(&json::account(&account)))
}

/// What a person says who blocks an account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Blocking {
    #[serde(default)]
    why: Option<String>,
    /// Even if it is the last active administrator (rule 20).
    #[serde(default)]
    even_last_admin: bool,
}

/// Blocks an account.
pub(super) async fn block(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let Blocking { why, even_last_admin } = body(request.event)?;
    if even_last_admin {
        request.caller.need(Permission::EditEverything)?;
    }
    let why = why.map(|why| trimmed(&why)).transpose()?.filter(|why| !why.is_empty());
    let (id, actor) = (parse(request.id)?, request.caller.actor());
    let changed = if even_last_admin {
        administer::block_even_last_admin(request.shell(), id, actor, why.as_deref()).await?
    } else {
        administer::block(request.shell(), id, actor, why.as_deref()).await?
    };
    Ok(ok(&json::changed(request.shell(), &changed).await?))
}

/// Lifts a person's block. Without a free seat the person waits.
pub(super) async fn unblock(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    no_body(request.event)?;
    let changed = administer::unblock(request.shell(), parse(request.id)?, request.caller.actor()).await?;
    Ok(ok(&json::changed(request.shell(), &changed).await?))
}

/// What a person says who gives somebody a seat.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeatGiving {
    /// Whose seat it is to be, by id or username; a free one otherwise.
    #[serde(default)]
    from: Option<String>,
    why: String,
    /// Even if it is that of the last active administrator (rule 20).
    #[serde(default)]
    even_last_admin: bool,
}

/// Gives somebody who waits a seat: a free one, or another person's.
pub(super) async fn seat(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let SeatGiving { from, why, even_last_admin } = body(request.event)?;
    if even_last_admin {
        request.caller.need(Permission::EditEverything)?;
    }
    let why = reason_of_seat(&why)?;
    let (to, shell) = (parse(request.id)?, request.shell());
    let from = match from {
        None => None,
        Some(from) => Some(id_of(shell, &from).await?),
    };
    let wish = SeatWish { to, from, why: &why, even_last_admin };
    let given = seat::give(shell, wish, request.caller.actor()).await?;
    Ok(ok(&json::seat_given(request.shell(), &given).await?))
}

/// Why somebody gets a seat that was another's turn or another's: it must be said.
pub(super) fn reason_of_seat(why: &str) -> Result<String, Error> {
    let why = trimmed(why)?;
    if why.is_empty() {
        return Err(Error::bad_request("`why` must say why the person gets the seat; everybody can read it"));
    }
    Ok(why)
}

/// The id of an account that is named by its id or its username.
pub(super) async fn id_of(shell: &Shell, name: &str) -> Result<AccountId, Error> {
    // Somebody may be called like an id.
    if let Ok(id) = AccountId::parse(name)
        && shell.store.account(id).await?.is_some()
    {
        return Ok(id);
    }
    Ok(administer::find(shell, name).await?.id)
}

/// What a person gave as their reason, without spaces around it.
fn trimmed(why: &str) -> Result<String, Error> {
    if why.chars().count() > WHY_CHARS_MAX {
        let detail = format!("`why` has more than {WHY_CHARS_MAX} characters; make it shorter");
        return Err(Error::bad_request(detail));
    }
    Ok(why.trim().to_owned())
}

/// What an account is to be called.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Renaming {
    username: String,
}

/// Gives an account whose person has left another username.
pub(super) async fn rename(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let Renaming { username } = body(request.event)?;
    let (id, actor) = (parse(request.id)?, request.caller.actor());
    let account = names::rename(request.shell(), id, &username, actor).await?;
    Ok(ok(&json::account(&account)))
}

/// By which key the source finds an account from now on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rekeying {
    match_key: String,
}

/// Gives an account another match key: the same person under another key.
pub(super) async fn rekey(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let Rekeying { match_key } = body(request.event)?;
    let (id, actor) = (parse(request.id)?, request.caller.actor());
    let account = names::rekey(request.shell(), id, &match_key, actor).await?;
    Ok(ok(&json::account(&account)))
}

/// What the body of an undo may say; an empty body is everything left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Undoing {
    dry_run: bool,
}

/// Takes back the newest change, if a person has made it; or says what the account would be.
pub(super) async fn undo(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let (Undoing { dry_run }, id) = (body(request.event)?, parse(request.id)?);
    let (key, actor) = (key_of(request)?, request.caller.actor());
    let account = if dry_run {
        undo::would_undo_newest(request.shell(), id).await?
    } else {
        undo::undo_newest(request.shell(), id, actor, key.as_deref()).await?
    };
    Ok(ok(&json::account(&account)))
}

fn parse(id: &str) -> Result<AccountId, Error> {
    AccountId::parse(id).map_err(|error| Error::bad_request(error.to_string()))
}

//! `GET /audit`: what happened to whom, newest first (rules 30, 31, 36).

use crate::audit::query::{AuditFilter, outcomes, page};
use crate::error::Error;
use crate::http::cursor::Listing;
use crate::http::request::{ApiRequest, Query};
use crate::http::response::{Response, ok};
use rollcall_core::account::AccountId;
use rollcall_core::person;
use rollcall_core::source::SourceName;
use rollcall_sync::Shell;
use rollcall_sync::store::{AuditEntry, Error as StoreError, LOCAL, Period, RunId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many entries a page has by default, and at most.
const PAGE_ENTRIES: usize = 50;
const PAGE_ENTRIES_MAX: usize = 500;

/// The names of the filters.
pub(super) const FILTERS: [&str; 7] = ["user", "run", "outcome", "reason", "source", "from", "to"];

/// Characters of a username or a match key: none has more.
const USER_CHARS_MAX: usize = 255;

/// Characters of a reason: it may be a word, or a sentence.
const REASON_CHARS_MAX: usize = 300;

/// A page of the audit log.
pub(super) async fn list(request: ApiRequest<'_>) -> Result<Response, Error> {
    let known = ["user", "run", "outcome", "reason", "source", "from", "to", "limit", "after"];
    let query = Query::of(request.event, &known)?;
    let filter = filter(&query)?;
    let listing = Listing::new("audit", &query, &FILTERS);
    let after = listing.place(&query)?;
    let limit = query.limit(PAGE_ENTRIES, PAGE_ENTRIES_MAX)?;
    let page = page(request.shell(), &filter, after.as_deref(), limit).await?;
    let entries = with_names(request.shell(), &page.entries).await?;
    Ok(ok(&json!({ "entries": entries, "next": listing.cursor(page.next) })))
}

/// The entries, each with the name that its person has today: the log itself keeps usernames. Who has no account is called as
/// the run found them.
async fn with_names(shell: &Shell, entries: &[AuditEntry]) -> Result<Vec<Value>, Error> {
    let ids: BTreeSet<AccountId> = entries.iter().filter_map(|entry| entry.account).collect();
    let ids: Vec<AccountId> = ids.into_iter().collect();
    let accounts = match shell.store.accounts_of(&ids).await {
        // The log says what has happened, also to an account that cannot be read.
        Err(StoreError::Corrupt { .. } | StoreError::Newer { .. }) => Vec::new(),
        accounts => accounts?,
    };
    let names: BTreeMap<AccountId, Option<String>> =
        accounts.iter().map(|account| (account.id, person::name(&account.fields))).collect();
    let named = entries.iter().map(|entry| {
        let mut view = json!(entry);
        let of_today = entry.account.and_then(|id| names.get(&id).cloned()).flatten();
        view["name"] = json!(of_today.or_else(|| entry.name.clone()));
        view
    });
    Ok(named.collect())
}

/// The filter that a request names.
pub(super) fn filter(query: &Query) -> Result<AuditFilter, Error> {
    let words: Vec<&str> = outcomes().collect();
    let run = query.get("run").map(RunId::parse).transpose();
    let source = query.get("source");
    if source.is_some_and(|name| name != LOCAL && SourceName::parse(name).is_err()) {
        return Err(Error::bad_request("`source` must be the name of a source, or `local`"));
    }
    Ok(AuditFilter {
        user: query.text("user", USER_CHARS_MAX)?.map(str::to_owned),
        run: run.map_err(|_| Error::bad_request("`run` is not the id of a run"))?,
        outcome: query.word("outcome", &words)?.map(str::to_owned),
        reason: query.text("reason", REASON_CHARS_MAX)?.map(str::to_owned),
        source: source.map(str::to_owned),
        period: Period { from: query.time("from")?, to: query.time("to")? },
    })
}

//! `/console/accounts`: search for accounts; one account: its state, the reason, and what can be done.

use crate::api::Api;
use crate::calls::get;
use crate::model::{Account, Accounts, Audit, Entry, State};
use crate::page::{Page, html};
use crate::refused::{Refused, or_refused};
use crate::words::link;
use crate::{Request, Response};
use askama::Template;

/// Entries of an account that its page shows.
const HISTORY: &str = "20";

/// Pages of the log that are read until something that happened is found.
const HISTORY_PAGES_MAX: usize = 5;

pub(crate) const FILTERS: [&str; 4] = ["text", "state", "reason", "source"];

#[derive(Template)]
#[template(path = "accounts.html")]
struct List {
    page: Page,
    accounts: Vec<Account>,
    text: String,
    state: String,
    reason: String,
    source: String,
    next: Option<String>,
    /// Why nothing could be looked for.
    refused: Option<Refused>,
}

#[derive(Template)]
#[template(path = "account.html")]
struct One {
    page: Page,
    account: Account,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "new.html")]
struct New {
    page: Page,
    username: String,
    email: String,
    is_admin: bool,
    refused: Option<Refused>,
}

impl List {
    /// The filters, for the form that asks for an export.
    fn filters(&self) -> [(&'static str, &str); 4] {
        [("text", &self.text), ("state", &self.state), ("reason", &self.reason), ("source", &self.source)]
    }
}

/// A page of the accounts that fit.
pub(crate) async fn list(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let names = FILTERS.into_iter().chain(["after"]);
    let query: Vec<_> = names.filter_map(|name| Some((name, request.get(name)?))).collect();
    let (Accounts { accounts, next }, refused) = or_refused(get(api, "/accounts", &query).await)?;
    let next = next.map(|next| {
        let mut query = FILTERS.map(|name| (name, request.get(name))).to_vec();
        query.push(("after", Some(&next)));
        link("/console/accounts", &query)
    });
    let chosen = |name| request.get(name).unwrap_or_default().to_owned();
    let list = List {
        page: Page::new("accounts", "Accounts", request),
        accounts,
        text: chosen("text"),
        state: chosen("state"),
        reason: chosen("reason"),
        source: chosen("source"),
        next,
        refused,
    };
    Ok(html(list.refused.as_ref().map_or(200, |refused| refused.status), &list))
}

/// One account.
pub(crate) async fn show(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let path = format!("/accounts/{id}");
    let (account, entries) = futures::join!(get::<Account>(api, &path, &[]), history(id, api));
    let (account, entries) = (account?, entries?);
    let page = Page::new("accounts", account.username.clone(), request);
    Ok(html(200, &One { page, account, entries }))
}

/// What happened to an account, the changes first, both the newest first. A page of the log may be empty and have another
/// one after it.
async fn history(id: &str, api: &dyn Api) -> Result<Vec<Entry>, Refused> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..HISTORY_PAGES_MAX {
        let mut query = vec![("user", id), ("limit", HISTORY)];
        query.extend(after.as_deref().map(|after| ("after", after)));
        let page: Audit = get(api, "/audit", &query).await?;
        entries.extend(page.entries);
        after = page.next;
        if after.is_none() || entries.iter().any(Entry::is_change) {
            break;
        }
    }
    entries.sort_by_key(|entry| !entry.is_change());
    Ok(entries)
}

/// The form for a local account.
pub(crate) fn new(request: &Request) -> Result<Response, Refused> {
    Ok(html(200, &New::of(request, None)))
}

/// The form once more, as it was filled in, and why it was not done.
pub(crate) fn refused(request: &Request, refused: Refused) -> Response {
    html(refused.status, &New::of(request, Some(refused)))
}

impl One {
    /// Whether a person has made the newest change of the account, so that it can be taken back here.
    fn can_be_undone(&self) -> bool {
        let of = |state: &Option<State>| state.as_ref().map(|one| (one.state.clone(), one.reason.clone()));
        let is_change = |entry: &&Entry| of(&entry.before) != of(&entry.after) || !entry.changes.is_empty();
        let of_people = ["blocked_by_admin", "unblocked_by_admin", "undone"];
        let newest = self.entries.iter().find(is_change);
        newest.is_some_and(|entry| entry.run.is_none() && of_people.contains(&entry.outcome.as_str()))
    }
}

impl New {
    fn of(request: &Request, refused: Option<Refused>) -> Self {
        let written = |name| request.field(name).unwrap_or_default().to_owned();
        Self {
            page: Page::new("accounts", "Create a local account", request),
            username: written("username"),
            email: written("email"),
            is_admin: request.field("is_admin").is_some(),
            refused,
        }
    }
}

impl Account {
    /// The word of its state: `active`, or the reason of its block.
    pub(crate) fn word(&self) -> &str {
        self.reason.as_deref().unwrap_or(&self.state)
    }

    fn is_active(&self) -> bool {
        self.state == "active"
    }

    /// Whether the person has left, also beneath a person's block: then it can get another username.
    fn can_be_renamed(&self) -> bool {
        let reason =
            if self.is_blocked_by_admin() { self.beneath.as_deref() } else { self.reason.as_deref() };
        self.source.is_some() && reason == Some("left_scope")
    }

    fn is_blocked_by_admin(&self) -> bool {
        self.reason.as_deref() == Some("by_admin")
    }

    /// Whether a person can lift it: their own block, or the waiting of a local account, which no run ends.
    fn can_be_unblocked(&self) -> bool {
        self.is_blocked_by_admin() || (self.source.is_none() && self.reason.as_deref() == Some("no_seat"))
    }
}

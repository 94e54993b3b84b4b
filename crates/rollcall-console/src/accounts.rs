//! `/console/accounts`: search for accounts; one account: its state, the reason, and what can be done.

use crate::api::Api;
use crate::calls::get;
use crate::model::{Account, Accounts, Audit, Entry, State};
use crate::offer::Offer;
use crate::order::{ORDER, Order};
use crate::page::{Page, html};
use crate::refused::{Refused, or_refused};
use crate::seat::SeatForm;
use crate::source_choice::SourceChoice;
use crate::words::{REASONS, link, number};
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
    source: SourceChoice,
    order: Order,
    chips: Vec<Chip>,
    /// Which of how many the page shows: `51–100 of 19,556`.
    range: Option<String>,
    next: Option<String>,
    /// Why nothing could be looked for.
    refused: Option<Refused>,
}

/// How many accounts are in one state, as a link to them.
struct Chip {
    /// The word of the state; none for all.
    word: Option<&'static str>,
    count: u64,
    link: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "account.html")]
struct One {
    page: Page,
    account: Account,
    entries: Vec<Entry>,
    /// What was written into the form that gives a seat.
    seat: SeatForm,
    /// Whose seat it could be, where the account waits for one.
    offer: Option<Offer>,
    /// Where the others are who fit what was looked for, if there are any.
    others: Option<String>,
}

impl List {
    /// The filters, for the form that asks for an export.
    fn filters(&self) -> [(&'static str, &str); 4] {
        [
            ("text", &self.text),
            ("state", &self.state),
            ("reason", &self.reason),
            ("source", &self.source.chosen),
        ]
    }

    fn has_filters(&self) -> bool {
        self.filters().iter().any(|(_, value)| !value.is_empty())
    }
}

/// A page of the accounts that fit.
pub(crate) async fn list(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let names = FILTERS.into_iter().chain([ORDER, "after"]);
    let query: Vec<_> = names.filter_map(|name| Some((name, request.get(name)?))).collect();
    let (found, source) =
        futures::join!(get(api, "/accounts", &query), SourceChoice::of(request.get("source"), api));
    let (found, refused) = or_refused::<Accounts>(found)?;
    // Only for the eye: how many the pages before this one have shown.
    let shown = request.get("after").and_then(|_| request.get("shown")?.parse().ok()).unwrap_or(0_u64);
    let range = range(shown, &found);
    let chips = chips(request, &found);
    let Accounts { accounts, next, .. } = found;
    let next = next.map(|next| {
        let shown = shown.saturating_add(accounts.len() as u64).to_string();
        let mut query = FILTERS.map(|name| (name, request.get(name))).to_vec();
        query.extend([
            (ORDER, request.get(ORDER)),
            ("after", Some(next.as_str())),
            ("shown", Some(shown.as_str())),
        ]);
        link("/console/accounts", &query)
    });
    let chosen = |name| request.get(name).unwrap_or_default().to_owned();
    let list = List {
        page: Page::new("accounts", "Accounts", request),
        accounts,
        text: chosen("text"),
        state: chosen("state"),
        reason: chosen("reason"),
        source,
        order: Order::of(request, "/console/accounts", &FILTERS),
        chips,
        range,
        next,
        refused,
    };
    Ok(html(list.refused.as_ref().map_or(200, |refused| refused.status), &list))
}

/// Which of how many accounts a page shows, after so many on earlier ones.
fn range(shown: u64, found: &Accounts) -> Option<String> {
    let total = found.total?;
    let last = shown.saturating_add(found.accounts.len() as u64);
    // A link of somebody else may say anything.
    let is_right = !found.accounts.is_empty() && last <= total;
    is_right.then(|| format!("{}–{} of {}", number(shown + 1), number(last), number(total)))
}

/// A link for each state in which somebody is, and one for all. The source and the order stay chosen.
fn chips(request: &Request, found: &Accounts) -> Vec<Chip> {
    let Some(counts) = &found.counts else { return Vec::new() };
    let (state, reason) = (request.get("state"), request.get("reason"));
    let of = |name| Some((name, request.get(name)));
    let chip = |word: Option<&'static str>, count| {
        let filter = match word {
            None => None,
            Some("active") => Some(("state", "active")),
            Some(reason) => Some(("reason", reason)),
        };
        let query = [filter.map(|(name, value)| (name, Some(value))), of("source"), of(ORDER)];
        let query: Vec<_> = query.into_iter().flatten().collect();
        let is_chosen = match word {
            None => state.is_none() && reason.is_none(),
            Some("active") => state == Some("active") && reason.is_none(),
            Some(word) => reason == Some(word),
        };
        Chip { word, count, link: link("/console/accounts", &query), is_chosen }
    };
    let words = std::iter::once(&"active").chain(&REASONS).copied();
    let count = |word| counts.get(word).copied().unwrap_or(0);
    let all = chip(None, counts.values().sum());
    let some =
        words.map(|word| chip(Some(word), count(word))).filter(|chip| chip.count > 0 || chip.is_chosen);
    std::iter::once(all).chain(some).collect()
}

/// One account.
pub(crate) async fn show(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    show_with(id, SeatForm::default(), request, api).await
}

/// The same, with the form that gives a seat as it was filled in, and why that was not done.
pub(crate) async fn show_with(
    id: &str,
    seat: SeatForm,
    request: &Request,
    api: &dyn Api,
) -> Result<Response, Refused> {
    let path = format!("/accounts/{id}");
    let (account, entries) = futures::join!(get::<Account>(api, &path, &[]), history(id, api));
    let (account, entries) = (account?, entries?);
    let offer = match account.waits() {
        true => Some(Offer::of(account.source.as_deref(), api).await),
        false => None,
    };
    let page = Page::new("accounts", account.username.clone(), request);
    let status = seat.refused.as_ref().map_or(200, |refused| refused.status);
    let found = request.get("found");
    let others = found.map(|text| link("/console/find", &[("text", Some(text)), ("all", Some("1"))]));
    let page = page.finding(found.unwrap_or_default());
    Ok(html(status, &One { page, account, entries, seat, offer, others }))
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

impl One {
    /// Whether a person has made the newest change of the account, so that it can be taken back here.
    fn can_be_undone(&self) -> bool {
        let of = |state: &Option<State>| state.as_ref().map(|one| (one.state.clone(), one.reason.clone()));
        let is_change = |entry: &&Entry| of(&entry.before) != of(&entry.after) || !entry.changes.is_empty();
        let of_people =
            ["blocked_by_admin", "unblocked_by_admin", "seated_by_admin", "unseated_by_admin", "undone"];
        let newest = self.entries.iter().find(is_change);
        newest.is_some_and(|entry| entry.run.is_none() && of_people.contains(&entry.outcome.as_str()))
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

    /// Whether it waits for a seat, which a person can give out of order.
    fn waits(&self) -> bool {
        self.reason.as_deref() == Some("no_seat")
    }

    /// Whether a person can lift it: their own block, or the waiting of a local account, which no run ends.
    fn can_be_unblocked(&self) -> bool {
        self.is_blocked_by_admin() || (self.source.is_none() && self.reason.as_deref() == Some("no_seat"))
    }
}

//! Okta: the people of groups, page by page.
//!
//! A position in a listing is the number of the listing and Okta's own link to the next page, so another process can
//! continue anywhere. If Okta no longer knows a link, its listing begins again. Promises that a listing ends only
//! when Okta names no next page, that nobody on a page is left out, and that a listing with fewer people than Okta counts
//! is an error.

// What is read: a survey, a group, a person.
mod survey;
mod groups;
mod user;

// How it is read: requests, and links from page to page.
mod client;
mod link;

// The credential.
mod session;
mod key;
mod authorization;

// Errors, and when to retry.
mod refusal;
mod throttle;

use crate::directory::{Access, Cursor, Directory, OnWait, Page, Survey};
use crate::error::Error;
use crate::expiry::Expiry;
use crate::http::Answer;
use crate::tally::{GroupTally, Kept, Tally, check_attributes};
use client::Client;
use futures::future::BoxFuture;
use rollcall_config::{Group, OktaSettings};
use rollcall_core::entry::Record;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use url::Url;

/// A page is not made smaller than this: the server has another illness then.
const PAGE_ITEMS_MIN: u32 = 25;

/// The largest page of an application's people that Okta gives with each person's status.
const APP_PAGE_ITEMS_MAX: u32 = 500;

/// What is not allowed, if Okta refuses a page.
const LISTING: &str = "reading the people of a group";

/// What is not allowed, if Okta does not show a group.
const COUNTING: &str = "looking at a group";

/// The people of the configured groups.
pub(crate) struct Okta {
    settings: OktaSettings,
    client: Client,
    /// The ids of the groups that were looked up already, in the order of the settings.
    ids: Vec<Option<String>>,
    /// The names of the attributes that were seen, for a guess at one that is misspelt.
    names: BTreeSet<String>,
    /// What a look keeps of people; `None` in a run.
    kept: Option<Kept>,
}

/// As many names are kept: a profile has at most some hundred attributes.
const NAMES_MAX: usize = 1_000;

/// Where a reading continues.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    listing: u32,
    /// Okta's link to the page; `None` for the first page of the listing.
    next: Option<String>,
    /// How many people a page may have, where Okta gave no larger one.
    #[serde(default)]
    items: Option<u32>,
}

/// A page of a listing as Okta gave it.
struct Given {
    url: Url,
    answer: Answer,
    /// What it is: whether the listing begins with it, how many people it may have, how many the group has.
    is_first: bool,
    items: Option<u32>,
    counted: Option<u64>,
}

impl Okta {
    pub(crate) fn open(settings: OktaSettings, access: &Access, on_wait: &OnWait) -> Result<Self, Error> {
        let client = Client::open(&settings, access, on_wait)?;
        let ids = vec![None; settings.groups.len()];
        Ok(Self { settings, client, ids, names: BTreeSet::new(), kept: None })
    }

    async fn read_page(&mut self, from: Option<Cursor>) -> Result<Page, Error> {
        let position = match from {
            None => Position { listing: 0, next: None, items: None },
            Some(cursor) => cursor.position()?,
        };
        let (listing, mut items) = (position.listing, position.items);
        let group = self.group(listing)?.clone();
        if let Some(next) = &position.next {
            let url = link::resolve(next, self.client.base()).map_err(|why| not_whole(&group, why))?;
            match self.client.get(&url, LISTING).await {
                Ok(answer) if !is_position_lost(&answer) => {
                    let given = Given { url, answer, is_first: false, items, counted: None };
                    return self.page(&group, listing, &given).await;
                }
                Ok(_) => tracing::info!(
                    group = group.name,
                    "Okta no longer knows the position in the listing; the listing begins again"
                ),
                Err(Error::Overloaded { .. }) if self.items(items) > PAGE_ITEMS_MIN => {
                    items = Some((self.items(items) / 2).max(PAGE_ITEMS_MIN));
                }
                Err(error) => return Err(error),
            }
        }
        let (url, answer) = self.first_page(listing, &mut items).await?;
        let counted = self.count(listing).await?;
        let given = Given { url, answer, is_first: true, items, counted };
        self.page(&group, listing, &given).await
    }

    /// Whether a listing is of the people whom an application is assigned to.
    fn is_app(&self, listing: u32) -> Result<bool, Error> {
        Ok(groups::app_of(&self.group(listing)?.name).is_some())
    }

    fn items(&self, of_position: Option<u32>) -> u32 {
        of_position.unwrap_or(self.settings.page_items)
    }

    fn group(&self, listing: u32) -> Result<&Group, Error> {
        let group = usize::try_from(listing).ok().and_then(|at| self.settings.groups.get(at));
        group.ok_or_else(|| Error::Cursor(String::from("it is in a group that is no longer configured")))
    }

    /// The id of a listing's group. Looked up once: another group may get the name while this one is read.
    async fn id(&mut self, listing: u32) -> Result<String, Error> {
        let at = usize::try_from(listing).unwrap_or(usize::MAX);
        if let Some(Some(id)) = self.ids.get(at) {
            return Ok(id.clone());
        }
        let name = self.group(listing)?.name.clone();
        let id = groups::find(&mut self.client, &name).await?;
        if let Some(known) = self.ids.get_mut(at) {
            *known = Some(id.clone());
        }
        Ok(id)
    }

    /// The first page of a listing, as large as Okta gives it: with large pages it may run out of time.
    async fn first_page(&mut self, listing: u32, items: &mut Option<u32>) -> Result<(Url, Answer), Error> {
        let id = self.id(listing).await?;
        loop {
            let size = self.items(*items);
            let url = if self.is_app(listing)? {
                let size = size.min(APP_PAGE_ITEMS_MAX).to_string();
                self.client.address(&["apps", &id, "users"], &[("expand", "user"), ("limit", &size)])?
            } else {
                self.client.address(&["groups", &id, "users"], &[("limit", &size.to_string())])?
            };
            let may_shrink = size > PAGE_ITEMS_MIN;
            let answer = match self.client.get_shortly(&url, LISTING, may_shrink).await {
                Err(Error::Overloaded { .. }) if may_shrink => {
                    let half = (size / 2).max(PAGE_ITEMS_MIN);
                    tracing::info!(
                        group.page_items = half,
                        "Okta gives no page of that size; the listing begins with smaller ones"
                    );
                    *items = Some(half);
                    continue;
                }
                answer => answer?,
            };
            if answer.status == reqwest::StatusCode::NOT_FOUND {
                let group = self.group(listing)?.name.clone();
                return Err(Error::Group { group, what: groups::NO_GROUP.to_owned() });
            }
            return Ok((url, answer));
        }
    }

    /// How many people Okta counts in a group; `None` if it does not say.
    async fn count(&mut self, listing: u32) -> Result<Option<u64>, Error> {
        if self.is_app(listing)? {
            return Ok(None);
        }
        let id = self.id(listing).await?;
        let url = self.client.address(&["groups", &id], &[("expand", "stats")])?;
        let answer = self.client.get(&url, COUNTING).await?;
        if answer.status == reqwest::StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let group = self.client.json(&answer)?;
        Ok(group.pointer("/_embedded/stats/usersCount").and_then(Value::as_u64))
    }

    async fn page(&mut self, group: &Group, listing: u32, given: &Given) -> Result<Page, Error> {
        let (records, tally) = self.shown(group, listing, given).await?;
        let next = self.next(&given.url, &given.answer).map_err(|why| not_whole(group, why))?;
        let next = match next {
            Some(url) => Some(Position { listing, next: Some(url.into()), items: given.items }),
            None => {
                let position = Position { listing: listing + 1, next: None, items: None };
                self.group(listing + 1).ok().map(|_| position)
            }
        };
        let next = next.as_ref().map(Cursor::of).transpose()?;
        Ok(Page { listing, is_first: given.is_first, records, next, may_hand_over: true, tally })
    }

    /// The people of a page, and what it shows beside them.
    async fn shown(
        &mut self,
        group: &Group,
        listing: u32,
        given: &Given,
    ) -> Result<(Vec<Record>, Tally), Error> {
        let mut users = self.client.list(&given.answer)?;
        if self.is_app(listing)? {
            let users_of = users.iter().map(user::of_assignment).collect::<Option<Vec<_>>>();
            let unusable = || not_whole(group, String::from("an assignment on it does not show its user"));
            users = users_of.ok_or_else(unusable)?;
        }
        if let Some(name) = users.iter().find_map(|user| user::mapped_with_parts(user, &self.settings)) {
            let what =
                format!("the attribute {name} has parts, and no text; map one of them as \"{name}/...\"");
            return Err(Error::Settings { what });
        }
        for name in users.iter().flat_map(user::known) {
            if self.names.len() < NAMES_MAX && !self.names.contains(name) {
                self.names.insert(name.to_owned());
            }
        }
        let mut tally = Tally::keeping(self.kept.as_ref());
        let record = |user: &Value| user::record(user, group.priority, &self.settings, &mut tally);
        let records = users.iter().map(record).collect::<Result<Vec<_>, _>>();
        let records = records.map_err(|why| not_whole(group, why))?;
        let people = records.len() as u64;
        tally.groups.push(GroupTally {
            name: group.name.clone(),
            id: Some(self.id(listing).await?),
            counted: given.counted,
            seen: people,
            people,
            ..GroupTally::default()
        });
        Ok((records, tally))
    }

    /// Compares what was read with what Okta counts: a role that is limited to some people shortens a listing without an
    /// error. The count may be out of date at the end of a long listing, so that it is asked for once more.
    async fn check_all(&mut self, read: &Tally) -> Result<Vec<String>, Error> {
        for (listing, group) in (0..).zip(self.settings.groups.clone()) {
            let Some(seen) = read.groups.iter().find(|seen| seen.name == group.name) else { continue };
            if seen.counted.is_none_or(|counted| counted <= seen.seen) {
                continue;
            }
            if let Some(counted) = self.count(listing).await?.filter(|counted| *counted > seen.seen) {
                let why = format!(
                    "Okta counts {counted} people in it and has shown {}; the role of the reading account may be limited to \
                     some people",
                    seen.seen
                );
                return Err(not_whole(&group, why));
            }
        }
        let known: Vec<&str> = self.names.iter().map(String::as_str).collect();
        let mut notes = check_attributes(read, &self.settings.mapping, &user::is_usual, &known)?;
        notes.extend(read.notes());
        Ok(notes)
    }

    /// The link to the page after the page at this address, if it may be followed.
    fn next(&self, asked: &Url, answer: &Answer) -> Result<Option<Url>, String> {
        let Some(link) = link::next(&answer.headers)? else { return Ok(None) };
        let next = link::resolve(&link, self.client.base())?;
        if next.path() == asked.path() {
            Ok(Some(next))
        } else {
            Err(String::from("the link to its next page leads to another listing"))
        }
    }
}

/// Whether an answer to a link means that Okta no longer knows it.
fn is_position_lost(answer: &Answer) -> bool {
    let is_refused =
        || matches!(refusal::code(answer).as_deref(), Some("E0000001" | "E0000031")) && answer.status == 400;
    answer.status == reqwest::StatusCode::NOT_FOUND || is_refused()
}

fn not_whole(group: &Group, why: String) -> Error {
    Error::NotWhole { of: described(group), why }
}

fn described(group: &Group) -> String {
    format!("the group {:?}", group.name)
}

impl Directory for Okta {
    fn read(&mut self, from: Option<Cursor>) -> BoxFuture<'_, Result<Page, Error>> {
        Box::pin(self.read_page(from))
    }

    fn confirm<'a>(&'a mut self, read: &'a Tally) -> BoxFuture<'a, Result<Vec<String>, Error>> {
        Box::pin(self.check_all(read))
    }

    fn name_of(&self, listing: u32) -> String {
        self.group(listing).map_or_else(|_| String::from("a group"), described)
    }

    /// Okta tells of no token when it expires.
    fn expiries(&self) -> Vec<Expiry> {
        Vec::new()
    }

    fn survey(&mut self) -> BoxFuture<'_, Result<Survey, Error>> {
        Box::pin(survey::survey(self))
    }
}

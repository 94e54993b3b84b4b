//! Okta: the people of groups, page by page.
//!
//! A position in a listing is the number of the listing and Okta's own link to the next page, so another process can
//! continue anywhere. If Okta no longer knows a link, its listing begins again. Promises that a listing ends only
//! when Okta names no next page, and that nobody on a page is left out.

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
use client::Client;
use futures::future::BoxFuture;
use rollcall_config::{Group, OktaSettings};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// How many people a page may have. Okta allows 1000 and advises 200: with larger pages it ran out of time (HTTP 500)
/// and lost its position.
const PAGE_PEOPLE: &str = "200";

/// What is not allowed, if Okta refuses a page.
const LISTING: &str = "reading the people of a group";

/// The people of the configured groups.
pub(crate) struct Okta {
    settings: OktaSettings,
    client: Client,
    /// The ids of the groups that were looked up already, in the order of the settings.
    ids: Vec<Option<String>>,
}

/// Where a reading continues.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    listing: u32,
    /// Okta's link to the page; `None` for the first page of the listing.
    next: Option<String>,
}

impl Okta {
    pub(crate) fn open(settings: OktaSettings, access: &Access, on_wait: &OnWait) -> Result<Self, Error> {
        let client = Client::open(&settings, access, on_wait)?;
        let ids = vec![None; settings.groups.len()];
        Ok(Self { settings, client, ids })
    }

    async fn read_page(&mut self, from: Option<Cursor>) -> Result<Page, Error> {
        let position = match from {
            None => Position { listing: 0, next: None },
            Some(cursor) => cursor.position()?,
        };
        let group = self.group(position.listing)?.clone();
        if let Some(next) = &position.next {
            let next = link::resolve(next, self.client.base()).map_err(|why| not_whole(&group, why))?;
            let answer = self.client.get(&next, LISTING).await?;
            if !is_position_lost(&answer) {
                return self.page(&group, position.listing, &next, &answer, false);
            }
            tracing::info!(
                group = group.name,
                "Okta no longer knows the position in the listing; the listing begins again"
            );
        }
        let (url, answer) = self.first_page(position.listing).await?;
        self.page(&group, position.listing, &url, &answer, true)
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

    async fn first_page(&mut self, listing: u32) -> Result<(Url, Answer), Error> {
        let id = self.id(listing).await?;
        let url = self.client.address(&["groups", &id, "users"], &[("limit", PAGE_PEOPLE)])?;
        let answer = self.client.get(&url, LISTING).await?;
        if answer.status == reqwest::StatusCode::NOT_FOUND {
            let group = self.group(listing)?.name.clone();
            return Err(Error::Group { group, what: groups::NO_GROUP });
        }
        Ok((url, answer))
    }

    fn page(
        &self,
        group: &Group,
        listing: u32,
        asked: &Url,
        answer: &Answer,
        is_first: bool,
    ) -> Result<Page, Error> {
        let users = self.client.list(answer)?;
        let record = |user: &Value| user::record(user, group.priority, &self.settings);
        let records = users.iter().map(record).collect::<Result<Vec<_>, _>>();
        let records = records.map_err(|why| not_whole(group, why))?;
        let next = self.next(asked, answer).map_err(|why| not_whole(group, why))?;
        let next = match next {
            Some(url) => Some(Position { listing, next: Some(url.into()) }),
            None => self.group(listing + 1).ok().map(|_| Position { listing: listing + 1, next: None }),
        };
        let next = next.as_ref().map(Cursor::of).transpose()?;
        Ok(Page { listing, is_first, records, next, may_hand_over: true })
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

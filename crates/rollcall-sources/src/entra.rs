//! Entra ID, read with Microsoft Graph: the users of security groups and of the groups in them.
//!
//! Above `http`. `login` gets a token, `graph` sends requests with it, `groups` finds a group, `users` makes records
//! of a page, `survey` looks at the tenant without reading all users. Promises: all pages are requested in the same
//! way; the access token goes only to the configured Graph; a property that the application may not see is an error or a
//! rejected record, never a disabled person; and a listing that shows fewer users than Graph counts is an error.

mod survey;
mod groups;
mod users;
mod properties;
mod graph;
mod login;
mod assertion;
mod wire;

use crate::directory::{Access, Cursor, Directory, OnWait, Page, Survey};
use crate::error::Error;
use crate::expiry::{self, Expiry};
use crate::tally::{Kept, Tally, check_attributes};
use futures::future::BoxFuture;
use graph::{Found, Graph, List, PageSize};
use groups::FoundGroup;
use rollcall_config::{EntraCredential, EntraSettings, Group};
use serde::{Deserialize, Serialize};

/// The groups of a tenant.
pub(crate) struct Entra {
    settings: EntraSettings,
    graph: Graph,
    /// The properties to request, in the form that Graph expects.
    select: String,
    /// When the application's certificate expires, where it has one.
    certificate: Option<Expiry>,
    /// What a look keeps of people; `None` in a run.
    kept: Option<Kept>,
}

/// Where a reading continues. It includes the settings with which the listing began: Graph's link keeps them, even if
/// the configuration has changed since.
#[derive(Serialize, Deserialize)]
struct Position {
    listing: u32,
    group: String,
    select: String,
    /// Graph's own link to the next page; `None` at the beginning of the listing.
    next: Option<String>,
    /// The id that the group had at the beginning of the listing.
    #[serde(default)]
    group_id: Option<String>,
    /// How many users a page may have, where Graph gave no larger one.
    #[serde(default)]
    items: Option<u32>,
}

/// A page is not made smaller than this: the server has another illness then.
const PAGE_ITEMS_MIN: u32 = 50;

impl Entra {
    pub(crate) fn open(settings: EntraSettings, access: &Access, on_wait: &OnWait) -> Result<Self, Error> {
        let select = users::select(&settings);
        let graph = Graph::open(&settings, access, on_wait)?;
        let certificate = match &settings.credential {
            EntraCredential::Certificate(name) => {
                expiry::of_pem("the certificate of the application", access.secrets.get(name)?)
            }
            EntraCredential::Secret(_) | EntraCredential::FederatedToken(_) => None,
        };
        Ok(Self { settings, graph, select, certificate, kept: None })
    }

    async fn page(&mut self, from: Option<Cursor>) -> Result<Page, Error> {
        let mut position = match from {
            None => self.beginning_of(0).ok_or_else(|| Error::Cursor(String::from("there is no group")))?,
            Some(cursor) => self.require_same_listing(cursor.position()?)?,
        };
        if let (Some(next), Some(group_id)) = (&position.next, &position.group_id) {
            let link = self.graph.link(next)?;
            match self.graph.list(&link, PageSize::Fixed).await {
                Ok(Found::It(list)) => {
                    let group_id = group_id.clone();
                    return self.page_of(position, false, list, &group_id);
                }
                // The position may be lost, or the group be gone: looking for the group says which.
                Ok(Found::Nothing | Found::PositionExpired | Found::PageTooLarge(_)) => {}
                Err(Error::Overloaded { .. }) if self.items(&position) > PAGE_ITEMS_MIN => {
                    position.items = Some((self.items(&position) / 2).max(PAGE_ITEMS_MIN));
                }
                Err(error) => return Err(error),
            }
        }
        // Half a listing must not be used: it begins again.
        let mut items = self.items(&position);
        let (found, list) = self.begin(&position.group, &mut items).await?;
        position.items = Some(items);
        let mut page = self.page_of(position, true, list, &found.id)?;
        self.count_others(&found.id, &mut page.tally).await;
        Ok(page)
    }

    /// Finds a group, and the first page of its users. A group that hides its members and shows none is refused.
    async fn begin(&mut self, group: &str, items: &mut u32) -> Result<(FoundGroup, List), Error> {
        let found = groups::find(&mut self.graph, group).await?;
        let list = match self.first_list(&found.id, items).await? {
            Found::It(list) => list,
            Found::Nothing => return Err(gone(group)),
            Found::PositionExpired | Found::PageTooLarge(_) => {
                return Err(self
                    .graph
                    .unexpected("it refuses the position or the size of a listing that has just begun"));
            }
        };
        if list.objects.is_empty() && list.next.is_none() {
            found.check_hidden(group)?;
        }
        Ok((found, list))
    }

    /// Counts the members that are no users: devices, contacts, service principals. Graph leaves them out of the listing.
    /// Without the counts nothing is said of them.
    async fn count_others(&mut self, group_id: &str, tally: &mut Tally) {
        let Some(group) = tally.groups.first_mut() else { return };
        let Some(users) = group.counted else { return };
        let (Some(all), Some(groups)) =
            (self.count(group_id, "").await, self.count(group_id, "/microsoft.graph.group").await)
        else {
            return;
        };
        group.not_people += all.saturating_sub(users).saturating_sub(groups);
    }

    /// How many members of a kind Graph counts, if it does.
    async fn count(&mut self, group_id: &str, kind: &str) -> Option<u64> {
        let url = users::address_of_count(&self.graph, group_id, kind).ok()?;
        match self.graph.list(&url, PageSize::Fixed).await {
            Ok(Found::It(list)) => list.count,
            Ok(Found::Nothing | Found::PositionExpired | Found::PageTooLarge(_)) | Err(_) => None,
        }
    }

    fn items(&self, position: &Position) -> u32 {
        position.items.unwrap_or(self.settings.page_items)
    }

    /// The first page of a group's users, as large as Graph gives it: a large page of many properties takes Graph so long
    /// that it gives up.
    async fn first_list(&mut self, group_id: &str, items: &mut u32) -> Result<Found<List>, Error> {
        loop {
            let first = users::first_page(&self.graph, group_id, &self.select, *items)?;
            let may_shrink = *items > PAGE_ITEMS_MIN;
            let size = if may_shrink { PageSize::MayShrink } else { PageSize::Fixed };
            let half = (*items / 2).max(PAGE_ITEMS_MIN);
            match self.graph.list(&first, size).await {
                Err(Error::Overloaded { .. }) if may_shrink => *items = half,
                Ok(Found::PageTooLarge(most)) if *items > 1 => {
                    *items = most.filter(|most| (1..*items).contains(most)).unwrap_or(*items / 2);
                }
                result => return result,
            }
            tracing::info!(
                group.page_items = *items,
                "Graph gives no page of that size; the listing begins with smaller ones"
            );
        }
    }

    /// Requires that the listing would begin in the same way with the configuration of this run.
    fn require_same_listing(&self, position: Position) -> Result<Position, Error> {
        let group = self.group(position.listing).map(|group| group.name.as_str());
        if group == Some(position.group.as_str()) && position.select == self.select {
            return Ok(position);
        }
        Err(Error::Cursor(String::from("the configuration has changed since then")))
    }

    fn group(&self, listing: u32) -> Option<&Group> {
        self.settings.groups.get(usize::try_from(listing).ok()?)
    }

    fn beginning_of(&self, listing: u32) -> Option<Position> {
        let group = self.group(listing)?.name.clone();
        let select = self.select.clone();
        Some(Position { listing, group, select, next: None, group_id: None, items: None })
    }

    fn page_of(&self, position: Position, is_first: bool, list: List, group_id: &str) -> Result<Page, Error> {
        let listing = position.listing;
        let group = self.group(listing).ok_or_else(|| gone(&position.group))?;
        let (records, tally) =
            users::shown(&self.graph, &list, &self.settings, (group, group_id), self.kept.as_ref())?;
        let next = match list.next {
            Some(link) => {
                if !users::is_page_of(&self.graph.link(&link)?, group_id) {
                    let why = String::from("the link to its next page leads to another listing");
                    return Err(Error::NotWhole { of: format!("the group {:?}", group.name), why });
                }
                Some(Position { next: Some(link), group_id: Some(group_id.to_owned()), ..position })
            }
            None => self.beginning_of(listing + 1),
        };
        let next = next.map(|next| Cursor::of(&next)).transpose()?;
        Ok(Page { listing, is_first, records, next, may_hand_over: true, tally })
    }

    /// Compares what was read with what Graph counts. The count of the first page may be out of date at the end of a long
    /// listing, so that it is asked for once more before anything is refused.
    async fn check_counts(&mut self, read: &Tally) -> Result<(), Error> {
        for group in &read.groups {
            let Some(counted) = group.counted.filter(|counted| *counted > group.seen) else { continue };
            let counted = match &group.id {
                Some(id) => {
                    let first = users::first_page(&self.graph, id, "id", 1)?;
                    match self.graph.list(&first, PageSize::Fixed).await? {
                        Found::It(list) => list.count.unwrap_or(counted),
                        Found::Nothing => return Err(gone(&group.name)),
                        Found::PositionExpired | Found::PageTooLarge(_) => counted,
                    }
                }
                None => counted,
            };
            if counted > group.seen {
                let why = format!("Graph counts {counted} users in it, and has shown {}", group.seen);
                return Err(Error::NotWhole { of: format!("the group {:?}", group.name), why });
            }
        }
        Ok(())
    }

    async fn check_all(&mut self, read: &Tally) -> Result<Vec<String>, Error> {
        users::check_hidden(&self.graph, read)?;
        self.check_counts(read).await?;
        // A property that Graph does not know is refused with the first page.
        let mut notes = check_attributes(read, &self.settings.mapping, &|_| false, &properties::PROPERTIES)?;
        notes.extend(read.notes());
        Ok(notes)
    }
}

fn gone(group: &str) -> Error {
    Error::Group { group: group.to_owned(), what: String::from("does not exist") }
}

impl Directory for Entra {
    fn read(&mut self, from: Option<Cursor>) -> BoxFuture<'_, Result<Page, Error>> {
        Box::pin(self.page(from))
    }

    fn confirm<'a>(&'a mut self, read: &'a Tally) -> BoxFuture<'a, Result<Vec<String>, Error>> {
        Box::pin(self.check_all(read))
    }

    fn name_of(&self, listing: u32) -> String {
        self.group(listing)
            .map_or_else(|| String::from("a group"), |group| format!("the group {:?}", group.name))
    }

    fn expiries(&self) -> Vec<Expiry> {
        self.certificate.iter().cloned().collect()
    }

    fn survey(&mut self) -> BoxFuture<'_, Result<Survey, Error>> {
        Box::pin(survey::survey(self))
    }
}

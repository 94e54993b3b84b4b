//! Entra ID, asked by Microsoft Graph: the users of security groups, those of nested groups among them.
//!
//! Above `http`. `login` gets a token, `graph` sends requests with it, `groups` finds a group, `users` makes records of a
//! page, `survey` looks at the tenant without reading all users. Promises: every page is asked for in the way of the first, the access
//! token goes to the configured Graph only, and what the application may not see is an error, never somebody disabled.

mod survey;
mod groups;
mod users;
mod graph;
mod login;
mod assertion;
mod wire;

use crate::directory::{Access, Cursor, Directory, OnWait, Page, Survey};
use crate::error::Error;
use futures::future::BoxFuture;
use graph::{Found, Graph, List};
use rollcall_config::{EntraSettings, Group};
use serde::{Deserialize, Serialize};

/// A tenant's groups.
pub(crate) struct Entra {
    settings: EntraSettings,
    graph: Graph,
    /// The properties that are asked for, as Graph wants them listed.
    select: String,
}

/// Where a reading goes on. What the listing was begun with belongs to it: Graph's link keeps to that, whatever is
/// configured by the time somebody goes on.
#[derive(Serialize, Deserialize)]
struct Place {
    listing: u32,
    group: String,
    select: String,
    /// Graph's own link to the next page; none where the listing begins.
    next: Option<String>,
}

impl Entra {
    pub(crate) fn open(settings: EntraSettings, access: &Access, on_wait: &OnWait) -> Result<Self, Error> {
        let select = users::select(&settings);
        let graph = Graph::open(&settings, access, on_wait)?;
        Ok(Self { settings, graph, select })
    }

    async fn page(&mut self, from: Option<Cursor>) -> Result<Page, Error> {
        let place = match from {
            None => self.beginning_of(0).ok_or_else(|| Error::Cursor(String::from("there is no group")))?,
            Some(cursor) => self.known(cursor.place()?)?,
        };
        if let Some(next) = &place.next {
            let link = self.graph.link(next)?;
            match self.graph.list(&link).await? {
                Found::It(list) => return self.page_of(place, false, list),
                Found::Nothing => return Err(gone(&place.group)),
                // Graph has forgotten the place: half a list is none, so the listing begins anew.
                Found::PlaceExpired => {}
            }
        }
        let first = self.first_page_of(&place.group).await?;
        match self.graph.list(&first).await? {
            Found::It(list) => self.page_of(place, true, list),
            Found::Nothing => Err(gone(&place.group)),
            Found::PlaceExpired => {
                Err(self.graph.nonsense("it has forgotten a place in a listing that only begins"))
            }
        }
    }

    /// A place in a listing that would be begun in the same way today.
    fn known(&self, place: Place) -> Result<Place, Error> {
        let group = self.group(place.listing).map(|group| group.name.as_str());
        if group == Some(place.group.as_str()) && place.select == self.select {
            return Ok(place);
        }
        Err(Error::Cursor(String::from("the configuration was changed meanwhile")))
    }

    fn group(&self, listing: u32) -> Option<&Group> {
        self.settings.groups.get(usize::try_from(listing).ok()?)
    }

    fn beginning_of(&self, listing: u32) -> Option<Place> {
        let group = self.group(listing)?.name.clone();
        Some(Place { listing, group, select: self.select.clone(), next: None })
    }

    async fn first_page_of(&mut self, group: &str) -> Result<url::Url, Error> {
        let found = groups::find(&mut self.graph, group).await?;
        users::first_page(&self.graph, &found.id, &self.select)
    }

    fn page_of(&self, place: Place, is_first: bool, list: List) -> Result<Page, Error> {
        let listing = place.listing;
        let group = self.group(listing).ok_or_else(|| gone(&place.group))?;
        let records = users::records(&self.graph, &list.objects, &self.settings, group)?;
        let next = match list.next {
            Some(link) => Some(Place { next: Some(link), ..place }),
            None => self.beginning_of(listing + 1),
        };
        let next = next.map(|next| Cursor::of(&next)).transpose()?;
        Ok(Page { listing, is_first, records, next, may_hand_over: true })
    }
}

fn gone(group: &str) -> Error {
    Error::Group { group: group.to_owned(), what: "is not there" }
}

impl Directory for Entra {
    fn read(&mut self, from: Option<Cursor>) -> BoxFuture<'_, Result<Page, Error>> {
        Box::pin(self.page(from))
    }

    fn name_of(&self, listing: u32) -> String {
        self.group(listing)
            .map_or_else(|| String::from("a group"), |group| format!("the group {:?}", group.name))
    }

    fn survey(&mut self) -> BoxFuture<'_, Result<Survey, Error>> {
        Box::pin(survey::survey(self))
    }
}

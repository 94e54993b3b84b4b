//! Entra ID, read with Microsoft Graph: the users of security groups and of the groups in them.
//!
//! Above `http`. `login` gets a token, `graph` sends requests with it, `groups` finds a group, `users` makes records
//! of a page, `survey` looks at the tenant without reading all users. Promises: all pages are requested in the same
//! way; the access token goes only to the configured Graph; and a property that the application may not see is an
//! error, never a disabled person.

mod survey;
mod groups;
mod users;
mod graph;
mod login;
mod assertion;
mod wire;

use crate::directory::{Access, Cursor, Directory, OnWait, Page, Survey};
use crate::error::Error;
use crate::expiry::{self, Expiry};
use futures::future::BoxFuture;
use graph::{Found, Graph, List};
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
}

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
        Ok(Self { settings, graph, select, certificate })
    }

    async fn page(&mut self, from: Option<Cursor>) -> Result<Page, Error> {
        let position = match from {
            None => self.beginning_of(0).ok_or_else(|| Error::Cursor(String::from("there is no group")))?,
            Some(cursor) => self.require_same_listing(cursor.position()?)?,
        };
        if let Some(next) = &position.next {
            let link = self.graph.link(next)?;
            match self.graph.list(&link).await? {
                Found::It(list) => return self.page_of(position, false, list),
                Found::Nothing => return Err(gone(&position.group)),
                // The position has expired in Graph. The listing begins again: half a listing must not be used.
                Found::PositionExpired => {}
            }
        }
        let first = self.first_page_of(&position.group).await?;
        match self.graph.list(&first).await? {
            Found::It(list) => self.page_of(position, true, list),
            Found::Nothing => Err(gone(&position.group)),
            Found::PositionExpired => {
                Err(self.graph.unexpected("it reports an expired position in a listing that has just begun"))
            }
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
        Some(Position { listing, group, select: self.select.clone(), next: None })
    }

    async fn first_page_of(&mut self, group: &str) -> Result<url::Url, Error> {
        let found = groups::find(&mut self.graph, group).await?;
        users::first_page(&self.graph, &found.id, &self.select)
    }

    fn page_of(&self, position: Position, is_first: bool, list: List) -> Result<Page, Error> {
        let listing = position.listing;
        let group = self.group(listing).ok_or_else(|| gone(&position.group))?;
        let records = users::records(&self.graph, &list.objects, &self.settings, group)?;
        let next = match list.next {
            Some(link) => Some(Position { next: Some(link), ..position }),
            None => self.beginning_of(listing + 1),
        };
        let next = next.map(|next| Cursor::of(&next)).transpose()?;
        Ok(Page { listing, is_first, records, next, may_hand_over: true })
    }
}

fn gone(group: &str) -> Error {
    Error::Group { group: group.to_owned(), what: "does not exist" }
}

impl Directory for Entra {
    fn read(&mut self, from: Option<Cursor>) -> BoxFuture<'_, Result<Page, Error>> {
        Box::pin(self.page(from))
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

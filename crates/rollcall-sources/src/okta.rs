//! Okta: the people of groups, asked by the management API.
//!
//! Above `http`. `login` shows who asks, `api` asks and tells apart what may be answered, `link` finds the next page,
//! `user` makes records. Promises: the token goes to the configured organisation only, and who is deactivated is
//! disabled however many groups still have them (Okta keeps them there).

mod api;
mod limit;
mod link;
mod login;
mod user;

use crate::directory::{Access, Cursor, Directory, Page, Survey};
use crate::error::Error;
use api::{Api, Found, List};
use futures::future::BoxFuture;
use rollcall_config::{Group, OktaSettings};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

/// Okta's own advice; larger pages time out.
const PAGE_ITEMS: u32 = 200;

/// An organisation's groups.
pub(crate) struct Okta {
    settings: OktaSettings,
    api: Api,
}

/// Where a reading goes on.
#[derive(Serialize, Deserialize)]
struct Place {
    listing: u32,
    group: String,
    /// Okta's own link to the next page; none where the listing begins.
    next: Option<String>,
}

impl Okta {
    pub(crate) fn open(settings: OktaSettings, access: &Access) -> Result<Self, Error> {
        let api = Api::open(&settings, access)?;
        Ok(Self { settings, api })
    }

    async fn page(&mut self, from: Option<Cursor>) -> Result<Page, Error> {
        let place = match from {
            None => self.beginning_of(0).ok_or_else(|| Error::Cursor(String::from("there is no group")))?,
            Some(cursor) => self.known(cursor.place()?)?,
        };
        if let Some(next) = &place.next {
            let link = self.api.link(next)?;
            match self.api.list(&link).await? {
                Found::It(list) => return self.page_of(place, false, list),
                // Okta has forgotten the place: half a list is none, so the listing begins anew.
                Found::Nothing | Found::NotSo(_) => {}
            }
        }
        let id = self.group_id(&place.group).await?;
        let first = self.api.address(&format!("/api/v1/groups/{id}/users?limit={PAGE_ITEMS}"))?;
        match self.api.list(&first).await? {
            Found::It(list) => self.page_of(place, true, list),
            Found::Nothing => Err(gone(&place.group)),
            Found::NotSo(what) => Err(self.api.nonsense(what)),
        }
    }

    /// A place in a listing that would be begun in the same way today.
    fn known(&self, place: Place) -> Result<Place, Error> {
        if self.group(place.listing).is_some_and(|group| group.name == place.group) {
            return Ok(place);
        }
        Err(Error::Cursor(String::from("the configuration was changed meanwhile")))
    }

    fn group(&self, listing: u32) -> Option<&Group> {
        self.settings.groups.get(usize::try_from(listing).ok()?)
    }

    fn beginning_of(&self, listing: u32) -> Option<Place> {
        let group = self.group(listing)?.name.clone();
        Some(Place { listing, group, next: None })
    }

    fn page_of(&self, place: Place, is_first: bool, list: List) -> Result<Page, Error> {
        let listing = place.listing;
        let group = self.group(listing).ok_or_else(|| gone(&place.group))?;
        let records = list.objects.iter().map(|one| user::record(one, &self.settings, group));
        let records = records.collect::<Result<_, _>>()?;
        let next = match list.next {
            Some(link) => Some(Place { next: Some(link), ..place }),
            None => self.beginning_of(listing + 1),
        };
        let next = next.map(|next| Cursor::of(&next)).transpose()?;
        Ok(Page { listing, is_first, records, next, may_hand_over: true })
    }

    /// The id of a group that is named by it or by its name.
    async fn group_id(&mut self, group: &str) -> Result<String, Error> {
        if is_id(group) {
            return Ok(group.to_owned());
        }
        let term = format!("profile.name eq \"{}\"", group.replace('\\', "\\\\").replace('"', "\\\""));
        // In a form a space is a plus; in an address it is that only by custom.
        let term: String = url::form_urlencoded::byte_serialize(term.as_bytes()).collect();
        let term = term.replace('+', "%20");
        let url = self.api.address(&format!("/api/v1/groups?limit={PAGE_ITEMS}&search={term}"))?;
        let found = match self.api.list(&url).await? {
            Found::It(list) => list.objects,
            Found::Nothing => Vec::new(),
            Found::NotSo(what) => return Err(self.api.nonsense(what)),
        };
        let mut ids =
            found.iter().filter(|one| one["profile"]["name"] == group).map(|one| one["id"].as_str());
        let wrong = |what| Error::Group { group: group.to_owned(), what };
        match (ids.next(), ids.next()) {
            (Some(Some(id)), None) => Ok(id.to_owned()),
            (Some(None), _) => Err(self.api.nonsense(String::from("a group has no id"))),
            (None, _) => Err(wrong("is not there, or may not be seen")),
            (Some(Some(_)), Some(_)) => {
                Err(wrong("is there more than once; write the id of the one that is meant (00g...)"))
            }
        }
    }

    async fn look_around(&mut self) -> Result<Survey, Error> {
        let mut groups = Vec::new();
        let mut warnings = Vec::new();
        for group in self.settings.groups.clone() {
            let id = self.group_id(&group.name).await?;
            let stats = self.api.address(&format!("/api/v1/groups/{id}?expand=stats"))?;
            let counted = match self.api.object(&stats).await? {
                Found::It(found) => found["_embedded"]["stats"]["usersCount"].as_u64(),
                Found::Nothing => return Err(gone(&group.name)),
                Found::NotSo(what) => return Err(self.api.nonsense(what)),
            };
            // The listing itself is tried too: another permission may be needed for it.
            let seen = self.first_page(&id).await?;
            let people = counted.unwrap_or(seen).max(seen);
            if people == 0 {
                warnings.push(format!("the group {:?} has no members that can be seen", group.name));
            }
            groups.push((group.name, people));
        }
        Ok(Survey { server: format!("Okta at {}", self.api.server()), groups, warnings })
    }

    async fn first_page(&mut self, id: &str) -> Result<u64, Error> {
        let url = self.api.address(&format!("/api/v1/groups/{id}/users?limit={PAGE_ITEMS}"))?;
        match self.api.list(&url).await? {
            Found::It(list) => Ok(list.objects.len() as u64),
            Found::Nothing => Err(gone(id)),
            Found::NotSo(what) => Err(self.api.nonsense(what)),
        }
    }
}

/// Ids of groups begin so, and have 20 characters (Okta: identifiers).
fn is_id(group: &str) -> bool {
    group.len() == 20 && group.starts_with("00g") && group.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn gone(group: &str) -> Error {
    Error::Group { group: group.to_owned(), what: "is not there" }
}

impl Directory for Okta {
    fn read(&mut self, from: Option<Cursor>) -> BoxFuture<'_, Result<Page, Error>> {
        Box::pin(self.page(from))
    }

    fn survey(&mut self) -> BoxFuture<'_, Result<Survey, Error>> {
        Box::pin(self.look_around())
    }
}

/// An object as Okta tells of it.
type Object = Value;

/// Whether two addresses are of one organisation: its administrators' host has links to the other one.
fn is_same_organisation(one: &Url, other: &Url) -> bool {
    let plain = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        let (label, rest) = host.split_once('.').unwrap_or((host, ""));
        format!("{}.{rest}", label.strip_suffix("-admin").unwrap_or(label))
    };
    one.scheme() == other.scheme()
        && one.port_or_known_default() == other.port_or_known_default()
        && plain(one) == plain(other)
}

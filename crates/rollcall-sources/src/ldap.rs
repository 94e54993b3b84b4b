//! LDAP: Active Directory and any other server of LDAP version 3.
//!
//! A search belongs to one connection, so one process reads a listing, or it begins again. Servers differ: `server`
//! finds the kind, `groups` finds who is in scope, `person` reads a person from an entry. Promises that a search that
//! did not end with success is an error, however many entries it returned.

mod server;
mod groups;
mod person;
mod time;
mod session;
mod entry;

use crate::directory::{Access, Cursor, Directory, OnWait, Page, Survey};
use crate::error::Error;
use crate::expiry::{self, Expiry};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use groups::Scope;
use person::Reader;
use rollcall_config::LdapSettings;
use rollcall_core::entry::Record;
use serde::{Deserialize, Serialize};
use server::Kind;
use session::{Door, Listing, Session};
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

/// The longest wait before the next try.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// An LDAP directory.
pub(crate) struct Ldap {
    settings: LdapSettings,
    door: Door,
    access: Access,
    on_wait: OnWait,
    session: Option<Session>,
    /// When the server's certificate expires, once it has shown one.
    server_certificate: Option<Expiry>,
    open: Option<Open>,
}

/// A listing that is being read, and its position.
struct Open {
    position: Position,
    listing: Listing,
    scope: Scope,
    reader: Reader,
    /// How many people it has returned.
    people: u64,
}

/// Where a reading continues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Position {
    listing: u32,
    page: u32,
}

impl Ldap {
    pub(crate) fn open(settings: LdapSettings, access: Access, on_wait: OnWait) -> Result<Self, Error> {
        let door = Door::new(&settings, &access)?;
        let (session, server_certificate, open) = (None, None, None);
        Ok(Self { settings, door, access, on_wait, session, server_certificate, open })
    }

    /// Reads a page. After an error that may be temporary, tries again from the beginning of the listing.
    async fn page(&mut self, from: Option<Cursor>) -> Result<Page, Error> {
        let position = from.map(|cursor| cursor.position::<Position>()).transpose()?.unwrap_or_default();
        let mut tries = 1;
        loop {
            match self.try_page(position).await {
                Err(error @ Error::Unreachable { .. }) => {
                    self.open = None;
                    self.session = None;
                    if tries >= self.access.patience.tries {
                        return Err(error);
                    }
                    tracing::debug!(server = self.door.server(), tries, %error, "asking again");
                    self.pause(tries).await?;
                    tries += 1;
                }
                result => return result,
            }
        }
    }

    async fn try_page(&mut self, position: Position) -> Result<Page, Error> {
        let is_first = self.open.as_ref().is_none_or(|open| open.position != position);
        let mut open = match self.open.take().filter(|_| !is_first) {
            Some(open) => open,
            None => self.begin(position.listing).await?,
        };
        let mut records = Vec::new();
        let mut is_over = false;
        let most = usize::try_from(self.settings.page_items).unwrap_or(usize::MAX);
        while records.len() < most && !is_over {
            match open.listing.next().await? {
                Some(entry) => {
                    if let Some(priority) = open.scope.priority(&entry) {
                        records.push(open.reader.record(&entry, priority)?);
                    }
                }
                None => is_over = true,
            }
        }
        open.people += records.len() as u64;
        let listing = open.position.listing;
        let next = if is_over {
            open.scope.check(open.people)?;
            Some(Position { listing: listing + 1, page: 0 })
                .filter(|position| position.listing < self.listings(&open))
        } else {
            open.position.page += 1;
            Some(open.position)
        };
        if !is_over {
            self.open = Some(open);
        }
        Ok(Page {
            listing,
            is_first,
            records,
            next: next.map(|next| Cursor::of(&next)).transpose()?,
            may_hand_over: is_over,
        })
    }

    /// In Active Directory each group is one search; on other servers one search finds the people of all groups.
    fn listings(&self, open: &Open) -> u32 {
        match open.reader.kind {
            Kind::ActiveDirectory => u32::try_from(self.settings.groups.len()).unwrap_or(u32::MAX),
            Kind::Other => 1,
        }
    }

    async fn begin(&mut self, listing: u32) -> Result<Open, Error> {
        let settings = &self.settings;
        let session = match &mut self.session {
            Some(session) => session,
            None => self.session.insert(self.door.enter().await?),
        };
        self.server_certificate.clone_from(&session.certificate);
        let server = server::look(session).await?;
        let reader = Reader::new(server.kind, settings);
        let (scope, filter) = match server.kind {
            Kind::ActiveDirectory => {
                let group = settings.groups.get(listing as usize).ok_or_else(|| {
                    Error::Cursor(String::from("it is in a group that is no longer configured"))
                })?;
                groups::in_chain(session, settings, group).await?
            }
            Kind::Other => groups::walk(session, settings).await?,
        };
        let filter = format!("(&{filter}{})", settings.user_filter.as_deref().unwrap_or_default());
        let listing_of = session.list(&settings.base, &filter, reader.attributes()).await?;
        Ok(Open { position: Position { listing, page: 0 }, listing: listing_of, scope, reader, people: 0 })
    }

    async fn look_around(&mut self) -> Result<Survey, Error> {
        let mut session = self.door.enter().await?;
        self.server_certificate.clone_from(&session.certificate);
        let server = server::look(&mut session).await?;
        let mut survey = Survey {
            server: format!("{} at {}", server.name, self.door.server()),
            groups: Vec::new(),
            warnings: Vec::new(),
        };
        for group in &self.settings.groups {
            let one = LdapSettings { groups: vec![group.clone()], ..self.settings.clone() };
            let mut there = Self {
                settings: one,
                door: self.door.clone(),
                access: self.access.clone(),
                on_wait: self.on_wait.clone(),
                session: None,
                server_certificate: None,
                open: None,
            };
            let (mut people, mut rejected, mut next) = (0, 0, None);
            loop {
                let page = there.page(next).await?;
                people += page.records.len() as u64;
                rejected +=
                    page.records.iter().filter(|record| matches!(record, Record::Rejected(_))).count() as u64;
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
            if people == 0 {
                survey.warnings.push(format!("the group {:?} has no members that can be seen", group.name));
            }
            if rejected > 0 {
                survey
                    .warnings
                    .push(format!("{rejected} of the people in {:?} cannot be used as they are", group.name));
            }
            survey.groups.push((group.name.clone(), people));
        }
        Ok(survey)
    }

    async fn pause(&self, tries: u32) -> Result<(), Error> {
        let longest = self.access.patience.first_wait.saturating_mul(1 << (tries - 1).min(10)).min(WAIT_MAX);
        let wait = longest.mul_f64(fastrand::f64().mul_add(0.5, 0.5));
        if self.access.deadline.saturating_duration_since(Instant::now()) <= wait {
            return Err(Error::TimeIsUp { server: self.door.server().to_owned() });
        }
        self.on_wait.tell(self.door.server(), wait, false);
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// The library panics on some answers that are not LDAP. That is an error like any other.
    fn panicked(&self) -> Error {
        let what = String::from("it is not valid LDAP");
        Error::Answer { server: self.door.server().to_owned(), what }
    }
}

impl Directory for Ldap {
    fn read(&mut self, from: Option<Cursor>) -> BoxFuture<'_, Result<Page, Error>> {
        Box::pin(async move {
            match AssertUnwindSafe(self.page(from)).catch_unwind().await {
                Ok(result) => result,
                Err(_) => Err(self.panicked()),
            }
        })
    }

    fn name_of(&self, _listing: u32) -> String {
        // The groups of a listing depend on the kind of server.
        match self.settings.groups.as_slice() {
            [group] => format!("the group {:?}", group.name),
            _ => String::from("the groups"),
        }
    }

    fn expiries(&self) -> Vec<Expiry> {
        let of_issuer =
            self.access.ca.as_deref().and_then(|pem| expiry::of_pem("a certificate in `ca_file`", pem));
        of_issuer.into_iter().chain(self.server_certificate.clone()).collect()
    }

    fn survey(&mut self) -> BoxFuture<'_, Result<Survey, Error>> {
        Box::pin(async move {
            match AssertUnwindSafe(self.look_around()).catch_unwind().await {
                Ok(result) => result,
                Err(_) => Err(self.panicked()),
            }
        })
    }
}

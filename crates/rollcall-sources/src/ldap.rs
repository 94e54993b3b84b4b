//! LDAP: Active Directory and any other server of LDAP version 3.
//!
//! A search belongs to one connection, so one process reads a listing, or it begins again. Servers differ: `server`
//! finds the kind, `groups` finds who is in scope, `person` reads a person from an entry. Promises that a search that
//! did not end with success is an error, however many entries it returned.

mod server;
mod groups;
mod person;
mod rdn;
mod time;
mod session;
mod trust;
mod entry;

use crate::directory::{Access, Cursor, Directory, OnWait, Page, Sample, Survey};
use crate::error::Error;
use crate::expiry::{self, Expiry};
use crate::person::Rejected;
use crate::tally::{Tally, check_attributes, checked};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use groups::Scope;
use person::Reader;
use rollcall_config::LdapSettings;
use serde::{Deserialize, Serialize};
use server::Kind;
use session::{Door, Listing, Session};
use std::collections::HashMap;
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
    /// The kind of the server, once it has said so.
    kind: Option<Kind>,
    /// Whether it is a look, which keeps some people.
    keeps_people: bool,
}

/// A listing that is being read, and its position.
struct Open {
    position: Position,
    listing: Listing,
    scope: Scope,
    reader: Reader,
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
        let (session, server_certificate, open, kind) = (None, None, None, None);
        Ok(Self {
            settings,
            door,
            access,
            on_wait,
            session,
            server_certificate,
            open,
            kind,
            keeps_people: false,
        })
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
                    self.door.turn_to_next();
                    if tries >= self.access.patience.tries {
                        return Err(error);
                    }
                    tracing::debug!(server = self.door.server(), tries, %error, "asking again");
                    self.pause(tries).await?;
                    tries += 1;
                }
                // No try: the pages can only be halved a few times.
                Err(Error::Overloaded { .. }) => {
                    self.open = None;
                    self.session = None;
                    self.door.halve_pages();
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
        let kept = self.keeps_people.then(|| open.reader.kept());
        let (mut records, mut tally) = (Vec::new(), Tally::keeping(kept.as_ref()));
        let mut is_over = false;
        let most = usize::try_from(self.settings.page_items).unwrap_or(usize::MAX);
        while records.len() < most && !is_over {
            match open.listing.next().await? {
                Some(entry) => {
                    if let Some(priority) = open.scope.take(&entry) {
                        records.push(open.reader.record(&entry, priority, &mut tally));
                    }
                }
                None => is_over = true,
            }
        }
        let listing = open.position.listing;
        let next = if is_over {
            let next = Some(Position { listing: listing + 1, page: 0 });
            let next = next.filter(|position| position.listing < self.listings(&open));
            // Only at the end it is known who of the members was found.
            tally.groups = open.scope.finish()?;
            next
        } else {
            open.position.page += 1;
            let next = open.position;
            self.open = Some(open);
            Some(next)
        };
        Ok(Page {
            listing,
            is_first,
            records,
            next: next.map(|next| Cursor::of(&next)).transpose()?,
            may_hand_over: is_over,
            tally,
        })
    }

    /// In Active Directory each group is one search; on other servers one search finds the people of all groups.
    fn listings(&self, open: &Open) -> u32 {
        match open.reader.kind {
            Kind::ActiveDirectory | Kind::Lightweight => {
                u32::try_from(self.settings.groups.len()).unwrap_or(u32::MAX)
            }
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
        self.kind = Some(server.kind);
        let reader = Reader::new(server.kind, settings);
        let (scope, filter) = match server.kind {
            Kind::ActiveDirectory | Kind::Lightweight => {
                let group = settings.groups.get(listing as usize).ok_or_else(|| {
                    Error::Cursor(String::from("it is in a group that is no longer configured"))
                })?;
                groups::in_chain(session, settings, &server, group).await?
            }
            Kind::Other => groups::walk(session, settings, server.kind).await?,
        };
        let filter = format!("(&{filter}{})", settings.user_filter.as_deref().unwrap_or_default());
        let listing_of = session.list(&settings.base, &filter, reader.attributes()).await?;
        Ok(Open { position: Position { listing, page: 0 }, listing: listing_of, scope, reader })
    }

    async fn look_around(&mut self) -> Result<Survey, Error> {
        let mut session = self.door.enter().await?;
        self.server_certificate.clone_from(&session.certificate);
        let server = server::look(&mut session).await?;
        self.keeps_people = true;
        let mut warnings = Vec::new();
        let (mut all, mut rejected, mut next) = (Tally::default(), Rejected::default(), None);
        loop {
            let page = self.page(next).await?;
            all.add(&page.tally);
            rejected.see(&page.records);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        for group in all.groups.iter().filter(|group| group.people == 0) {
            let filter = if self.settings.user_filter.is_some() { " that match `user_filter`" } else { "" };
            warnings.push(format!("the group {:?} has no members that can be seen{filter}", group.name));
        }
        warnings.extend(rejected.note());
        let reader = Reader::new(server.kind, &self.settings);
        let sample = Sample::new(reader.mapping.clone(), reader.match_field(), all.kept.take(), true);
        let groups = all.groups.iter().map(|group| (group.name.clone(), group.people)).collect();
        let server = format!("{} at {}", server.name, self.door.server());
        let mut survey = Survey { server, groups, warnings, refused: None, sample };
        if all.people > 0 {
            survey.take(self.check_all(&all).await)?;
        }
        Ok(survey)
    }

    /// Checks that what was read adds up, and answers with what is to be said.
    async fn check_all(&mut self, read: &Tally) -> Result<Vec<String>, Error> {
        if read.people == 0 && self.settings.user_filter.is_some() {
            let why = String::from(
                "nobody in them matches `user_filter`; correct it, or check what `bind_dn` may read",
            );
            return Err(Error::NotWhole { of: String::from("the groups"), why });
        }
        if read.people == 0 {
            return Ok(Vec::new());
        }
        let kind = match self.kind {
            Some(kind) => kind,
            None => self.schema().await?.0,
        };
        if read.hidden == read.people {
            let names = match kind {
                Kind::ActiveDirectory => "objectGUID, userAccountControl and accountExpires",
                Kind::Lightweight => "objectGUID and msDS-UserAccountDisabled",
                Kind::Other => "entryUUID or nsUniqueId",
            };
            let why = format!("nobody has {names} that `bind_dn` may read; let it");
            return Err(Error::NotWhole { of: String::from("what is known of people"), why });
        }
        let mapping = Reader::new(kind, &self.settings).mapping;
        let is_missing = |name: &str| read.attributes.get(name).copied().unwrap_or_default() == 0;
        let known = if checked(&mapping).into_iter().any(is_missing) { self.schema().await?.1 } else { None };
        let is_known = |name: &str| {
            let base = name.split(';').next().unwrap_or(name).trim().to_ascii_lowercase();
            known.as_ref().is_some_and(|known| known.contains_key(&base))
        };
        let names: Vec<&str> = known.iter().flat_map(HashMap::values).map(String::as_str).collect();
        let mut notes = check_attributes(read, &mapping, &is_known, &names)?;
        notes.extend(read.notes());
        Ok(notes)
    }

    /// The kind of the server, and the attributes that it knows if it says so. Tries again like a page.
    async fn schema(&mut self) -> Result<(Kind, Option<HashMap<String, String>>), Error> {
        let mut tries = 1;
        loop {
            match self.look_at_schema().await {
                Err(Error::Unreachable { .. }) if tries < self.access.patience.tries => {
                    self.door.turn_to_next();
                    self.pause(tries).await?;
                    tries += 1;
                }
                result => return result,
            }
        }
    }

    async fn look_at_schema(&mut self) -> Result<(Kind, Option<HashMap<String, String>>), Error> {
        let mut session = self.door.enter().await?;
        let server = server::look(&mut session).await?;
        let known = server::known_attributes(&mut session, &server).await;
        Ok((server.kind, known))
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

    fn confirm<'a>(&'a mut self, read: &'a Tally) -> BoxFuture<'a, Result<Vec<String>, Error>> {
        Box::pin(async move {
            match AssertUnwindSafe(self.check_all(read)).catch_unwind().await {
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

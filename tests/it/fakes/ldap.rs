//! An LDAP server of our own, as Active Directory or another: small pages, values in ranges, and what may go wrong.
//!
//! It speaks through a protocol library that is not the one Rollcall speaks through. What servers really do is shown by
//! those of `tests/outside/directories`; this one does what they cannot be made to do.

#![expect(clippy::wildcard_enum_match_arm, reason = "the protocol has more than a directory needs")]

mod serving;

use super::{Person, ids};
use ldap3_proto::proto::{LdapFilter, LdapPartialAttribute, LdapResultCode, LdapSearchResultEntry};
use serving::serve;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// As many entries has a page, whatever is asked for; so many values has an attribute in one answer. Until large pages
/// are served.
const PAGE_ITEMS: usize = 2;

pub(crate) const BASE: &str = "DC=example,DC=com";
pub(crate) const BIND_DN: &str = "CN=sync,DC=example,DC=com";
pub(crate) const PASSWORD: &str = "very-secret-7";
const GROUP: &str = "CN=everyone,OU=Groups,DC=example,DC=com";
const OTHER_GROUP: &str = "CN=others,OU=Groups,DC=example,DC=com";

/// Which server it plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    ActiveDirectory,
    Lightweight,
    OpenLdap,
}

/// What goes wrong with a page of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The connection ends after one entry of the page.
    Cut,
    /// Nothing more comes.
    Silence,
    /// One entry a second, for ever.
    Drip,
    /// The page ends with this code.
    Code(LdapResultCode),
    /// The page ends with this code, and these words of the server.
    Says(LdapResultCode, String),
    /// Bytes that are no LDAP.
    Garbage,
    /// HTML: a proxy's page.
    Html,
    /// The page has no entry, and goes on.
    EmptyPage,
    /// The page before this one comes again.
    RepeatedPage,
    /// The page leads to the first one.
    Loop,
    /// The server has forgotten the place (Active Directory throws old places away).
    PlaceExpired,
    /// A referral stands between the entries.
    Referral,
}

/// The server. What it holds can be changed while it runs.
#[derive(Clone)]
pub(crate) struct FakeLdap {
    pub(crate) url: String,
    secrets: Arc<TempDir>,
    state: Arc<Mutex<State>>,
}

struct State {
    flavour: Flavour,
    people: Vec<Person>,
    /// Everything that there is.
    objects: Arc<Vec<Object>>,
    page_items: usize,
    /// Larger pages end with this code.
    limit: Option<(usize, LdapResultCode)>,
    /// From which page of people on, how many, and what.
    trouble: Option<(usize, usize, Trouble)>,
    pages: usize,
    /// It lets nobody in, and says this.
    refusal: Option<String>,
}

/// An object: its name and its attributes.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) dn: String,
    attributes: Vec<(&'static str, Vec<Vec<u8>>)>,
}

/// The attributes that the server describes in its schema.
const SCHEMA: &str = "cn=schema";
const KNOWN: [&str; 8] =
    ["title", "mail", "displayName", "givenName", "sn", "uid", "sAMAccountName", "employeeType"];

impl FakeLdap {
    pub(crate) async fn new(flavour: Flavour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ldap://{}", listener.local_addr().unwrap());
        let mut state = State {
            flavour,
            people: Vec::new(),
            objects: Arc::default(),
            page_items: PAGE_ITEMS,
            limit: None,
            trouble: None,
            pages: 0,
            refusal: None,
        };
        state.objects = Arc::new(state.make_objects());
        let secrets = Arc::new(TempDir::new().unwrap());
        let fake = Self { url, secrets, state: Arc::new(Mutex::new(state)) };
        let state = Arc::clone(&fake.state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Otherwise each answer of several messages waits for 40 ms.
                stream.set_nodelay(true).unwrap();
                tokio::spawn(serve(stream, Arc::clone(&state)));
            }
        });
        fake
    }

    /// The `[[source]]` section, named `staff`, that reads it.
    pub(crate) fn source(&self) -> String {
        let secret = self.secrets.path().join("password");
        std::fs::write(&secret, PASSWORD).unwrap();
        format!(
            "[[source]]\nname = \"staff\"\nkind = \"ldap\"\nurl = {:?}\nbind_dn = {BIND_DN:?}\nbind_password = \
             \"file:{}\"\nbase = {BASE:?}\ngroups = [\"everyone\"]\npage_items = 2\n[source.mapping]\nadmin = \
             \"adminRole\"\ntitle = \"title\"\n",
            self.url,
            secret.display()
        )
    }

    /// Changes the objects that are there, until it is filled again.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Vec<Object>)) {
        let mut state = self.state.lock().unwrap();
        let mut objects = state.objects.to_vec();
        change(&mut objects);
        state.objects = Arc::new(objects);
    }

    /// Changes one attribute of the person of this name; no value takes it away.
    pub(crate) fn set(&self, name: &str, attribute: &'static str, values: &[&str]) {
        self.change(|objects| {
            let is_it = |object: &&mut Object| object.dn.starts_with(&format!("CN={name},"));
            objects.iter_mut().find(is_it).unwrap().set(attribute, values);
        });
    }

    pub(crate) fn fill(&self, people: &[Person]) {
        let mut state = self.state.lock().unwrap();
        state.people = people.to_vec();
        state.objects = Arc::new(state.make_objects());
    }

    /// From now on pages are as large as is asked for, up to what servers allow.
    pub(crate) fn serve_large_pages(&self) {
        self.state.lock().unwrap().page_items = 1000;
    }

    /// From now on a page of people for which more entries are asked ends with this code.
    pub(crate) fn limit_pages(&self, items: usize, code: LdapResultCode) {
        self.state.lock().unwrap().limit = Some((items, code));
    }

    /// From the `page`th page of people on that is asked for from now on, so many go wrong.
    pub(crate) fn plan(&self, page: usize, times: usize, trouble: Trouble) {
        let mut state = self.state.lock().unwrap();
        (state.trouble, state.pages) = (Some((page, times, trouble)), 0);
    }

    /// From now on it lets nobody in, and says this.
    pub(crate) fn refuse_with(&self, words: &str) {
        self.state.lock().unwrap().refusal = Some(words.to_owned());
    }

    /// Nothing goes wrong any more. Answers with how many pages were asked for since the last plan.
    pub(crate) fn calm(&self) -> usize {
        let mut state = self.state.lock().unwrap();
        state.trouble = None;
        std::mem::take(&mut state.pages)
    }
}

impl State {
    fn make_objects(&self) -> Vec<Object> {
        let mut objects =
            vec![self.root(), schema(), self.group(GROUP, &self.people), self.group(OTHER_GROUP, &[])];
        objects
            .extend(self.people.iter().zip(ids(&self.people)).map(|(person, id)| self.person(person, &id)));
        objects
    }

    fn root(&self) -> Object {
        let attributes = match self.flavour {
            Flavour::ActiveDirectory => vec![("supportedCapabilities", texts(&["1.2.840.113556.1.4.800"]))],
            Flavour::Lightweight => vec![("supportedCapabilities", texts(&["1.2.840.113556.1.4.1851"]))],
            Flavour::OpenLdap => vec![("objectClass", texts(&["top", "OpenLDAProotDSE"]))],
        };
        let mut attributes: Vec<(&'static str, Vec<Vec<u8>>)> = attributes;
        attributes.push(("subschemaSubentry", texts(&[SCHEMA])));
        if self.flavour == Flavour::ActiveDirectory {
            attributes.push(("defaultNamingContext", texts(&[BASE])));
        }
        Object { dn: String::new(), attributes }
    }

    fn group(&self, dn: &str, people: &[Person]) -> Object {
        let name = dn.split([',', '=']).nth(1).unwrap();
        let mut attributes = vec![("cn", texts(&[name]))];
        let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, dn.as_bytes());
        match self.flavour {
            Flavour::ActiveDirectory | Flavour::Lightweight => {
                attributes.push(("objectGUID", vec![id.to_bytes_le().to_vec()]));
                attributes.push(("objectClass", texts(&["top", "group"])));
                attributes.push(("objectCategory", texts(&["group"])));
                attributes.push(("primaryGroupToken", texts(&["1200"])));
            }
            Flavour::OpenLdap => {
                attributes.push(("entryUUID", texts(&[&id.to_string()])));
                attributes.push(("objectClass", texts(&["top", "groupOfMembers"])));
                let members: Vec<&str> = people.iter().map(|person| person.key.as_str()).collect();
                attributes.push(("member", texts(&members)));
            }
        }
        Object { dn: dn.to_owned(), attributes }
    }

    fn person(&self, person: &Person, id: &str) -> Object {
        let yes_or_no = if person.is_admin { "yes" } else { "no" };
        let mut attributes = vec![("title", texts(&[&person.title])), ("adminRole", texts(&[yes_or_no]))];
        for (name, value) in [
            ("startDate", &person.starts),
            ("endDate", &person.ends),
            ("blockCredential", &person.block_credential),
        ] {
            if !value.is_empty() {
                attributes.push((name, texts(&[value])));
            }
        }
        let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, id.as_bytes());
        match self.flavour {
            Flavour::Lightweight => {
                attributes.push(("objectClass", texts(&["top", "person", "user"])));
                attributes.push(("objectCategory", texts(&["person"])));
                attributes.push(("objectGUID", vec![uuid.to_bytes_le().to_vec()]));
                attributes.push(("userPrincipalName", texts(&[&person.username])));
                let is_disabled = if person.is_disabled { "TRUE" } else { "FALSE" };
                attributes.push(("msDS-UserAccountDisabled", texts(&[is_disabled])));
                attributes.push(("memberOf", texts(&[GROUP])));
            }
            Flavour::ActiveDirectory => {
                attributes.push(("accountExpires", texts(&["9223372036854775807"])));
                attributes.push(("objectClass", texts(&["top", "person", "user"])));
                attributes.push(("objectCategory", texts(&["person"])));
                attributes.push(("objectGUID", vec![uuid.to_bytes_le().to_vec()]));
                attributes.push(("sAMAccountName", texts(&[&person.username])));
                let control = if person.is_disabled { "514" } else { "512" };
                attributes.push(("userAccountControl", texts(&[control])));
                attributes.push(("memberOf", texts(&[GROUP])));
            }
            Flavour::OpenLdap => {
                attributes.push(("objectClass", texts(&["person", "inetOrgPerson"])));
                attributes.push(("entryUUID", texts(&[&uuid.to_string()])));
                attributes.push(("uid", texts(&[&person.username])));
                if person.is_disabled {
                    attributes.push(("pwdAccountLockedTime", texts(&["000001010000Z"])));
                }
            }
        }
        Object { dn: person.key.clone(), attributes }
    }

    fn trouble_of_next_page(&mut self) -> Option<Trouble> {
        let page = self.pages;
        self.pages += 1;
        let (first, times, trouble) = self.trouble.as_ref()?;
        (*first <= page && page - first < *times).then(|| trouble.clone())
    }
}

/// What the server says of its schema.
fn schema() -> Object {
    let described = |name: &&str| format!("( 1.2.3 NAME '{name}' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )");
    let types: Vec<Vec<u8>> = KNOWN.iter().map(|name| described(name).into_bytes()).collect();
    Object { dn: SCHEMA.to_owned(), attributes: vec![("attributeTypes", types)] }
}

impl Object {
    pub(crate) fn new(dn: &str, attributes: &[(&'static str, &[&str])]) -> Self {
        let mut object = Self { dn: dn.to_owned(), attributes: Vec::new() };
        attributes.iter().for_each(|(name, values)| object.set(name, values));
        object
    }

    /// Other values of an attribute, or none of it.
    pub(crate) fn set(&mut self, name: &'static str, values: &[&str]) {
        self.attributes.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        if !values.is_empty() {
            self.attributes.push((name, texts(values)));
        }
    }

    fn values(&self, name: &str) -> Option<&[Vec<u8>]> {
        let found = self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, values)| values.as_slice())
    }

    fn is_person(&self) -> bool {
        self.has("objectClass", "person")
    }

    fn has(&self, name: &str, value: &str) -> bool {
        let values = self.values(name).unwrap_or_default();
        values.iter().any(|known| known.eq_ignore_ascii_case(value.as_bytes()))
    }

    fn fits(&self, filter: &LdapFilter, flavour: Flavour) -> bool {
        match filter {
            LdapFilter::And(all) => all.iter().all(|one| self.fits(one, flavour)),
            LdapFilter::Or(any) => any.iter().any(|one| self.fits(one, flavour)),
            LdapFilter::Not(one) => !self.fits(one, flavour),
            LdapFilter::Equality(name, value) => self.has(name, value),
            LdapFilter::Present(name) => {
                name.eq_ignore_ascii_case("objectClass") || self.values(name).is_some()
            }
            // A server that does not know a rule finds nobody, and says nothing.
            LdapFilter::Extensible(rule) => {
                flavour != Flavour::OpenLdap
                    && rule.matching_rule.as_deref() == Some("1.2.840.113556.1.4.1941")
                    && self.has(rule.type_.as_deref().unwrap_or_default(), &rule.match_value)
            }
            other => panic!("this server has no use for {other:?}"),
        }
    }

    fn show(&self, asked: &[String], items: usize) -> LdapSearchResultEntry {
        let mut attributes = Vec::new();
        for asked in asked {
            let with_options = self.attributes.iter().filter(|(known, _)| {
                known.split_once(';').is_some_and(|(base, _)| base.eq_ignore_ascii_case(asked))
            });
            for (name, values) in with_options {
                attributes.push(LdapPartialAttribute { atype: (*name).to_owned(), vals: values.clone() });
            }
            let (name, range) = asked
                .split_once(";range=")
                .map_or((asked.as_str(), None), |(name, range)| (name, Some(range)));
            let Some(values) = self.values(name) else { continue };
            let first: usize = range.map_or(0, |range| range.split('-').next().unwrap().parse().unwrap());
            if range.is_none() && (values.len() <= items || self.dn == SCHEMA) {
                attributes.push(LdapPartialAttribute { atype: name.to_owned(), vals: values.to_vec() });
                continue;
            }
            if range.is_none() {
                attributes.push(LdapPartialAttribute { atype: name.to_owned(), vals: Vec::new() });
            }
            let last = (first + items).min(values.len());
            let end = if last == values.len() { String::from("*") } else { (last - 1).to_string() };
            let atype = format!("{name};range={first}-{end}");
            attributes.push(LdapPartialAttribute { atype, vals: values[first..last].to_vec() });
        }
        LdapSearchResultEntry { dn: self.dn.clone(), attributes }
    }
}

fn texts(values: &[&str]) -> Vec<Vec<u8>> {
    values.iter().filter(|value| !value.is_empty()).map(|value| value.as_bytes().to_vec()).collect()
}

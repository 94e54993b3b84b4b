//! Entra ID played: a login and a Graph of their own addresses, groups in groups, users with what the application may
//! see of them.
//!
//! `login` gives tokens, `graph` answers. As strict as the real ones are said to be: what they refuse is refused here.

mod graph;
mod login;

use super::{FakeDirectory, Faults, Person, ids, serve};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tempfile::TempDir;

pub(crate) const TENANT: &str = "contoso.onmicrosoft.com";
pub(crate) const CLIENT_ID: &str = "c11e57a0-0000-4000-8000-000000000001";
pub(crate) const SECRET: &str = "s3cret+of&the=application";
pub(crate) const FEDERATED_TOKEN: &str = "eyJmZWRlcmF0ZWQi.token.of-another-provider";
pub(crate) const STAFF_ID: &str = "57aff000-0000-4000-8000-000000000001";

/// A certificate and its key, made for these tests.
const CERTIFICATE: &str = include_str!("entra_test_certificate.pem");

/// How many people are on a page, however many were asked for, until large ones are served.
const PAGE_ITEMS: usize = 2;

/// A tenant that tests may fill and disturb.
pub(crate) struct Entra {
    pub(crate) login_url: String,
    pub(crate) graph_url: String,
    pub(crate) tenant: Arc<Tenant>,
    secrets: TempDir,
}

/// What the servers share.
#[derive(Debug, Default)]
pub(crate) struct Tenant {
    faults: Faults,
    /// What will happen to the login's answers.
    pub(crate) login_faults: Faults,
    state: Mutex<Contents>,
}

/// What is there, and what was asked.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    pub(crate) page_items: usize,
    /// Where people find the login: assertions must be meant for it.
    pub(crate) login_url: String,
    /// Where people find Graph: tokens are for it, and links lead there.
    pub(crate) graph_url: String,
    /// A server of somebody else.
    pub(crate) foreign_url: String,
    /// For how long tokens are said to be good.
    pub(crate) expires_in: u64,
    /// Whether the application may see that there are users, and nothing else of them.
    pub(crate) hides_properties: bool,
    /// Whether the application may see nothing.
    pub(crate) forbids: bool,
    pub(crate) tokens: Vec<String>,
    pub(crate) dead_tokens: BTreeSet<String>,
    pub(crate) assertions: BTreeSet<String>,
    /// The pages of users that were asked for.
    pub(crate) asked: Vec<Asked>,
    /// What was asked of the server of somebody else.
    pub(crate) asked_abroad: Vec<String>,
}

/// A request for a page of users.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) at: Instant,
    pub(crate) query: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) upn: String,
    pub(crate) dn: Option<String>,
    pub(crate) nickname: String,
    pub(crate) title: String,
    pub(crate) is_admin: bool,
    pub(crate) is_disabled: bool,
    pub(crate) is_guest: bool,
    pub(crate) starts: String,
    pub(crate) ends: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) is_for_mail_only: bool,
    pub(crate) hides_members: bool,
    /// Members by id: users, groups, and whatever else.
    pub(crate) members: Vec<String>,
}

impl Tenant {
    pub(crate) fn contents(&self) -> MutexGuard<'_, Contents> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entra {
    pub(crate) async fn start() -> Self {
        let tenant = Arc::new(Tenant::default());
        let login_url = serve(login::router(&tenant)).await;
        let graph_url = serve(graph::router(&tenant)).await;
        let foreign_url = serve(Router::new().fallback(abroad).with_state(Arc::clone(&tenant))).await;
        tenant.open(&login_url, &graph_url, &foreign_url);
        let secrets = TempDir::new().unwrap();
        for (name, secret) in [("secret", SECRET), ("token", FEDERATED_TOKEN), ("certificate", CERTIFICATE)] {
            std::fs::write(secrets.path().join(name), format!("{secret}\n")).unwrap();
        }
        Self { login_url, graph_url, tenant, secrets }
    }

    /// Both servers at one address, behind others' parts.
    pub(crate) fn router(&self, public_url: &str) -> Router {
        self.tenant.open(public_url, public_url, "http://127.0.0.1:9");
        login::router(&self.tenant).merge(graph::router(&self.tenant))
    }

    /// The file of a secret: `secret`, `token` or `certificate`.
    pub(crate) fn secret(&self, name: &str) -> String {
        format!("file:{}", self.secrets.path().join(name).display())
    }

    /// The section with other lines for the credential and for the groups.
    pub(crate) fn source_with(&self, credential: &str, groups: &str) -> String {
        let Self { login_url, graph_url, .. } = self;
        format!(
            r#"
[[source]]
name = "staff"
kind = "entra"
tenant = "{TENANT}"
client_id = "{CLIENT_ID}"
{credential}
groups = {groups}
login_url = "{login_url}"
graph_url = "{graph_url}"
[source.mapping]
username = "mailNickname"
admin = "onPremisesExtensionAttributes/extensionAttribute1"
title = "jobTitle"
"#
        )
    }

    pub(crate) fn by_secret(&self) -> String {
        format!("client_secret = {:?}", self.secret("secret"))
    }

    /// Everybody, each a member of the group `staff`.
    pub(crate) fn put(&self, users: Vec<User>) {
        let mut contents = self.tenant.contents();
        let members = users.iter().map(|user| user.id.clone()).collect();
        contents.groups.retain(|group| group.id != STAFF_ID);
        contents.groups.push(Group {
            id: STAFF_ID.to_owned(),
            name: String::from("staff"),
            members,
            ..Group::default()
        });
        contents.users = users;
    }
}

impl Tenant {
    fn open(&self, login_url: &str, graph_url: &str, foreign_url: &str) {
        let mut contents = self.contents();
        (contents.expires_in, contents.page_items) = (3599, PAGE_ITEMS);
        contents.login_url = login_url.to_owned();
        contents.graph_url = graph_url.to_owned();
        contents.foreign_url = foreign_url.to_owned();
    }
}

impl FakeDirectory for Entra {
    fn source(&self) -> String {
        self.source_with(&self.by_secret(), "[\"staff\"]")
    }

    fn fill(&self, people: &[Person]) {
        let mut users: Vec<User> = Vec::new();
        for (person, id) in people.iter().zip(ids(people)) {
            let has_key = !person.key.is_empty();
            users.push(User {
                id: format!("id-of-{id}"),
                upn: if has_key { format!("{}@contoso.example", person.key) } else { String::new() },
                dn: has_key.then(|| format!("CN={},OU=staff,DC=contoso,DC=example", person.key)),
                nickname: person.username.clone(),
                title: person.title.clone(),
                is_admin: person.is_admin,
                is_disabled: person.is_disabled,
                is_guest: false,
                starts: person.starts.clone(),
                ends: person.ends.clone(),
            });
        }
        self.put(users);
    }

    fn faults(&self) -> &Faults {
        &self.tenant.faults
    }

    fn serve_large_pages(&self) {
        self.tenant.contents().page_items = usize::MAX;
    }
}

/// Somebody else: notes whatever comes, the token above all.
async fn abroad(State(tenant): State<Arc<Tenant>>, uri: Uri, headers: HeaderMap) -> &'static str {
    let token = headers.get("authorization").is_some();
    tenant.contents().asked_abroad.push(format!("{uri}, with a token: {token}"));
    "{\"value\": []}"
}

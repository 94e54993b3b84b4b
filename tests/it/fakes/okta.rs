//! Okta, as far as Rollcall asks it: groups, their people on small pages with `Link` headers, tokens, rate limits and
//! errors, in Okta's own shapes.
//!
//! A caller must show the API token, or a token that was given for an assertion signed with the test's key.

mod access;
mod shapes;

pub(crate) use access::{GIVEN, TOKEN};

use super::{Answer, FakeDirectory, Fault, Faults, Person, ids, serve};
use access::Access;
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tempfile::TempDir;

/// So many people are on a page, whatever is asked for, until large ones are served.
const PAGE_PEOPLE: usize = 2;

/// So many are on a page at most, and where nothing is asked for.
const PAGE_PEOPLE_MAX: usize = 1000;

/// The group of [`FakeDirectory::source`].
pub(crate) const EVERYBODY: &str = "Intranet \"users\" \\ all";

/// Somebody in Okta.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    /// `null` for one that has none.
    pub(crate) status: Value,
    pub(crate) profile: Value,
}

/// A group in Okta.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) users: Vec<User>,
}

/// A running Okta. Its secrets are files in a folder of its own.
pub(crate) struct Okta {
    pub(crate) inner: Arc<Inner>,
    folder: TempDir,
}

/// What its answers come from.
pub(crate) struct Inner {
    groups: Mutex<Vec<Arc<Group>>>,
    page_people: AtomicUsize,
    faults: Faults,
    pub(crate) access: Access,
    /// Its address, or that of a proxy before it.
    address: Mutex<String>,
    /// The address of another server, which must never be asked.
    foreign: String,
    foreign_calls: Arc<AtomicUsize>,
    /// When pages of people were asked for.
    asked: Mutex<Vec<Instant>>,
    /// Whether the caller's role lets it see groups.
    is_role_lacking: AtomicBool,
    hops: AtomicUsize,
    /// How many of the last people of a group the caller's role does not show; they are counted all the same.
    unseen: AtomicUsize,
    /// Larger pages run out of time.
    largest_page: AtomicUsize,
    /// Whether the place of the last page of a listing is always lost.
    is_forgetful: AtomicBool,
}

impl Okta {
    /// Serves on a port of this machine.
    pub(crate) async fn start() -> Self {
        Self::start_at("127.0.0.1:0", None).await
    }

    /// Serves at this address of this machine, and says that it is at another.
    pub(crate) async fn start_at(address: &str, public: Option<&str>) -> Self {
        let foreign_calls = Arc::new(AtomicUsize::new(0));
        let calls = Arc::clone(&foreign_calls);
        let foreign = serve(Router::new().fallback(move || {
            calls.fetch_add(1, Ordering::SeqCst);
            async { "[]" }
        }))
        .await;
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Inner {
            groups: Mutex::default(),
            page_people: AtomicUsize::new(PAGE_PEOPLE),
            faults: Faults::default(),
            access: Access::default(),
            address: Mutex::new(public.map_or(own, str::to_owned)),
            foreign,
            foreign_calls,
            asked: Mutex::default(),
            is_role_lacking: AtomicBool::new(false),
            hops: AtomicUsize::new(0),
            unseen: AtomicUsize::new(0),
            largest_page: AtomicUsize::new(usize::MAX),
            is_forgetful: AtomicBool::new(false),
        });
        let router = Router::new()
            .route("/api/v1/groups", get(groups))
            .route("/api/v1/groups/{id}", get(group))
            .route("/api/v1/groups/{id}/users", get(users))
            .route("/api/v1/apps/{id}/users", get(assignments))
            .route("/oauth2/v1/token", post(token))
            .with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let folder = TempDir::new().unwrap();
        for (name, secret) in access::SECRETS {
            std::fs::write(folder.path().join(name), format!("{secret}\n")).unwrap();
        }
        Self { inner, folder }
    }

    /// The file of a secret, as the configuration names it.
    pub(crate) fn secret(&self, name: &str) -> String {
        format!("file:{}", self.folder.path().join(name).display())
    }

    /// The credential of an API token, as lines of a source.
    pub(crate) fn by_token(&self) -> String {
        format!("token = \"{}\"", self.secret("token"))
    }

    /// The credential of a service application with the key in this file.
    pub(crate) fn by_key(&self, name: &str) -> String {
        let (client, kid) = (access::CLIENT, access::key_id(name));
        format!("private_key = \"{}\"\nclient_id = \"{client}\"\nkey_id = \"{kid}\"", self.secret(name))
    }

    /// The source with this credential and these groups, as TOML has them.
    pub(crate) fn source_of(&self, credential: &str, groups: &str) -> String {
        let address = self.inner.address();
        format!(
            "[[source]]\nname = \"staff\"\nkind = \"okta\"\nurl = \"{address}\"\n{credential}\ngroups = [{groups}]\n\
             [source.mapping]\nusername = \"userName\"\nadmin = \"admin\"\ntitle = \"title\"\n"
        )
    }

    /// Other groups from now on.
    pub(crate) fn set_groups(&self, groups: Vec<Group>) {
        *self.inner.groups.lock().unwrap() = groups.into_iter().map(Arc::new).collect();
    }

    /// One more group.
    pub(crate) fn add_group(&self, group: Group) {
        self.inner.groups.lock().unwrap().push(Arc::new(group));
    }

    /// From this call on the caller has no role.
    pub(crate) fn take_role(&self) {
        self.inner.is_role_lacking.store(true, Ordering::SeqCst);
    }

    /// From this call on the caller's role does not show the last people of a group.
    pub(crate) fn narrow_role(&self, unseen: usize) {
        self.inner.unseen.store(unseen, Ordering::SeqCst);
    }

    /// From this call on larger pages run out of time.
    pub(crate) fn run_out_of_time_above(&self, people: usize) {
        self.inner.largest_page.store(people, Ordering::SeqCst);
    }

    /// From now on the last page of a listing is never known any more.
    pub(crate) fn lose_every_place(&self) {
        self.inner.is_forgetful.store(true, Ordering::SeqCst);
    }

    /// How often the server was asked that is not Okta.
    pub(crate) fn foreign_calls(&self) -> usize {
        self.inner.foreign_calls.load(Ordering::SeqCst)
    }

    /// When pages were asked for, since this was asked last.
    pub(crate) fn take_asked(&self) -> Vec<Instant> {
        std::mem::take(&mut self.inner.asked.lock().unwrap())
    }
}

impl FakeDirectory for Okta {
    fn source(&self) -> String {
        self.source_of(&self.by_key("rsa.pem"), &json!(EVERYBODY).to_string())
    }

    fn fill(&self, people: &[Person]) {
        let users = people.iter().zip(ids(people)).map(|(person, id)| User::of(person, &id));
        self.set_groups(vec![Group::new(EVERYBODY, users.collect())]);
    }

    fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    fn serve_large_pages(&self) {
        self.inner.page_people.store(PAGE_PEOPLE_MAX, Ordering::SeqCst);
    }
}

impl Group {
    /// With an id that comes from its name.
    pub(crate) fn new(name: &str, users: Vec<User>) -> Self {
        let digits = name.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(1_000_003) ^ u64::from(byte));
        let id = format!("00g{digits:017x}");
        Self { id, name: name.to_owned(), users }
    }
}

impl Group {
    /// As a role sees it that does not show the last people.
    fn narrowed(&self, unseen: usize) -> Self {
        let mut group = self.clone();
        group.users.truncate(group.users.len().saturating_sub(unseen));
        group
    }
}

impl Inner {
    pub(crate) fn address(&self) -> String {
        self.address.lock().unwrap().clone()
    }

    fn group(&self, id: &str) -> Option<Arc<Group>> {
        self.groups.lock().unwrap().iter().find(|group| group.id == id).cloned()
    }

    /// The refusal of a request that shows no token, or one that does not count.
    fn refusal(&self, headers: &HeaderMap) -> Option<Answer> {
        if !self.access.is_shown(headers) {
            return Some(shapes::error(401, "E0000011", "Invalid token provided"));
        }
        let is_lacking = self.is_role_lacking.load(Ordering::SeqCst);
        let text = "You do not have permission to perform the requested action";
        is_lacking.then(|| shapes::error(403, "E0000006", text))
    }

    /// A page of a group's people.
    fn page(
        &self,
        group: &Group,
        uri: &Uri,
        query: &HashMap<String, String>,
        fault: Option<&Fault>,
    ) -> Answer {
        let asked = query.get("limit").map_or(PAGE_PEOPLE_MAX, |limit| limit.parse().unwrap());
        if asked > self.largest_page.load(Ordering::SeqCst) {
            return shapes::error(500, "E0000009", "Internal Server Error");
        }
        let group = &group.narrowed(self.unseen.load(Ordering::SeqCst));
        let page_people = self.page_people.load(Ordering::SeqCst).min(asked);
        let lost = || shapes::error(400, "E0000001", "Api validation failed: after");
        let at = match query.get("after") {
            None => 0,
            Some(after) => match group.users.iter().position(|user| user.id == *after) {
                None => return lost(),
                Some(at) => at + 1,
            },
        };
        if self.is_forgetful.load(Ordering::SeqCst) && at + page_people >= group.users.len() {
            return lost();
        }
        let own = format!("{}{uri}", self.address());
        let listing = format!("/api/v1/groups/{}/users", group.id);
        let link = |base: &str, after: &str| format!("{base}{listing}?after={after}&limit={page_people}");
        let end = (at + page_people).min(group.users.len());
        let next = (end < group.users.len()).then(|| link(&self.address(), &group.users[end - 1].id));
        let people = &group.users[at..end];
        let (people, next) = match fault {
            Some(Fault::EmptyPage) => {
                // Another way to the page each time: that is what an empty page is good for.
                let hop = self.hops.fetch_add(1, Ordering::SeqCst);
                let separator = if uri.query().is_some() { '&' } else { '?' };
                (&[][..], Some(format!("{own}{separator}hop={hop}")))
            }
            Some(Fault::RepeatedPage) => {
                let before = at.saturating_sub(page_people);
                (&group.users[before..(before + page_people).min(group.users.len())], next)
            }
            Some(Fault::LoopingLink) => (people, Some(format!("{}{listing}?limit=200", self.address()))),
            Some(Fault::SelfLink) => (people, Some(own.clone())),
            Some(Fault::ForeignLink) => (people, Some(link(&self.foreign, "00u"))),
            Some(Fault::PlaceExpired) => return lost(),
            Some(Fault::ErrorInside) => return shapes::error(200, "E0000009", "Internal Server Error"),
            Some(Fault::Status(..) | Fault::Cut(_) | Fault::Html | Fault::Drip | Fault::AccessExpired)
            | None => (people, next),
        };
        let mut answer = Answer::json(200, &people.iter().map(User::shape).collect())
            .with_header("link", &format!("<{own}>; rel=\"self\""));
        if let Some(next) = next {
            answer = answer.with_header("link", &format!("<{next}>; rel=\"next\""));
        }
        answer
    }
}

async fn groups(
    State(inner): State<Arc<Inner>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = inner.refusal(&headers) {
        return shapes::with_limits(refusal).send(None);
    }
    let name = query.get("search").and_then(|search| shapes::name_searched_for(search));
    let Some(name) = name else {
        return shapes::error(400, "E0000031", "Invalid search criteria.").send(None);
    };
    // As Okta does: its comparison takes no notice of case.
    let is_it = |group: &&Arc<Group>| group.name.eq_ignore_ascii_case(&name);
    let found: Vec<Value> =
        inner.groups.lock().unwrap().iter().filter(is_it).map(|group| group.shape()).collect();
    shapes::with_limits(Answer::json(200, &json!(found))).send(None)
}

async fn group(State(inner): State<Arc<Inner>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let answer = inner.refusal(&headers).unwrap_or_else(|| match inner.group(&id) {
        Some(group) => Answer::json(200, &group.shape()),
        None => shapes::not_found(&id),
    });
    shapes::with_limits(answer).send(None)
}

async fn users(
    State(inner): State<Arc<Inner>>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    inner.asked.lock().unwrap().push(Instant::now());
    if let Some(refusal) = inner.refusal(&headers) {
        return shapes::with_limits(refusal).send(None);
    }
    let Some(group) = inner.group(&id) else { return shapes::not_found(&id).send(None) };
    let fault = inner.faults.next();
    if matches!(fault, Some(Fault::AccessExpired)) {
        inner.access.revoke(&headers);
        return shapes::error(401, "E0000011", "Invalid token provided").send(None);
    }
    let page = inner.page(&group, &uri, &query, fault.as_ref());
    shapes::with_limits(page).send(fault)
}

/// The people of the group whose id ends as the application's does, each in an assignment.
async fn assignments(
    State(inner): State<Arc<Inner>>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    if let Some(refusal) = inner.refusal(&headers) {
        return shapes::with_limits(refusal).send(None);
    }
    let Some(group) = inner.group(&id.replacen("0oa", "00g", 1)) else {
        return shapes::not_found(&id).send(None);
    };
    let shows_users = query.get("expand").is_some_and(|expand| expand == "user");
    let assignment = |user: &User| {
        let embedded = if shows_users { json!({ "user": user.shape() }) } else { json!({}) };
        json!({ "id": user.id, "scope": "USER", "status": "ACTIVE", "profile": {}, "_embedded": embedded })
    };
    let after = query.get("after").and_then(|after| group.users.iter().position(|user| user.id == *after));
    let at = after.map_or(0, |at| at + 1);
    let end = (at + inner.page_people.load(Ordering::SeqCst)).min(group.users.len());
    let mut answer = Answer::json(200, &group.users[at..end].iter().map(assignment).collect());
    if end < group.users.len() {
        let last = &group.users[end - 1].id;
        let link =
            format!("<{}/api/v1/apps/{id}/users?expand=user&after={last}>; rel=\"next\"", inner.address());
        answer = answer.with_header("link", &link);
    }
    shapes::with_limits(answer).send(None)
}

async fn token(State(inner): State<Arc<Inner>>, Form(form): Form<HashMap<String, String>>) -> Response {
    let fault = inner.access.faults.next();
    let audience = format!("{}/oauth2/v1/token", inner.address());
    shapes::with_limits(inner.access.give(&form, &audience)).send(fault)
}

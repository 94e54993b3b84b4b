//! Okta played: groups, their people by `Link` headers, tokens of both kinds. As strict as the real one is said to be.

use super::{Answer, FakeDirectory, Fault, Faults, ids, serve};
use crate::scenario::Person;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tempfile::TempDir;

pub(crate) const TOKEN: &str = "00very-secret-token-of-okta";
pub(crate) const CLIENT_ID: &str = "0oa1example";
pub(crate) const STAFF_ID: &str = "00gstaff000000000001";

/// A key made for tests only, and its public half.
const PRIVATE_KEY: &str = include_str!("okta_test_private_key.pem");
const PUBLIC_KEY: &str = include_str!("okta_test_public_key.pem");

/// As many people are on a page, however many are asked for.
const PAGE_ITEMS: usize = 2;

/// An organisation that tests may fill and disturb.
pub(crate) struct Okta {
    pub(crate) url: String,
    pub(crate) organisation: Arc<Organisation>,
    secrets: TempDir,
}

/// What the server holds.
#[derive(Debug, Default)]
pub(crate) struct Organisation {
    faults: Faults,
    state: Mutex<Contents>,
}

#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Where people find the organisation: links lead there.
    pub(crate) url: String,
    foreign_url: String,
    /// Each as Okta tells of it.
    pub(crate) users: Vec<Value>,
    /// Id, name, and the ids of its people.
    pub(crate) groups: Vec<(String, String, Vec<String>)>,
    /// Tokens that were given to the application and are good.
    tokens: BTreeSet<String>,
    given: u32,
    seen_assertions: BTreeSet<String>,
    pub(crate) forbids: bool,
    /// When each page of people was asked for.
    pub(crate) asked: Vec<Instant>,
    /// What was asked of the server of somebody else.
    pub(crate) asked_abroad: Vec<String>,
}

impl Organisation {
    pub(crate) fn contents(&self) -> MutexGuard<'_, Contents> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Okta {
    pub(crate) async fn start() -> Self {
        let organisation = Arc::new(Organisation::default());
        let router = |handler| Router::new().fallback(handler).with_state(Arc::clone(&organisation));
        let url = serve(router(axum::routing::any(answer))).await;
        let foreign_url = serve(router(axum::routing::any(abroad))).await;
        (organisation.contents().url, organisation.contents().foreign_url) = (url.clone(), foreign_url);
        let secrets = TempDir::new().unwrap();
        std::fs::write(secrets.path().join("token"), format!("{TOKEN}\n")).unwrap();
        std::fs::write(secrets.path().join("wrong"), "00another-token").unwrap();
        std::fs::write(secrets.path().join("key"), PRIVATE_KEY).unwrap();
        Self { url, organisation, secrets }
    }

    /// The organisation at this address, behind others' parts.
    pub(crate) fn router(&self, public_url: &str) -> Router {
        self.organisation.contents().url = public_url.to_owned();
        Router::new().fallback(answer).with_state(Arc::clone(&self.organisation))
    }

    /// The file of a secret: `token`, `wrong` or `key`.
    fn secret(&self, name: &str) -> String {
        format!("file:{}", self.secrets.path().join(name).display())
    }

    pub(crate) fn by_token(&self, name: &str) -> String {
        format!("token = {:?}", self.secret(name))
    }

    pub(crate) fn by_key(&self) -> String {
        format!("client_id = {CLIENT_ID:?}\nprivate_key = {:?}\nkey_id = \"k1\"", self.secret("key"))
    }

    pub(crate) fn source_with(&self, credential: &str, groups: &str) -> String {
        format!(
            "[[source]]\nname = \"staff\"\nkind = \"okta\"\nurl = {:?}\n{credential}\ngroups = {groups}\n\
             [source.mapping]\nusername = \"nickName\"\nadmin = \"isAdmin\"\ntitle = \"title\"\n",
            self.url
        )
    }

    /// Everybody, each in the group `staff`.
    pub(crate) fn put(&self, users: Vec<Value>) {
        let mut contents = self.organisation.contents();
        let members = users.iter().map(|user| user["id"].as_str().unwrap_or_default().to_owned()).collect();
        contents.groups.retain(|(id, _, _)| id != STAFF_ID);
        contents.groups.push((STAFF_ID.to_owned(), String::from("staff"), members));
        contents.users = users;
    }
}

/// A person as Okta tells of one.
pub(crate) fn user(id: &str, login: &str, status: &str, person: &Person) -> Value {
    json!({
        "id": id,
        "status": status,
        "created": "2026-01-01T00:00:00.000Z",
        "activated": null,
        "lastUpdated": "2026-01-01T00:00:00.000Z",
        "profile": {
            "login": login,
            "email": format!("{}@example.org", person.username),
            "firstName": person.username,
            "lastName": "Example",
            "nickName": person.username,
            "title": person.title,
            "isAdmin": person.is_admin,
        },
        "credentials": { "provider": { "type": "OKTA", "name": "OKTA" } },
    })
}

impl FakeDirectory for Okta {
    fn source(&self) -> String {
        self.source_with(&self.by_token("token"), "[\"staff\"]")
    }

    fn fill(&self, people: &[Person]) {
        let users = people.iter().zip(ids(people)).map(|(person, id)| {
            let status = if person.is_disabled { "SUSPENDED" } else { "ACTIVE" };
            let login =
                if person.key.is_empty() { String::new() } else { format!("{}@example.org", person.key) };
            user(&format!("00u{id}"), &login, status, person)
        });
        self.put(users.collect());
    }

    fn faults(&self) -> &Faults {
        &self.organisation.faults
    }
}

/// Somebody else: notes whatever comes, the token above all.
async fn abroad(State(organisation): State<Arc<Organisation>>, uri: Uri, headers: HeaderMap) -> &'static str {
    let token = headers.get("authorization").is_some();
    organisation.contents().asked_abroad.push(format!("{uri}, with a token: {token}"));
    "[]"
}

fn error(status: u16, code: &str) -> Answer {
    let body = json!({
        "errorCode": code, "errorSummary": "so it is", "errorLink": code, "errorId": "oae1", "errorCauses": [],
    });
    Answer::json(status, &body).with_header("x-okta-request-id", "req-1")
}

async fn answer(
    State(organisation): State<Arc<Organisation>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let asked = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    if method == Method::POST && uri.path() == "/oauth2/v1/token" {
        return give_token(&mut organisation.contents(), &body).send(None);
    }
    let parts: Vec<&str> = uri.path().trim_start_matches('/').split('/').collect();
    let mut contents = organisation.contents();
    if let Some(refusal) = contents.refusal(&headers) {
        return refusal.send(None);
    }
    match parts.as_slice() {
        ["api", "v1", "groups"] => contents.find_groups(asked("search").unwrap_or_default()).send(None),
        ["api", "v1", "groups", id] => contents.group(id).send(None),
        ["api", "v1", "groups", id, "users"] => {
            contents.asked.push(Instant::now());
            let fault = organisation.faults.next();
            let answer = contents.people(id, asked("after"), asked("limit"), fault.as_ref(), &headers);
            answer.send(fault)
        }
        _ => error(404, "E0000022").send(None),
    }
}

impl Contents {
    fn refusal(&self, headers: &HeaderMap) -> Option<Answer> {
        let shown = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let is_known = shown.strip_prefix("SSWS ").is_some_and(|token| token == TOKEN)
            || shown.strip_prefix("Bearer ").is_some_and(|token| self.tokens.contains(token));
        match (is_known, self.forbids) {
            (false, _) => Some(error(401, "E0000011")),
            (true, true) => Some(error(403, "E0000006")),
            (true, false) => None,
        }
    }

    fn show(&self, group: &(String, String, Vec<String>)) -> Value {
        let (id, name, members) = group;
        json!({
            "id": id,
            "type": "OKTA_GROUP",
            "profile": { "name": name, "description": "Everybody" },
            "_embedded": { "stats": { "usersCount": members.len() } },
        })
    }

    fn find_groups(&self, search: &str) -> Answer {
        // As Okta does: it does not tell capitals from small letters here.
        let name = search.strip_prefix("profile.name eq \"").and_then(|rest| rest.strip_suffix('"'));
        let Some(name) = name else { return error(400, "E0000031") };
        let found = self.groups.iter().filter(|(_, known, _)| known.eq_ignore_ascii_case(name));
        Answer::json(200, &found.map(|group| self.show(group)).collect())
    }

    fn group(&self, id: &str) -> Answer {
        let found = self.groups.iter().find(|(known, _, _)| known == id);
        found.map_or_else(|| error(404, "E0000007"), |group| Answer::json(200, &self.show(group)))
    }

    fn people(
        &mut self,
        id: &str,
        after: Option<&str>,
        limit: Option<&str>,
        fault: Option<&Fault>,
        headers: &HeaderMap,
    ) -> Answer {
        let Some((_, _, members)) = self.groups.iter().find(|(known, _, _)| known == id) else {
            return error(404, "E0000007");
        };
        if limit.is_none_or(|limit| limit.parse::<u32>().is_err()) {
            return error(400, "E0000001");
        }
        let start: usize = match after.map(str::parse) {
            None => 0,
            Some(Ok(start)) => start,
            Some(Err(_)) => return error(400, "E0000001"),
        };
        let shown =
            if matches!(fault, Some(Fault::RepeatedPage)) { start.saturating_sub(PAGE_ITEMS) } else { start };
        let ids = members.iter().skip(shown).take(PAGE_ITEMS);
        let mut found: Vec<&Value> =
            ids.filter_map(|id| self.users.iter().find(|user| user["id"] == id.as_str())).collect();
        let end = start + PAGE_ITEMS;
        let link = |after: usize| format!("{}/api/v1/groups/{id}/users?after={after}&limit=200", self.url);
        let mut next = (end < members.len()).then(|| link(end));
        match fault {
            Some(Fault::EmptyPage) => (found, next) = (Vec::new(), Some(format!("{}&again=1", link(start)))),
            Some(Fault::LoopingLink) => next = Some(link(0)),
            Some(Fault::SelfLink) => next = Some(link(start)),
            Some(Fault::ForeignLink) => next = Some(link(end).replace(&self.url, &self.foreign_url)),
            Some(Fault::PlaceExpired) => return error(400, "E0000001"),
            Some(Fault::ErrorInside) => {
                let body = json!({ "errorCode": "E0000009", "errorSummary": "Internal Server Error" });
                return Answer::json(200, &body);
            }
            Some(Fault::AccessExpired) => {
                let shown =
                    headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
                self.tokens.remove(shown.trim_start_matches("Bearer "));
                return error(401, "E0000011");
            }
            Some(Fault::Status(..) | Fault::Cut(_) | Fault::Html | Fault::RepeatedPage | Fault::Drip)
            | None => {}
        }
        let mut answer = Answer::json(200, &json!(found))
            .with_header("x-okta-request-id", "req-1")
            .with_header("x-rate-limit-limit", "600")
            .with_header("x-rate-limit-remaining", "599")
            .with_header("link", &format!("<{}>; rel=\"self\"", link(start)));
        if let Some(next) = next {
            answer = answer.with_header("link", &format!("<{next}>; rel=\"next\""));
        }
        answer
    }
}

fn give_token(contents: &mut Contents, body: &Bytes) -> Answer {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    let sent =
        |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let refuse = |word: &str| Answer::json(400, &json!({ "error": word, "error_description": "so it is" }));
    if sent("grant_type") != "client_credentials" {
        return refuse("unsupported_grant_type");
    }
    if sent("scope") != "okta.users.read okta.groups.read" {
        return refuse("invalid_scope");
    }
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[format!("{}/oauth2/v1/token", contents.url)]);
    validation.set_issuer(&[CLIENT_ID]);
    validation.set_required_spec_claims(&["aud", "iss", "sub", "exp", "jti"]);
    let key = DecodingKey::from_rsa_pem(PUBLIC_KEY.as_bytes()).unwrap();
    let claims = jsonwebtoken::decode::<Value>(sent("client_assertion"), &key, &validation);
    let Ok(claims) = claims else { return refuse("invalid_client") };
    let is_new =
        claims.claims["jti"].as_str().is_some_and(|jti| contents.seen_assertions.insert(jti.to_owned()));
    if !is_new || claims.claims["sub"] != CLIENT_ID || claims.header.kid.as_deref() != Some("k1") {
        return refuse("invalid_client");
    }
    contents.given += 1;
    let token = format!("access-token-{}", contents.given);
    contents.tokens.insert(token.clone());
    let scope = sent("scope");
    Answer::json(
        200,
        &json!({ "token_type": "Bearer", "expires_in": 3600, "access_token": token, "scope": scope }),
    )
}

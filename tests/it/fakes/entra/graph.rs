//! Graph: groups by id and by name, and the users in them, a few on a page.

use super::{Asked, Contents, Group, Tenant, User};
use crate::fakes::{Answer, Fault};
use axum::Router;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

type Parameters = BTreeMap<String, String>;

/// What a user comes with where nothing is selected. Whether the account is enabled is not among it.
const USUAL: &str = "businessPhones,displayName,givenName,id,jobTitle,mail,mobilePhone,officeLocation,\
                     preferredLanguage,surname,userPrincipalName";

pub(super) fn router(tenant: &Arc<Tenant>) -> Router {
    Router::new()
        .route("/v1.0/groups", get(groups))
        .route("/v1.0/groups/{id}", get(group))
        .route("/v1.0/groups/{id}/transitiveMembers/microsoft.graph.user", get(users))
        .with_state(Arc::clone(tenant))
}

fn error(status: u16, code: &str, message: &str) -> Answer {
    let request = "00000000-0000-4000-8000-0000000000cc";
    let inner = json!({ "date": "2026-01-01T00:00:00", "request-id": request, "client-request-id": request });
    let body = json!({ "error": { "code": code, "message": message, "innerError": inner } });
    Answer::json(status, &body).with_header("request-id", request)
}

fn good(body: &Value) -> Answer {
    Answer::json(200, body)
        .with_header("request-id", "00000000-0000-4000-8000-0000000000dd")
        .with_header("x-ms-resource-unit", "4")
}

fn no_such_group(id: &str) -> Answer {
    let message = format!(
        "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
    );
    error(404, "Request_ResourceNotFound", &message)
}

/// Whether the token is one of ours, still good, and of an application that may see anything.
fn check_access(contents: &Contents, headers: &HeaderMap) -> Result<(), Box<Answer>> {
    let shown = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = shown.strip_prefix("Bearer ").unwrap_or_default();
    if !contents.tokens.iter().any(|known| known == token) || contents.dead_tokens.contains(token) {
        let message = "Lifetime validation failed, the token is expired.";
        return Err(Box::new(error(401, "InvalidAuthenticationToken", message)));
    }
    if contents.forbids {
        let message = "Insufficient privileges to complete the operation.";
        return Err(Box::new(error(403, "Authorization_RequestDenied", message)));
    }
    Ok(())
}

fn shown_group(group: &Group) -> Value {
    let visibility = group.hides_members.then_some("HiddenMembership");
    let is_for_security = !group.is_for_mail_only;
    json!({
        "id": group.id, "displayName": group.name, "securityEnabled": is_for_security, "visibility": visibility
    })
}

async fn group(State(tenant): State<Arc<Tenant>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let contents = tenant.contents();
    let answer = match check_access(&contents, &headers) {
        Err(refusal) => *refusal,
        Ok(()) => match contents.groups.iter().find(|group| group.id == id) {
            Some(group) => good(&shown_group(group)),
            None => no_such_group(&id),
        },
    };
    drop(contents);
    answer.send(None)
}

/// One group on a page, and nothing on the first: a reader that stops there sees none.
async fn groups(
    State(tenant): State<Arc<Tenant>>,
    Query(parameters): Query<Parameters>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let contents = tenant.contents();
    if let Err(refusal) = check_access(&contents, &headers) {
        drop(contents);
        return refusal.send(None);
    }
    let name = parameters.get("$filter").and_then(|filter| named(filter));
    let Some(name) = name else {
        drop(contents);
        return error(400, "Request_BadRequest", "Invalid filter clause").send(None);
    };
    let is_it = |group: &&Group| group.name.to_lowercase() == name.to_lowercase();
    let found: Vec<Value> = contents.groups.iter().filter(is_it).map(shown_group).collect();
    let page: usize = parameters.get("$skiptoken").map_or(0, |token| token.parse().unwrap());
    let value: Vec<&Value> = page.checked_sub(1).and_then(|at| found.get(at)).into_iter().collect();
    let mut body =
        json!({ "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#groups", "value": value });
    if page < found.len() {
        let query = without_place(&query.unwrap_or_default());
        let link = format!("{}/v1.0/groups?{query}&$skiptoken={}", contents.graph_url, page + 1);
        body["@odata.nextLink"] = Value::from(link);
    }
    drop(contents);
    good(&body).send(None)
}

/// `displayName eq 'name'`, quotes in the name doubled.
fn named(filter: &str) -> Option<String> {
    let inner = filter.strip_prefix("displayName eq '")?.strip_suffix('\'')?;
    let name = inner.replace("''", "\u{0}");
    (!name.contains('\'')).then(|| name.replace('\u{0}', "'"))
}

async fn users(
    State(tenant): State<Arc<Tenant>>,
    Path(id): Path<String>,
    Query(parameters): Query<Parameters>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = query.unwrap_or_default();
    let fault = tenant.faults.next();
    let mut contents = tenant.contents();
    contents.asked.push(Asked { at: Instant::now(), query: query.clone() });
    if let Some(Fault::AccessExpired) = fault {
        let dead = contents.tokens.clone();
        contents.dead_tokens.extend(dead);
    }
    let request = Request { id: &id, parameters: &parameters, query: &query, fault: fault.as_ref() };
    let answer = match check_access(&contents, &headers).and_then(|()| request.check(&headers)) {
        Err(refusal) => *refusal,
        Ok(()) => request.answer(&contents),
    };
    drop(contents);
    answer.send(fault)
}

/// A request for a page of users, and what goes wrong with it.
struct Request<'a> {
    id: &'a str,
    parameters: &'a Parameters,
    query: &'a str,
    fault: Option<&'a Fault>,
}

impl Request<'_> {
    /// Users alone are listed from an index that must be asked for by a header, on each page, and with the count.
    fn check(&self, headers: &HeaderMap) -> Result<(), Box<Answer>> {
        let is_eventual = headers.get("consistencylevel").is_some_and(|value| value == "eventual");
        if !is_eventual || self.parameters.get("$count").map(String::as_str) != Some("true") {
            return Err(Box::new(error(400, "Request_UnsupportedQuery", "Invalid search request.")));
        }
        let top = self.parameters.get("$top").map_or(Ok(100), |top| top.parse());
        if !top.is_ok_and(|top: u32| (1..=999).contains(&top)) {
            return Err(Box::new(error(400, "Request_BadRequest", "Invalid page size specified.")));
        }
        Ok(())
    }

    fn answer(&self, contents: &Contents) -> Answer {
        if let Some(Fault::PlaceExpired) = self.fault {
            return error(400, "Directory_ExpiredPageToken", "The specified page token value has expired.");
        }
        if let Some(Fault::ErrorInside) = self.fault {
            return good(&json!({ "error": { "code": "UnknownError", "message": "" } }));
        }
        if !contents.groups.iter().any(|group| group.id == self.id) {
            return no_such_group(self.id);
        }
        let everybody = in_group(contents, self.id);
        let (first, items) = (self.place(), self.items(contents));
        let page = match self.fault {
            Some(Fault::EmptyPage) => &[],
            Some(Fault::RepeatedPage) => on_page(&everybody, first.saturating_sub(items), items),
            _ => on_page(&everybody, first, items),
        };
        let value: Vec<Value> = page.iter().map(|user| self.shown(contents, user)).collect();
        let mut body = json!({
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", "value": value
        });
        if !self.parameters.contains_key("$skiptoken") {
            body["@odata.count"] = Value::from(everybody.len());
        }
        if let Some(link) = self.link(contents, everybody.len()) {
            body["@odata.nextLink"] = Value::from(link);
        }
        good(&body)
    }

    /// How many users are on the pages before this one. Empty pages have places of their own: `4.1` is one on the way
    /// to `4`.
    fn place(&self) -> usize {
        let token = self.parameters.get("$skiptoken").map_or("0", String::as_str);
        token.split('.').next().unwrap().parse().unwrap()
    }

    /// How many users are on a page.
    fn items(&self, contents: &Contents) -> usize {
        let asked = self.parameters.get("$top").map_or(100, |top| top.parse().unwrap());
        contents.page_items.min(asked)
    }

    fn link(&self, contents: &Contents, count: usize) -> Option<String> {
        let place = self.place();
        let path = format!("/v1.0/groups/{}/transitiveMembers/microsoft.graph.user", self.id);
        let base = without_place(self.query);
        let after = place + self.items(contents);
        let next = (after < count).then(|| format!("{base}&$skiptoken={after}"));
        let (server, query) = match self.fault {
            Some(Fault::EmptyPage) => (&contents.graph_url, format!("{base}&$skiptoken={place}.1")),
            Some(Fault::LoopingLink) => (&contents.graph_url, base),
            Some(Fault::SelfLink) => (&contents.graph_url, self.query.to_owned()),
            Some(Fault::ForeignLink) => (&contents.foreign_url, next.unwrap_or(base)),
            _ => (&contents.graph_url, next?),
        };
        Some(format!("{server}{path}?{query}"))
    }

    fn shown(&self, contents: &Contents, user: &User) -> Value {
        let all = properties(user);
        let selected = self.parameters.get("$select").map_or(USUAL, String::as_str);
        let show = |name: &str| {
            let is_hidden = contents.hides_properties && name != "id";
            let value = if is_hidden { Value::Null } else { all.get(name).cloned().unwrap_or_default() };
            (name.to_owned(), value)
        };
        selected.split(',').map(show).collect::<Map<_, _>>().into()
    }
}

fn on_page<'a>(everybody: &'a [&'a User], first: usize, items: usize) -> &'a [&'a User] {
    &everybody[first.min(everybody.len())..(first + items).min(everybody.len())]
}

/// What somebody does not have is null.
fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn properties(user: &User) -> Map<String, Value> {
    let admin = if user.is_admin { "yes" } else { "no" };
    let all = json!({
        "id": user.id,
        "accountEnabled": !user.is_disabled,
        "userPrincipalName": user.upn,
        "onPremisesDistinguishedName": user.dn,
        "userType": if user.is_guest { "Guest" } else { "Member" },
        "mailNickname": user.nickname,
        "jobTitle": given(&user.title),
        "businessPhones": [],
        "onPremisesExtensionAttributes": {
            "extensionAttribute1": admin,
            "extensionAttribute2": given(&user.starts),
            "extensionAttribute3": given(&user.ends),
        },
    });
    let Value::Object(all) = all else { unreachable!() };
    all
}

/// The users in a group and in the groups in it, each once. Groups may be in each other.
fn in_group<'a>(contents: &'a Contents, id: &str) -> Vec<&'a User> {
    let by_id: HashMap<&str, &Group> =
        contents.groups.iter().map(|group| (group.id.as_str(), group)).collect();
    let (mut ids, mut seen, mut members) = (vec![id], HashSet::new(), HashSet::new());
    while let Some(id) = ids.pop() {
        for member in by_id.get(id).filter(|_| seen.insert(id)).into_iter().flat_map(|group| &group.members) {
            members.insert(member.as_str());
            ids.push(member);
        }
    }
    contents.users.iter().filter(|user| members.contains(user.id.as_str())).collect()
}

fn without_place(query: &str) -> String {
    let is_place = |part: &&str| part.starts_with("$skiptoken=") || part.starts_with("%24skiptoken=");
    query.split('&').filter(|part| !is_place(part)).collect::<Vec<_>>().join("&")
}

//! The one list of routes: method, path, permission, handler.
//!
//! Everything that depends on which routes there are is made from [`ROUTES`]: the responses 404 and 405, who may do what, which
//! of the two functions answers, and the checks of `infra/openapi.yaml` and `template.yaml`. A route without a permission
//! cannot be written down, so none is open by mistake.

mod accounts;
mod audit;
mod configuration;
mod doctor;
mod events;
mod exports;
mod find;
mod inbox;
mod licence;
mod me;
mod local_accounts;
mod reset;
mod runs;
mod sources;
mod waiting;

use crate::error::Error;
use crate::http::request::ApiRequest;
use crate::http::response::Response;
use crate::permission::Permission;
use futures::future::BoxFuture;

/// Which of the two functions answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The function `read`, which has no right to change anything.
    Read,
    /// The function `reset`.
    Write,
}

/// Handlers are functions of different types. A table of them needs one type, so each gives its future in a box.
type Handler = for<'a> fn(ApiRequest<'a>) -> BoxFuture<'a, Result<Response, Error>>;

/// A route.
pub struct Route {
    /// The HTTP method.
    pub method: &'static str,
    /// The path, with a word in braces in the place of an id or a name.
    pub path: &'static str,
    /// What its callers must be allowed to do.
    pub permission: Permission,
    handler: Handler,
    effect: Effect,
}

/// Whether a request may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It reads, or does something: its answer is kept under its `Idempotency-Key`.
    Once,
    /// It only looks at what is sent: nothing of it is kept.
    Looks,
}

/// Every route of the API.
pub static ROUTES: [Route; 38] = [
    route("GET", "/accounts", Permission::ResetAndRead, |r| Box::pin(accounts::list(r))),
    route("POST", "/accounts", Permission::ResetAndRead, |r| Box::pin(local_accounts::add(r))),
    route("GET", "/accounts/{id}", Permission::ResetAndRead, |r| Box::pin(accounts::explain(r))),
    route("GET", "/accounts/by-username/{name}", Permission::ResetAndRead, |r| {
        Box::pin(accounts::by_username(r))
    }),
    route("POST", "/accounts/{id}/block", Permission::ResetAndRead, |r| Box::pin(accounts::block(r))),
    route("POST", "/accounts/{id}/unblock", Permission::ResetAndRead, |r| Box::pin(accounts::unblock(r))),
    route("POST", "/accounts/{id}/seat", Permission::ResetAndRead, |r| Box::pin(accounts::seat(r))),
    route("POST", "/accounts/{id}/rename", Permission::ResetAndRead, |r| Box::pin(accounts::rename(r))),
    route("POST", "/accounts/{id}/rekey", Permission::ResetAndRead, |r| Box::pin(accounts::rekey(r))),
    route("POST", "/accounts/{id}/undo", Permission::ResetAndRead, |r| Box::pin(accounts::undo(r))),
    route("GET", "/me", Permission::AnyRole, |r| Box::pin(me::show(r))),
    route("GET", "/find", Permission::ResetAndRead, |r| Box::pin(find::people(r))),
    route("GET", "/waiting", Permission::ResetAndRead, |r| Box::pin(waiting::list(r))),
    route("GET", "/licence", Permission::ResetAndRead, |r| Box::pin(licence::show(r))),
    route("GET", "/licence/history", Permission::ResetAndRead, |r| Box::pin(licence::history(r))),
    route("GET", "/licence/seated", Permission::ResetAndRead, |r| Box::pin(licence::seated(r))),
    route("PUT", "/licence", Permission::EditEverything, |r| Box::pin(licence::set_limit(r))),
    route("GET", "/audit", Permission::ResetAndRead, |r| Box::pin(audit::list(r))),
    route("POST", "/exports", Permission::ResetAndRead, |r| Box::pin(exports::begin(r))),
    route("GET", "/exports/{id}", Permission::ResetAndRead, |r| Box::pin(exports::show(r))),
    route("DELETE", "/exports/{id}", Permission::ResetAndRead, |r| Box::pin(exports::remove(r))),
    route("GET", "/events", Permission::ResetAndRead, |r| Box::pin(events::list(r))),
    route("POST", "/reset", Permission::ResetAndRead, |r| Box::pin(reset::reset(r))),
    route("POST", "/reset/file", Permission::ResetAndRead, |r| Box::pin(reset::try_file(r))),
    route("PUT", "/inbox/{source}", Permission::EditConfiguration, |r| Box::pin(inbox::put(r))),
    route("GET", "/runs", Permission::ResetAndRead, |r| Box::pin(runs::list(r))),
    route("GET", "/runs/{id}", Permission::ResetAndRead, |r| Box::pin(runs::show(r))),
    route("GET", "/runs/{id}/rejected", Permission::ResetAndRead, |r| Box::pin(runs::rejected(r))),
    route("POST", "/runs/{id}/leave", Permission::ResetAndRead, |r| Box::pin(runs::dismiss(r))),
    route("GET", "/sources", Permission::ResetAndRead, |r| Box::pin(sources::list(r))),
    route("POST", "/sources/{name}/retire", Permission::ResetAndRead, |r| Box::pin(sources::retire(r))),
    route("POST", "/runs/{id}/undo", Permission::ResetAndRead, |r| Box::pin(runs::undo(r))),
    route("POST", "/sources/{name}/rename", Permission::EditConfiguration, |r| Box::pin(sources::rename(r))),
    route("POST", "/doctor", Permission::ResetAndRead, |r| Box::pin(doctor::examine(r))),
    route("GET", "/configuration", Permission::AnyRole, |r| Box::pin(configuration::show(r))),
    route("PUT", "/configuration", Permission::EditConfiguration, |r| Box::pin(configuration::replace(r))),
    route("POST", "/configuration/check", Permission::AnyRole, |r| Box::pin(configuration::check(r)))
        .looking(),
    route("POST", "/configuration/dry-run", Permission::ResetAndRead, |r| {
        Box::pin(configuration::dry_run(r))
    }),
];

const fn route(method: &'static str, path: &'static str, permission: Permission, handler: Handler) -> Route {
    Route { method, path, permission, handler, effect: Effect::Once }
}

/// The route of a request, and the id in its path.
pub(crate) struct Found<'a> {
    pub(crate) route: &'static Route,
    /// Empty where the route has none.
    pub(crate) id: &'a str,
}

/// Finds the route of a request among those that one function answers. `route_key` is what the gateway took it for.
pub(crate) fn find<'a>(
    access: Access,
    method: &str,
    path: &'a str,
    route_key: Option<&str>,
) -> Result<Found<'a>, Error> {
    let not_found = || Error::NotFound { path: path.to_owned() };
    let parts = parts_of(path);
    if !is_as_long_as_its_pattern(&parts, route_key) {
        return Err(not_found());
    }
    let here: Vec<(&'static Route, &str)> =
        ROUTES.iter().filter_map(|route| Some((route, route.id_in(&parts)?))).collect();
    let (_, id) = here.first().copied().ok_or_else(not_found)?;
    // Between two slashes there is nothing.
    if parts.len() > 2 && matches!(id, "" | "." | "..") && here[0].0.has_id() {
        return Err(not_found());
    }
    let found = here.iter().find(|(route, _)| route.method == method && route.access() == access);
    if let Some((route, id)) = found {
        return Ok(Found { route, id });
    }
    // Where nothing can be, no other method helps.
    if !parts.iter().all(|part| is_plain(part)) {
        return Err(not_found());
    }
    let methods: Vec<&str> = here.iter().map(|(route, _)| route.method).collect();
    Err(Error::MethodNotAllowed { allowed: methods.join(", ") })
}

/// The parts of a path. A username may have slashes, and the gateway has decoded them.
fn parts_of(path: &str) -> Vec<&str> {
    match path.strip_prefix(BY_USERNAME) {
        Some(name) => path[1..BY_USERNAME.len() - 1].split('/').chain([name]).collect(),
        None => path.split('/').skip(1).collect(),
    }
}

/// A gateway that has decoded the path says in its pattern how many parts it had: a slash within an id separates nothing.
fn is_as_long_as_its_pattern(parts: &[&str], route_key: Option<&str>) -> bool {
    let pattern = route_key.and_then(|route| route.split_once(" /")).map(|(_, pattern)| pattern);
    // A server that plays the gateway may name no pattern.
    pattern.is_none_or(|pattern| !pattern.contains('{') || pattern.split('/').count() == parts.len())
}

/// Whether a part of a path can be a name or an id of ours.
fn is_plain(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl Route {
    const fn looking(self) -> Self {
        Self { effect: Effect::Looks, ..self }
    }

    /// Whether it only looks at what is sent.
    pub(crate) fn only_looks(&self) -> bool {
        self.effect == Effect::Looks
    }

    /// Which of the two functions answers it.
    #[must_use]
    pub fn access(&self) -> Access {
        if self.method == "GET" { Access::Read } else { Access::Write }
    }

    pub(crate) fn answer<'a>(&self, request: ApiRequest<'a>) -> BoxFuture<'a, Result<Response, Error>> {
        (self.handler)(request)
    }

    fn has_id(&self) -> bool {
        self.path.split('/').any(is_place)
    }

    /// The id in the parts of a path that is this route's: empty where the route has none.
    fn id_in<'a>(&self, parts: &[&'a str]) -> Option<&'a str> {
        let pattern: Vec<&str> = self.path.split('/').skip(1).collect();
        let mut id = "";
        for (expected, part) in pattern.iter().zip(parts) {
            match *expected {
                place if is_place(place) => id = part,
                expected if expected == *part => {}
                _ => return None,
            }
        }
        (pattern.len() == parts.len()).then_some(id)
    }
}

/// Whether a part of a pattern stands in the place of an id or a name.
fn is_place(part: &str) -> bool {
    part.starts_with('{')
}

/// Before the username in the path of the one route that has a name in its path.
const BY_USERNAME: &str = "/accounts/by-username/";

//! `/console/accounts/new`: the form for a local account, and what it does; where the licence is full, with another person's
//! seat (rules 15 and 60d).
//!
//! Promises that a form that is refused comes back as it was filled in.

use crate::api::Api;
use crate::calls::act;
use crate::confirm::Confirm;
use crate::model::Account;
use crate::offer::Offer;
use crate::page::{Page, html, redirect};
use crate::refused::Refused;
use crate::rights::Rights;
use crate::seat::{seat_holder, waits_then};
use crate::{Request, Response};
use askama::Template;
use serde_json::{Map, Value, json};

/// The fields of the form.
const FIELDS: [&str; 6] = ["username", "email", "is_admin", "why", "from", "other"];

/// Why a seat is given away, where the form is opened for an administrator: it is written for them, and may be changed.
const WHY_FOR_AN_ADMIN: &str = "A local administrator needs a seat";

#[derive(Template)]
#[template(path = "new.html")]
struct New {
    page: Page,
    username: String,
    email: String,
    is_admin: bool,
    why: String,
    chosen: String,
    typed: String,
    /// Whose seat it could be.
    offer: Offer,
    refused: Option<Refused>,
    rights: Rights,
}

/// The form.
pub(crate) async fn form(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    Ok(html(200, &New::of(request, None, api).await))
}

/// Makes the account, or shows the form once more, as it was filled in, and why it was not done.
pub(crate) async fn make(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    match try_to_make(request, api).await {
        Err(refused) => Ok(html(refused.status, &New::of(request, Some(refused), api).await)),
        made => made,
    }
}

async fn try_to_make(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let Some(username) = request.field("username") else {
        return Err(Refused::form("A username is needed."));
    };
    let (why, from, typed) = (request.field("why"), request.field("from"), request.field("other"));
    if (from.is_some() || typed.is_some()) && why.is_none() {
        return Err(Refused::form("Enter why the seat is given away; everybody can read it."));
    }
    if let Some(typed) = typed.filter(|_| request.field("sure").is_none()) {
        return ask(username, typed, request, api).await;
    }
    let mut fields = Map::new();
    if let Some(email) = request.field("email") {
        fields.insert(String::from("email"), Value::from(email));
    }
    let is_admin = request.field("is_admin").is_some();
    let mut body = json!({ "username": username, "is_admin": is_admin, "fields": fields });
    if let Some(from) = from {
        body["seat_from"] = Value::from(from);
        body["why"] = json!(why);
    }
    let account: Account = act(api, "POST", "/accounts", &body).await?;
    Ok(redirect(format!("/console/accounts/{}?notice=made", account.id)))
}

/// What will happen, by the name of whose seat it is.
async fn ask(username: &str, typed: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let other = seat_holder(typed, api).await?;
    let path = "/console/accounts/new";
    let mut confirm = Confirm::new("accounts", "Create the account with this seat?", path, request);
    confirm.sentences = vec![format!("{username} gets the seat of {}.", other.called()), waits_then(&other)];
    let written = FIELDS.into_iter().filter(|name| *name != "from");
    let written = written.filter_map(|name| Some((name, request.field(name)?.to_owned())));
    confirm.hidden = written.chain([("sure", String::from("1")), ("from", other.id)]).collect();
    confirm.button = String::from("Create the account");
    Ok(confirm.into_response())
}

impl New {
    async fn of(request: &Request, refused: Option<Refused>, api: &dyn Api) -> Self {
        let written = |name| request.field(name).unwrap_or_default().to_owned();
        let (rights, offer) = futures::join!(Rights::of(api), Offer::of(None, api));
        let is_asked_for = request.get("admin").is_some() && rights.everything();
        let why = if is_asked_for { WHY_FOR_AN_ADMIN.to_owned() } else { written("why") };
        Self {
            page: Page::new("accounts", "Create a local account", request),
            username: written("username"),
            email: written("email"),
            is_admin: is_asked_for || request.field("is_admin").is_some() && rights.everything(),
            why,
            chosen: written("from"),
            typed: written("other"),
            offer,
            refused,
            rights,
        }
    }
}

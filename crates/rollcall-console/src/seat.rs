//! `POST /console/accounts/{id}/seat`: gives somebody a seat out of order (rule 60).
//!
//! Promises that who is meant is certain: chosen from a list by name, or typed, and then asked for first. A form that is
//! refused comes back as it was filled in.

use crate::accounts;
use crate::api::Api;
use crate::calls::{act, get};
use crate::confirm::Confirm;
use crate::model::{Account, Found};
use crate::page::redirect;
use crate::refused::Refused;
use crate::{Request, Response};
use serde_json::{Value, json};

/// So many people are named who may be meant.
const PEOPLE_NAMED: &str = "5";

/// What was written into the form of the account's page, and why it was not done.
#[derive(Debug, Default)]
pub(crate) struct SeatForm {
    pub(crate) why: String,
    /// The id of the person who was chosen from the list.
    pub(crate) chosen: String,
    /// How somebody else was named.
    pub(crate) typed: String,
    pub(crate) refused: Option<Refused>,
}

/// The form of the account's page; and, where the other person was typed, its page of confirmation.
pub(crate) async fn give(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    match try_to_give(id, request, api).await {
        Err(refused) if refused.status < 500 && refused.status != 404 => {
            let written = |name| request.field(name).unwrap_or_default().to_owned();
            let form = SeatForm {
                why: written("why"),
                chosen: written("from"),
                typed: written("other"),
                refused: Some(in_words(refused)),
            };
            accounts::show_with(id, form, request, api).await
        }
        answered => answered,
    }
}

async fn try_to_give(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let Some(why) = request.field("why") else {
        return Err(Refused::form("Enter why the person gets the seat; everybody can read it."));
    };
    // A choice of the list cannot be taken back without a script, so who is typed goes first.
    if let Some(typed) = request.field("other").filter(|_| request.field("sure").is_none()) {
        return ask(id, why, typed, request, api).await;
    }
    let from = request.field("from");
    let mut body = json!({ "why": why, "from": from });
    if request.field("even_last_admin").is_some() {
        body["even_last_admin"] = Value::from(true);
    }
    match act::<Account>(api, "POST", &format!("/accounts/{id}/seat"), &body).await {
        Ok(account) => Ok(redirect(format!("/console/accounts/{}?notice=seated", account.id))),
        Err(refused) if refused.body["last_admin"] == true => {
            let mut confirm = confirm(id, "Take the last administrator's seat?", (why, from), request);
            confirm.sentences = vec![
                String::from(
                    "This seat is that of the last active administrator: without it nobody can administer the application.",
                ),
                String::from("Better: create a local administrator first, under Accounts."),
            ];
            confirm.hidden.push(("even_last_admin", String::from("1")));
            confirm.button = String::from("Take it all the same");
            Ok(confirm.into_response())
        }
        Err(refused) => Err(refused),
    }
}

/// What will happen, by the names of both.
async fn ask(
    id: &str,
    why: &str,
    typed: &str,
    request: &Request,
    api: &dyn Api,
) -> Result<Response, Refused> {
    let account: Account = get(api, &format!("/accounts/{id}"), &[]).await?;
    let other = seat_holder(typed, api).await?;
    let mut confirm = confirm(id, "Give a seat out of order?", (why, Some(&other.id)), request);
    confirm.hidden.push(("other", typed.to_owned()));
    confirm.sentences = vec![
        format!("{} gets the seat of {}.", account.called(), other.called()),
        waits_then(&other),
        String::from(
            "It can be taken back on the account's page, for as long as nothing else changes the account.",
        ),
    ];
    confirm.button = String::from("Give the seat");
    Ok(confirm.into_response())
}

/// What giving it away means for whose seat it was.
pub(crate) fn waits_then(other: &Account) -> String {
    format!("{} cannot log in from then on, and waits for a seat as the last in the line.", other.username)
}

/// The person whom a text means, who has a seat.
pub(crate) async fn seat_holder(typed: &str, api: &dyn Api) -> Result<Account, Refused> {
    let other = person(typed, api).await?;
    if other.state != "active" {
        return Err(Refused::form(&format!("{} has no seat that could be given.", other.called())));
    }
    Ok(other)
}

/// Whose seat it is: the person whom a text means without doubt, as the command line takes it.
async fn person(text: &str, api: &dyn Api) -> Result<Account, Refused> {
    let Found { exact, mut accounts, more, alike } =
        get(api, "/find", &[("text", text), ("limit", PEOPLE_NAMED)]).await?;
    if let Some(exact) = exact {
        return Ok(exact);
    }
    let names = |people: &[Account]| people.iter().map(Account::called).collect::<Vec<_>>().join(", ");
    let why = match (accounts.as_slice(), alike.as_slice()) {
        ([_], _) if !more => return Ok(accounts.remove(0)),
        ([], []) => format!("Nobody has “{text}” as their username, name, address, key or id."),
        ([], alike) => format!("Nobody is called “{text}”. Do you mean one of these? {}", names(alike)),
        (several, _) => {
            let more = if more { ", and more" } else { "" };
            format!("“{text}” fits several people: {}{more}. Enter the username of one.", names(several))
        }
    };
    Err(Refused::form(&why))
}

/// The API's refusal for who looks at a page and not at a command line.
fn in_words(mut refused: Refused) -> Refused {
    if let Some(names) = refused.body["could_give"].as_array() {
        refused.detail = String::from(match names.as_slice() {
            [] => "No seat is free, and nobody of the same source has one that could be given.",
            _ => "No seat is free. Choose whose seat it is to be, or name somebody.",
        });
    }
    refused
}

impl Account {
    /// `noah.okafor (Noah Okafor)`
    pub(crate) fn called(&self) -> String {
        match &self.name {
            Some(name) => format!("{} ({name})", self.username),
            None => self.username.clone(),
        }
    }
}

fn confirm(id: &str, title: &str, (why, from): (&str, Option<&str>), request: &Request) -> Confirm {
    let path = format!("/console/accounts/{id}");
    let mut confirm = Confirm::new("accounts", title, &format!("{path}/seat"), request);
    confirm.hidden = vec![("sure", String::from("1")), ("why", why.to_owned())];
    confirm.hidden.extend(from.map(|from| ("from", from.to_owned())));
    confirm.back = path;
    confirm
}

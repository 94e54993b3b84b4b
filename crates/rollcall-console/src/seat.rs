//! `POST /console/accounts/{id}/seat`: gives somebody a seat out of order (rule 60). It says first what will happen.

use crate::api::Api;
use crate::calls::{act, get};
use crate::confirm::Confirm;
use crate::model::Account;
use crate::page::redirect;
use crate::refused::Refused;
use crate::{Request, Response};
use serde_json::{Value, json};

/// The form of the account's page, and then its page of confirmation.
pub(crate) async fn give(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let Some(why) = request.field("why") else {
        return Err(Refused::form("Enter why the person gets the seat; everybody can read it."));
    };
    let from = request.field("from");
    if request.field("sure").is_none() {
        return ask(id, (why, from), request, api).await;
    }
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
    (why, from): (&str, Option<&str>),
    request: &Request,
    api: &dyn Api,
) -> Result<Response, Refused> {
    let account: Account = get(api, &format!("/accounts/{id}"), &[]).await?;
    let mut confirm = confirm(id, "Give a seat out of order?", (why, from), request);
    confirm.sentences = match from {
        None => vec![format!(
            "{} gets the next free seat, before everybody who has waited longer. If none is free, nothing is changed.",
            account.username
        )],
        Some(from) => vec![
            format!("{} gets the seat of {from}.", account.username),
            format!("{from} cannot log in from then on, and waits for a seat as the last in the line."),
        ],
    };
    confirm.sentences.push(String::from(
        "It can be taken back on the account's page, for as long as nothing else changes the account.",
    ));
    confirm.button = String::from("Give the seat");
    Ok(confirm.into_response())
}

fn confirm(id: &str, title: &str, (why, from): (&str, Option<&str>), request: &Request) -> Confirm {
    let path = format!("/console/accounts/{id}");
    let mut confirm = Confirm::new("accounts", title, &format!("{path}/seat"), request);
    confirm.hidden = vec![("sure", String::from("1")), ("why", why.to_owned())];
    confirm.hidden.extend(from.map(|from| ("from", from.to_owned())));
    confirm.back = path;
    confirm
}

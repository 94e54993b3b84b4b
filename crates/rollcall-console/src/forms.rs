//! What the forms do: each is one call of the API, and then a page that shows the result.

use crate::api::Api;
use crate::calls::{act, send_file};
use crate::model::{Account, Run, Started};
use crate::page::redirect;
use crate::refused::Refused;
use crate::{Request, Response, accounts, configuration, exports};
use serde_json::{Value, json};

/// Carries out a form.
pub(crate) async fn post(parts: &[&str], request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    match parts {
        ["reset"] => {
            let is_dry_run = request.field("dry_run").is_some();
            let mut body = json!({ "source": request.field("source"), "dry_run": is_dry_run });
            if let Some(run) = request.field("previous_run") {
                body["previous"] = json!(true);
                body["previous_run"] = json!(run);
            }
            reset(api, &body).await
        }
        ["reset", "file"] => try_file(request, api).await,
        ["doctor"] => {
            let body = json!({ "repair": request.field("repair").is_some() });
            let Started { run, status } = act(api, "POST", "/doctor", &body).await?;
            Ok(redirect(format!("/console/runs/{run}?notice={status}")))
        }
        ["exports"] => exports::ask(request, api).await,
        ["runs", id, "approve"] => {
            reset(api, &json!({ "source": request.field("source"), "approve": id })).await
        }
        ["runs", id, "leave"] => {
            let run: Run = act(api, "POST", &format!("/runs/{id}/leave"), &json!({})).await?;
            Ok(redirect(format!("/console/runs/{}?notice=left", run.id)))
        }
        ["runs", id, "undo"] => undo(id, request, api).await,
        ["accounts", "new"] => make(request, api).await,
        ["accounts", id, "block"] => {
            let body = json!({ "why": request.field("why") });
            change(api, id, "block", &body, "blocked").await
        }
        ["accounts", id, "unblock"] => change(api, id, "unblock", &json!({}), "unblocked").await,
        ["licence"] => licence(request, api).await,
        ["configuration", "check"] => configuration::check(request, api).await,
        ["configuration", "dry-run"] => configuration::dry_run(request, api).await,
        ["configuration"] => configuration::save(request, api).await,
        _ => Err(Refused::not_found(&request.path)),
    }
}

/// Whether a form is sent there.
pub(crate) fn has(parts: &[&str]) -> bool {
    matches!(
        parts,
        ["reset"]
            | ["reset", "file"]
            | ["doctor"]
            | ["exports"]
            | ["runs", _, "approve" | "leave" | "undo"]
            | ["accounts", _, "block" | "unblock"]
            | ["configuration", "check" | "dry-run"]
    )
}

/// Asks for an undo, and shows it. Its dry run is the page on which a person confirms.
async fn undo(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let body = json!({ "dry_run": request.field("dry_run").is_some(), "account": request.field("account") });
    let Started { run, status } = act(api, "POST", &format!("/runs/{id}/undo"), &body).await?;
    Ok(redirect(format!("/console/runs/{run}?notice={status}")))
}

/// Asks for a run, and shows it.
async fn reset(api: &dyn Api, body: &Value) -> Result<Response, Refused> {
    let Started { run, status } = act(api, "POST", "/reset", body).await?;
    Ok(redirect(format!("/console/runs/{run}?notice={status}")))
}

/// Sends a file to be tried, and shows the dry run.
async fn try_file(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let Some(file) = request.file("file") else { return Err(Refused::form("Choose a file to try.")) };
    let query = request.field("source").map(|source| (String::from("source"), source.to_owned()));
    let Started { run, status } = send_file(api, "/reset/file", query.into_iter().collect(), file).await?;
    Ok(redirect(format!("/console/runs/{run}?notice={status}")))
}

async fn change(
    api: &dyn Api,
    id: &str,
    what: &str,
    body: &Value,
    notice: &str,
) -> Result<Response, Refused> {
    let account: Account = act(api, "POST", &format!("/accounts/{id}/{what}"), body).await?;
    Ok(redirect(format!("/console/accounts/{}?notice={notice}", account.id)))
}

async fn make(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let Some(username) = request.field("username") else {
        return Ok(accounts::refused(request, Refused::form("A username is needed.")));
    };
    let mut fields = serde_json::Map::new();
    if let Some(email) = request.field("email") {
        fields.insert(String::from("email"), Value::from(email));
    }
    let is_admin = request.field("is_admin").is_some();
    let body = json!({ "username": username, "is_admin": is_admin, "fields": fields });
    match act::<Account>(api, "POST", "/accounts", &body).await {
        Ok(account) => Ok(redirect(format!("/console/accounts/{}?notice=made", account.id))),
        Err(refused) => Ok(accounts::refused(request, refused)),
    }
}

async fn licence(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    if request.field("configured").is_some() {
        act::<Value>(api, "PUT", "/licence", &json!({ "limit": "configured" })).await?;
        return Ok(redirect("/console/licence?notice=licence"));
    }
    let limit = match (request.field("unlimited"), request.field("limit")) {
        (Some(_), Some(_)) => {
            return Err(Refused::form("Enter either a number of seats or no limit, not both."));
        }
        (Some(_), None) => None,
        (None, text) => {
            let seats: u64 = text.unwrap_or_default().parse().map_err(|_| {
                Refused::form("The number of seats must be a whole number, 0 or more; or remove the limit.")
            })?;
            Some(seats)
        }
    };
    act::<Value>(api, "PUT", "/licence", &json!({ "limit": limit })).await?;
    Ok(redirect("/console/licence?notice=licence"))
}

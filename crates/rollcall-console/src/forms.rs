//! What the forms do: each is one call of the API, and then a page that shows the result.

use crate::api::Api;
use crate::calls::{act, get, send_file};
use crate::confirm::{Confirm, check_sure, check_typed};
use crate::decisions;
use crate::model::{Account, Run, Started};
use crate::page::redirect;
use crate::refused::Refused;
use crate::rights::Rights;
use crate::{Request, Response, configuration, exports, licence, local_account, seat, sent_file};
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
        ["inbox", source] => sent_file::apply(source, request, api).await,
        ["doctor"] => {
            let body = json!({ "repair": request.field("repair").is_some() });
            let Started { run, status } = act(api, "POST", "/doctor", &body).await?;
            Ok(redirect(format!("/console/runs/{run}?notice={status}")))
        }
        ["exports"] => exports::ask(request, api).await,
        ["runs", id, "approve"] => approve(id, request, api).await,
        ["runs", id, "leave"] => {
            let run: Run = act(api, "POST", &format!("/runs/{id}/leave"), &json!({})).await?;
            Ok(redirect(format!("/console/runs/{}?notice=left", run.id)))
        }
        ["runs", id, "undo"] => undo(id, request, api).await,
        ["accounts", "new"] => local_account::make(request, api).await,
        ["accounts", id, "block"] => block(id, request, api).await,
        ["accounts", id, "unblock"] => change(api, id, "unblock", &json!({}), "unblocked").await,
        ["accounts", id, "seat"] => seat::give(id, request, api).await,
        ["accounts", id, "rename"] => {
            let Some(username) = request.field("username") else {
                return Err(Refused::form("Enter the new username."));
            };
            change(api, id, "rename", &json!({ "username": username }), "renamed").await
        }
        ["accounts", id, "rekey"] => rekey(id, request, api).await,
        ["sources", name, "retire"] => retire(name, request, api).await,
        ["sources", name, "rename"] => {
            let body = json!({ "to": request.field("to") });
            let Started { run, status } = act(api, "POST", &format!("/sources/{name}/rename"), &body).await?;
            Ok(redirect(format!("/console/runs/{run}?notice={status}")))
        }
        ["accounts", id, "undo"] => change(api, id, "undo", &json!({}), "undone").await,
        ["licence"] => licence::set(request, api).await,
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
            | ["inbox", _]
            | ["exports"]
            | ["runs", _, "approve" | "leave" | "undo"]
            | ["accounts", _, "block" | "unblock" | "seat" | "undo" | "rename" | "rekey"]
            | ["sources", _, "retire" | "rename"]
            | ["configuration", "check" | "dry-run"]
    )
}

/// Asks for an undo, and shows it. Its dry run is the page on which a person confirms.
async fn undo(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let is_dry_run = request.field("dry_run").is_some();
    let count = request.field("count").and_then(|count| count.parse().ok()).unwrap_or(0);
    if !is_dry_run {
        check_typed(request, count).map_err(|refused| refused.on_page(format!("/console/runs/{id}")))?;
    }
    // Who has seen whom it is about has read that page.
    let is_sure = request.field("sure").is_some() || request.field("count").is_some();
    if !is_sure
        && let Ok(run) = get::<Run>(api, &format!("/runs/{id}"), &[]).await
        && let Some(meant) = decisions::meant_in_its_place(&run, api).await
    {
        return Ok(decisions::ask_which_run(&run, &meant, request));
    }
    let body = json!({ "dry_run": is_dry_run, "account": request.field("account") });
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

/// Retires a source: first as a dry run, whose page has the button that leads to the page that asks.
async fn retire(name: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let path = format!("/sources/{name}/retire");
    let Some(plan) = request.field("run") else {
        let Started { run, status } = act(api, "POST", &path, &json!({ "dry_run": true })).await?;
        return Ok(redirect(format!("/console/runs/{run}?notice={status}")));
    };
    let plan: Run = get(api, &format!("/runs/{}", id_in_form(plan)?), &[]).await?;
    let count = plan.would_retire().filter(|_| plan.source == name);
    let count = count.ok_or_else(|| Refused::form("This is no dry run of its retirement; begin again."))?;
    if let Err(refused) = check_sure(request, count) {
        return decisions::ask_to_retire((&plan, count), refused, request, api).await;
    }
    let Started { run, status } = act(api, "POST", &path, &json!({ "at_most": count })).await?;
    Ok(redirect(format!("/console/runs/{run}?notice={status}")))
}

/// Applies what a run holds; first the page that shows what that is, and asks.
async fn approve(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let held: Run = get(api, &format!("/runs/{id}"), &[]).await?;
    if let Err(refused) = check_sure(request, held.held_count()) {
        return decisions::ask_to_approve(&held, refused, request, api).await;
    }
    reset(api, &json!({ "source": held.source, "approve": id })).await
}

/// An id that a form has sent, where it can be one: it becomes a part of a path.
fn id_in_form(text: &str) -> Result<&str, Refused> {
    let is_id = crate::is_plain(text);
    is_id.then_some(text).ok_or_else(|| Refused::form("The form names no run; begin again."))
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

/// Gives an account another match key. It asks first, with the key that it has and the one that it gets: a wrong one makes the
/// next run take another person for this one.
async fn rekey(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let Some(key) = request.field("match_key") else {
        return Err(Refused::form("Enter the person's match key in the directory."));
    };
    if request.field("sure").is_some() {
        return change(api, id, "rekey", &json!({ "match_key": key }), "rekeyed").await;
    }
    let path = format!("/console/accounts/{id}");
    let account: Account = get(api, &format!("/accounts/{id}"), &[]).await?;
    let title = format!("Change the match key of {}?", account.username);
    let mut confirm = Confirm::new("accounts", &title, &format!("{path}/rekey"), request);
    confirm.sentences = vec![
        format!("The match key is {:?} before, and {key:?} after.", account.match_key.unwrap_or_default()),
        format!(
            "From the next run of {} on, this account is of the person with the key {key:?} in the directory.",
            account.source.unwrap_or_default()
        ),
    ];
    confirm.hidden = vec![("sure", String::from("1")), ("match_key", key.to_owned())];
    confirm.button = String::from("Change the key");
    confirm.back = path;
    Ok(confirm.into_response())
}

/// Blocks an account. For the last active administrator it asks first.
async fn block(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let why = request.field("why");
    let mut body = json!({ "why": why });
    if request.field("even_last_admin").is_some() {
        body["even_last_admin"] = Value::from(true);
    }
    match change(api, id, "block", &body, "blocked").await {
        Err(refused) if refused.body["last_admin"] == true => {
            let path = format!("/console/accounts/{id}");
            let mut confirm =
                Confirm::new("accounts", "Block the last administrator?", &format!("{path}/block"), request);
            confirm.sentences = vec![
                String::from(
                    "This is the last active administrator: without it nobody can administer the application.",
                ),
                String::from(
                    "Better: create a local administrator first, under Accounts. Then block this one.",
                ),
                String::from(
                    "Only a sysadmin may block it all the same, for example when it is in the wrong hands.",
                ),
            ];
            confirm.hidden =
                vec![("even_last_admin", String::from("1")), ("why", why.unwrap_or_default().to_owned())];
            confirm.button = String::from("Block it all the same");
            if !Rights::of(api).await.everything() {
                confirm.barred = Some("Only a sysadmin may do this.");
            }
            confirm.back = path;
            Ok(confirm.into_response())
        }
        answered => answered,
    }
}

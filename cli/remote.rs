//! The commands on a deployed installation (`--remote`): the same words, over its HTTP API.

use crate::accounts::{
    BlockOptions, ListOptions, LocalCommand, LocalOptions, UnblockOptions, show, show_list,
};
use crate::api::Api;
use crate::explain::id_of;
use crate::local::Place;
use crate::{Exit, audit, drive, licence, render, runs, sync};
use anyhow::{Context as _, Result, bail};
use rollcall_sync::store::{AuditEntry, RunRecord};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// How often a run under way is asked how far it is.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// Presses Reset, and follows the run to its end.
pub(crate) async fn sync(place: &Place, options: sync::Options) -> Result<Exit> {
    if options.file.is_some() {
        bail!(
            "a file is dropped into the bucket, not sent to the API: aws s3 cp FILE s3://BUCKET/inbox/; leave FILE out"
        );
    }
    let api = Api::open(place).await?;
    let asked = json!({ "source": options.source, "dry_run": options.dry_run, "approve": options.approve });
    let answer = api.act("POST", "/reset", &asked).await?;
    follow(place, &api, &answer).await
}

/// Follows the run that was asked for to its end. On this machine nobody else delivers what it needs.
pub(crate) async fn follow(place: &Place, api: &Api, answer: &Value) -> Result<Exit> {
    let id = answer["run"].as_str().context("the API did not say which run it is")?;
    if let Api::Here(local) = api {
        drive::drain(&local.shell).await?;
    }
    match answer["status"].as_str() {
        Some("under_way") => render::note(&format!("run {id} is under way already")),
        Some("follows") => render::note(&format!("another run follows {id}, which is under way")),
        _ => {}
    }
    let mut run = ended(api, id).await?;
    if answer["status"] == "follows" {
        // It was a dry run; what was asked for begins as soon as that has ended.
        run = ended(api, &follower(api, &run).await?).await?;
    }
    let record: RunRecord = parse(run.clone())?;
    runs::show(place, &run, &record)?;
    Ok(sync::exit_of(&record, None))
}

/// The run of the same source that began after this one.
async fn follower(api: &Api, before: &Value) -> Result<String> {
    loop {
        let page = api.get("/runs", &[("limit", "100")]).await?;
        let runs = page["runs"].as_array().map(Vec::as_slice).unwrap_or_default();
        let newer = runs.iter().take_while(|run| run["id"] != before["id"]);
        // Newest first: the one that began first is the last.
        let follower = newer.filter(|run| run["source"] == before["source"]).last();
        if let Some(id) = follower.and_then(|run| run["id"].as_str()) {
            return Ok(id.to_owned());
        }
        tokio::time::sleep(ASKED_EVERY).await;
    }
}

/// Waits for the end of a run, and says how far it is meanwhile.
async fn ended(api: &Api, id: &str) -> Result<Value> {
    let mut told = String::new();
    loop {
        let run = api.get(&format!("/runs/{id}"), &[]).await?;
        if !run["finished_at"].is_null() {
            return Ok(run);
        }
        let far = format!(
            "{}: {} records read, {} accounts written",
            run["status"].as_str().unwrap_or_default(),
            run["progress"]["read"],
            run["progress"]["written"]
        );
        if far != told {
            render::note(&far);
            told = far;
        }
        tokio::time::sleep(ASKED_EVERY).await;
    }
}

/// The account records.
pub(crate) async fn accounts(place: &Place, options: &ListOptions) -> Result<Exit> {
    let api = Api::open(place).await?;
    let accounts = api.all("/accounts", &options.query(), "accounts", "after").await?;
    show_list(place, options, &accounts)
}

/// The audit log, oldest first.
pub(crate) async fn audit(place: &Place, options: audit::Options) -> Result<Exit> {
    let api = Api::open(place).await?;
    let filters = options.query();
    let filters: Vec<(&str, &str)> = filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let entries = api.all("/audit", &filters, "entries", "after").await?;
    let mut entries: Vec<AuditEntry> = entries.into_iter().map(parse).collect::<Result<_>>()?;
    rollcall_api::audit::sort(&mut entries);
    audit::show(place, &entries)
}

/// Runs, or one.
pub(crate) async fn runs(place: &Place, options: &runs::Options) -> Result<Exit> {
    let api = Api::open(place).await?;
    let Some(id) = &options.run else {
        let found = api.all("/runs", &[], "runs", "before").await?;
        let records: Vec<RunRecord> = found.iter().cloned().map(parse).collect::<Result<_>>()?;
        return runs::list(place, &found, &records);
    };
    let run = if options.leave {
        api.act("POST", &format!("/runs/{id}/leave"), &json!({})).await?
    } else {
        api.get(&format!("/runs/{id}"), &[]).await?
    };
    runs::show(place, &run, &parse(run.clone())?)
}

/// The licence, and setting its limit.
pub(crate) async fn licence(place: &Place, options: &licence::Options) -> Result<Exit> {
    let api = Api::open(place).await?;
    let licence = match options.limit() {
        None => api.get("/licence", &[]).await?,
        Some(limit) => api.act("PUT", "/licence", &json!({ "limit": limit.in_json() })).await?,
    };
    licence::show(place, &licence)
}

/// Blocks an account.
pub(crate) async fn block(place: &Place, options: &BlockOptions) -> Result<Exit> {
    let api = Api::open(place).await?;
    let id = id_of(&api, place, &options.user).await?;
    let body = json!({ "why": options.why });
    show(place, &api.act("POST", &format!("/accounts/{id}/block"), &body).await?)
}

/// Lifts a person's block.
pub(crate) async fn unblock(place: &Place, options: &UnblockOptions) -> Result<Exit> {
    let api = Api::open(place).await?;
    let id = id_of(&api, place, &options.user).await?;
    show(place, &api.act("POST", &format!("/accounts/{id}/unblock"), &json!({})).await?)
}

/// Makes a local account.
pub(crate) async fn local(place: &Place, options: LocalOptions) -> Result<Exit> {
    let api = Api::open(place).await?;
    let LocalCommand::Add { user, admin, fields } = options.command;
    let fields: Map<String, Value> =
        fields.into_iter().map(|(name, value)| (name.to_string(), Value::from(value))).collect();
    let body = json!({ "username": user, "is_admin": admin, "fields": fields });
    show(place, &api.act("POST", "/accounts", &body).await?)
}

fn parse<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).context("reading the API's answer; is it of another version?")
}

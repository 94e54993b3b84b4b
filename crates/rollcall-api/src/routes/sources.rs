//! `GET /sources`: every source that is configured or has accounts, and when they are read by themselves; `POST
//! /sources/{name}/retire` and `.../rename`: a source that is gone (rule 61).

use crate::api::Host;
use crate::error::Error;
use crate::http::request::{ApiRequest, Query, body, whole};
use crate::http::response::{Response, ok, with_status};
use crate::json;
use crate::schedule;
use rollcall_core::account::BlockReason;
use rollcall_core::source::SourceName;
use rollcall_sync::Shell;
use rollcall_sync::run::{request_renaming, request_retirement};
use rollcall_sync::store::Counts;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Every source, by name, with how many active and waiting accounts are its.
pub(super) async fn list(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let shell = request.shell();
    let config = shell.config().await?;
    let configured = config.sources.iter().map(|source| source.name.clone());
    let known = shell.store.known_sources().await.map_err(rollcall_sync::Error::from)?;
    let names: BTreeSet<SourceName> = configured.chain(known).collect();
    let counts = shell.store.counts().await.map_err(rollcall_sync::Error::from)?;
    let counts = counts.as_ref();
    let sources = names.iter().map(|name| shown(shell, name, config.source(name.as_str()).is_some(), counts));
    let sources = futures::future::try_join_all(sources).await?;
    let ticks = match request.api.host {
        Host::Gateway => shell.store.last_ticks().await.map_err(rollcall_sync::Error::from)?,
        // Nothing ticks while nobody serves the API.
        Host::CommandLine => Vec::new(),
    };
    Ok(ok(&json!({ "sources": sources, "schedules": schedule::shown(&ticks, shell.now()) })))
}

async fn shown(
    shell: &Shell,
    name: &SourceName,
    is_configured: bool,
    counts: Option<&Counts>,
) -> Result<Value, Error> {
    let count = |word: &'static str| async move {
        match counts {
            Some(counts) => Ok(counts.of(name.as_str(), word)),
            // The table is of an earlier version, and no run has counted yet.
            None => shell.store.count_by_state(name.as_str(), word).await,
        }
    };
    let (active, waiting) = futures::try_join!(count("active"), count(BlockReason::NoSeat.as_str()))?;
    Ok(json!({ "name": name.as_str(), "configured": is_configured, "active": active, "waiting": waiting }))
}

/// What is asked for: to see what would happen, or to do it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Retiring {
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    at_most: Option<Value>,
}

/// Retires a source.
pub(super) async fn retire(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let Retiring { dry_run, at_most } = body(request.event)?;
    match (dry_run, &at_most) {
        (true, Some(_)) => return Err(Error::Together("a dry run changes no accounts")),
        (false, None) => {
            return Err(Error::bad_request(
                "expected `dry_run` to see whom it blocks, then `at_most` with how many that are",
            ));
        }
        (true, None) | (false, Some(_)) => {}
    }
    let number = |value: &Value| whole(value).and_then(|number| u64::try_from(number).ok());
    let at_most = match &at_most {
        None => None,
        Some(value) => Some(number(value).ok_or_else(|| {
            Error::bad_request("`at_most` must be a whole number: how many accounts may lose something")
        })?),
    };
    let requested = request_retirement(request.shell(), request.id, &request.caller.name, at_most).await?;
    Ok(with_status(202, &json::requested(&requested)))
}

/// Under which name the source is configured now.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Renaming {
    to: String,
}

/// Gives the accounts of a source to the one of its new name.
pub(super) async fn rename(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let Renaming { to } = body(request.event)?;
    let requested = request_renaming(request.shell(), request.id, &to, &request.caller.name).await?;
    Ok(with_status(202, &json::requested(&requested)))
}

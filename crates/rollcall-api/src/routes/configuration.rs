//! `GET /configuration`; a checked `PUT /configuration` in the place of the version that was read; for a configuration that
//! is not in force, `POST /configuration/check`, which only checks it, and `POST /configuration/dry-run`, which shows what it
//! would do (section 1 of the rules; rule 29).

use crate::configuration::{self, Reach, Stored};
use crate::error::Error;
use crate::http::caller::Caller;
use crate::http::request::{ApiRequest, CONFIGURATION_BYTES_MAX, Query, text};
use crate::http::response::{Response, ok, with_status, with_tag};
use crate::json;
use rollcall_config::{Config, SourceConfig};
use serde_json::{Value, json};

/// The text, its version, and what is wrong with it.
pub(super) async fn show(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    Ok(shown(&configuration::read(request.shell()).await?))
}

/// Puts another configuration in place.
pub(super) async fn replace(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let before = request.event.headers.get("if-match").and_then(|tag| tag.to_str().ok());
    let before = before.map(|tag| tag.trim().trim_matches('"')).ok_or(Error::PreconditionRequired)?;
    let text = text(request.event, CONFIGURATION_BYTES_MAX)?;
    let (actor, may) = (request.caller.actor(), may(request.caller));
    Ok(shown(&configuration::replace(request.shell(), text, before, actor, may).await?))
}

/// Which changes a caller may make.
fn may(caller: &Caller) -> impl FnOnce(Reach) -> bool {
    let permissions = caller.permissions;
    move |reach| match reach {
        Reach::Sources => permissions.may_edit_sources,
        Reach::Everything => permissions.may_edit_everything,
    }
}

/// Shows what a configuration would do, before it is put in place: begins a dry run with it.
pub(super) async fn dry_run(request: ApiRequest<'_>) -> Result<Response, Error> {
    let source = Query::of(request.event, &["source"])?.get("source").map(str::to_owned);
    let text = text(request.event, CONFIGURATION_BYTES_MAX)?;
    let (actor, may) = (request.caller.actor(), may(request.caller));
    let requested = configuration::dry_run(request.shell(), text, source, actor, may).await?;
    Ok(with_status(202, &json::requested(&requested)))
}

/// Says what is wrong with a configuration, and changes nothing.
#[expect(clippy::unused_async, reason = "the handlers of the table are asynchronous")]
pub(super) async fn check(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let text = text(request.event, CONFIGURATION_BYTES_MAX)?;
    Ok(ok(&checked(&text)))
}

fn shown(stored: &Stored) -> Response {
    let mut body = checked(&stored.text);
    body["text"] = json!(stored.text);
    body["version"] = json!(stored.version);
    with_tag(ok(&body), &stored.version)
}

fn checked(text: &str) -> Value {
    let (mistakes, warnings, meaning) = match Config::parse(text) {
        Ok(config) => (Vec::new(), config.warnings(), config.sources.iter().map(meaning).collect()),
        Err(mistakes) => (mistakes, Vec::new(), Vec::new()),
    };
    json!({
        "mistakes": mistakes.iter().map(json::mistake).collect::<Vec<_>>(),
        "warnings": warnings,
        "meaning": meaning,
    })
}

/// What a source means, in sentences.
fn meaning(source: &SourceConfig) -> Value {
    json!({ "source": source.name.as_str(), "sentences": source.sentences() })
}

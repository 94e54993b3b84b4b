//! `GET /configuration`; a checked `PUT /configuration` in the place of the version that was read; for a configuration that
//! is not in force, `POST /configuration/check`, which checks it, also against a sample of a file (rule 48), and
//! `POST /configuration/dry-run`, which shows what it would do (section 1 of the rules; rule 29).

use crate::configuration::{self, Reach, Stored};
use crate::error::Error;
use crate::http::caller::Caller;
use crate::http::request::{ApiRequest, CONFIGURATION_BYTES_MAX, Query, text};
use crate::http::response::{Response, ok, with_status, with_tag};
use crate::json;
use crate::trial::{SAMPLE_BYTES_MAX, Sent};
use rollcall_config::{Config, OutOfSight, SourceConfig};
use rollcall_core::source::SourceName;
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

/// Says what is wrong with a configuration, and with a sample of a file what it makes of that. Changes nothing.
pub(super) async fn check(request: ApiRequest<'_>) -> Result<Response, Error> {
    Query::of(request.event, &[])?;
    let kind = request.event.headers.get("content-type").and_then(|kind| kind.to_str().ok());
    let sent = sent(&text(request.event, CHECK_BYTES_MAX)?, kind.unwrap_or_default())?;
    if sent.text.len() > CONFIGURATION_BYTES_MAX {
        return Err(Error::TooLarge { bytes_max: CONFIGURATION_BYTES_MAX });
    }
    let sample = sent.sample(request).await?;
    let mut body = checked(&sent.text);
    let stored = configuration::read(request.shell()).await?;
    body["version"] = json!(configuration::version_of(&sent.text));
    body["out_of_sight"] = out_of_sight(&stored.text, &sent.text);
    body["trial"] = match (Config::parse(&sent.text), sample) {
        (Ok(config), Some(sample)) => sent.tried(&config, &sample, request.shell().now())?,
        (Ok(_) | Err(_), _) => Value::Null,
    };
    Ok(ok(&body))
}

/// Bytes of a body with a sample: in base64 it takes four thirds, and in JSON a quotation mark takes two bytes.
const CHECK_BYTES_MAX: usize = SAMPLE_BYTES_MAX / 3 * 4 + 2 * CONFIGURATION_BYTES_MAX + 1024;

/// A configuration by itself, or as an object in JSON, also with a sample: that is what the request says it is. Of a request
/// that does not say it, what begins with a brace is JSON: no TOML does.
fn sent(body: &str, kind: &str) -> Result<Sent, Error> {
    let has_brace = body.trim_start().starts_with('{') && !kind.starts_with("text/plain");
    if has_brace || kind.starts_with("application/json") {
        let sent = serde_json::from_str(body);
        return sent.map_err(|error| Error::bad_request(format!("the body cannot be read: {error}")));
    }
    Ok(Sent::of_text(body))
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

/// Whose accounts would not be found any more, if this took the place of what is stored. Mistakes lose nobody: what has some is
/// not put in force.
fn out_of_sight(stored: &str, text: &str) -> Value {
    let (Ok(stored), Ok(next)) = (Config::parse(stored), Config::parse(text)) else { return json!([]) };
    let lost =
        |(source, why): (&SourceName, OutOfSight)| json!({ "source": source.as_str(), "why": why.as_str() });
    stored.out_of_sight(&next).map(lost).collect()
}

/// What a source means, in sentences.
fn meaning(source: &SourceConfig) -> Value {
    json!({ "source": source.name.as_str(), "sentences": source.sentences() })
}

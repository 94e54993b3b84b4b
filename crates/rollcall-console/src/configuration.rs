//! `/console/configuration`: the configuration in force, the mistakes in it, and how to replace it.

use crate::api::{Api, Call};
use crate::calls::{act, get, good};
use crate::model::{Configuration, Licence, Meaning, Mistake, Started};
use crate::overview::sources_in;
use crate::page::{Page, html, redirect};
use crate::refused::Refused;
use crate::rights::Rights;
use crate::tried::Tried;
use crate::words::several;
use crate::{Request, Response, keys};
use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "configuration.html")]
struct Show {
    page: Page,
    text: String,
    version: String,
    /// The sources in the text, of which a dry run reads one.
    sources: BTreeSet<String>,
    mistakes: Vec<Mistake>,
    warnings: Vec<String>,
    /// What to say where a command has set another limit than the configuration in force says.
    licence_note: Option<String>,
    /// Whether it was put in force a moment ago: a run may follow.
    is_saved: bool,
    /// What each source means.
    meaning: Vec<Meaning>,
    /// Whether the text has been checked and has no mistakes, but is not in force.
    is_checked: bool,
    /// What it makes of the file that was chosen.
    tried: Option<Tried>,
    /// Why it was not put in place.
    refused: Option<Refused>,
    rights: Rights,
}

/// The page.
pub(crate) async fn show(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let stored: Configuration = get(api, "/configuration", &[]).await?;
    // Who may see the configuration may not always see the licence, and it may have mistakes.
    let licence_note = get::<Licence>(api, "/licence", &[]).await.ok().and_then(|licence| licence.note);
    Ok(html(200, &Show { licence_note, ..Show::of(request, stored, false, Rights::of(api).await) }))
}

/// Shows the mistakes in a text, and what it makes of a file where one was chosen. The text stays in the form, whatever the
/// answer is.
pub(crate) async fn check(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let (text, version) = written(request);
    let call =
        Call {
            method: "POST",
            path: String::from("/configuration/check"),
            body: Some(request.file("file").map_or_else(
                || json!({ "text": text }).to_string(),
                |file| with_sample(request, &text, file),
            )),
            ..Call::default()
        };
    let answer = match good(api.call(call).await) {
        Ok(answer) => answer,
        Err(refused) => return Ok(Show::refused(request, text, version, refused, Rights::of(api).await)),
    };
    let body: serde_json::Value =
        serde_json::from_str(&answer.body).map_err(|error| Refused::unreadable(&error))?;
    let (mistakes, warnings) = (mistakes(&body), warnings(&body));
    let meaning = serde_json::from_value(body["meaning"].clone()).unwrap_or_default();
    let tried = serde_json::from_value(body["trial"].clone()).map_err(|error| Refused::unreadable(&error))?;
    let stored = Configuration { text, version, mistakes, warnings, meaning };
    Ok(html(200, &Show { tried, ..Show::of(request, stored, true, Rights::of(api).await) }))
}

/// The text and the file, as the API takes both.
fn with_sample(request: &Request, text: &str, file: &[u8]) -> String {
    let sample = BASE64_STANDARD.encode(file);
    json!({ "text": text, "sample": sample, "source": request.field("source") }).to_string()
}

/// Begins a dry run with a text that is not in force, and shows the run. A text that is refused stays in the form.
pub(crate) async fn dry_run(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let (text, version) = written(request);
    let source = request.field("source").map(|source| (String::from("source"), source.to_owned()));
    let call = Call {
        method: "POST",
        path: String::from("/configuration/dry-run"),
        query: source.into_iter().collect(),
        body: Some(text.clone()),
        ..Call::default()
    };
    match good(api.call(call).await) {
        Ok(answer) => {
            let started: Started =
                serde_json::from_str(&answer.body).map_err(|error| Refused::unreadable(&error))?;
            Ok(redirect(format!("/console/runs/{}?notice={}", started.run, started.status)))
        }
        Err(refused) => Ok(Show::refused(request, text, version, refused, Rights::of(api).await)),
    }
}

/// Puts a text in place, and asks first where accounts would go out of sight. One that is refused stays in the form.
pub(crate) async fn save(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let (text, version) = written(request);
    if request.field("sure").is_none()
        && let Some(confirm) = keys::ask((&text, &version), request, api).await?
    {
        return Ok(confirm.into_response());
    }
    let call = Call {
        method: "PUT",
        path: String::from("/configuration"),
        headers: vec![("if-match", version.clone())],
        body: Some(text.clone()),
        ..Call::default()
    };
    match good(api.call(call).await) {
        Ok(_) => match request.field("sync") {
            None => Ok(redirect("/console/configuration?notice=configuration")),
            Some(source) => sync(source, request, api).await,
        },
        Err(refused) => Ok(Show::refused(request, text, version, refused, Rights::of(api).await)),
    }
}

/// Syncs a source with what is in force now. Where that is refused, the page says that the text is saved all the same.
async fn sync(source: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    match act::<Started>(api, "POST", "/reset", &json!({ "source": source })).await {
        Ok(Started { run, status }) => Ok(redirect(format!("/console/runs/{run}?notice={status}"))),
        Err(refused) => {
            let stored: Configuration = get(api, "/configuration", &[]).await?;
            let shown = Show::of(request, stored, false, Rights::of(api).await);
            Ok(html(refused.status, &Show { is_saved: true, refused: Some(refused), ..shown }))
        }
    }
}

/// The text in the form. Browsers end its lines with CR LF.
fn written(request: &Request) -> (String, String) {
    let field =
        |name: &str| request.form.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    let text = field("text").unwrap_or_default().replace("\r\n", "\n");
    (text, field("version").unwrap_or_default().to_owned())
}

fn mistakes(body: &serde_json::Value) -> Vec<Mistake> {
    serde_json::from_value(body["mistakes"].clone()).unwrap_or_default()
}

fn warnings(body: &serde_json::Value) -> Vec<String> {
    serde_json::from_value(body["warnings"].clone()).unwrap_or_default()
}

impl Show {
    fn mistakes_in_words(&self) -> String {
        several(self.mistakes.len() as u64, "mistake", "mistakes")
    }

    /// The text in the form, and why it was not accepted.
    fn refused(
        request: &Request,
        text: String,
        version: String,
        refused: Refused,
        rights: Rights,
    ) -> Response {
        let (status, mistakes) = (refused.status, mistakes(&refused.body));
        let stored = Configuration { text, version, mistakes, ..Configuration::default() };
        html(status, &Self { refused: Some(refused), ..Self::of(request, stored, false, rights) })
    }

    /// Whether another person has changed the configuration since this page was opened.
    fn is_late(&self) -> bool {
        self.refused.as_ref().is_some_and(|refused| refused.status == 412)
    }

    fn of(request: &Request, stored: Configuration, is_written: bool, rights: Rights) -> Self {
        let Configuration { text, version, mistakes, warnings, meaning } = stored;
        let is_checked = is_written && mistakes.is_empty();
        let page = Page::new("configuration", "Configuration", request);
        let sources = sources_in(&text).unwrap_or_default();
        Self {
            page,
            text,
            version,
            sources,
            mistakes,
            warnings,
            licence_note: None,
            is_saved: request.get("notice") == Some("configuration"),
            meaning,
            is_checked,
            tried: None,
            refused: None,
            rights,
        }
    }
}

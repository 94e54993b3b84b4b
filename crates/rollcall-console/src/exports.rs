//! `/console/exports/{id}`: an export of the audit log or of accounts while it is made, and then the link to its file. The page loads itself
//! again while it waits, without a script.

use crate::api::Api;
use crate::audit::FILTERS;
use crate::calls::{act, get};
use crate::page::{Page, html, redirect};
use crate::refused::Refused;
use crate::{Request, Response, accounts, words};
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// An export, as the API shows it.
#[derive(Debug, Default, Deserialize)]
struct Export {
    id: String,
    #[serde(default)]
    what: String,
    state: String,
    format: String,
    rows: u64,
    bytes: Option<u64>,
    asked_by: String,
    before: String,
    error: Option<String>,
    link: Option<String>,
}

#[derive(Template)]
#[template(path = "export.html")]
struct One {
    page: Page,
    export: Export,
}

/// Asks for an export of what the form says.
pub(crate) async fn ask(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let fields: BTreeSet<&str> =
        FILTERS.into_iter().chain(accounts::FILTERS).chain(["what", "format"]).collect();
    let fields = fields.into_iter();
    let wanted = fields.filter_map(|name| Some((name.to_owned(), Value::from(request.field(name)?))));
    let wanted: Map<String, Value> = wanted.collect();
    let export: Export = act(api, "POST", "/exports", &Value::Object(wanted)).await?;
    Ok(redirect(format!("/console/exports/{}", export.id)))
}

/// How far an export is.
pub(crate) async fn show(id: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let export: Export = get(api, &format!("/exports/{id}"), &[]).await?;
    let (place, title) = match export.what.as_str() {
        "accounts" => ("accounts", "Export of accounts"),
        _ => ("audit", "Export of the audit log"),
    };
    Ok(html(200, &One { page: Page::new(place, title, request), export }))
}

impl One {
    fn is_making(&self) -> bool {
        self.export.state == "making"
    }

    /// `about 3.4 MB`.
    fn size(&self) -> String {
        words::size(self.export.bytes.unwrap_or_default())
    }

    fn is_of_accounts(&self) -> bool {
        self.export.what == "accounts"
    }

    fn rows(&self) -> String {
        match self.is_of_accounts() {
            true => words::several(self.export.rows, "account", "accounts"),
            false => words::several(self.export.rows, "entry", "entries"),
        }
    }
}

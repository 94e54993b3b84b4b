//! A file that was sent: what the configuration makes of it, beside the dry run of it, and the button that puts it in its
//! place (rules 48 and 68).

use crate::api::{Api, Call};
use crate::calls::{act_on, get, good};
use crate::confirm::{check_typed, typed};
use crate::model::{Configuration, Run, Started};
use crate::page::redirect;
use crate::refused::Refused;
use crate::rights::Rights;
use crate::tried::Tried;
use crate::{Request, Response};
use serde_json::{Value, json};

/// How many characters of its digest the name of a sent file has.
const DIGEST_CHARS: usize = 16;

/// What the page of its dry run says of it.
pub(crate) struct SentFile {
    /// What the configuration makes of it; `None` for those who may not change the sources.
    pub(crate) tried: Option<Tried>,
    /// How many people would lose something.
    pub(crate) losing: u64,
    /// What the form says.
    pub(crate) hidden: Vec<(&'static str, String)>,
    pub(crate) rights: Rights,
}

impl SentFile {
    /// The file of a dry run, if it was sent.
    pub(crate) async fn of(run: &Run, api: &dyn Api) -> Option<Self> {
        let name = run.sent_file().filter(|_| run.is_finished())?;
        let rights = Rights::of(api).await;
        let tried = if rights.sources() { tried(run, name, api).await.ok().flatten() } else { None };
        let hidden = vec![("tried", name.to_owned()), ("run", run.id.clone())];
        Some(Self { tried, losing: run.losing(), hidden, rights })
    }
}

/// What the configuration in force makes of it.
async fn tried(run: &Run, name: &str, api: &dyn Api) -> Result<Option<Tried>, Refused> {
    let Configuration { text, .. } = get(api, "/configuration", &[]).await?;
    let body = json!({ "text": text, "tried": name, "source": run.source });
    let call = Call {
        method: "POST",
        path: String::from("/configuration/check"),
        body: Some(body.to_string()),
        ..Call::default()
    };
    let answer = good(api.call(call).await)?;
    let checked: Value = serde_json::from_str(&answer.body).map_err(|error| Refused::unreadable(&error))?;
    serde_json::from_value(checked["trial"].clone()).map_err(|error| Refused::unreadable(&error))
}

/// Puts a file that was tried in the place of the source's file.
pub(crate) async fn apply(source: &str, request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let missing = || Refused::form("The form names no file; send the file again.");
    let name = request.field("tried").ok_or_else(missing)?;
    let run = request.field("run").filter(|run| crate::is_plain(run)).ok_or_else(missing)?;
    let plan: Run = get(api, &format!("/runs/{run}"), &[]).await?;
    if plan.sent_file() != Some(name) || plan.source != source {
        return Err(missing());
    }
    check_typed(request, plan.losing())
        .map_err(|refused| refused.on_page(format!("/console/runs/{run}#apply-title")))?;
    let query = vec![(String::from("tried"), name.to_owned())];
    let Started { run, status } = act_on(api, "PUT", &format!("/inbox/{source}"), query).await?;
    // What it follows is a run under way, whose page says how it ends.
    let notice = if status == "follows" { "file_follows" } else { "file" };
    Ok(redirect(format!("/console/runs/{run}?notice={notice}")))
}

impl SentFile {
    /// What must be typed to put it in its place.
    pub(crate) fn typed(&self) -> String {
        typed(self.losing)
    }
}

impl Run {
    /// The name of the file that was sent for this dry run. Files that are tried at the command line are gone after it.
    fn sent_file(&self) -> Option<&str> {
        let name = self.tried.as_deref().filter(|_| self.dry_run)?;
        let digest = name.strip_prefix(&self.source)?.strip_prefix('-')?.strip_suffix(".csv")?;
        let is_digest = digest.len() == DIGEST_CHARS && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_digest.then_some(name)
    }

    /// Where the form is sent that puts the file in its place.
    pub(crate) fn inbox(&self) -> String {
        format!("/console/inbox/{}", self.source)
    }

    /// How many people lose a seat or a place by it.
    fn losing(&self) -> u64 {
        let outcomes = ["blocked_left", "blocked_disabled", "blocked_no_seat"];
        let count = |summary: &crate::model::Summary| outcomes.iter().map(|word| summary.count(word)).sum();
        self.summary.as_ref().map_or(0, count)
    }
}

//! The HTTP API, as the commands ask it: in this very process, or the one of a deployed installation. One way to the data.

mod request;
mod there;

pub(crate) use request::{Person, Request, event};

use crate::events;
use crate::installation::Installation;
use crate::local::Local;
use crate::show::render::ROWS_AT_ONCE;
use anyhow::Result;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;
use there::{TOKEN, There};

/// The API of the installation that a command is about.
pub(crate) enum Api {
    /// On this machine.
    Here(Box<Local>),
    /// Deployed.
    There(There),
}

/// How often a deployed installation is asked how far it is.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// What the API answered.
struct Answer {
    status: u16,
    text: String,
}

/// The API refused a request, or could not answer it.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: u16,
    detail: String,
    /// The names of what the refusal says beside its text.
    says: BTreeSet<String>,
}

impl Refusal {
    /// Whether the refusal has this figure or word beside its text.
    pub(crate) fn says(&self, name: &str) -> bool {
        self.says.contains(name)
    }

    /// The same refusal, and what else can be done.
    pub(crate) fn and(self, hint: &str) -> Self {
        Self { detail: format!("{}. {hint}", self.detail), ..self }
    }

    /// Whether other arguments would help.
    pub(crate) fn is_of_usage(&self) -> bool {
        self.status < 500
    }

    /// Whether there is no such thing.
    fn is_not_found(&self) -> bool {
        self.status == 404
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Refusal {}

impl Api {
    /// The API of this place.
    pub(crate) async fn open(installation: &Installation) -> Result<Self> {
        match Self::there(installation)? {
            Some(there) => Ok(there),
            None => Ok(Self::Here(Box::new(Local::open(installation).await?))),
        }
    }

    /// The same, to look only: that works here on a disk that is full or read-only, too.
    pub(crate) async fn look(installation: &Installation) -> Result<Self> {
        match Self::there(installation)? {
            Some(there) => Ok(there),
            None => Ok(Self::Here(Box::new(Local::look(installation).await?))),
        }
    }

    /// The API of another process.
    fn there(installation: &Installation) -> Result<Option<Self>> {
        let there = match (&installation.remote, installation.served()) {
            (Some(url), _) => There::new(url)?,
            (None, Some(served)) => There::of_up(served)?,
            (None, None) => return Ok(None),
        };
        Ok(Some(Self::There(there)))
    }

    /// What a GET answers.
    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        let (_, body) = self.ask(&request("GET", path, query)).await?;
        Ok(body)
    }

    /// The same, where there may be no such thing.
    pub(crate) async fn find(&self, path: &str) -> Result<Option<Value>> {
        match self.get(path, &[]).await {
            Err(error) if error.downcast_ref().is_some_and(Refusal::is_not_found) => Ok(None),
            found => found.map(Some),
        }
    }

    /// What an act answers.
    pub(crate) async fn act(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.send(Request { body: body.to_string().into_bytes(), ..request(method, path, &[]) }).await
    }

    /// What an act with a text as its body answers.
    pub(crate) async fn post_text(&self, path: &str, query: &[(&str, &str)], body: Vec<u8>) -> Result<Value> {
        self.send(Request { body, ..request("POST", path, query) }).await
    }

    /// What a PUT of a file answers.
    pub(crate) async fn put_file(&self, path: &str, body: Vec<u8>) -> Result<Value> {
        self.send(Request { body, ..request("PUT", path, &[]) }).await
    }

    /// What a PUT of a text in the place of this version answers.
    pub(crate) async fn replace_text(&self, path: &str, version: &str, body: Vec<u8>) -> Result<Value> {
        let headers = vec![(String::from("if-match"), version.to_owned())];
        self.send(Request { headers, body, ..request("PUT", path, &[]) }).await
    }

    async fn send(&self, request: Request) -> Result<Value> {
        let (_, body) = self.ask(&request).await?;
        Ok(body)
    }

    /// All of a list.
    pub(crate) async fn all(&self, list: &List<'_>, query: &[(&str, &str)]) -> Result<Vec<Value>> {
        self.first(list, query, None).await
    }

    /// The first of a list, so many at most where that is said.
    pub(crate) async fn first(
        &self,
        list: &List<'_>,
        query: &[(&str, &str)],
        most: Option<usize>,
    ) -> Result<Vec<Value>> {
        let most = most.unwrap_or(usize::MAX);
        let mut found = Vec::new();
        self.read_pages(list, query, list.page.min(most), |items| {
            found.extend(items);
            if found.len() >= most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await?;
        found.truncate(most);
        Ok(found)
    }

    /// All of a list, or the first of it, in blocks; with each, whether it is all that there is. What is shown may end it.
    pub(crate) async fn in_blocks(
        &self,
        list: &List<'_>,
        query: &[(&str, &str)],
        most: Option<usize>,
        mut show: impl FnMut(&[Value], bool) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut left = most.unwrap_or(usize::MAX);
        let (mut block, mut is_first, mut shown) = (Vec::new(), true, Ok(ControlFlow::Continue(())));
        self.read_pages(list, query, list.page.min(left), |items| {
            if block.len() >= ROWS_AT_ONCE {
                shown = show(&block, false);
                is_first = false;
                block.clear();
                if !matches!(shown, Ok(ControlFlow::Continue(()))) {
                    return ControlFlow::Break(());
                }
            }
            let before = block.len();
            block.extend(items.into_iter().take(left));
            left -= block.len() - before;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await?;
        if shown?.is_continue() {
            // Nothing follows, so it does not matter whether more is wanted.
            let _ = show(&block, is_first)?;
        }
        Ok(())
    }

    /// The first of a list that is so. Reads no page behind it.
    pub(crate) async fn first_where(
        &self,
        list: &List<'_>,
        is_so: impl Fn(&Value) -> bool,
    ) -> Result<Option<Value>> {
        let mut found = None;
        self.read_pages(list, &[], list.page, |items| {
            found = items.into_iter().find(&is_so);
            if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await?;
        Ok(found)
    }

    /// Reads a list page by page, for as long as what takes them wants more.
    async fn read_pages(
        &self,
        list: &List<'_>,
        query: &[(&str, &str)],
        page_max: usize,
        mut take: impl FnMut(Vec<Value>) -> ControlFlow<()>,
    ) -> Result<()> {
        let page_max = page_max.to_string();
        let mut next: Option<String> = None;
        loop {
            let mut query = query.to_vec();
            query.push(("limit", page_max.as_str()));
            query.extend(next.as_deref().map(|next| (list.cursor, next)));
            let mut page = self.get(list.path, &query).await?;
            if let Value::Array(items) = page[list.items].take()
                && take(items).is_break()
            {
                return Ok(());
            }
            match page["next"].as_str() {
                Some(after) => next = Some(after.to_owned()),
                None => return Ok(()),
            }
        }
    }

    /// Copies what lies at a signed address, piece by piece: it may be larger than the memory.
    pub(crate) async fn download(
        &self,
        address: &str,
        to: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
    ) -> Result<()> {
        match self {
            Self::Here(local) => local.servers.download_to(address, to).await,
            Self::There(_) => there::download(address, to).await,
        }
    }

    /// Lets what was asked for go on a step. On this machine this process does it; a deployed installation does it by itself.
    pub(crate) async fn go_on(&self) -> Result<()> {
        match self {
            Self::Here(local) => events::deliver_next(&local.shell).await,
            Self::There(_) => {
                tokio::time::sleep(ASKED_EVERY).await;
                Ok(())
            }
        }
    }

    /// The answer and its JSON, if it is no problem.
    async fn ask(&self, request: &Request) -> Result<(Answer, Value)> {
        let answer = match self {
            Self::Here(local) => {
                // Nobody but who has this machine can be at its command line, so no role is asked for.
                let api = rollcall_api::Api::of_command_line(local.shell.clone());
                let person = Person { name: events::person(), role: None };
                read(&answer(&api, &person, request).await?)
            }
            Self::There(there) => there.ask(request).await?,
        };
        let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
        if answer.status < 400 { Ok((answer, body)) } else { Err(refusal(answer.status, &body)) }
    }
}

/// A list that is read page by page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List<'a> {
    path: &'a str,
    /// Where its items stand in a page.
    items: &'a str,
    /// The parameter that says where the next page begins.
    cursor: &'a str,
    /// The most items that a page may have.
    page: usize,
}

pub(crate) const ACCOUNTS: List<'_> =
    List { path: "/accounts", items: "accounts", cursor: "after", page: 200 };
pub(crate) const AUDIT: List<'_> = List { path: "/audit", items: "entries", cursor: "after", page: 500 };
pub(crate) const RUNS: List<'_> = List { path: "/runs", items: "runs", cursor: "before", page: 100 };
pub(crate) const WAITING: List<'_> = List { path: "/waiting", items: "waiting", cursor: "after", page: 200 };

/// What the functions behind the API answer, in the form in which they do.
pub(crate) async fn answer(api: &rollcall_api::Api, person: &Person, request: &Request) -> Result<Value> {
    let event = event(&api.shell, person, request).await;
    match request.method.as_str() {
        "GET" => rollcall_api::read(event, api).await,
        _ => rollcall_api::write(event, api).await,
    }
}

fn request(method: &str, path: &str, query: &[(&str, &str)]) -> Request {
    let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request { method: method.to_owned(), path: path.to_owned(), query, ..Request::default() }
}

/// An answer in the form of the functions.
fn read(answer: &Value) -> Answer {
    let status = answer["statusCode"].as_u64().and_then(|status| u16::try_from(status).ok());
    Answer { status: status.unwrap_or(500), text: answer["body"].as_str().unwrap_or_default().to_owned() }
}

/// Why the API refused, in its own words.
fn refusal(status: u16, body: &Value) -> anyhow::Error {
    let detail =
        body["detail"].as_str().or_else(|| body["message"].as_str()).unwrap_or("no reason was given");
    let mistakes = body["mistakes"].as_array().into_iter().flatten().map(in_a_line).collect::<String>();
    let token = if status == 401 { format!("; is the token in {TOKEN} still good?") } else { String::new() };
    let says = body.as_object().into_iter().flat_map(|body| body.keys().cloned()).collect();
    Refusal { status, detail: format!("{detail}{mistakes}{token}"), says }.into()
}

fn in_a_line(mistake: &Value) -> String {
    let line = mistake["line"].as_u64().map(|line| format!("line {line}: ")).unwrap_or_default();
    format!("\n  {line}{}", mistake["what"].as_str().unwrap_or_default())
}

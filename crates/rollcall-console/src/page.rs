//! What all pages have: the frame, the headers, notices, and refusals.

use crate::api::Answer;
use crate::{Request, Response};
use askama::Template;
use serde_json::Value;
use std::fmt::Display;

/// Nothing from elsewhere, nothing inline, in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The parts of the console, by the first part of their path.
const SECTIONS: [(&str, &str); 7] = [
    ("", "Overview"),
    ("runs", "Runs"),
    ("waiting", "Waiting"),
    ("accounts", "Accounts"),
    ("audit", "Audit log"),
    ("licence", "Licence"),
    ("configuration", "Configuration"),
];

/// The frame of a page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) title: String,
    section: &'static str,
    pub(crate) notice: Option<&'static str>,
    /// Who has signed in, and can sign out.
    pub(crate) person: Option<String>,
}

impl Page {
    /// A page of this part of the console.
    pub(crate) fn new(section: &'static str, title: impl Into<String>, request: &Request) -> Self {
        Self {
            title: title.into(),
            section,
            notice: request.get("notice").and_then(notice),
            person: request.person.clone(),
        }
    }

    /// A page of no part of the console.
    pub(crate) fn apart(title: impl Into<String>, person: Option<String>) -> Self {
        Self { title: title.into(), section: "none", notice: None, person }
    }

    /// The parts of the console: path, name, and whether this page is in it.
    pub(crate) fn sections(&self) -> impl Iterator<Item = (String, &'static str, bool)> {
        SECTIONS.into_iter().map(|(part, name)| {
            let path = if part.is_empty() { String::from("/console") } else { format!("/console/{part}") };
            (path, name, part == self.section)
        })
    }

    /// Says nothing of how a run began: it has ended.
    pub(crate) fn of_ended_run(mut self, request: &Request) -> Self {
        let is_beginning = matches!(request.get("notice"), Some("started" | "under_way" | "follows"));
        self.notice = self.notice.filter(|_| !is_beginning);
        self
    }
}

/// What was done, in words of ours: only a word for it stands in the address.
fn notice(word: &str) -> Option<&'static str> {
    Some(match word {
        "started" => "The run has begun.",
        "under_way" => "A run was under way already: this is it.",
        "follows" => "This dry run is under way; the run that you asked for follows it.",
        "left" => {
            "Nothing is removed, and nobody is asked about it again for as long as the directory says the same. You can \
             still approve it, here."
        }
        "blocked" => "The account is blocked. No sync lifts that; you can, here.",
        "unblocked" => "The block is lifted.",
        "made" => "The local account is made. No sync ever touches it.",
        "licence" => "The licence is set. The next run gives free seats to those who wait.",
        "configuration" => "The configuration is in force. The next run goes by it.",
        _ => return None,
    })
}

/// A page of HTML.
pub(crate) fn html(status: u16, template: &impl Template) -> Response {
    let body = template.render().unwrap_or_else(|error| format!("This page cannot be shown: {error}"));
    let mut headers = headers("text/html; charset=utf-8");
    headers.push(("cache-control", String::from("no-store")));
    Response { status, headers, body }
}

/// A file that belongs to every page.
pub(crate) fn asset(content_type: &'static str, text: &str) -> Response {
    let mut headers = headers(content_type);
    headers.push(("cache-control", String::from("no-cache")));
    Response { status: 200, headers, body: text.to_owned() }
}

/// Sends the browser on.
#[must_use]
pub fn redirect(to: impl Into<String>) -> Response {
    let mut headers = headers("text/plain; charset=utf-8");
    headers.extend([("location", to.into()), ("cache-control", String::from("no-store"))]);
    Response { status: 303, headers, body: String::new() }
}

fn headers(content_type: &str) -> Vec<(&'static str, String)> {
    [
        ("content-type", content_type),
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// What was found; or nothing, and why: for filters that somebody has mistyped and can correct in their form.
pub(crate) fn or_refused<T: Default>(found: Result<T, Refused>) -> Result<(T, Option<Refused>), Refused> {
    match found {
        Ok(found) => Ok((found, None)),
        Err(refused) if [400, 404].contains(&refused.status) => Ok((T::default(), Some(refused))),
        Err(refused) => Err(refused),
    }
}

/// Why a page is not shown, or a form not done.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) title: String,
    pub(crate) detail: String,
    /// Figures of a refusal at the limit.
    pub(crate) figures: Vec<(&'static str, u64)>,
    /// The problem document, for whoever shows more of it.
    pub(crate) body: Box<Value>,
    /// The methods that there are, where it is for the method.
    allowed: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "refused.html")]
struct RefusedPage<'a> {
    page: Page,
    refused: &'a Refused,
}

impl Refused {
    fn new(status: u16, title: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            title: title.to_owned(),
            detail: detail.into(),
            figures: Vec::new(),
            body: Box::default(),
            allowed: None,
        }
    }

    /// There is no such page.
    pub(crate) fn not_found(path: &str) -> Self {
        Self::new(404, "There is no such page", format!("The console has nothing at {path}."))
    }

    /// Neither a page nor a form.
    pub(crate) fn method(allowed: &'static str) -> Self {
        let refused = Self::new(405, "This is not how pages are asked for", "Use the links and the buttons.");
        Self { allowed: Some(allowed), ..refused }
    }

    /// A form that was not filled in as it must be.
    pub(crate) fn form(detail: &str) -> Self {
        Self::new(400, "Please look at the form again", detail)
    }

    /// The API answers with something else than it should.
    pub(crate) fn unreadable(error: &dyn Display) -> Self {
        let detail = format!("The API's answer cannot be read: {error}. Is it of another version?");
        Self::new(502, "The answer cannot be read", detail)
    }

    /// The API says no.
    pub(crate) fn of_api(answer: &Answer) -> Self {
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let text = |name: &str, other: &str| body[name].as_str().unwrap_or(other).to_owned();
        let names = [
            ("used", "Seats used"),
            ("limit", "Seats bought"),
            ("reserve", "Kept in reserve"),
            ("needed", "Needed"),
        ];
        let figures = names.into_iter().filter_map(|(name, label)| Some((label, body[name].as_u64()?)));
        Self {
            status: answer.status,
            title: text("title", "It did not work"),
            detail: text("detail", "The API gives no reason; try again in a moment."),
            figures: figures.collect(),
            body: Box::new(body),
            allowed: None,
        }
    }

    /// Whether it is for want of a seat.
    pub(crate) fn is_at_limit(&self) -> bool {
        !self.figures.is_empty()
    }

    pub(crate) fn is_forbidden(&self) -> bool {
        self.status == 403
    }

    /// The page that says so.
    pub(crate) fn into_response(self, request: &Request) -> Response {
        let page = Page::apart(self.title.clone(), request.person.clone());
        let mut response = html(self.status, &RefusedPage { page, refused: &self });
        response.headers.extend(self.allowed.map(|methods| ("allow", methods.to_owned())));
        response
    }
}

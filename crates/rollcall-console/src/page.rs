//! What all pages have: the frame, the headers and the notices.

use crate::{Request, Response};
use askama::Template;

/// No content of other origins, no inline script or style, no frame around the page.
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
    /// The person who has signed in, if they can sign out.
    pub(crate) person: Option<String>,
    /// What stands in the search box.
    pub(crate) sought: String,
}

impl Page {
    /// A page of this part of the console.
    pub(crate) fn new(section: &'static str, title: impl Into<String>, request: &Request) -> Self {
        Self {
            title: title.into(),
            section,
            notice: request.get("notice").and_then(notice),
            person: request.person.clone(),
            sought: String::new(),
        }
    }

    /// The same page, with this in the search box.
    pub(crate) fn finding(self, sought: &str) -> Self {
        Self { sought: sought.to_owned(), ..self }
    }

    /// A page outside of the parts of the console.
    pub(crate) fn apart(title: impl Into<String>, person: Option<String>) -> Self {
        Self { title: title.into(), section: "none", notice: None, person, sought: String::new() }
    }

    /// The parts of the console: path, name, and whether this page is in it.
    pub(crate) fn sections(&self) -> impl Iterator<Item = (String, &'static str, bool)> {
        SECTIONS.into_iter().map(|(part, name)| {
            let path = if part.is_empty() { String::from("/console") } else { format!("/console/{part}") };
            (path, name, part == self.section)
        })
    }

    /// Removes the notice about how a run began: it has ended.
    pub(crate) fn of_ended_run(mut self, request: &Request) -> Self {
        let is_beginning =
            matches!(request.get("notice"), Some("started" | "under_way" | "follows" | "file"));
        self.notice = self.notice.filter(|_| !is_beginning);
        self
    }
}

/// The text of a notice. The address has only a word for it, so that nobody can put a text of their own on a page.
fn notice(word: &str) -> Option<&'static str> {
    Some(match word {
        "started" => "The run has begun.",
        "under_way" => "A run was under way already. This is that run.",
        "follows" => "This dry run is under way. The run that you asked for follows it.",
        "file" => "The file is in its place, and this is the run that applies it.",
        "file_follows" => {
            "The file is in its place. Another run was under way, this one; the run that reads the file follows it."
        }
        "left" => {
            "Nothing is removed. You are not asked about these removals again as long as the directory says the same. You \
             can still approve them here."
        }
        "blocked" => "The account is blocked. No sync lifts this block; you can lift it here.",
        "unblocked" => "The block is lifted.",
        "seated" => "The person has a seat. You can take it back here.",
        "renamed" => {
            "The account has another username. The old one is free: the next run gives it to a person who asks for it."
        }
        "rekeyed" => {
            "The match key is changed; the newest line below has the old one and the new one. The next run of the source finds this account by the new one."
        }
        "undone" => "The change is taken back.",
        "made" => "The local account is created. No sync changes it.",
        "licence" => "The licence is set. The next run gives free seats to people who wait.",
        "configuration" => "The configuration is in force. The next run uses it.",
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

/// A CSV file to be kept. It may have personal data, so nothing on the way keeps it.
pub(crate) fn csv_file(name: &str, text: String) -> Response {
    let mut headers = headers("text/csv; charset=utf-8");
    headers.push(("cache-control", String::from("no-store")));
    headers.push(("content-disposition", format!("attachment; filename=\"{name}\"")));
    Response { status: 200, headers, body: text }
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

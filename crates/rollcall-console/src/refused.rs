//! Why a page is not shown, and the page that says so.
//!
//! Above `api` and `page`.

use crate::api::Answer;
use crate::page::{Page, html};
use crate::{Request, Response};
use askama::Template;
use serde_json::Value;
use std::fmt::Display;

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

//! Why a page is not shown, and the page that says so.
//!
//! Above `api` and `page`.

use crate::api::Answer;
use crate::page::{Page, html};
use crate::{Request, Response};
use askama::Template;
use serde_json::Value;
use std::fmt::Display;

/// The result, or nothing and the reason: a person who mistyped a filter can correct it in the form.
pub(crate) fn or_refused<T: Default>(found: Result<T, Refused>) -> Result<(T, Option<Refused>), Refused> {
    match found {
        Ok(found) => Ok((found, None)),
        Err(refused) if [400, 404].contains(&refused.status) => Ok((T::default(), Some(refused))),
        Err(refused) => Err(refused),
    }
}

/// Why a page is not shown, or a form is not carried out.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) title: String,
    pub(crate) detail: String,
    /// The figures, if no seat is free.
    pub(crate) figures: Vec<(&'static str, u64)>,
    /// The problem document, for pages that show more of it.
    pub(crate) body: Box<Value>,
    /// The page whose form it was, where the browser's way back is not enough.
    page: Option<Box<str>>,
    /// The allowed methods, if the method was refused.
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
            page: None,
            allowed: None,
        }
    }

    /// There is no such page.
    pub(crate) fn not_found(path: &str) -> Self {
        Self::new(404, "There is no such page", format!("The console has nothing at {path}."))
    }

    /// The method is not allowed here.
    pub(crate) fn method(allowed: &'static str) -> Self {
        let refused =
            Self::new(405, "This page cannot be requested that way", "Use the links and the buttons.");
        Self { allowed: Some(allowed), ..refused }
    }

    /// A form that was not filled in correctly.
    pub(crate) fn form(detail: &str) -> Self {
        Self::new(400, "Please correct the form", detail)
    }

    /// With a link to the page whose form it was.
    pub(crate) fn on_page(self, page: String) -> Self {
        Self { page: Some(page.into()), ..self }
    }

    /// The API's answer is not the JSON that was expected.
    pub(crate) fn unreadable(error: &dyn Display) -> Self {
        let detail = format!("The API's answer cannot be read: {error}. Is it another version?");
        Self::new(502, "The answer cannot be read", detail)
    }

    /// The API refused.
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
        // Most installations keep nothing in reserve.
        let figures = figures.filter(|(label, count)| *label != "Kept in reserve" || *count > 0);
        Self {
            status: answer.status,
            title: text("title", "It did not work"),
            detail: text("detail", "The API gives no reason; try again in a moment."),
            figures: figures.collect(),
            body: Box::new(body),
            page: None,
            allowed: None,
        }
    }

    /// Whether no seat is free.
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

//! The page before something that cannot be taken back by itself: what will happen, and a button that says so (rule 68).
//! A form like any other: it needs no script.

use crate::page::{Page, html};
use crate::{Request, Response};
use askama::Template;

/// The page.
#[derive(Template)]
#[template(path = "confirm.html")]
pub(crate) struct Confirm {
    pub(crate) page: Page,
    /// What will happen, a sentence each.
    pub(crate) sentences: Vec<String>,
    /// Pages of the console that show more of it, each with its words.
    pub(crate) links: Vec<(String, String)>,
    /// Where the form is sent.
    pub(crate) action: String,
    /// What is sent with it.
    pub(crate) hidden: Vec<(&'static str, String)>,
    /// The words on the button; nothing that somebody else has written.
    pub(crate) button: String,
    /// Where to go in its place.
    pub(crate) back: String,
}

impl Confirm {
    /// A page of this part of the console, with nothing to send yet.
    pub(crate) fn new(section: &'static str, title: &str, action: &str, request: &Request) -> Self {
        Self {
            page: Page::new(section, title, request),
            sentences: Vec::new(),
            links: Vec::new(),
            action: action.to_owned(),
            hidden: Vec::new(),
            button: String::new(),
            back: action.to_owned(),
        }
    }

    pub(crate) fn into_response(self) -> Response {
        html(200, &self)
    }
}

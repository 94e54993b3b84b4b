//! A page with a message of the host: what it has to say about signing in, in the console's frame and with its headers.

use crate::Response;
use crate::page::{Page, html};
use askama::Template;

/// Where to go from a message.
#[derive(Clone, Debug)]
pub struct Link {
    /// An address or a path.
    pub to: String,
    /// What is shown.
    pub text: &'static str,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    page: Page,
    detail: &'a str,
    links: &'a [Link],
}

/// A page that says this, to nobody in particular.
#[must_use]
pub fn message(status: u16, title: &str, detail: &str, links: &[Link]) -> Response {
    html(status, &Message { page: Page::apart(title, None), detail, links })
}

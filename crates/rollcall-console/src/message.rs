//! A page with a message of the host: about signing in, in the console's frame and with its headers.

use crate::Response;
use crate::page::{Page, html};
use askama::Template;

/// A link below a message.
#[derive(Clone, Debug)]
pub struct Link {
    /// An address or a path.
    pub to: String,
    /// The text of the link.
    pub text: &'static str,
}

#[derive(Template)]
#[template(path = "message.html")]
struct Message<'a> {
    page: Page,
    detail: &'a str,
    links: &'a [Link],
}

/// A page with this message, for a browser without a session.
#[must_use]
pub fn message(status: u16, title: &str, detail: &str, links: &[Link]) -> Response {
    html(status, &Message { page: Page::apart(title, None), detail, links })
}

//! `/console/find`: people by their name, address, username, key or id; the search box of every page leads here (rule 67).

use crate::api::Api;
use crate::calls::get;
use crate::model::{Account, Found};
use crate::page::{Page, html, redirect};
use crate::refused::{Refused, or_refused};
use crate::words::{link, several};
use crate::{Request, Response};
use askama::Template;

#[derive(Template)]
#[template(path = "find.html")]
struct People {
    page: Page,
    text: String,
    found: Found,
    /// Why nothing could be looked for.
    refused: Option<Refused>,
}

/// Who fits; if that is one person, their page.
pub(crate) async fn people(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let text = request.get("text").unwrap_or_default();
    let page = Page::new("accounts", "Find people", request).finding(text);
    if text.is_empty() {
        let (text, found) = (String::new(), Found::default());
        return Ok(html(200, &People { page, text, found, refused: None }));
    }
    let (found, refused): (Found, _) = or_refused(get(api, "/find", &[("text", text)]).await)?;
    let only = found.accounts.first().filter(|_| found.accounts.len() == 1 && !found.more);
    if let Some(exact) = found.exact.as_ref().or(only).filter(|_| request.get("all").is_none()) {
        let others = (found.accounts.len() > 1).then_some(text);
        return Ok(redirect(link(&format!("/console/accounts/{}", exact.id), &[("found", others)])));
    }
    let people = People { page, text: text.to_owned(), found, refused };
    Ok(html(people.refused.as_ref().map_or(200, |refused| refused.status), &people))
}

impl People {
    fn accounts(&self) -> &[Account] {
        &self.found.accounts
    }

    /// `3 people`
    fn in_words(&self) -> String {
        several(self.found.accounts.len() as u64, "person", "people")
    }
}

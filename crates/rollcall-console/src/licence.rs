//! `/console/licence`: the seats, and how many there are to be.

use crate::api::Api;
use crate::calls::get;
use crate::chart::Bar;
use crate::model::Licence;
use crate::page::{Page, html};
use crate::refused::Refused;
use crate::{Request, Response};
use askama::Template;

#[derive(Template)]
#[template(path = "licence.html")]
struct Show {
    page: Page,
    licence: Licence,
    bar: Bar,
}

/// The page.
pub(crate) async fn show(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let licence: Licence = get(api, "/licence", &[]).await?;
    let bar = Bar::of(&licence);
    Ok(html(200, &Show { page: Page::new("licence", "Licence", request), licence, bar }))
}

//! The page before something dangerous: what will happen, in figures and names, and a button that says so (rule 68). A form
//! like any other: it needs no script.
//!
//! Promises that above 50 people nothing is done unless their number is typed.

use crate::calls::get;
use crate::model::{Audit, Entry};
use crate::page::{Page, html};
use crate::refused::Refused;
use crate::words::{link, number};
use crate::{Api, Request, Response};
use askama::Template;

/// From more people than this on, their number is typed: a button is pressed without reading.
const PEOPLE_TYPED_FROM: u64 = 50;

/// How many people are named on the page.
const NAMED: &str = "50";

/// The page.
#[derive(Template)]
#[template(path = "confirm.html")]
pub(crate) struct Confirm {
    pub(crate) page: Page,
    /// What will happen, a sentence each.
    pub(crate) sentences: Vec<String>,
    /// Pages of the console that show more of it, each with its words.
    pub(crate) links: Vec<(String, String)>,
    /// To whom, where it is about many.
    pub(crate) people: Option<People>,
    /// Where the form is sent.
    pub(crate) action: String,
    /// What is sent with it.
    pub(crate) hidden: Vec<(&'static str, String)>,
    /// The words on the button; nothing that somebody else has written.
    pub(crate) button: String,
    /// Buttons that do it and something more: what they send, and their words.
    pub(crate) also: Vec<(&'static str, String, String)>,
    /// Why the person who looks may not press it.
    pub(crate) barred: Option<&'static str>,
    /// Where to go in its place.
    pub(crate) back: String,
    /// Why the form was not carried out, where it was sent already.
    pub(crate) refused: Option<Refused>,
}

/// The people whom something is about.
pub(crate) struct People {
    count: u64,
    named: Vec<Entry>,
    /// The page that has all of them.
    all: String,
}

impl Confirm {
    /// A page of this part of the console, with nothing to send yet.
    pub(crate) fn new(section: &'static str, title: &str, action: &str, request: &Request) -> Self {
        Self {
            page: Page::new(section, title, request),
            sentences: Vec::new(),
            links: Vec::new(),
            people: None,
            action: action.to_owned(),
            hidden: Vec::new(),
            button: String::new(),
            also: Vec::new(),
            barred: None,
            back: action.to_owned(),
            refused: None,
        }
    }

    pub(crate) fn into_response(self) -> Response {
        html(self.refused.as_ref().map_or(200, |refused| refused.status), &self)
    }

    /// What must be typed, where it is about many people.
    fn typed(&self) -> String {
        self.people.as_ref().map(|people| typed(people.count)).unwrap_or_default()
    }
}

impl People {
    /// The people who have this outcome in a run.
    pub(crate) async fn of_run(api: &dyn Api, run: &str, outcome: &str, count: u64) -> Result<Self, Refused> {
        let filters = [("run", run), ("outcome", outcome), ("limit", NAMED)];
        let Audit { entries: named, .. } = get(api, "/audit", &filters).await?;
        let all = link("/console/audit", &[("run", Some(run)), ("outcome", Some(outcome))]);
        Ok(Self { count, named, all })
    }

    /// How many are not named.
    fn more(&self) -> u64 {
        self.count.saturating_sub(self.named.len() as u64)
    }
}

/// The number of people as it is to be typed; empty where it need not be.
pub(crate) fn typed(count: u64) -> String {
    if count > PEOPLE_TYPED_FROM { number(count) } else { String::new() }
}

/// Whether a form about so many people is sent for sure, with their number where it must be typed. Otherwise it is to be asked:
/// for the first time, or once more with what was wrong.
pub(crate) fn check_sure(request: &Request, count: u64) -> Result<(), Option<Refused>> {
    if request.field("sure").is_none() {
        return Err(None);
    }
    check_typed(request, count).map_err(Some)
}

/// Refuses a form about so many people in which their number must be typed, and is not.
pub(crate) fn check_typed(request: &Request, count: u64) -> Result<(), Refused> {
    // Also as the page shows it: 4,563.
    let typed = request.field("typed").unwrap_or_default().replace([',', '.', ' ', '\u{a0}'], "");
    if count <= PEOPLE_TYPED_FROM || typed == count.to_string() {
        return Ok(());
    }
    Err(Refused::form(&format!(
        "The number that was typed is not that of the people, {}. Nothing was changed. Read whom it is about, then type the number.",
        number(count)
    )))
}

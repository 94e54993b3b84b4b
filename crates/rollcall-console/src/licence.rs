//! `/console/licence`: the seats, and how many there are to be. A lower limit and no limit at all are confirmed first.

use crate::api::Api;
use crate::calls::{act, get};
use crate::chart::Bar;
use crate::confirm::Confirm;
use crate::model::{Changed, Licence, LicenceHistory};
use crate::overview::sources;
use crate::page::{Page, html, redirect};
use crate::refused::Refused;
use crate::rights::Rights;
use crate::words::{number, several};
use crate::{Request, Response};
use askama::Template;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "licence.html")]
struct Show {
    page: Page,
    licence: Licence,
    bar: Bar,
    /// When the licence is full, where that can be said, and how many seats would do.
    forecast: Option<String>,
    /// Which can be synced, where people wait and seats are free.
    sources: BTreeSet<String>,
    /// The limit before it was set, in words.
    before: Option<String>,
    after: String,
    rights: Rights,
}

/// What the form asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wish {
    To(Option<u64>),
    By(i64),
    Configured,
}

/// The page.
pub(crate) async fn show(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let (licence, history, rights) = futures::join!(
        get::<Licence>(api, "/licence", &[]),
        get::<LicenceHistory>(api, "/licence/history", &[]),
        Rights::of(api)
    );
    let licence = licence?;
    // The page shows the rest where the days cannot be read.
    let forecast = history.unwrap_or_default().forecast;
    let sources = if licence.seats_people() { sources(api).await } else { BTreeSet::new() };
    let bar = Bar::of(&licence);
    // Only a number, or that there was none: nobody can put a text of their own on the page.
    let before = request.get("before").map(|before| before.parse().ok());
    let before = before.map(in_words);
    let after = in_words(licence.limit);
    let page = Page::new("licence", "Licence", request);
    Ok(html(200, &Show { page, licence, bar, forecast, sources, before, after, rights }))
}

/// Sets the limit, or shows first what that means.
pub(crate) async fn set(request: &Request, api: &dyn Api) -> Result<Response, Refused> {
    let wish = wish(request)?;
    let licence: Licence = get(api, "/licence", &[]).await?;
    if request.field("sure").is_none()
        && let Some(confirm) = confirm(wish, &licence, request)
    {
        return Ok(confirm.into_response());
    }
    let mut body = match wish {
        Wish::To(limit) => json!({ "limit": limit }),
        Wish::By(by) => json!({ "change": by }),
        Wish::Configured => json!({ "limit": "configured" }),
    };
    if request.field("sure").is_some() {
        body["below_use"] = Value::from(true);
    }
    let set: Changed = act(api, "PUT", "/licence", &body).await?;
    let before = set.before.limit.map_or_else(|| String::from("none"), |limit| limit.to_string());
    Ok(redirect(format!("/console/licence?notice=licence&before={before}")))
}

fn wish(request: &Request) -> Result<Wish, Refused> {
    if request.field("configured").is_some() {
        return Ok(Wish::Configured);
    }
    let wrong = || {
        Refused::form(
            "The number of seats must be a whole number, 0 or more, or + or - and how many more or fewer; or remove the limit.",
        )
    };
    match (request.field("unlimited"), request.field("limit")) {
        (Some(_), Some(_)) => Err(Refused::form("Enter either a number of seats or no limit, not both.")),
        (Some(_), None) => Ok(Wish::To(None)),
        (None, Some(text)) if text.starts_with(['+', '-']) => {
            without_groups(text).parse().ok().filter(|by| *by != 0).map(Wish::By).ok_or_else(wrong)
        }
        (None, text) => {
            let number = without_groups(text.unwrap_or_default());
            Ok(Wish::To(Some(number.parse().map_err(|_| wrong())?)))
        }
    }
}

/// A number as the pages show it, or as people write it: 1,000. Where the groups are not of three digits, nothing is guessed.
fn without_groups(text: &str) -> String {
    let is_separator = |c: char| matches!(c, ',' | '.' | '\'' | ' ' | '\u{a0}' | '\u{202f}');
    let mut groups = text.split(is_separator);
    let first = groups.next().unwrap_or_default().trim_start_matches(['+', '-']);
    let are_groups = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    if are_groups { text.replace(is_separator, "") } else { text.to_owned() }
}

/// The page that asks, where the limit gets lower or goes away.
fn confirm(wish: Wish, licence: &Licence, request: &Request) -> Option<Confirm> {
    let before = licence.limit?;
    let after = match wish {
        Wish::To(limit) => limit,
        // What cannot be is refused by the API.
        Wish::By(by) => Some(before.checked_add_signed(by)?),
        Wish::Configured => licence.configured_limit,
    };
    if after.is_some_and(|after| after >= before) {
        return None;
    }
    let mut confirm = Confirm::new("licence", "Change the licence?", "/console/licence", request);
    confirm.sentences =
        vec![format!("The limit goes from {} to {}.", in_words(Some(before)), in_words(after))];
    confirm.sentences.extend(consequences(after, licence));
    confirm.hidden = vec![
        ("sure", String::from("1")),
        match (wish, after) {
            (Wish::Configured, _) => ("configured", String::from("1")),
            (Wish::To(_) | Wish::By(_), None) => ("unlimited", String::from("1")),
            // What was shown, even if somebody sets another limit meanwhile.
            (Wish::To(_) | Wish::By(_), Some(after)) => ("limit", after.to_string()),
        },
    ];
    confirm.button = match after {
        None => String::from("Remove the limit"),
        Some(after) => format!("Set the limit to {}", number(after)),
    };
    Some(confirm)
}

fn consequences(after: Option<u64>, licence: &Licence) -> Vec<String> {
    let waiting = several(licence.waiting, "person waits", "people wait");
    let Some(after) = after else {
        return vec![format!("{waiting} for a seat; the next run gives everybody who is eligible one.")];
    };
    let over = licence.used.saturating_sub(after);
    let mut sentences =
        vec![format!("{} in use, and {waiting}.", several(licence.used, "seat is", "seats are"))];
    if over > 0 && licence.trims {
        sentences.push(format!(
            "That is {} too many, and trimming is on: the next run takes {} back, unless the guard holds that.",
            number(over),
            several(over, "seat", "seats")
        ));
    } else if over > 0 {
        sentences.push(format!(
            "That is {} too many. Everybody keeps their seat; nobody gets one until {} left.",
            number(over),
            several(over + licence.reserve + 1, "person has", "people have")
        ));
    }
    sentences
}

fn in_words(limit: Option<u64>) -> String {
    limit.map_or_else(|| String::from("no limit"), |limit| several(limit, "seat", "seats"))
}

//! A look at Okta, for `rollcall check --connect`: every group's first page, and what may be missing.

use super::user;
use super::{Okta, link};
use crate::directory::Survey;
use crate::error::Error;
use crate::person::Status;
use serde_json::Value;
use std::collections::BTreeSet;

/// What is not allowed, if Okta does not show a group.
const COUNTING: &str = "looking at a group";

pub(super) async fn survey(okta: &mut Okta) -> Result<Survey, Error> {
    let mut groups = Vec::new();
    let mut warnings = Vec::new();
    let mut people = Vec::new();
    for (listing, group) in (0..).zip(okta.settings.groups.clone()) {
        let (url, answer) = okta.first_page(listing).await?;
        // Read as in a run, so that a mistake that would fail the run fails here.
        let page = okta.page(&group, listing, &url, &answer, true)?;
        let seen = u64::try_from(page.records.len()).unwrap_or(u64::MAX);
        let is_whole = link::next(&answer.headers).is_ok_and(|next| next.is_none());
        let counted = count(okta, listing).await?;
        if let Some(counted) = counted.filter(|counted| is_whole && *counted > seen) {
            // A role that is limited to some people shortens a listing without an error.
            warnings.push(format!(
                "Okta counts {counted} people in the group {:?} and shows {seen}; the role of the reading account may be \
                 limited to some people",
                group.name
            ));
        }
        if seen == 0 {
            warnings.push(format!("no members of the group {:?} are visible", group.name));
        }
        groups.push((group.name, counted.unwrap_or(seen).max(seen)));
        people.extend(okta.client.list(&answer)?);
    }
    warnings.extend(of_people(okta, &people));
    if okta.client.server().split('.').next().is_some_and(|label| label.ends_with("-admin")) {
        warnings.push(String::from("`url` is the address for administrators; write it without \"-admin\""));
    }
    Ok(Survey { server: format!("Okta at {}", okta.client.server()), groups, warnings })
}

/// How many people Okta counts in a group; `None` if it does not say.
async fn count(okta: &mut Okta, listing: u32) -> Result<Option<u64>, Error> {
    let id = okta.id(listing).await?;
    let url = okta.client.address(&["groups", &id], &[("expand", "stats")])?;
    let answer = okta.client.get(&url, COUNTING).await?;
    let group = okta.client.json(&answer)?;
    Ok(group.pointer("/_embedded/stats/usersCount").and_then(Value::as_u64))
}

/// What is unusual about the people on the first pages.
fn of_people(okta: &Okta, people: &[Value]) -> Vec<String> {
    let mut warnings = Vec::new();
    let statuses =
        people.iter().filter_map(|user| match user::status(user, &okta.settings.active_statuses) {
            Status::Unknown(why) => Some(why),
            Status::Enabled | Status::Disabled => None,
        });
    for why in statuses.collect::<BTreeSet<_>>() {
        warnings.push(format!("one account is left as it is: {why}"));
    }
    for name in okta.settings.mapping.columns().into_iter().collect::<BTreeSet<_>>() {
        let is_there = people.iter().any(|user| user::attribute(user, name).is_some());
        if !is_there && !people.is_empty() {
            warnings.push(format!(
                "nobody on the first pages has the attribute {name:?}, which the mapping names; names are compared \
                 by case"
            ));
        }
    }
    warnings
}

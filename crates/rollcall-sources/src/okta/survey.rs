//! A look at Okta, for `rollcall check --connect`: every group's first page, and what may be missing.

use super::{Given, Okta, link, user};
use crate::directory::Survey;
use crate::error::Error;
use crate::person::{Rejected, Status};
use crate::tally::{Tally, checked};
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) async fn survey(okta: &mut Okta) -> Result<Survey, Error> {
    let mut groups = Vec::new();
    let mut warnings = Vec::new();
    let mut people = Vec::new();
    let (mut all, mut is_all, mut rejected) = (Tally::default(), true, Rejected::default());
    for (listing, group) in (0..).zip(okta.settings.groups.clone()) {
        let mut items = None;
        let (url, answer) = okta.first_page(listing, &mut items).await?;
        let counted = okta.count(listing).await?;
        people.extend(okta.client.list(&answer)?);
        let is_whole = link::next(&answer.headers).is_ok_and(|next| next.is_none());
        let given = Given { url, answer, is_first: true, items, counted };
        // Read as in a run, so that a mistake that would fail the run fails here.
        let page = okta.page(&group, listing, &given).await?;
        rejected.see(&page.records);
        let seen = page.tally.people;
        is_all &= is_whole;
        if seen == 0 {
            warnings.push(format!("no members of the group {:?} are visible", group.name));
        }
        groups.push((group.name, counted.unwrap_or(seen).max(seen)));
        all.add(&page.tally);
    }
    warnings.extend(of_statuses(okta, &people));
    warnings.extend(rejected.note());
    if is_all {
        warnings.extend(okta.check_all(&all).await?);
    } else {
        // Somebody on the other pages may have it.
        let missing = checked(&okta.settings.mapping).into_iter();
        let missing = missing.filter(|name| all.attributes.get(*name).copied().unwrap_or_default() == 0);
        warnings.extend(
            missing.map(|name| format!("nobody on the first pages has the mapped attribute {name:?}")),
        );
    }
    if okta.client.server().split('.').next().is_some_and(|label| label.ends_with("-admin")) {
        warnings.push(String::from("`url` is the address for administrators; write it without \"-admin\""));
    }
    Ok(Survey { server: format!("Okta at {}", okta.client.server()), groups, warnings })
}

/// Which statuses on the first pages leave an account as it is.
fn of_statuses(okta: &Okta, people: &[Value]) -> Vec<String> {
    let statuses =
        people.iter().filter_map(|user| match user::status(user, &okta.settings.active_statuses) {
            Status::Unknown(why) => Some(why),
            Status::Enabled | Status::Disabled => None,
        });
    let statuses: BTreeSet<String> = statuses.collect();
    statuses.into_iter().map(|why| format!("one account is left as it is: {why}")).collect()
}

//! A look at Okta, for `rollcall check --connect`: every group's first page, and what may be missing.

use super::{Given, Okta, link, user};
use crate::directory::{Sample, Survey};
use crate::error::Error;
use crate::person::{Rejected, Status};
use crate::tally::{Kept, Tally, checked, written_as};
use rollcall_config::Template;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) async fn survey(okta: &mut Okta) -> Result<Survey, Error> {
    let match_field = Template::column(okta.settings.match_field.clone());
    okta.kept = Some(Kept::of(&okta.settings.mapping, &match_field));
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
    if !is_all {
        // Somebody on the other pages may have it.
        let mapping = &okta.settings.mapping;
        let missing = checked(mapping).into_iter();
        let missing = missing.filter(|name| all.attributes.get(*name).copied().unwrap_or_default() == 0);
        warnings.extend(missing.map(|name| {
            format!(
                "nobody on the first pages has the mapped attribute {name:?}{}",
                written_as(mapping, name)
            )
        }));
    }
    if okta.client.server().split('.').next().is_some_and(|label| label.ends_with("-admin")) {
        warnings.push(String::from("`url` is the address for administrators; write it without \"-admin\""));
    }
    let server = format!("Okta at {}", okta.client.server());
    let sample = Sample::new(okta.settings.mapping.clone(), match_field, all.kept.take(), is_all);
    let mut survey = Survey { server, groups, warnings, refused: None, sample };
    if is_all {
        survey.take(okta.check_all(&all).await)?;
    }
    Ok(survey)
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

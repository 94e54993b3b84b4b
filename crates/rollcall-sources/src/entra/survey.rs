//! A look at the tenant: the server, the number of people in each group, and what is missing on the first page.
//!
//! Promises that a mistake that would fail a run is an error here, too, as far as the first pages show it. A warning is
//! for a setting that may be right.

use super::{Entra, users};
use crate::directory::{Sample, Survey};
use crate::error::Error;
use crate::person::Rejected;
use crate::tally::{Kept, Tally, checked, written_as};
use rollcall_config::Group;

pub(super) async fn survey(entra: &mut Entra) -> Result<Survey, Error> {
    let (mapping, match_field) = (entra.settings.mapping.clone(), users::match_field(&entra.settings));
    entra.kept = Some(Kept::of(&mapping, &match_field));
    let mut survey = Survey {
        server: format!("Microsoft Graph at {}", entra.graph.server()),
        groups: Vec::new(),
        warnings: Vec::new(),
        refused: None,
        sample: Sample::new(mapping, match_field, None, false),
    };
    let (mut all, mut is_all, mut rejected) = (Tally::default(), true, Rejected::default());
    for group in entra.settings.groups.clone() {
        let (tally, is_whole, hides) = first_page(entra, &group, &mut rejected).await?;
        is_all &= is_whole;
        let of_group = tally.groups.first().cloned().unwrap_or_default();
        let people = if is_whole { of_group.people } else { of_group.counted.unwrap_or(of_group.seen) };
        if of_group.seen == 0 {
            survey.warnings.push(format!("the group {:?} has no users, or hides them", group.name));
        }
        if of_group.counted.is_none() {
            survey.warnings.push(format!(
                "Graph does not count the users of the group {:?}: there may be more",
                group.name
            ));
        }
        if hides {
            survey.warnings.push(format!(
                "the group {:?} hides its members: they are visible only with the permission Member.Read.Hidden",
                group.name
            ));
        }
        survey.groups.push((group.name, people));
        all.add(&tally);
    }
    users::check_hidden(&entra.graph, &all)?;
    let Sample { mapping, match_field, .. } = survey.sample.clone();
    survey.sample = Sample::new(mapping, match_field, all.kept.take(), is_all);
    if is_all {
        survey.take(entra.check_all(&all).await)?;
    } else {
        survey.warnings.extend(missing(entra, &all));
        survey.warnings.extend(all.notes());
    }
    survey.warnings.extend(rejected.note());
    Ok(survey)
}

/// What the first page of a group shows, whether it is the only one, and whether the group hides its members.
async fn first_page(
    entra: &mut Entra,
    group: &Group,
    rejected: &mut Rejected,
) -> Result<(Tally, bool, bool), Error> {
    let mut items = entra.settings.page_items;
    let (found, list) = entra.begin(&group.name, &mut items).await?;
    let is_whole = list.next.is_none();
    // A user that cannot be used gives the same error as in a run.
    let (records, mut tally) =
        users::shown(&entra.graph, &list, &entra.settings, (group, &found.id), entra.kept.as_ref())?;
    entra.count_others(&found.id, &mut tally).await;
    rejected.see(&records);
    Ok((tally, is_whole, found.hides_members()))
}

/// The mapped properties that nobody has on the first pages. Somebody on the others may have them.
fn missing(entra: &Entra, seen: &Tally) -> Vec<String> {
    let mapping = &entra.settings.mapping;
    let names = checked(mapping).into_iter();
    names
        .filter(|name| seen.attributes.get(*name).copied().unwrap_or_default() == 0)
        .map(|name| {
            let written = written_as(mapping, name);
            format!("none of the first {} users has the mapped property {name:?}{written}", seen.people)
        })
        .collect()
}

//! A look at the tenant: the server, the number of people in each group, and what is missing on the first page.
//!
//! Promises that a mistake that would fail a run is an error here, too. A warning is for a setting that may be right.

use super::graph::{Found, List};
use super::{Entra, gone, groups, users};
use crate::directory::Survey;
use crate::error::Error;
use rollcall_config::EntraMatchField;

pub(super) async fn survey(entra: &mut Entra) -> Result<Survey, Error> {
    let mut survey = Survey {
        server: format!("Microsoft Graph at {}", entra.graph.server()),
        groups: Vec::new(),
        warnings: Vec::new(),
    };
    for group in entra.settings.groups.clone() {
        let found = groups::find(&mut entra.graph, &group.name).await?;
        let first = users::first_page(&entra.graph, &found.id, &entra.select)?;
        let list = match entra.graph.list(&first).await? {
            Found::It(list) => list,
            Found::Nothing => return Err(gone(&group.name)),
            Found::PositionExpired => {
                return Err(entra
                    .graph
                    .unexpected("it reports an expired position in a listing that has just begun"));
            }
        };
        // A user that cannot be used gives the same error as in a run.
        users::records(&entra.graph, &list.objects, &entra.settings, &group)?;
        let seen = list.count.unwrap_or(list.objects.len() as u64);
        warn(entra, &group.name, &list, seen, &mut survey.warnings);
        if found.hides_members() {
            survey.warnings.push(format!(
                "the group {:?} hides its members: they are visible only with the permission Member.Read.Hidden",
                group.name
            ));
        }
        survey.groups.push((group.name, seen));
    }
    Ok(survey)
}

fn warn(entra: &Entra, group: &str, list: &List, seen: u64, warnings: &mut Vec<String>) {
    if seen == 0 {
        warnings.push(format!("the group {group:?} has no users, or hides them"));
    }
    if list.count.is_none() {
        warnings.push(format!("Graph does not count the users of the group {group:?}: there may be more"));
    }
    if list.objects.is_empty() {
        return;
    }
    let first = list.objects.len();
    let is_by_dn = entra.settings.match_field == EntraMatchField::Dn;
    if is_by_dn && list.objects.iter().all(|object| users::dn(object).is_none()) {
        warnings.push(format!(
            "none of the first {first} users of the group {group:?} has an on-premises distinguished name: they are \
             matched by their user principal name; write match_field = \"upn\" if no user will have one"
        ));
    }
    for name in users::mapped(&entra.settings) {
        let has_it = |object| users::property(object, name).and_then(users::plain).is_some();
        if !list.objects.iter().any(has_it) {
            warnings.push(format!(
                "none of the first {first} users of the group {group:?} has the mapped property {name:?}"
            ));
        }
    }
}

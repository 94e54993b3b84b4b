//! Finds a configured group, by its id or by its name.
//!
//! Promises exactly one security group, or an error that says what is wrong with the name.

use super::graph::{Found, Graph};
use super::wire::encoded;
use crate::error::Error;
use serde::Deserialize;

/// The properties of a group to request.
const SELECT: &str = "$select=id,displayName,securityEnabled,visibility";

/// A name belongs to one group or two. With more pages than this, the server ignored the filter.
const PAGES_MAX: usize = 100;

/// A group of Graph.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FoundGroup {
    pub(super) id: String,
    display_name: Option<String>,
    security_enabled: Option<bool>,
    visibility: Option<String>,
}

impl FoundGroup {
    /// Whether its members are visible only with another permission.
    pub(super) fn hides_members(&self) -> bool {
        self.visibility.as_deref() == Some("HiddenMembership")
    }
}

/// Finds a group by the name or id in the configuration.
pub(super) async fn find(graph: &mut Graph, name: &str) -> Result<FoundGroup, Error> {
    let wrong = |what: &'static str| Error::Group { group: name.to_owned(), what };
    let mut found = if is_id(name) {
        by_id(graph, name).await?.into_iter().collect()
    } else {
        by_name(graph, name).await?
    };
    let Some(group) = found.pop() else {
        return Err(wrong("does not exist (a new group may take some minutes to appear)"));
    };
    if !found.is_empty() {
        return Err(wrong("is the name of more than one group; write the object id of the right one"));
    }
    if group.security_enabled == Some(false) {
        return Err(wrong("is not a security group"));
    }
    Ok(group)
}

/// `00000000-0000-0000-0000-000000000000`, and no other way to write it.
fn is_id(name: &str) -> bool {
    name.len() == 36 && uuid::Uuid::try_parse(name).is_ok()
}

async fn by_id(graph: &mut Graph, id: &str) -> Result<Option<FoundGroup>, Error> {
    let url = graph.address(&format!("groups/{id}"), SELECT)?;
    match graph.object::<FoundGroup>(&url).await? {
        Found::It(group) if group.id.eq_ignore_ascii_case(id) => Ok(Some(group)),
        Found::It(_) => Err(graph.unexpected("it was asked for one group and returned another")),
        Found::Nothing => Ok(None),
        Found::PositionExpired => {
            Err(graph.unexpected("it reports an expired position in a listing, but none was requested"))
        }
    }
}

async fn by_name(graph: &mut Graph, name: &str) -> Result<Vec<FoundGroup>, Error> {
    let filter = encoded(&format!("displayName eq '{}'", name.replace('\'', "''")));
    let mut url = graph.address("groups", &format!("$filter={filter}&{SELECT}"))?;
    let mut found = Vec::new();
    for _ in 0..PAGES_MAX {
        let list = match graph.list(&url).await? {
            Found::It(list) => list,
            Found::Nothing | Found::PositionExpired => {
                return Err(graph.unexpected("it does not list groups"));
            }
        };
        for object in list.objects {
            let group: FoundGroup = serde_json::from_value(object.into())
                .map_err(|_| graph.unexpected("it lists a group without an id"))?;
            // A server may ignore a filter, and another group may contain all people of a company.
            if group.display_name.as_deref().is_some_and(|found| is_same(found, name)) {
                found.push(group);
            }
        }
        match list.next {
            Some(next) => url = graph.link(&next)?,
            None => return Ok(found),
        }
    }
    Err(graph.unexpected("its list of groups with one name does not end"))
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

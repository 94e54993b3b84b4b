//! Finds a configured group, by its id or by its name.
//!
//! Promises exactly one security group, or an error that says what is wrong with the name.

use super::graph::{Found, Graph, PageSize};
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

    /// Refuses a group that shows nobody and hides its members: it may have any number.
    pub(super) fn check_hidden(&self, name: &str) -> Result<(), Error> {
        if !self.hides_members() {
            return Ok(());
        }
        Err(Error::NotWhole {
            of: format!("the group {name:?}"),
            why: String::from(
                "it hides its members (HiddenMembership) and shows nobody: grant the application the permission \
                 Member.Read.Hidden, or take the group out of `groups`",
            ),
        })
    }
}

/// Finds a group by the name or id in the configuration.
pub(super) async fn find(graph: &mut Graph, name: &str) -> Result<FoundGroup, Error> {
    let wrong = |what: &str| Error::Group { group: name.to_owned(), what: what.to_owned() };
    let mut found = if is_id(name) {
        by_id(graph, name).await?.into_iter().collect()
    } else {
        by_name(graph, name).await?
    };
    let Some(group) = found.pop() else {
        let is_nearly_id = name.len() > 30 && name.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        return Err(wrong(if is_nearly_id {
            "does not exist; if it is an object id, it must have 36 characters (8-4-4-4-12)"
        } else {
            "does not exist (a new group may take some minutes to appear)"
        }));
    };
    if !found.is_empty() {
        let ids: Vec<&str> = found.iter().chain([&group]).map(|group| group.id.as_str()).collect();
        let what = format!(
            "is the name of more than one group; write the object id of the right one ({})",
            ids.join(", ")
        );
        return Err(wrong(&what));
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
        Found::PositionExpired | Found::PageTooLarge(_) => {
            Err(graph.unexpected("it reports an expired position in a listing, but none was requested"))
        }
    }
}

async fn by_name(graph: &mut Graph, name: &str) -> Result<Vec<FoundGroup>, Error> {
    let filter = encoded(&format!("displayName eq '{}'", name.replace('\'', "''")));
    let mut url = graph.address("groups", &format!("$filter={filter}&{SELECT}"))?;
    let mut found = Vec::new();
    for _ in 0..PAGES_MAX {
        let list = match graph.list(&url, PageSize::Fixed).await? {
            Found::It(list) => list,
            Found::Nothing | Found::PositionExpired | Found::PageTooLarge(_) => {
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
            Some(next) => {
                let next = graph.link(&next)?;
                if next.path() != url.path() {
                    return Err(
                        graph.unexpected("the link to the next page of groups leads to another listing")
                    );
                }
                url = next;
            }
            None => return Ok(found),
        }
    }
    Err(graph.unexpected("its list of groups with one name does not end"))
}

fn is_same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

//! Finds a group by its id or its exact name.

use super::client::Client;
use super::link;
use super::refusal;
use crate::error::Error;
use reqwest::StatusCode;
use serde_json::Value;

/// The error for a group that is not found.
pub(super) const NO_GROUP: &str = "does not exist in Okta, or the reading account may not see it";

const TWICE: &str =
    "is there more than once in Okta; write the id of the right one (00g...) instead of its name";

const LOOKING: &str = "looking for groups";

/// More pages of groups with one name are not plausible.
const PAGES_MAX: u32 = 20;

/// The id of the group with this name or id.
pub(super) async fn find(client: &mut Client, name: &str) -> Result<String, Error> {
    if is_id(name) {
        return Ok(name.to_owned());
    }
    let mut found: Vec<String> = Vec::new();
    let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
    let search = format!("profile.name eq \"{quoted}\"");
    let mut next = Some(client.address(&["groups"], &[("search", &search), ("limit", "200")])?);
    let mut pages = 0;
    while let Some(url) = next {
        let answer = client.get(&url, LOOKING).await?;
        pages += 1;
        if answer.status != StatusCode::OK || pages > PAGES_MAX {
            return Err(refusal::unusable(client.server(), &answer, "expected the groups of one name"));
        }
        for group in client.list(&answer)? {
            let unusable =
                || refusal::unusable(client.server(), &answer, "expected a group with an id and a name");
            let (id, is_it) = identity(&group, name).ok_or_else(unusable)?;
            // Okta may compare without regard to case.
            if is_it && !found.contains(&id) {
                found.push(id);
            }
        }
        let followed = link::next(&answer.headers)
            .and_then(|link| link.map(|link| link::resolve(&link, client.base())).transpose());
        next = followed.map_err(|why| Error::NotWhole { of: String::from("groups"), why })?;
    }
    let group = name.to_owned();
    match (found.pop(), found.is_empty()) {
        (Some(id), true) => Ok(id),
        (Some(_), false) => Err(Error::Group { group, what: TWICE }),
        (None, _) => Err(Error::Group { group, what: NO_GROUP }),
    }
}

/// A group's id, and whether it has exactly this name.
fn identity(group: &Value, name: &str) -> Option<(String, bool)> {
    let id = group.get("id")?.as_str().filter(|id| is_id(id))?;
    let its_name = group.get("profile")?.get("name")?.as_str()?;
    Some((id.to_owned(), its_name == name))
}

/// Whether a text is the id of a group. Ids are put into addresses without encoding.
fn is_id(text: &str) -> bool {
    text.len() == 20 && text.starts_with("00g") && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

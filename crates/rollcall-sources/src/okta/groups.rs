//! Finds a group: by its id, or by its name and no other.

use super::client::Client;
use super::link;
use super::refusal;
use crate::error::Error;
use reqwest::StatusCode;
use serde_json::Value;

/// What is wrong with a group that is not found.
pub(super) const NOT_THERE: &str = "is not in Okta, or whoever asks may not see it";

const TWICE: &str =
    "is there more than once in Okta; write the id of the right one (00g...) instead of its name";

const LOOKING: &str = "looking for groups";

/// So many pages of groups with one name do not exist.
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
            // Okta's comparison is not ours: it may take no notice of case.
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
        (None, _) => Err(Error::Group { group, what: NOT_THERE }),
    }
}

/// A group's id, and whether it has this very name.
fn identity(group: &Value, name: &str) -> Option<(String, bool)> {
    let id = group.get("id")?.as_str().filter(|id| is_id(id))?;
    let its_name = group.get("profile")?.get("name")?.as_str()?;
    Some((id.to_owned(), its_name == name))
}

/// Whether a text is the id of a group: ids are put into addresses as they are.
fn is_id(text: &str) -> bool {
    text.len() == 20 && text.starts_with("00g") && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

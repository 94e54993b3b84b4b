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

/// How a configuration names an application instead of a group: the people whom it is assigned to are in scope.
const APP: &str = "app:";

/// The id of an application that is named instead of a group. Ids are put into addresses without encoding.
pub(super) fn app_of(name: &str) -> Option<&str> {
    let id = name.strip_prefix(APP)?.trim();
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric())).then_some(id)
}

/// The id of the group with this name or id, or of the application.
pub(super) async fn find(client: &mut Client, name: &str) -> Result<String, Error> {
    if let Some(app) = app_of(name) {
        return Ok(app.to_owned());
    }
    if is_id(name) {
        return Ok(name.to_owned());
    }
    let (mut found, mut near): (Vec<Group>, Vec<Group>) = (Vec::new(), Vec::new());
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
            let group = Group::of(&group).ok_or_else(unusable)?;
            // Okta may compare without regard to case.
            let list = if group.name == name { &mut found } else { &mut near };
            if list.iter().all(|known| known.id != group.id) {
                list.push(group);
            }
        }
        let followed = link::next(&answer.headers)
            .and_then(|link| link.map(|link| link::resolve(&link, client.base())).transpose());
        next = followed.map_err(|why| Error::NotWhole { of: String::from("groups"), why })?;
    }
    let group = name.to_owned();
    match (found.pop(), found.is_empty()) {
        (Some(it), true) => Ok(it.id),
        (Some(it), false) => {
            found.push(it);
            let ids: Vec<String> =
                found.iter().map(|group| format!("{} ({})", group.id, group.kind)).collect();
            Err(Error::Group { group, what: format!("{TWICE}: {}", ids.join(", ")) })
        }
        (None, _) => {
            let near = near.iter().find(|group| group.name.to_lowercase() == name.to_lowercase());
            let hint = near.map(|group| format!("; did you mean {:?}?", group.name));
            let is_nearly_id =
                name.starts_with("00g") && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let of_id = is_nearly_id.then(|| String::from("; if it is an id, it must have 20 characters"));
            let hint = hint.or(of_id).unwrap_or_default();
            Err(Error::Group { group, what: format!("{NO_GROUP}{hint}") })
        }
    }
}

/// A group as Okta shows it.
struct Group {
    id: String,
    name: String,
    /// `OKTA_GROUP`, `APP_GROUP` or `BUILT_IN`.
    kind: String,
}

impl Group {
    fn of(group: &Value) -> Option<Self> {
        let id = group.get("id")?.as_str().filter(|id| is_id(id))?;
        let name = group.get("profile")?.get("name")?.as_str()?;
        let kind = group.get("type").and_then(Value::as_str).unwrap_or("a group");
        Some(Self { id: id.to_owned(), name: name.to_owned(), kind: crate::error::short(kind).to_owned() })
    }
}

/// Whether a text is the id of a group. Ids are put into addresses without encoding.
fn is_id(text: &str) -> bool {
    text.len() == 20 && text.starts_with("00g") && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

//! `[[source]]` of the kinds `ldap`, `entra` and `okta`: what they have in common. Each kind has a file of its own.

pub(crate) mod entra;
pub(crate) mod ldap;
pub(crate) mod okta;

use crate::mistake::Mistakes;
use crate::section::Section;
use crate::sources::Group;
use crate::titles::GROUP;
use crate::value::{Setting, quoted};
use url::Url;

/// The priority of a group without a configured one, if another group has one.
const LAST: u16 = u16::MAX;

/// Reads `groups`: names, or sections with a name and a priority. At least one is needed.
fn read_groups(section: &mut Section<'_>, mistakes: &mut Mistakes) -> Vec<Group> {
    let Some(setting) = section.required("groups", "groups = [\"everyone\"]", mistakes) else {
        return Vec::new();
    };
    let mut groups = Vec::new();
    for item in setting.items(mistakes) {
        if let Some((name, priority)) = read_group(&item, mistakes) {
            if groups.iter().any(|(known, _): &(String, _)| *known == name) {
                mistakes.add(item.at, format!("the group {} is listed twice; remove one", quoted(&name)));
            }
            groups.push((name, priority));
        }
    }
    if setting.value.as_array().is_some_and(|list| list.is_empty()) {
        mistakes.add(setting.at, "`groups` must name at least one group: its members are in scope");
    }
    let none_has_one = groups.iter().all(|(_, priority)| priority.is_none());
    let otherwise = if none_has_one { 0 } else { LAST };
    groups
        .into_iter()
        .map(|(name, priority)| Group { name, priority: priority.unwrap_or(otherwise) })
        .collect()
}

fn read_group(item: &Setting<'_>, mistakes: &mut Mistakes) -> Option<(String, Option<u16>)> {
    if item.value.as_table().is_none() {
        return item.text(mistakes).map(|name| (name.trim().to_owned(), None));
    }
    let mut section = item.section(GROUP, mistakes)?;
    let name = section
        .required("name", "name = \"leads\"", mistakes)
        .and_then(|setting| setting.text(mistakes).map(|name| name.trim().to_owned()));
    let priority = section.optional("priority");
    let priority = priority.and_then(|setting| setting.whole_number(u64::from(LAST) - 1, mistakes));
    section.finish(mistakes);
    Some((name?, priority.and_then(|priority| u16::try_from(priority).ok())))
}

/// The address of an API: `https`, or `http` on this machine. Without a slash at the end.
fn read_address(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let text = setting.text(mistakes)?.trim();
    let objection = match Url::parse(text) {
        _ if !text.contains("://") => {
            format!("must begin with https://; write https://{}", text.trim_matches('/'))
        }
        Err(error) => format!("is not an address ({error})"),
        Ok(url) if url.host_str().is_none() => String::from("has no host"),
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            // The text is not repeated: it may contain a password.
            let what = format!("`{}` must not contain a user name or a password; remove them", setting.name);
            mistakes.add(setting.at, what);
            return None;
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            String::from("must not have a query or a fragment")
        }
        Ok(url) if url.scheme() == "https" || url.scheme() == "http" && is_this_machine(&url) => {
            return Some(text.trim_end_matches('/').to_owned());
        }
        Ok(_) => String::from("must begin with https://"),
    };
    mistakes.add(setting.at, format!("`{}` {objection}; found {}", setting.name, quoted(text)));
    None
}

fn is_this_machine(url: &Url) -> bool {
    matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
}

/// How many entries are requested at a time.
fn read_page_items(section: &mut Section<'_>, usual: u32, most: u32, mistakes: &mut Mistakes) -> u32 {
    let Some(setting) = section.optional("page_items") else { return usual };
    let Some(items) = setting.whole_number(u64::from(most), mistakes) else { return usual };
    if items == 0 {
        mistakes.add(setting.at, format!("`page_items` must be from 1 to {most}"));
    }
    u32::try_from(items).unwrap_or(usual).max(1)
}

/// A setting that must be there, as text.
fn need_text(
    section: &mut Section<'_>,
    name: &'static str,
    example: &'static str,
    mistakes: &mut Mistakes,
) -> Option<String> {
    let setting = section.required(name, example, mistakes)?;
    setting.text(mistakes).map(|text| text.trim().to_owned())
}

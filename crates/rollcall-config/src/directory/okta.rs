//! A `[[source]]` of kind `okta`.

use super::{need_text, read_address, read_groups, read_page_items};
use crate::column::read_attribute;
use crate::mapping;
use crate::mistake::Mistakes;
use crate::secret::SecretRef;
use crate::section::Section;
use crate::sources::{Mapping, OktaCredential, OktaSettings};
use crate::value::{Setting, quoted};

/// People who may sign in, or who may sign in again without a decision of an administrator: an expired password or a
/// lockout does not mean that a person has left (Okta: user status).
const ACTIVE_STATUSES: [&str; 5] = ["ACTIVE", "PROVISIONED", "PASSWORD_EXPIRED", "LOCKED_OUT", "RECOVERY"];

/// All statuses of a person that Okta documents.
pub const OKTA_STATUSES: [&str; 8] = [
    "ACTIVE",
    "PROVISIONED",
    "PASSWORD_EXPIRED",
    "LOCKED_OUT",
    "RECOVERY",
    "STAGED",
    "SUSPENDED",
    "DEPROVISIONED",
];

/// How many people a page has. Okta allows 1000 and advises 200: with larger pages it ran out of time (HTTP 500) and lost
/// its position.
const PAGE_ITEMS: u32 = 200;

/// The largest page that Okta allows.
const PAGE_ITEMS_MAX: u32 = 1000;

/// By what people are matched (section 2 of the rules).
const LOGIN: &str = "login";

/// The profile attributes that are fields if no mapping is configured.
const FIELDS: [(&str, &str); 4] = [
    ("email", "email"),
    ("display_name", "displayName"),
    ("given_name", "firstName"),
    ("family_name", "lastName"),
];

/// Reads the settings that follow the name and the kind.
pub(crate) fn read(mut section: Section<'_>, mistakes: &mut Mistakes) -> Option<OktaSettings> {
    let lines = section.lines(mistakes);
    let url = section
        .required("url", "url = \"https://example.okta.com\"", mistakes)
        .and_then(|setting| read_organisation(&setting, mistakes));
    let credential = read_credential(&mut section, mistakes);
    let groups = read_groups(&mut section, mistakes);
    let statuses = section.optional("active_statuses");
    let statuses = statuses.and_then(|setting| read_statuses(&setting, mistakes));
    let match_field = section.optional("match_field");
    let match_field = match_field.and_then(|setting| read_attribute(&setting, mistakes));
    let page_items = read_page_items(&mut section, PAGE_ITEMS, PAGE_ITEMS_MAX, mistakes);
    let mapping = mapping::read_of_directory(&mut section, mistakes);
    section.finish(mistakes);
    Some(OktaSettings {
        url: url?,
        credential: credential?,
        groups,
        active_statuses: statuses
            .unwrap_or_else(|| ACTIVE_STATUSES.iter().map(|status| (*status).to_owned()).collect()),
        match_field: match_field.unwrap_or_else(|| LOGIN.to_owned()),
        page_items,
        mapping: Mapping::or_usual(mapping, "login", &FIELDS),
        lines,
    })
}

/// The organisation's address: the bare one, without the path of an API or of an authorisation server.
fn read_organisation(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<String> {
    let address = read_address(setting, mistakes)?;
    let has_path = url::Url::parse(&address).is_ok_and(|url| !matches!(url.path(), "" | "/"));
    if has_path {
        let what = format!(
            "`{}` must be the bare organisation, for example https://example.okta.com, without a path; found {}",
            setting.name,
            quoted(&address)
        );
        mistakes.add(setting.at, what);
        return None;
    }
    Some(address)
}

fn read_credential(section: &mut Section<'_>, mistakes: &mut Mistakes) -> Option<OktaCredential> {
    let token = section.optional("token");
    let private_key = section.optional("private_key");
    match (token, private_key) {
        (Some(token), None) => SecretRef::read(&token, mistakes).map(OktaCredential::Token),
        (None, Some(private_key)) => {
            let client_id = need_text(section, "client_id", "client_id = \"0oa1example\"", mistakes);
            let key_id = section.optional("key_id").and_then(|setting| setting.text(mistakes));
            let private_key = SecretRef::read(&private_key, mistakes);
            let key_id = key_id.map(str::to_owned);
            Some(OktaCredential::PrivateKey { client_id: client_id?, private_key: private_key?, key_id })
        }
        (Some(token), Some(_)) => {
            let what = "`token` and `private_key` are two credentials; keep only one";
            mistakes.add(token.at, what);
            None
        }
        (None, None) => {
            section.add_missing(
                "`token` is missing in [[source]]; write for example token = \"ssm:/rollcall/okta-token\" \
                 (or client_id and private_key)",
                mistakes,
            );
            None
        }
    }
}

fn read_statuses(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<Vec<String>> {
    let items = setting.texts(mistakes)?;
    if items.is_empty() {
        mistakes.add(setting.at, "`active_statuses` must have at least one status");
    }
    for item in items.iter().filter(|item| !OKTA_STATUSES.contains(&item.text)) {
        let what = format!("{} is not a status in Okta; use {}", quoted(item.text), OKTA_STATUSES.join(", "));
        mistakes.add(item.at, what);
    }
    Some(items.iter().map(|item| item.text.to_owned()).collect())
}

//! A `[[source]]` of kind `entra`.

use super::{need_text, read_address, read_groups, read_page_items};
use crate::mapping;
use crate::mistake::Mistakes;
use crate::secret::SecretRef;
use crate::section::{Section, nearest};
use crate::sources::{EntraCredential, EntraMatchField, EntraSettings, Mapping};
use crate::value::{Setting, quoted};

/// Microsoft's clouds: name, the server that gives tokens, the address of Graph.
const CLOUDS: [(&str, &str, &str); 4] = [
    ("global", "https://login.microsoftonline.com", "https://graph.microsoft.com"),
    ("us-government", "https://login.microsoftonline.us", "https://graph.microsoft.us"),
    ("us-defense", "https://login.microsoftonline.us", "https://dod-graph.microsoft.us"),
    ("china", "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn"),
];

/// The largest page that Graph allows. Each page counts against the tenant's quota.
const PAGE_ITEMS: u32 = 999;

/// The properties that are fields if no mapping is configured.
const FIELDS: [(&str, &str); 4] = [
    ("email", "mail"),
    ("display_name", "displayName"),
    ("given_name", "givenName"),
    ("family_name", "surname"),
];

/// Reads the settings that follow the name and the kind.
pub(crate) fn read(mut section: Section<'_>, mistakes: &mut Mistakes) -> Option<EntraSettings> {
    let lines = section.lines(mistakes);
    let tenant = need_text(&mut section, "tenant", "tenant = \"contoso.onmicrosoft.com\"", mistakes);
    let client_id = need_text(
        &mut section,
        "client_id",
        "client_id = \"00000000-0000-0000-0000-000000000000\"",
        mistakes,
    );
    let credential = read_credential(&mut section, mistakes);
    let groups = read_groups(&mut section, mistakes);
    let match_field = section.optional("match_field");
    let match_field = match_field.and_then(|setting| read_match_field(&setting, mistakes));
    let guests = section.optional("guests").and_then(|setting| setting.truth(mistakes));
    let cloud = section.optional("cloud").and_then(|setting| read_cloud(&setting, mistakes));
    let (_, cloud_login, cloud_graph) = cloud.unwrap_or(CLOUDS[0]);
    let login_url = section.optional("login_url").and_then(|setting| read_address(&setting, mistakes));
    let graph_url = section.optional("graph_url").and_then(|setting| read_address(&setting, mistakes));
    let page_items = read_page_items(&mut section, PAGE_ITEMS, PAGE_ITEMS, mistakes);
    let mapping = mapping::read_of_directory(&mut section, mistakes);
    if let Some(mapping) = &mapping {
        check_relations(mapping, mistakes);
    }
    section.finish(mistakes);
    Some(EntraSettings {
        tenant: tenant?,
        client_id: client_id?,
        credential: credential?,
        groups,
        match_field: match_field.unwrap_or(EntraMatchField::Dn),
        guests: guests.unwrap_or(false),
        login_url: login_url.unwrap_or_else(|| cloud_login.to_owned()),
        page_items,
        graph_url: graph_url.unwrap_or_else(|| cloud_graph.to_owned()),
        mapping: Mapping::or_usual(mapping, "userPrincipalName", &FIELDS),
        lines,
    })
}

/// What Graph does not show with a user: other objects that the user is related to (Graph: user resource type,
/// relationships). Asked for with a user, they would be empty for everybody.
const RELATIONS: [&str; 9] = [
    "manager",
    "directReports",
    "memberOf",
    "transitiveMemberOf",
    "sponsors",
    "ownedDevices",
    "ownedObjects",
    "registeredDevices",
    "createdObjects",
];

fn check_relations(mapping: &Mapping, mistakes: &mut Mistakes) {
    for relation in RELATIONS {
        let is_it = |name: &String| {
            name.split('/').next().is_some_and(|begin| begin.trim().eq_ignore_ascii_case(relation))
        };
        for setting in mapping.settings_naming(&is_it) {
            let what = format!(
                "`{setting}` names {relation:?}: that is another object of Graph, which it does not show with a user; map a \
                 property of the person, such as \"employeeOrgData/costCenter\" or an extension attribute"
            );
            mistakes.add_at_line(mapping.lines.of(setting), what);
        }
    }
}

/// A kind of credential, made of the secret's name.
type Kind = fn(SecretRef) -> EntraCredential;

fn read_credential(section: &mut Section<'_>, mistakes: &mut Mistakes) -> Option<EntraCredential> {
    let kinds: [(&'static str, Kind); 3] = [
        ("client_secret", EntraCredential::Secret),
        ("client_certificate", EntraCredential::Certificate),
        ("federated_token", EntraCredential::FederatedToken),
    ];
    let mut found = Vec::new();
    for (name, kind) in kinds {
        if let Some(setting) = section.optional(name) {
            found.push((setting, kind));
        }
    }
    match found.as_slice() {
        [(setting, kind)] => SecretRef::read(setting, mistakes).map(kind),
        [] => {
            section.add_missing(
                "`client_secret` is missing in [[source]]; write for example client_secret = \
                 \"ssm:/rollcall/entra-secret\" (or client_certificate, or federated_token)",
                mistakes,
            );
            None
        }
        [_, (second, _), ..] => {
            mistakes.add(second.at, format!("`{}` is a second credential; keep only one", second.name));
            None
        }
    }
}

fn read_match_field(setting: &Setting<'_>, mistakes: &mut Mistakes) -> Option<EntraMatchField> {
    match setting.text(mistakes)? {
        "dn" => Some(EntraMatchField::Dn),
        "upn" | "userPrincipalName" => Some(EntraMatchField::Upn),
        "mail" => Some(EntraMatchField::Mail),
        "employeeId" => Some(EntraMatchField::EmployeeId),
        "onPremisesImmutableId" => Some(EntraMatchField::OnPremisesImmutableId),
        other => {
            let what = format!(
                "`match_field` must be \"dn\", \"upn\", \"mail\", \"employeeId\" or \"onPremisesImmutableId\"; found {}",
                quoted(other)
            );
            mistakes.add(setting.at, what);
            None
        }
    }
}

fn read_cloud(
    setting: &Setting<'_>,
    mistakes: &mut Mistakes,
) -> Option<(&'static str, &'static str, &'static str)> {
    let name = setting.text(mistakes)?;
    if let Some(cloud) = CLOUDS.iter().find(|(known, _, _)| *known == name) {
        return Some(*cloud);
    }
    let expected = "`cloud` must be \"global\", \"us-government\", \"us-defense\" or \"china\"";
    match nearest(name, CLOUDS.iter().map(|(known, _, _)| *known)) {
        Some(meant) => mistakes.add(setting.at, format!("{expected}; did you mean \"{meant}\"?")),
        None => mistakes.add(setting.at, format!("{expected}; found {}", quoted(name))),
    }
    None
}

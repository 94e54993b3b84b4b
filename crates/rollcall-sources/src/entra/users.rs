//! Users: which properties are requested, and the records of the users on a page.
//!
//! Promises that only objects that are not people, and guests if they are not configured, are left out, and counted; and
//! that a user with hidden properties is a rejected record, never a disabled person. Where all users hide them, the
//! permission is missing: without it, Graph answers with empty properties.

use super::graph::{Graph, List, Object, PERMISSIONS};
use crate::error::Error;
use crate::person::{Person, Status, record};
use crate::tally::{GroupTally, Kept, Tally};
use crate::values::{has_parts, texts_of};
use rollcall_config::{EntraMatchField, EntraSettings, Group, Template};
use rollcall_core::entry::{Record, RejectReason, RejectedRow};
use rollcall_core::match_key::ImmutableId;
use serde_json::Value;
use url::Url;

/// The properties that every user must have.
const NEEDED: [&str; 5] =
    ["id", "accountEnabled", "userPrincipalName", "onPremisesDistinguishedName", "userType"];

/// What the match key is made of.
pub(super) fn match_field(settings: &EntraSettings) -> Template {
    let from = match settings.match_field {
        EntraMatchField::Dn => "{onPremisesDistinguishedName | or userPrincipalName}",
        EntraMatchField::Upn => "userPrincipalName",
        EntraMatchField::Mail => "mail",
        EntraMatchField::EmployeeId => "employeeId",
        EntraMatchField::OnPremisesImmutableId => "onPremisesImmutableId",
    };
    from.parse().unwrap_or_else(|_| Template::column(from.to_owned()))
}

/// The mapped properties, as they are configured.
pub(super) fn mapped(settings: &EntraSettings) -> impl Iterator<Item = &str> {
    settings.mapping.columns().into_iter().map(String::as_str)
}

/// The properties to request. For `a/b` it is `a`, which Graph returns with all its parts.
pub(super) fn select(settings: &EntraSettings) -> String {
    let mut names = NEEDED.to_vec();
    let key = match settings.match_field {
        EntraMatchField::Dn | EntraMatchField::Upn => None,
        EntraMatchField::Mail => Some("mail"),
        EntraMatchField::EmployeeId => Some("employeeId"),
        EntraMatchField::OnPremisesImmutableId => Some("onPremisesImmutableId"),
    };
    for name in mapped(settings).chain(key) {
        let name = name.split('/').next().unwrap_or(name).trim();
        if !name.is_empty() && !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    names.into_iter().map(super::wire::encoded).collect::<Vec<_>>().join(",")
}

/// The address of the first page of a group's users. Graph leaves out the devices and groups in the
/// group only if the request asks for the count (and has the header for it).
pub(super) fn first_page(graph: &Graph, group_id: &str, select: &str, items: u32) -> Result<Url, Error> {
    let path = format!("groups/{}/transitiveMembers/microsoft.graph.user", super::wire::encoded(group_id));
    graph.address(&path, &format!("$count=true&$top={items}&$select={select}"))
}

/// The address that counts a group's members of a kind.
pub(super) fn address_of_count(graph: &Graph, group_id: &str, kind: &str) -> Result<Url, Error> {
    let path = format!("groups/{}/transitiveMembers{kind}", super::wire::encoded(group_id));
    graph.address(&path, "$count=true&$top=1&$select=id")
}

/// Whether an address is of a page of this group's users. A link into another listing would bring other people in.
pub(super) fn is_page_of(link: &Url, group_id: &str) -> bool {
    let path = link.path().to_ascii_lowercase();
    path.contains(&group_id.to_ascii_lowercase()) && path.contains("transitivemembers")
}

/// The records of the users on a page, and what it shows beside them.
pub(super) fn shown(
    graph: &Graph,
    list: &List,
    settings: &EntraSettings,
    (group, group_id): (&Group, &str),
    kept: Option<&Kept>,
) -> Result<(Vec<Record>, Tally), Error> {
    let mut records = Vec::with_capacity(list.objects.len());
    let mut tally = Tally::keeping(kept);
    let mut of_group = GroupTally {
        name: group.name.clone(),
        id: Some(group_id.to_owned()),
        counted: list.count,
        seen: list.objects.len() as u64,
        ..GroupTally::default()
    };
    for object in &list.objects {
        let is_left_out = !is_user(object) || !settings.guests && is_guest(object);
        if is_left_out {
            of_group.not_people += 1;
            continue;
        }
        records.push(user(graph, object, settings, group, &mut tally)?);
    }
    of_group.people = records.len() as u64;
    tally.groups.push(of_group);
    Ok((records, tally))
}

/// The record of one user. One whose properties are hidden is rejected, and named by what is known of them.
fn user(
    graph: &Graph,
    object: &Object,
    settings: &EntraSettings,
    group: &Group,
    tally: &mut Tally,
) -> Result<Record, Error> {
    let id = text(object, "id").filter(|id| !id.is_empty()).ok_or_else(|| Error::NotWhole {
        of: group.name.clone(),
        why: String::from("a user on it has no id"),
    })?;
    check_mapped(object, settings)?;
    let upn = text(object, "userPrincipalName");
    let status = match (object.get("accountEnabled"), upn) {
        (Some(Value::Bool(_)), None) => hidden("userPrincipalName"),
        (Some(Value::Bool(true)), Some(_)) => Status::Enabled,
        (Some(Value::Bool(false)), Some(_)) => Status::Disabled,
        (None | Some(Value::Null), _) => hidden("accountEnabled"),
        (Some(_), _) => {
            Status::Unknown(String::from("accountEnabled is neither true nor false in Graph's answer"))
        }
    };
    let attribute =
        |name: &str| property(object, name).map(|value| texts_of(name, value)).unwrap_or_default();
    if is_hidden(object) {
        tally.people += 1;
        tally.hidden += 1;
    } else {
        tally.see_person(&settings.mapping, &attribute, &|name| is_shown(object, name));
    }
    let key = key(object, upn.unwrap_or_default(), settings.match_field);
    if let (Status::Unknown(why), true) = (&status, key.trim().is_empty()) {
        // It is not the person's fault that there is no key.
        let record = Record::Rejected(RejectedRow {
            line: 0,
            reason: RejectReason::Unreadable(why.clone()),
            key: None,
            immutable_id: graph
                .secrets()
                .in_data(id)
                .is_none()
                .then(|| ImmutableId::parse(id).ok())
                .flatten(),
            username: None,
        });
        tally.keep(&attribute, &record);
        return Ok(record);
    }
    let person = Person { key, immutable_id: id, status, priority: group.priority, attribute: &attribute };
    Ok(record(&person, &settings.mapping, tally))
}

/// Whether an object is a user. A listing of users has no type; if there is one, it counts.
fn is_user(object: &Object) -> bool {
    text(object, "@odata.type").is_none_or(|kind| kind.eq_ignore_ascii_case("#microsoft.graph.user"))
}

/// A user without a type is a member: Graph leaves it empty for people of the time before guests.
fn is_guest(object: &Object) -> bool {
    text(object, "userType").is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
}

/// Whether a user hides what every user has. Graph leaves it empty in a successful answer.
fn is_hidden(object: &Object) -> bool {
    matches!(object.get("accountEnabled"), None | Some(Value::Null))
        || text(object, "userPrincipalName").is_none()
}

fn hidden(name: &str) -> Status {
    Status::Unknown(format!(
        "{name} is empty in Graph's answer for this person alone: their object is being deleted, or the application may \
         not see it"
    ))
}

/// The error for properties that the application may not see of anybody.
pub(super) fn check_hidden(graph: &Graph, tally: &Tally) -> Result<(), Error> {
    if tally.people == 0 || tally.hidden < tally.people {
        return Ok(());
    }
    let server = graph.server().to_owned();
    let reply = format!("accountEnabled or userPrincipalName is empty for all {} users", tally.people);
    Err(Error::Forbidden { server, what: "reading the properties of users", reply, cure: PERMISSIONS })
}

/// The match key: empty if there is none.
fn key<'a>(object: &'a Object, upn: &'a str, field: EntraMatchField) -> &'a str {
    let named = |name| text(object, name).unwrap_or_default();
    match field {
        EntraMatchField::Upn => upn,
        EntraMatchField::Dn => {
            text(object, "onPremisesDistinguishedName").filter(|dn| !dn.trim().is_empty()).unwrap_or(upn)
        }
        EntraMatchField::Mail => named("mail"),
        EntraMatchField::EmployeeId => named("employeeId"),
        EntraMatchField::OnPremisesImmutableId => named("onPremisesImmutableId"),
    }
}

/// An error for a property that has parts, or is a list of such: it has no value itself, and would look empty.
fn check_mapped(object: &Object, settings: &EntraSettings) -> Result<(), Error> {
    let is_parts = |name: &&str| property(object, name).is_some_and(has_parts);
    mapped(settings).find(is_parts).map_or(Ok(()), |name| {
        let what = match property(object, name) {
            Some(Value::Array(_)) => {
                format!("the property {name} is a list of values with parts, and has no text; map another")
            }
            _ => format!("the property {name} has parts; map one of them as \"{name}/...\""),
        };
        Err(Error::Settings { what })
    })
}

/// Whether Graph has shown a property, if only without a value. Nothing is known of the parts of one without a value.
fn is_shown(object: &Object, name: &str) -> bool {
    let mut names = name.split('/').map(str::trim);
    let mut value = names.next().and_then(|name| part(object, name));
    for name in names {
        value = match value {
            Some(Value::Object(parts)) => part(parts, name),
            other => return other.is_some(),
        };
    }
    value.is_some()
}

/// A property, or a part of one: `onPremisesExtensionAttributes/extensionAttribute1`. Graph ignores case.
fn property<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    let mut names = name.split('/').map(str::trim);
    let first = part(object, names.next()?)?;
    names.try_fold(first, |value, name| part(value.as_object()?, name))
}

fn part<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        let is_it = |(known, _): &(&String, &Value)| known.eq_ignore_ascii_case(name);
        object.iter().find(is_it).map(|(_, value)| value)
    })
}

fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

//! Users: which properties are requested, and the records of the users on a page.
//!
//! Promises that only objects that are not people, and guests if they are not configured, are left out; and that a user
//! with hidden properties is an error: without the permission, Graph answers with empty properties.

use super::graph::{Graph, Object, PERMISSIONS};
use crate::error::{Error, short};
use crate::person::{Person, Status, record};
use rollcall_config::{EntraMatchField, EntraSettings, Group};
use rollcall_core::entry::Record;
use serde_json::Value;
use url::Url;

/// The properties that every user must have.
const NEEDED: [&str; 5] =
    ["id", "accountEnabled", "userPrincipalName", "onPremisesDistinguishedName", "userType"];

/// The largest page that Graph allows. Each page counts against the tenant's quota.
const PAGE_ITEMS: u32 = 999;

/// The mapped properties, as they are configured.
pub(super) fn mapped(settings: &EntraSettings) -> impl Iterator<Item = &str> {
    settings.mapping.columns().into_iter().map(String::as_str)
}

/// The properties to request. For `a/b` it is `a`, which Graph returns with all its parts.
pub(super) fn select(settings: &EntraSettings) -> String {
    let mut names = NEEDED.to_vec();
    for name in mapped(settings) {
        let name = name.split('/').next().unwrap_or(name).trim();
        if !name.is_empty() && !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    names.into_iter().map(super::wire::encoded).collect::<Vec<_>>().join(",")
}

/// The address of the first page of a group's users. Graph leaves out the devices and groups in the
/// group only if the request asks for the count (and has the header for it).
pub(super) fn first_page(graph: &Graph, group_id: &str, select: &str) -> Result<Url, Error> {
    let path = format!("groups/{}/transitiveMembers/microsoft.graph.user", super::wire::encoded(group_id));
    graph.address(&path, &format!("$count=true&$top={PAGE_ITEMS}&$select={select}"))
}

/// The records of the users on a page.
pub(super) fn records(
    graph: &Graph,
    objects: &[Object],
    settings: &EntraSettings,
    group: &Group,
) -> Result<Vec<Record>, Error> {
    let mut records = Vec::with_capacity(objects.len());
    for object in objects.iter().filter(|object| is_user(object)) {
        let id = text(object, "id").filter(|id| !id.is_empty()).ok_or_else(|| Error::NotWhole {
            of: group.name.clone(),
            why: String::from("a user on it has no id"),
        })?;
        let is_enabled = is_enabled(graph, object, id)?;
        let upn = text(object, "userPrincipalName")
            .ok_or_else(|| hidden(graph, format!("userPrincipalName of the user {} is empty", short(id))))?;
        if !settings.guests && text(object, "userType").is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
        {
            continue;
        }
        check_mapped(object, settings)?;
        records.push(record(
            &Person {
                key: key(object, upn, settings.match_field),
                immutable_id: id,
                status: if is_enabled { Status::Enabled } else { Status::Disabled },
                priority: group.priority,
                attribute: &|name| property(object, name).map(plains).unwrap_or_default(),
            },
            &settings.mapping,
        ));
    }
    Ok(records)
}

/// Whether an object is a user. A listing of users has no type; if there is one, it counts.
fn is_user(object: &Object) -> bool {
    text(object, "@odata.type").is_none_or(|kind| kind.eq_ignore_ascii_case("#microsoft.graph.user"))
}

fn is_enabled(graph: &Graph, object: &Object, id: &str) -> Result<bool, Error> {
    match object.get("accountEnabled") {
        Some(Value::Bool(is_enabled)) => Ok(*is_enabled),
        None | Some(Value::Null) => {
            Err(hidden(graph, format!("accountEnabled of the user {} is empty", short(id))))
        }
        Some(_) => {
            let what = format!("accountEnabled of the user {} is neither true nor false", short(id));
            Err(graph.unexpected(&what))
        }
    }
}

/// The error for a property that the application may not see. Graph leaves it empty in a successful answer.
fn hidden(graph: &Graph, reply: String) -> Error {
    let server = graph.server().to_owned();
    Error::Forbidden { server, what: "reading the properties of users", reply, cure: PERMISSIONS }
}

/// The match key: empty if there is none.
fn key<'a>(object: &'a Object, upn: &'a str, field: EntraMatchField) -> &'a str {
    match field {
        EntraMatchField::Upn => upn,
        EntraMatchField::Dn => dn(object).unwrap_or(upn),
    }
}

/// The on-premises distinguished name, if the user has one.
pub(super) fn dn(object: &Object) -> Option<&str> {
    text(object, "onPremisesDistinguishedName").filter(|dn| !dn.trim().is_empty())
}

/// An error for a property that has parts: it has no value itself, and would look empty.
fn check_mapped(object: &Object, settings: &EntraSettings) -> Result<(), Error> {
    let is_parts = |name: &&str| matches!(property(object, name), Some(Value::Object(_)));
    mapped(settings).find(is_parts).map_or(Ok(()), |name| {
        let what = format!("the property {name} has parts; map one of them as \"{name}/...\"");
        Err(Error::Settings { what })
    })
}

/// A property, or a part of one: `onPremisesExtensionAttributes/extensionAttribute1`. Graph ignores case.
pub(super) fn property<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
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

/// A value as text; the first, if there are several (`businessPhones`).
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.iter().find_map(plain),
        Value::Null | Value::Object(_) => None,
    }
}

/// Every value as text, in their order.
fn plains(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(plain).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            plain(value).into_iter().collect()
        }
    }
}

fn text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

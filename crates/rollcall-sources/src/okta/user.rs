//! From a user as Okta tells of one to a record.

use super::Object;
use crate::error::{Error, short};
use crate::person::{Person, Status, record as record_of};
use rollcall_config::{Group, OktaSettings};
use rollcall_core::entry::Record;
use serde_json::Value;

/// Statuses that Okta documents: who has one that is not configured as active is disabled.
const DOCUMENTED: [&str; 8] = [
    "ACTIVE",
    "PROVISIONED",
    "PASSWORD_EXPIRED",
    "LOCKED_OUT",
    "RECOVERY",
    "STAGED",
    "SUSPENDED",
    "DEPROVISIONED",
];

pub(super) fn record(user: &Object, settings: &OktaSettings, group: &Group) -> Result<Record, Error> {
    let id = user["id"].as_str().filter(|id| !id.is_empty()).ok_or_else(|| Error::NotWhole {
        of: group.name.clone(),
        why: String::from("somebody on it has no id"),
    })?;
    let attribute = |name: &str| match name {
        "id" | "status" => text(&user[name]),
        _ => text(&user["profile"][name]),
    };
    let key = attribute("login").unwrap_or_default();
    let person = Person {
        key: &key,
        immutable_id: id,
        status: status(user, settings),
        priority: group.priority,
        attribute: &attribute,
    };
    Ok(record_of(&person, &settings.mapping))
}

fn status(user: &Object, settings: &OktaSettings) -> Status {
    match user["status"].as_str() {
        Some(status) if settings.active_statuses.iter().any(|active| active == status) => Status::Enabled,
        Some(status) if DOCUMENTED.contains(&status) => Status::Disabled,
        Some(status) => {
            Status::Unknown(format!("the status {:?} is not one that Okta documents", short(status)))
        }
        None => Status::Unknown(String::from("there is no status")),
    }
}

/// A value as text; several as one, for a field has one.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(values) => Some(values.iter().filter_map(text).collect::<Vec<_>>().join(", ")),
    }
}

//! From a user of Okta to a record.

use crate::person::{self, Person, Status};
use rollcall_config::{OKTA_STATUSES, OktaSettings};
use rollcall_core::entry::Record;
use serde_json::Value;

/// By what people are matched (section 2 of the rules).
const LOGIN: &str = "login";

/// The record of a user, or why there can be none.
pub(super) fn record(user: &Value, priority: u16, settings: &OktaSettings) -> Result<Record, String> {
    let id = id(user).ok_or_else(|| String::from("a user on it has no id"))?;
    let login = attribute(user, LOGIN).unwrap_or_default();
    let person = Person {
        key: &login,
        immutable_id: id,
        status: status(user, &settings.active_statuses),
        priority,
        attribute: &|name| values(user, name),
    };
    Ok(person::record(&person, &settings.mapping))
}

fn id(user: &Value) -> Option<&str> {
    user.get("id")?.as_str().map(str::trim).filter(|id| !id.is_empty())
}

pub(super) fn status(user: &Value, active: &[String]) -> Status {
    match user.get("status").and_then(Value::as_str) {
        Some(status) if active.iter().any(|one| one == status) => Status::Enabled,
        Some(status) if OKTA_STATUSES.contains(&status) => Status::Disabled,
        Some(status) => Status::Unknown(format!(
            "the status in Okta is {:?}; expected one of {}",
            crate::error::short(status),
            OKTA_STATUSES.join(", ")
        )),
        None => Status::Unknown(String::from("there is no status in Okta's answer; expected one")),
    }
}

/// The value of an attribute of the profile; or of `id` and `status`, which are beside the profile.
pub(super) fn attribute(user: &Value, name: &str) -> Option<String> {
    found(user, name).and_then(text)
}

/// Its values, in their order.
fn values(user: &Value, name: &str) -> Vec<String> {
    match found(user, name) {
        Some(Value::Array(items)) => items.iter().filter_map(text).collect(),
        other => other.and_then(text).into_iter().collect(),
    }
}

fn found<'a>(user: &'a Value, name: &str) -> Option<&'a Value> {
    let profile = user.get("profile").and_then(|profile| profile.get(name));
    let beside = || matches!(name, "id" | "status").then(|| user.get(name)).flatten();
    profile.or_else(beside)
}

/// A value as text. Custom profiles have numbers, yes and no, and lists.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Some(value.to_string()),
        Value::Array(items) => Some(items.iter().filter_map(text).collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{attribute, record};
    use rollcall_config::{Config, OktaSettings, SourceSettings};
    use rollcall_core::entry::{EntryStatus, Record, RejectReason};
    use serde_json::{Value, json};

    fn settings() -> OktaSettings {
        let text = "[[source]]\nname = \"okta\"\nkind = \"okta\"\nurl = \"https://example.okta.com\"\n\
                    token = \"env:T\"\ngroups = [\"staff\"]\n";
        let SourceSettings::Okta(settings) = Config::parse(text).unwrap().sources.remove(0).settings else {
            panic!()
        };
        settings
    }

    fn user(status: &Value) -> Value {
        json!({ "id": "00u1", "status": status, "profile": { "login": "Ann@example.com", "email": null } })
    }

    #[test]
    fn statuses_decide_who_is_enabled() {
        for (status, expected) in [
            ("ACTIVE", EntryStatus::Enabled),
            ("PROVISIONED", EntryStatus::Enabled),
            ("PASSWORD_EXPIRED", EntryStatus::Enabled),
            ("LOCKED_OUT", EntryStatus::Enabled),
            ("RECOVERY", EntryStatus::Enabled),
            ("STAGED", EntryStatus::Disabled),
            ("SUSPENDED", EntryStatus::Disabled),
            ("DEPROVISIONED", EntryStatus::Disabled),
        ] {
            let Record::Entry(entry) = record(&user(&json!(status)), 3, &settings()).unwrap() else {
                panic!()
            };
            assert_eq!((entry.status, entry.priority), (expected, 3), "{status}");
            assert_eq!(entry.key.original(), "Ann@example.com");
            assert_eq!(entry.fields.iter().count(), 0, "null is not a value");
        }
        for status in [json!("ACTIVATING"), json!("active"), json!(""), json!(null), json!(1)] {
            let Record::Rejected(row) = record(&user(&status), 0, &settings()).unwrap() else { panic!() };
            assert!(matches!(row.reason, RejectReason::Unreadable(_)), "{status}");
            assert!(row.key.is_some() && row.immutable_id.is_some(), "{status}");
        }
    }

    #[test]
    fn user_without_id_or_login_is_an_error() {
        for nobody in [json!({}), json!(null), json!("x"), json!({ "id": "" }), json!({ "id": 7 })] {
            assert!(record(&nobody, 0, &settings()).is_err(), "{nobody}");
        }
        for profile in [json!({}), json!(null), json!({ "login": " " }), json!({ "login": null })] {
            let user = json!({ "id": "00u1", "status": "ACTIVE", "profile": profile });
            let Record::Rejected(row) = record(&user, 0, &settings()).unwrap() else { panic!() };
            assert_eq!(row.reason, RejectReason::MissingKey);
            assert!(row.immutable_id.is_some());
        }
    }

    #[test]
    fn values_of_all_kinds_are_text() {
        let profile = json!({
            "text": "a", "number": 1.5, "whole": 12_345_678_901_234_u64, "truth": true, "list": ["a", 1, null],
            "nothing": null, "object": { "a": 1 }, "status": "retired"
        });
        let user = json!({ "id": "00u1", "status": "ACTIVE", "profile": profile });
        for (name, expected) in [
            ("text", Some("a")),
            ("number", Some("1.5")),
            ("whole", Some("12345678901234")),
            ("truth", Some("true")),
            ("list", Some("a, 1")),
            ("nothing", None),
            ("object", Some("{\"a\":1}")),
            ("id", Some("00u1")),
            ("status", Some("retired")),
            ("credentials", None),
        ] {
            assert_eq!(attribute(&user, name).as_deref(), expected, "{name}");
        }
    }
}

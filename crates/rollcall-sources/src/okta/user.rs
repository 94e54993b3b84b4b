//! From a user of Okta to a record.

use crate::person::{self, Person, Status};
use crate::tally::Tally;
use crate::values::{has_parts, texts_of};
use rollcall_config::{OKTA_STATUSES, OktaSettings};
use rollcall_core::entry::Record;
use serde_json::Value;

/// What a user has beside the profile, and may be mapped.
const BESIDE: [&str; 8] =
    ["id", "status", "created", "activated", "statusChanged", "lastLogin", "lastUpdated", "passwordChanged"];

/// The attributes that every profile may have (Okta: default user profile). Okta leaves out those without a value, as it
/// does the organisation's own.
const USUAL: [&str; 31] = [
    "login",
    "email",
    "secondEmail",
    "firstName",
    "lastName",
    "middleName",
    "honorificPrefix",
    "honorificSuffix",
    "title",
    "displayName",
    "nickName",
    "profileUrl",
    "primaryPhone",
    "mobilePhone",
    "streetAddress",
    "city",
    "state",
    "zipCode",
    "countryCode",
    "postalAddress",
    "preferredLanguage",
    "locale",
    "timezone",
    "userType",
    "employeeNumber",
    "costCenter",
    "organization",
    "division",
    "department",
    "managerId",
    "manager",
];

/// The attributes that there are: those that Okta itself has, and those of a profile.
pub(super) fn known(user: &Value) -> impl Iterator<Item = &str> {
    let own = user.get("profile").and_then(Value::as_object);
    own.into_iter().flatten().map(|(name, _)| name.as_str()).chain(USUAL).chain(BESIDE)
}

/// Whether Okta itself has an attribute of this name, whoever has a value.
pub(super) fn is_usual(name: &str) -> bool {
    USUAL.contains(&name) || BESIDE.contains(&name)
}

/// The user whom an application is assigned to, as Okta shows them with the assignment.
pub(super) fn of_assignment(assignment: &Value) -> Option<Value> {
    assignment.pointer("/_embedded/user").filter(|user| user.is_object()).cloned()
}

/// A mapped attribute that has parts, or is a list of such: it has no text.
pub(super) fn mapped_with_parts<'a>(user: &Value, settings: &'a OktaSettings) -> Option<&'a str> {
    let mut names = settings.mapping.columns().into_iter().map(String::as_str);
    names.find(|name| value(user, name).is_some_and(has_parts))
}

/// The record of a user, or why there can be none.
pub(super) fn record(
    user: &Value,
    priority: u16,
    settings: &OktaSettings,
    tally: &mut Tally,
) -> Result<Record, String> {
    let id = id(user).ok_or_else(|| String::from("a user on it has no id"))?;
    let login = attribute(user, &settings.match_field).unwrap_or_default();
    tally.see_person(&settings.mapping, &|name| values(user, name), &|name| value(user, name).is_some());
    let person = Person {
        key: &login,
        immutable_id: id,
        status: status(user, &settings.active_statuses),
        priority,
        attribute: &|name| values(user, name),
    };
    Ok(person::record(&person, &settings.mapping, tally))
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

/// The value of an attribute of the profile, or of what is beside it, as text. Custom profiles have numbers, yes and no,
/// and lists.
pub(super) fn attribute(user: &Value, name: &str) -> Option<String> {
    values(user, name).into_iter().next()
}

/// All its values as text: the one that counts first.
fn values(user: &Value, name: &str) -> Vec<String> {
    value(user, name).map(|value| texts_of(name, value)).unwrap_or_default()
}

/// The same as it is; for `a/b`, a part of it.
fn value<'a>(user: &'a Value, name: &str) -> Option<&'a Value> {
    let profile = user.get("profile");
    let beside = || BESIDE.contains(&name).then(|| user.get(name)).flatten();
    if let Some(value) = profile.and_then(|profile| profile.get(name)).or_else(beside) {
        return Some(value);
    }
    let mut parts = name.split('/').map(str::trim);
    let first = profile?.get(parts.next()?)?;
    let inner = parts.try_fold(first, |value, part| value.get(part))?;
    name.contains('/').then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::{attribute, mapped_with_parts, record};
    use crate::tally::Tally;
    use rollcall_config::{Config, OktaSettings, SourceSettings, Template};
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
            let Record::Entry(entry) =
                record(&user(&json!(status)), 3, &settings(), &mut Tally::default()).unwrap()
            else {
                panic!()
            };
            assert_eq!((entry.status, entry.priority), (expected, 3), "{status}");
            assert_eq!(entry.key.original(), "Ann@example.com");
            assert_eq!(entry.fields.iter().count(), 0, "null is not a value");
        }
        for status in [json!("ACTIVATING"), json!("active"), json!(""), json!(null), json!(1)] {
            let Record::Rejected(row) =
                record(&user(&status), 0, &settings(), &mut Tally::default()).unwrap()
            else {
                panic!()
            };
            assert!(matches!(row.reason, RejectReason::Unreadable(_)), "{status}");
            assert!(row.key.is_some() && row.immutable_id.is_some(), "{status}");
        }
    }

    #[test]
    fn user_without_id_or_login_is_an_error() {
        for nobody in [json!({}), json!(null), json!("x"), json!({ "id": "" }), json!({ "id": 7 })] {
            assert!(record(&nobody, 0, &settings(), &mut Tally::default()).is_err(), "{nobody}");
        }
        for profile in [json!({}), json!(null), json!({ "login": " " }), json!({ "login": null })] {
            let user = json!({ "id": "00u1", "status": "ACTIVE", "profile": profile });
            let Record::Rejected(row) = record(&user, 0, &settings(), &mut Tally::default()).unwrap() else {
                panic!()
            };
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
            ("list", Some("1")),
            ("nothing", None),
            ("object", None),
            ("object/a", Some("1")),
            ("object/b", None),
            ("text/a", None),
            ("id", Some("00u1")),
            ("status", Some("retired")),
            ("credentials", None),
        ] {
            assert_eq!(attribute(&user, name).as_deref(), expected, "{name}");
        }
        let mut settings = settings();
        assert_eq!(mapped_with_parts(&user, &settings), None);
        settings.mapping.username = Some(Template::column(String::from("object")));
        assert_eq!(mapped_with_parts(&user, &settings), Some("object"));
    }
}

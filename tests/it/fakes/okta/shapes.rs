//! What Okta's answers look like: users, groups, errors, rate limits.

use super::super::{Answer, Person};
use super::{Group, User};
use serde_json::{Map, Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const TIME: &str = "2026-01-01T00:00:00.000Z";

impl User {
    /// With this login and status.
    pub(crate) fn new(id: &str, login: &str, status: &str) -> Self {
        let profile = json!({ "login": login, "email": login, "userName": login, "admin": false });
        Self { id: id.to_owned(), status: json!(status), profile }
    }

    /// Somebody of a scenario, with the id that tells them apart.
    pub(crate) fn of(person: &Person, id: &str) -> Self {
        let Person { username, key, title, is_disabled, is_admin, starts, ends, .. } = person;
        let mut profile = Map::new();
        // What somebody does not have, Okta leaves out.
        let dates = [("startDate", starts), ("endDate", ends)];
        for (name, value) in
            [("login", key), ("userName", username), ("title", title)].into_iter().chain(dates)
        {
            if !value.is_empty() {
                profile.insert(name.to_owned(), json!(value));
            }
        }
        profile.insert(String::from("admin"), json!(is_admin));
        profile.insert(String::from("email"), json!("somebody@example.com"));
        profile.insert(String::from("firstName"), json!("Somebody"));
        profile.insert(String::from("lastName"), json!("Else"));
        profile.insert(String::from("displayName"), Value::Null);
        profile.insert(String::from("mobilePhone"), Value::Null);
        let status = if *is_disabled { "DEPROVISIONED" } else { "ACTIVE" };
        Self { id: format!("00u{id}"), status: json!(status), profile: Value::Object(profile) }
    }

    /// As Okta shows it.
    pub(super) fn shape(&self) -> Value {
        let mut user = json!({
            "id": self.id,
            "status": self.status,
            "created": TIME,
            "activated": TIME,
            "statusChanged": null,
            "lastLogin": null,
            "lastUpdated": TIME,
            "passwordChanged": null,
            "type": { "id": "otyfnjfba4ye7pgjB0g4" },
            "profile": self.profile,
            "credentials": { "provider": { "type": "OKTA", "name": "OKTA" } },
            "_links": { "self": { "href": format!("https://example.okta.com/api/v1/users/{}", self.id) } },
        });
        if self.status.is_null() {
            user.as_object_mut().unwrap().remove("status");
        }
        if self.id.is_empty() {
            user.as_object_mut().unwrap().remove("id");
        }
        user
    }
}

impl Group {
    /// As Okta shows it.
    pub(super) fn shape(&self) -> Value {
        json!({
            "id": self.id,
            "created": TIME,
            "lastUpdated": TIME,
            "lastMembershipUpdated": TIME,
            "objectClass": ["okta:user_group"],
            "type": "OKTA_GROUP",
            "profile": { "name": self.name, "description": "Who may use the intranet" },
            "_embedded": { "stats": { "usersCount": self.users.len(), "appsCount": 0, "groupPushMappingsCount": 0 } },
        })
    }
}

/// An error as Okta writes it.
pub(super) fn error(status: u16, code: &str, summary: &str) -> Answer {
    let body = json!({
        "errorCode": code,
        "errorSummary": summary,
        "errorLink": code,
        "errorId": "oaeLo-yGtKKT8eXvO8Yj2XbJA",
        "errorCauses": [],
    });
    with_limits(Answer::json(status, &body))
}

pub(super) fn not_found(id: &str) -> Answer {
    error(404, "E0000007", &format!("Not found: Resource not found: {id} (UserGroup)"))
}

/// With the headers that every answer has, where it has none yet.
pub(super) fn with_limits(answer: Answer) -> Answer {
    if answer.headers.contains_key("x-okta-request-id") {
        return answer;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    answer
        .with_header("x-okta-request-id", "reqVZMEzHlVTJWKPy3oJgGXRg")
        .with_header("x-rate-limit-limit", "600")
        .with_header("x-rate-limit-remaining", "599")
        .with_header("x-rate-limit-reset", &(now + 60).to_string())
}

/// The name in `profile.name eq "..."`, without its quotes.
pub(super) fn name_searched_for(search: &str) -> Option<String> {
    let quoted = search.strip_prefix("profile.name eq ")?;
    // A JSON string is quoted in the same way.
    serde_json::from_str(quoted).ok()
}

//! Schools: Canvas SIS and `OneRoster`.

use super::yes_or_no;
use crate::export::Export;
use crate::line::{Line, Words};

/// `users.csv` of Canvas.
pub(super) static CANVAS: Export = Export {
    name: "canvas",
    title: "Canvas, SIS export (users.csv)",
    columns: &[
        ("number", &["user_id"]),
        ("canvas", &["canvas_user_id"]),
        ("login", &["login_id"]),
        ("status", &["status"]),
        ("given", &["first_name"]),
        ("family", &["last_name"]),
        ("full", &["full_name"]),
        ("sortable", &["sortable_name"]),
        ("short", &["short_name"]),
        ("email", &["email"]),
        ("integration", &["integration_id"]),
    ],
    needed: &["number", "login", "status"],
    lines: &[
        Line::text("match_field", "{number}", "the SIS id of the person, which never changes"),
        Line::text("username", "{login}", "what a person signs in with"),
        Line::status(
            &[Words {
                role: "status",
                yes: &["active"],
                no: &["suspended", "deleted"],
                otherwise: None,
                empty: None,
            }],
            "suspended and deleted users have no access",
        ),
        Line::text("email", "{email}", ""),
        Line::text("display_name", "{full}", "the whole name"),
        Line::text(
            "display_name",
            "{given} {family}",
            "the whole name is not always filled: it is made of two columns",
        ),
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
    ],
};

/// `users.csv` of `OneRoster` 1.1 and 1.2.
pub(super) static ONE_ROSTER: Export = Export {
    name: "oneroster",
    title: "OneRoster (users.csv)",
    columns: &[
        ("number", &["sourcedId"]),
        ("status", &["status"]),
        ("enabled", &["enabledUser"]),
        ("login", &["username"]),
        ("given", &["givenName"]),
        ("family", &["familyName"]),
        ("preferred", &["preferredFirstName"]),
        ("email", &["email"]),
        ("role", &["role"]),
        ("orgs", &["orgSourcedIds"]),
        ("modified", &["dateLastModified"]),
        ("identifier", &["identifier"]),
        ("grades", &["grades"]),
    ],
    needed: &["number", "enabled", "login"],
    lines: &[
        Line::text("match_field", "{number}", "the id of the person, which never changes"),
        Line::only("{role} not in parent, guardian, relative", "parents need no account"),
        Line::text("username", "{login}", "what a person signs in with"),
        Line::status(
            &[
                yes_or_no("enabled"),
                Words {
                    role: "status",
                    yes: &[],
                    no: &["tobedeleted", "inactive"],
                    otherwise: Some(true),
                    empty: Some(true),
                },
            ],
            "both must agree; in a file of everybody the status is empty, which means active",
        ),
        Line::text("email", "{email}", ""),
        Line::text("display_name", "{preferred | or given} {family}", "made of two columns"),
        Line::text("display_name", "{given} {family}", "made of two columns"),
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("role", "{role}", ""),
    ],
};

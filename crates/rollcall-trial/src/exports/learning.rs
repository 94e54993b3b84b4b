//! Moodle, whose status columns say who is *not* to get in.

use super::{NAME_OF_TWO, says_blocked_or_nothing};
use crate::export::Export;
use crate::line::{Line, Words};

/// The users of Moodle.
pub(super) static MOODLE: Export = Export {
    name: "moodle",
    title: "Moodle, Users > Bulk user actions > Download",
    columns: &[
        ("login", &["username", "Anmeldename", "Nom d'utilisateur"]),
        ("given", &["firstname", "First name", "Vorname", "Prénom"]),
        ("family", &["lastname", "Last name", "Surname", "Nachname", "Nom de famille", "Nom"]),
        ("email", &["email", "Email address", "E-Mail-Adresse", "Adresse de courriel"]),
        ("suspended", &["suspended", "Suspended account", "Gesperrt", "Suspendu"]),
        ("deleted", &["deleted", "Gelöscht", "Supprimé"]),
        ("id", &["id"]),
        ("old", &["oldusername"]),
        ("number", &["idnumber", "ID number"]),
        ("department", &["department", "Abteilung", "Département"]),
        ("auth", &["auth"]),
        // JumpCloud and others have these beside "suspended".
        (
            "foreign",
            &[
                "activated",
                "active",
                "is active",
                "enabled",
                "state",
                "status",
                "account status",
                "account_locked",
                "locked",
                "blocked",
                "archived",
            ],
        ),
    ],
    needed: &["login", "given", "family", "email", "suspended", "!foreign"],
    lines: &[
        Line::text("match_field", "{login}", "everybody has one, and no two the same"),
        Line::text("immutable_id", "{id}", "Moodle's own number, so a new username is the same person"),
        Line::only("{login} != guest", "Moodle's own account for visitors"),
        Line::text("username", "{login}", "what a person signs in with"),
        Line::status(
            &[
                says_blocked_or_nothing("suspended"),
                says_blocked_or_nothing("deleted"),
                Words { role: "auth", yes: &[], no: &["nologin"], otherwise: Some(true), empty: Some(true) },
            ],
            "each says who must not get in; an empty cell means no",
        ),
        Line::text("email", "{email}", ""),
        NAME_OF_TWO,
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
    ],
};

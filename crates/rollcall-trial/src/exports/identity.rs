//! Google Workspace and Okta.

use super::NAME_OF_TWO;
use crate::export::Export;
use crate::line::{Line, Words};

/// The admin console's "Download users".
pub(super) static GOOGLE_WORKSPACE: Export = Export {
    name: "google-workspace",
    title: "Google Workspace, Directory > Users > Download users",
    columns: &[
        ("email", &["Email Address [Required]", "Email Address", "E-Mail-Adresse", "Adresse e-mail"]),
        ("status", &["Status [READ ONLY]", "Status", "Status [SCHREIBGESCHÜTZT]", "État"]),
        (
            "org",
            &[
                "Org Unit Path [Required]",
                "Org Unit Path",
                "Pfad der Organisationseinheit",
                "Chemin de l'unité organisationnelle",
            ],
        ),
        ("given", &["First Name [Required]", "First Name", "Vorname", "Prénom"]),
        ("family", &["Last Name [Required]", "Last Name", "Nachname", "Nom"]),
        ("department", &["Department", "Abteilung", "Service"]),
        ("title", &["Employee Title", "Position", "Fonction"]),
        ("number", &["Employee ID", "Personalnummer"]),
        ("signin", &["Last Sign In [READ ONLY]", "Last Sign In"]),
        ("new", &["New Primary Email [UPLOAD ONLY]"]),
    ],
    needed: &["email", "status", "org"],
    lines: &[
        Line::text(
            "match_field",
            "{email}",
            "what a person signs in with; everybody has one (the employee id is often empty)",
        ),
        Line::text("username", "{email}", "what a person signs in with"),
        Line::status(
            &[Words {
                role: "status",
                yes: &["Active", "Aktiv", "Actif"],
                no: &["Suspended", "Archived", "Deleted", "Gesperrt", "Archiviert", "Suspendu", "Archivé"],
                otherwise: None,
                empty: None,
            }],
            "suspended and archived users have no access",
        ),
        Line::text("email", "{email}", ""),
        NAME_OF_TWO,
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};

/// The people of Okta, as its reports and the usual tools write them.
pub(super) static OKTA: Export = Export {
    name: "okta",
    title: "Okta, a report or an export of people",
    columns: &[
        ("login", &["login", "Okta username", "user.login", "profile.login"]),
        ("status", &["status", "Okta user status", "user.status", "User status"]),
        ("id", &["Okta user ID", "User ID", "user.id", "id"]),
        ("email", &["email", "Primary email", "user.email", "profile.email"]),
        ("given", &["firstName", "First name", "user.firstName", "profile.firstName"]),
        ("family", &["lastName", "Last name", "user.lastName", "profile.lastName"]),
        ("display", &["displayName", "User", "User full name", "user.displayName"]),
        ("department", &["department", "user.department"]),
        ("title", &["title", "user.title"]),
        ("activated", &["activated", "Activation date"]),
        ("lastlogin", &["lastLogin", "Last login"]),
    ],
    needed: &["login", "status", "email", "given", "family"],
    lines: &[
        Line::text("match_field", "{login}", "what a person signs in with; everybody has one"),
        Line::text("immutable_id", "{id}", "never changes, so a new login is the same person"),
        Line::text("username", "{login}", "what a person signs in with"),
        Line::status(
            &[Words {
                role: "status",
                yes: &[
                    "ACTIVE",
                    "PROVISIONED",
                    "PASSWORD_EXPIRED",
                    "LOCKED_OUT",
                    "RECOVERY",
                    "Password expired",
                    "Locked out",
                    "Password reset",
                ],
                no: &["STAGED", "SUSPENDED", "DEPROVISIONED", "Deactivated", "Pending user action"],
                otherwise: None,
                empty: None,
            }],
            "the same states count as in a source of kind okta; staged people have not been let in yet",
        ),
        Line::text("email", "{email}", ""),
        Line::text("display_name", "{display}", ""),
        NAME_OF_TWO,
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};

//! Snipe-IT: its own export of users, and the table of people that is saved from the screen.

use super::yes_or_no;
use crate::export::Export;
use crate::line::Line;

const ACTIVATED: &[&str] =
    &["Activated", "Login Enabled", "Aktiviert", "Activé", "Anmeldung aktiviert", "Connexion activée"];
const USERNAME: &[&str] = &["Username", "Benutzername", "Nom d'utilisateur", "Identifiant"];
const EMAIL: &[&str] = &["Email", "E-Mail", "Courriel"];
const NUMBER: &[&str] = &["Employee No.", "Employee Number", "Mitarbeiternummer", "Numéro d'employé"];
const ASSETS: &[&str] = &["Assets", "Gegenstände", "Actifs"];
const LINES: &[Line] = &[
    Line::text(
        "match_field",
        "{login}",
        "everybody has one, and no two the same; the employee number is often empty",
    ),
    Line::text("immutable_id", "{id}", "Snipe-IT's own number, so a new username is the same person"),
    Line::text("username", "{login}", "what a person signs in with"),
    Line::status(&[yes_or_no("activated")], "whether the person may sign in"),
    Line::date(
        "starts",
        "start",
        "who has not started yet gets an account without a seat, and the seat on that day",
    ),
    Line::date("ends", "end", "the last day counts as a whole; the seat is free after it"),
    Line::text("email", "{email}", ""),
    Line::text("display_name", "{name}", "the whole name"),
    Line::text("display_name", "{given} {family}", "made of two columns"),
    Line::text("given_name", "{given}", ""),
    Line::text("family_name", "{family}", ""),
    Line::text("department", "{department}", ""),
    Line::text("title", "{title}", ""),
];

/// The button "Export" of Snipe-IT.
pub(super) static SNIPE_IT: Export = Export {
    name: "snipe-it",
    title: "Snipe-IT, People > Export all users to CSV",
    columns: &[
        ("id", &["id", "ID"]),
        ("activated", ACTIVATED),
        ("login", USERNAME),
        ("email", EMAIL),
        ("number", NUMBER),
        ("name", &["Name"]),
        ("department", &["Department", "Abteilung", "Département"]),
        ("title", &["Title", "Job Title", "Titel", "Titre"]),
        ("assets", ASSETS),
        ("accessories", &["Accessories", "Zubehör", "Accessoires"]),
        ("consumables", &["Consumables", "Verbrauchsmaterialien", "Consommables"]),
        ("company", &["Company", "Firma", "Société"]),
    ],
    needed: &["activated", "login", "name", "assets"],
    lines: LINES,
};

/// The table of people, saved from the screen.
pub(super) static SNIPE_IT_PEOPLE: Export = Export {
    name: "snipe-it-people",
    title: "Snipe-IT, the table of people saved as CSV",
    columns: &[
        ("id", &["id", "ID"]),
        ("activated", ACTIVATED),
        ("login", USERNAME),
        ("email", EMAIL),
        ("number", NUMBER),
        ("given", &["First Name", "Vorname", "Prénom"]),
        ("family", &["Last Name", "Nachname", "Nom de famille", "Nom"]),
        ("start", &["Start Date", "Startdatum"]),
        ("end", &["End Date", "Enddatum"]),
        ("department", &["Department", "Abteilung", "Département"]),
        ("title", &["Title", "Job Title", "Titel", "Titre"]),
        ("location", &["Location", "Standort", "Lieu"]),
        ("manager", &["Manager", "Vorgesetzter", "Responsable"]),
        // JumpCloud and others have these beside "activated".
        (
            "foreign",
            &[
                "suspended",
                "state",
                "status",
                "account status",
                "active",
                "is active",
                "enabled",
                "account_locked",
                "locked",
                "blocked",
                "archived",
            ],
        ),
    ],
    needed: &["activated", "login", "given", "family", "!foreign"],
    lines: LINES,
};

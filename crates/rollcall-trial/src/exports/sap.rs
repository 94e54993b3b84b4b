//! SAP: reports of people of `SuccessFactors` Employee Central, and lists of people of SAP HCM (personnel administration).
//!
//! Beside `hr`, which has the user data file of `SuccessFactors`. A list of HCM is known by what only SAP calls so: employee
//! group, employee subgroup, personnel area.

use super::{FIRST_DAY, FULL_NAME, LAST_DAY, NAME_OF_TWO};
use crate::export::Export;
use crate::line::{Line, Words};

/// A report of people of Employee Central.
pub(super) static SUCCESS_FACTORS_REPORT: Export = Export {
    name: "successfactors-report",
    title: "SAP SuccessFactors Employee Central, a report of people as CSV",
    columns: &[
        (
            "number",
            &["User/Employee ID", "User/Employee Id", "Benutzer-/Mitarbeiter-ID", "Benutzer/Mitarbeiter-ID"],
        ),
        ("person", &["Person Id External", "Person ID External", "Externe Personen-ID"]),
        ("status", &["Employee Status", "Employment Status", "Mitarbeiterstatus", "Beschäftigungsstatus"]),
        ("login", &["Username", "User Name", "Benutzername"]),
        ("given", &["Preferred Name", "First Name", "Rufname", "Vorname"]),
        ("legal", &["First Name", "Vorname"]),
        ("family", &["Last Name", "Nachname"]),
        ("email", &["Email Address", "Email", "E-Mail-Adresse", "E-Mail"]),
        ("start", &["Hire Date", "Start Date", "Original Start Date", "Eintrittsdatum", "Startdatum"]),
        (
            "end",
            &["Termination Date", "Last Date Worked", "End Date", "Austrittsdatum", "Letzter Arbeitstag"],
        ),
        ("department", &["Department", "Abteilung"]),
        ("title", &["Job Title", "Position Title", "Stellenbezeichnung"]),
    ],
    needed: &["number", "status", "legal", "family", "email|login"],
    lines: &[
        Line::text("match_field", "{number}", "the user id, which never changes"),
        Line::text("username", "{login}", "what a person signs in with"),
        Line::text("username", "{email}", "the work e-mail; the report has no username"),
        Line::status(
            &[Words {
                role: "status",
                yes: &[
                    "Active",
                    "Paid Leave",
                    "Unpaid Leave",
                    "Furlough",
                    "Aktiv",
                    "Bezahlter Urlaub",
                    "Unbezahlter Urlaub",
                    "Bezahlte Abwesenheit",
                    "Unbezahlte Abwesenheit",
                ],
                no: &[
                    "Terminated",
                    "Retired",
                    "Suspended",
                    "Discarded",
                    "Dormant",
                    "Reported No Show",
                    "Inactive",
                    "Gekündigt",
                    "Ausgeschieden",
                    "Pensioniert",
                    "Suspendiert",
                    "Ruhend",
                    "Verworfen",
                    "Nicht angetreten",
                ],
                otherwise: None,
                empty: None,
            }],
            "people on leave keep their access; who was terminated, suspended or never came does not",
        ),
        Line::date("starts", "start", FIRST_DAY),
        Line::date("ends", "end", LAST_DAY),
        Line::text("email", "{email}", ""),
        Line::text("display_name", "{given | or legal} {family}", FULL_NAME),
        Line::text("given_name", "{given | or legal}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};

/// A list of people of SAP HCM.
pub(super) static SAP_HCM: Export = Export {
    name: "sap-hcm",
    title: "SAP HCM, a list of people saved as CSV",
    columns: &[
        (
            "number",
            &[
                "Personnel Number",
                "Personnel No.",
                "Pers.No.",
                "PersNo",
                "Personalnummer",
                "Pers.Nr.",
                "PersNr",
                "PERNR",
            ],
        ),
        (
            "status",
            &[
                "Employment Status",
                "Employment",
                "Beschäftigungsstatus",
                "Beschäftigung",
                "Status Beschäftigung",
                "STAT2",
            ],
        ),
        ("given", &["First Name", "Vorname", "VORNA"]),
        ("family", &["Last Name", "Nachname", "NACHN"]),
        ("start", &["Entry Date", "Entry", "Eintrittsdatum", "Eintritt"]),
        ("end", &["Leaving Date", "Leaving", "Austrittsdatum", "Austritt"]),
        ("email", &["E-Mail", "Email", "E-Mail-Adresse", "Email Address", "USRID_LONG"]),
        (
            "login",
            &[
                "System User Name",
                "SAP User",
                "User ID",
                "Benutzerkennung",
                "Benutzer-ID",
                "SAP-Benutzer",
                "USRID",
            ],
        ),
        ("group", &["Employee Group", "EE Group", "Mitarbeitergruppe", "PERSG"]),
        ("subgroup", &["Employee Subgroup", "EE Subgroup", "Mitarbeiterkreis", "PERSK"]),
        ("area", &["Personnel Area", "Personalbereich", "WERKS"]),
        ("department", &["Organizational Unit", "Org. Unit", "Organisationseinheit", "ORGTX"]),
        ("title", &["Position", "Planstelle", "Job", "PLSTX"]),
    ],
    needed: &["number", "status", "given", "family", "email|login", "group|subgroup|area"],
    lines: &[
        Line::text("match_field", "{number}", "the personnel number; its leading zeros must not get lost"),
        Line::text("username", "{login}", "the user of the person in the system"),
        Line::text("username", "{email}", "the work e-mail; the list has no user"),
        Line::status(
            &[Words {
                role: "status",
                yes: &["3", "Active", "aktiv"],
                no: &[
                    "0",
                    "1",
                    "2",
                    "Withdrawn",
                    "Inactive",
                    "Retiree",
                    "Retired",
                    "ausgetreten",
                    "inaktiv",
                    "ruhend",
                    "Rentner",
                    "Pensionär",
                ],
                otherwise: None,
                empty: None,
            }],
            "only those in active employment have access; take 1 (inactive) over to `true` if people on long leave keep theirs",
        ),
        Line::date("starts", "start", FIRST_DAY),
        Line::date("ends", "end", LAST_DAY),
        Line::text("email", "{email}", ""),
        NAME_OF_TWO,
        Line::text("given_name", "{given}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};

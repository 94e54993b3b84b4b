//! Personnel systems: `BambooHR`, Personio, Workday, `SuccessFactors`. They have people before their first and after their last day.

use super::{FIRST_DAY, FULL_NAME, LAST_DAY, NAME_OF_TWO, OF_ACCOUNTS, yes_or_no};
use crate::export::Export;
use crate::line::{Line, Words};

const ON_LEAVE: &[&str] = &[
    "Active",
    "On Leave",
    "Leave",
    "Aktiv",
    "Abwesend",
    "Beurlaubt",
    "Actif",
    "En congé",
    "Paid Leave",
    "Unpaid Leave",
];
const GONE: &[&str] = &[
    "Inactive",
    "Terminated",
    "Retired",
    "Resigned",
    "Inaktiv",
    "Ausgeschieden",
    "Inactif",
    "Sorti",
    "Deceased",
];

/// A report of `BambooHR`.
pub(super) static BAMBOO_HR: Export = Export {
    name: "bamboohr",
    title: "BambooHR, a report of people saved as CSV",
    columns: &[
        ("number", &["Employee #", "Employee Number", "EE #", "Mitarbeiternummer", "Numéro d'employé"]),
        ("status", &["Status"]),
        ("employment", &["Employment Status"]),
        ("start", &["Hire Date", "Original Hire Date", "Einstellungsdatum", "Date d'embauche"]),
        ("end", &["Termination Date", "Last Day", "Austrittsdatum", "Date de fin de contrat"]),
        ("email", &["Work Email", "Geschäftliche E-Mail", "E-mail professionnel"]),
        ("given", &["Preferred Name", "First Name", "Vorname", "Prénom"]),
        ("legal", &["First Name", "Vorname", "Prénom"]),
        ("family", &["Last Name", "Nachname", "Nom"]),
        ("turned", &["Last name, First name", "Last Name, First Name", "Name: Last, First", "Employee Name"]),
        ("department", &["Department", "Abteilung", "Département"]),
        ("title", &["Job Title", "Berufsbezeichnung", "Intitulé du poste"]),
        ("account", OF_ACCOUNTS),
    ],
    needed: &["number", "email", "!account"],
    lines: &[
        Line::text(
            "match_field",
            "{number}",
            "the employee number; people without one are reported and get no account yet",
        ),
        Line::text("username", "{email}", "the work e-mail; without one a person has no account name"),
        Line::status(
            &[Words { role: "status", yes: ON_LEAVE, no: GONE, otherwise: None, empty: None }],
            "who has left is inactive",
        ),
        Line::date("starts", "start", FIRST_DAY),
        Line::date("ends", "end", LAST_DAY),
        Line::text("email", "{email}", ""),
        Line::text("display_name", "{given | or legal} {family}", FULL_NAME),
        Line::text(
            "display_name",
            "{turned | after ',' | trim} {turned | before ',' | trim}",
            "the family name stands first in the file",
        ),
        Line::text("given_name", "{given | or legal}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};

/// A report of Personio, in English, German or French.
pub(super) static PERSONIO: Export = Export {
    name: "personio",
    title: "Personio, an export or a custom report",
    columns: &[
        (
            "number",
            &["ID", "Personnel number", "Employee ID", "Personalnummer", "Mitarbeiter-ID", "Matricule"],
        ),
        ("status", &["Status", "Statut"]),
        ("start", &["Hire date", "Eintrittsdatum", "Date d'embauche", "Einstellungsdatum"]),
        (
            "end",
            &[
                "Last day of work",
                "Employment end date",
                "Termination date",
                "Contract end date",
                "Letzter Arbeitstag",
                "Austrittsdatum",
                "Vertragsende",
                "Dernier jour de travail",
            ],
        ),
        ("email", &["Email", "E-Mail", "E-mail"]),
        ("given", &["Preferred name", "First name", "Bevorzugter Vorname", "Vorname", "Prénom"]),
        ("legal", &["First name", "Vorname", "Prénom"]),
        ("family", &["Last name", "Nachname", "Nom", "Nom de famille"]),
        ("department", &["Department", "Abteilung", "Département"]),
        ("title", &["Position", "Poste"]),
        ("kind", &["Employment type", "Beschäftigungsart", "Type d'emploi"]),
        ("account", OF_ACCOUNTS),
    ],
    needed: &["number", "status", "start", "email", "legal", "family", "!account"],
    lines: &[
        Line::text("match_field", "{number}", "the number of the person, which never changes"),
        Line::text("username", "{email}", "the e-mail address"),
        Line::status(
            &[Words {
                role: "status",
                yes: &[
                    "active",
                    "leave",
                    "onboarding",
                    "Aktiv",
                    "Abwesend",
                    "Onboarding",
                    "Actif",
                    "En congé",
                    "Intégration",
                ],
                no: &["inactive", "Inaktiv", "Inactif"],
                otherwise: None,
                empty: None,
            }],
            "people on leave keep their access; the hire date says when those in onboarding begin",
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

/// A report of Workday.
pub(super) static WORKDAY: Export = Export {
    name: "workday",
    title: "Workday, a report of workers as CSV",
    columns: &[
        ("number", &["Employee_ID", "Worker_ID", "Employee ID / Contingent Worker ID"]),
        ("status", &["Worker_Status", "Status", "Employee_Status"]),
        ("isactive", &["Active_Status", "Currently_Active", "Active"]),
        ("start", &["Hire_Date", "Most_Recent_Hire_Date", "Start_Date", "Contract_Start_Date"]),
        ("end", &["Termination_Date", "Last_Day_of_Work", "End_Date", "Contract_End_Date"]),
        ("kind", &["Worker_Type"]),
        (
            "email",
            &["Email_-_Primary_Work", "Primary_Work_Email", "Work_Email", "Email_Address_-_Work", "Email"],
        ),
        (
            "given",
            &[
                "Preferred_Name_-_First_Name",
                "Preferred_First_Name",
                "Legal_Name_-_First_Name",
                "Legal_First_Name",
                "First_Name",
            ],
        ),
        ("legal", &["Legal_Name_-_First_Name", "Legal_First_Name", "First_Name"]),
        (
            "family",
            &[
                "Preferred_Name_-_Last_Name",
                "Preferred_Last_Name",
                "Legal_Name_-_Last_Name",
                "Legal_Last_Name",
                "Last_Name",
            ],
        ),
        ("worker", &["Worker", "Worker_Name"]),
        ("department", &["Supervisory_Organization", "Department"]),
        ("title", &["Business_Title", "Job_Title", "Job_Profile"]),
        ("centre", &["Cost_Center"]),
        ("position", &["Position_ID"]),
        ("account", OF_ACCOUNTS),
    ],
    needed: &["number", "email", "legal|worker", "family|worker", "start|worker", "!account"],
    lines: &[
        Line::text(
            "match_field",
            "{number}",
            "the worker's number; two positions of one person are one account",
        ),
        Line::text("username", "{email}", "the work e-mail"),
        Line::status(
            &[Words { role: "status", yes: ON_LEAVE, no: GONE, otherwise: None, empty: None }],
            "people on leave keep their access; who was terminated does not",
        ),
        Line::status(&[yes_or_no("isactive")], "whether the person works here"),
        Line::date("starts", "start", FIRST_DAY),
        Line::date("ends", "end", LAST_DAY),
        Line::text("email", "{email}", ""),
        Line::text("display_name", "{given | or legal} {family}", FULL_NAME),
        Line::text("display_name", "{worker}", "the whole name"),
        Line::text("given_name", "{given | or legal}", ""),
        Line::text("family_name", "{family}", ""),
        Line::text("department", "{department}", ""),
        Line::text("title", "{title}", ""),
    ],
};

/// The user data file of `SuccessFactors`.
pub(super) static SUCCESS_FACTORS: Export = Export {
    name: "successfactors",
    title: "SAP SuccessFactors, the user data file",
    columns: &[
        ("number", &["USERID", "User ID"]),
        ("status", &["STATUS"]),
        ("login", &["USERNAME"]),
        ("given", &["FIRSTNAME", "First Name"]),
        ("family", &["LASTNAME", "Last Name"]),
        ("email", &["EMAIL"]),
        ("manager", &["MANAGER"]),
        ("hr", &["HR", "Human Resource"]),
        ("department", &["DEPARTMENT"]),
        ("title", &["TITLE"]),
        ("start", &["HIREDATE", "Hire Date"]),
        ("end", &["COMPANYEXITDATE", "Company Exit Date"]),
    ],
    needed: &["number", "status", "login", "given", "family", "email", "hr"],
    lines: &[
        Line::text("match_field", "{number}", "the user id, which never changes"),
        Line::text("username", "{login}", "what a person signs in with"),
        Line::status(
            &[Words {
                role: "status",
                yes: &["active", "t", "true"],
                no: &["inactive", "f", "false", "active_external_suite", "inactive_external_suite"],
                otherwise: None,
                empty: None,
            }],
            "external users and those who have left have no access",
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

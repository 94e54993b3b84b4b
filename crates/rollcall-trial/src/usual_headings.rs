//! The words by which columns are usually headed, in the usual languages, the best first: what a guess rests on.
//!
//! Each is written as `words::plain` leaves it.

mod identity;
mod names;

pub(crate) use identity::{EMAILS, GUIDS, IDS, USERNAMES};
pub(crate) use names::{DISPLAY, FAMILY, GIVEN, is_of_name};

use crate::words::{plain, unbracketed};

pub(crate) const DEPARTMENTS: &[&str] = &[
    "department",
    "dept",
    "abteilung",
    "service",
    "département",
    "departement",
    "departamento",
    "division",
    "team",
];
pub(crate) const TITLES: &[&str] = &[
    "job title",
    "jobtitle",
    "title",
    "position",
    "stelle",
    "funktion",
    "fonction",
    "poste",
    "intitulé du poste",
    "puesto",
];
pub(crate) const STARTS: &[&str] = &[
    "start date",
    "startdate",
    "hire date",
    "hiredate",
    "date of hire",
    "hired",
    "entry date",
    "joining date",
    "date of joining",
    "join date",
    "first day",
    "eintrittsdatum",
    "eintritt",
    "einstellungsdatum",
    "startdatum",
    "beginn",
    "date d embauche",
    "date d entrée",
    "date d entree",
    "date de début",
    "fecha de alta",
    "fecha de inicio",
    "valid from",
    "gültig ab",
];
pub(crate) const ENDS: &[&str] = &[
    "end date",
    "enddate",
    "termination date",
    "terminationdate",
    "leave date",
    "leaving date",
    "exit date",
    "last day",
    "last day of work",
    "last working day",
    "austrittsdatum",
    "austritt",
    "enddatum",
    "letzter arbeitstag",
    "vertragsende",
    "date de sortie",
    "date de fin",
    "date de départ",
    "fecha de baja",
    "contract end",
    "contract end date",
    "expires",
    "expiry date",
    "expiration date",
    "valid until",
    "gültig bis",
    "account expires",
];
pub(crate) const STATUSES: &[&str] = &[
    "status",
    "state",
    "employment status",
    "employee status",
    "user status",
    "account status",
    "worker status",
    "beschäftigungsstatus",
    "statut d emploi",
    "estado laboral",
    "statut",
    "état",
    "estado",
    "stato",
    "zustand",
    "mitarbeiterstatus",
    "active",
    "is active",
    "enabled",
    "account enabled",
    "is enabled",
    "activated",
    "aktiv",
    "actif",
    "activo",
    "attivo",
];

/// Whether a heading is one of them.
pub(crate) fn has(heading: &str) -> bool {
    let all =
        [IDS, GUIDS, USERNAMES, EMAILS, GIVEN, FAMILY, DISPLAY, DEPARTMENTS, TITLES, STARTS, ENDS, STATUSES];
    let plain = plain(unbracketed(heading));
    all.iter().any(|headings| headings.contains(&plain.as_str()))
}

/// Whether a heading says something of a person that others share: a department, a title, a status, a day.
pub(crate) fn is_shared(heading: &str) -> bool {
    let plain = plain(unbracketed(heading));
    [DEPARTMENTS, TITLES, STATUSES, STARTS, ENDS].iter().any(|headings| headings.contains(&plain.as_str()))
}

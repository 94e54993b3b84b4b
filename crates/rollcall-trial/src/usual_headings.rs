//! The words by which columns are usually headed, in the usual languages, the best first: what a guess rests on.
//!
//! Each is written as `words::plain` leaves it.

pub(crate) mod days;
mod identity;
mod names;
pub(crate) mod status;

pub(crate) use identity::{EMAILS, GUIDS, IDS, USERNAMES};
pub(crate) use names::{DISPLAY, FAMILY, GIVEN, is_of_name};
pub(crate) use status::STATUSES;

use crate::spellings;
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
    "date of last hire",
    "last hire date",
    "most recent hire date",
    "rehire date",
    "date entrée",
    "date entree",
    "date d arrivée",
    "date hired",
    "original hire date",
    "employment start date",
    "contract start date",
    "date started",
    "dienstantritt",
    "vertragsbeginn",
    "data de admissão",
    "data di assunzione",
    "datum in dienst",
    "anställningsdatum",
    "data zatrudnienia",
    "入社日",
    "入社年月日",
    "入职日期",
    "入職日期",
    "입사일",
    "premier jour",
    "erster arbeitstag",
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
    "term date",
    "date of exit",
    "departure date",
    "date sortie",
    "date départ",
    "account expiration date",
    "accountexpirationdate",
    "date of termination",
    "separation date",
    "last day of employment",
    "employment end date",
    "date of leaving",
    "date left",
    "date terminated",
    "offboarding date",
    "vertragsende datum",
    "ausscheiden",
    "data de demissão",
    "data de desligamento",
    "data di cessazione",
    "datum uit dienst",
    "slutdatum",
    "data zwolnienia",
    "退職日",
    "last day worked",
    "last date worked",
    "last day employed",
    "last work day",
    "last workday",
    "last day in office",
    "final day",
    "final working day",
    "last employment date",
    "company exit date",
    "employed until",
    "active until",
    "access until",
    "valid to",
    "contract until",
    "contract expiry",
    "end of contract",
    "end of employment",
    "employment end",
    "beschäftigt bis",
    "aktiv bis",
    "befristet bis",
    "befristung bis",
    "vertrag bis",
    "dernier jour",
    "dernier jour de travail",
    "último día",
    "último día de trabajo",
    "fecha de salida",
    "ultimo giorno di lavoro",
    "laatste werkdag",
    "退職年月日",
    "离职日期",
    "離職日期",
    "퇴사일",
    "퇴직일",
];
/// Whether a heading is one of them.
pub(crate) fn has(heading: &str) -> bool {
    let all =
        [IDS, GUIDS, USERNAMES, EMAILS, GIVEN, FAMILY, DISPLAY, DEPARTMENTS, TITLES, STARTS, ENDS, STATUSES];
    let plain = plain(unbracketed(heading));
    all.iter().any(|headings| headings.contains(&plain.as_str()))
}

/// Whether a heading is one of them, also with what may be written around it.
pub(crate) fn has_form(heading: &str) -> bool {
    has(heading) || spellings::of(heading).iter().any(|form| has(form))
}

/// Whether a heading says something of a person that others share: a department, a title, a status, a day.
pub(crate) fn is_shared(heading: &str) -> bool {
    [DEPARTMENTS, TITLES, STATUSES, STARTS, ENDS]
        .iter()
        .any(|headings| spellings::is_one_of(heading, headings))
}

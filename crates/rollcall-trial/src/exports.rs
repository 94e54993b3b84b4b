//! The exports that are known by their headings, one file for each kind of system.
//!
//! Each was described after the system's published format. A system that is new, or a heading in another language, is one more
//! line here and a fixture in `tests/fixtures/exports`.

mod hr;
mod identity;
mod it;
mod learning;
mod microsoft;
mod schools;

use crate::export::Export;

/// Every known export.
pub static EXPORTS: [&Export; 15] = [
    &microsoft::ADMIN_CENTRE,
    &microsoft::ENTRA_DOWNLOAD,
    &microsoft::ENTRA_TEMPLATE,
    &microsoft::GET_AD_USER,
    &identity::GOOGLE_WORKSPACE,
    &identity::OKTA,
    &hr::BAMBOO_HR,
    &hr::PERSONIO,
    &hr::WORKDAY,
    &hr::SUCCESS_FACTORS,
    &learning::MOODLE,
    &schools::CANVAS,
    &schools::ONE_ROSTER,
    &it::SNIPE_IT,
    &it::SNIPE_IT_PEOPLE,
];

/// Yes as exports write it, in the languages of their headings.
const YES: &[&str] = &["True", "Yes", "1", "Wahr", "Ja", "Vrai", "Oui"];
/// No, likewise.
const NO: &[&str] = &["False", "No", "0", "Falsch", "Nein", "Faux", "Non"];

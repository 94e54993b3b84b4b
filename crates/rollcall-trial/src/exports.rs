//! The exports that are known by their headings, one file for each kind of system.
//!
//! Each was described after the system's published format. A system that is new, or a heading in another language, is one more
//! line here and a fixture in `tests/fixtures/exports`.

mod hr;
mod identity;
mod it;
mod learning;
mod microsoft;
mod sap;
mod schools;

use crate::export::Export;
use crate::line::{Line, Words};
use crate::yes_and_no::{NO, YES};

/// Every known export.
pub static EXPORTS: [&Export; 17] = [
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
    &sap::SUCCESS_FACTORS_REPORT,
    &sap::SAP_HCM,
    &learning::MOODLE,
    &schools::CANVAS,
    &schools::ONE_ROSTER,
    &it::SNIPE_IT,
    &it::SNIPE_IT_PEOPLE,
];

/// Columns that say who may sign in, and that a personnel system does not write: with one of them it is another system's file,
/// or one that somebody has put together, and this column must be asked.
const OF_ACCOUNTS: &[&str] = &[
    "Account Enabled",
    "accountEnabled",
    "Enabled",
    "Is Enabled",
    "isEnabled",
    "Account Disabled",
    "accountDisabled",
    "Disabled",
    "Is Disabled",
    "Blocked",
    "Is Blocked",
    "Suspended",
    "Is Suspended",
    "Locked",
    "Account Locked",
    "account_locked",
    "Account Status",
    "accountStatus",
    "User Status",
    "userStatus",
    "Deleted",
    "Is Deleted",
    "isDeleted",
    "Login Allowed",
    "Can Login",
];

/// Why a name is made of two columns.
const FULL_NAME: &str = "the file has no name that is shown: it is made of two columns";

/// What the two dates of a person mean.
const FIRST_DAY: &str = "who has not started yet gets an account without a seat, and the seat on that day";
const LAST_DAY: &str = "the last day counts as a whole; the seat is free after it";

/// For a file without a name that is shown.
const NAME_OF_TWO: Line = Line::text("display_name", "{given} {family}", FULL_NAME);

/// A column whose yes means that the person must not get in. A word that is in neither list rejects the row: a file that was
/// saved in another language must not let in those who are blocked.
const fn says_blocked(role: &'static str) -> Words {
    Words { role, yes: NO, no: YES, otherwise: None, empty: None }
}

/// The same for an export that leaves the cell empty where nobody is blocked.
const fn says_blocked_or_nothing(role: &'static str) -> Words {
    Words { role, yes: NO, no: YES, otherwise: None, empty: Some(true) }
}

/// A column with yes and no, and nothing else.
const fn yes_or_no(role: &'static str) -> Words {
    Words { role, yes: YES, no: NO, otherwise: None, empty: None }
}

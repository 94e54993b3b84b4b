//! Columns of days that nothing asks, and that may be the first or the last day of a person: said by `init` and `check --file`.
//!
//! Beside `unasked`. Headings are of any language, so the days themselves speak: where few have one and some are over, people may
//! have left; where most have one and some are still to come, people may not have started. Promises that no day is shown.

use crate::dates;
use crate::line::column_text;
use crate::spellings;
use crate::spellings::spaced;
use crate::usual_headings::{ENDS, STARTS};
use crate::words::plain;
use rollcall_core::time::Timestamp;

/// Numbers that can be days are other things more often.
const NUMBERS: [&str; 6] = ["excel", "filetime", "unix", "unix_ms", "generalized", "yyyymmdd"];
/// Where so many people in a hundred have a day, it is no last day.
const MOST_PERCENT: u64 = 90;
/// Beginnings of words of headings of other days.
const OTHER_DAYS: [&str; 63] = [
    "birth",
    "born",
    "dob",
    "bday",
    "geb",
    "naiss",
    "nacim",
    "nascim",
    "nascita",
    "urodz",
    "rozen",
    "födel",
    "fødsel",
    "syntym",
    "рожд",
    "doğum",
    "login",
    "logon",
    "sign",
    "seen",
    "activ",
    "activity",
    "anmeld",
    "connexion",
    "password",
    "passwor",
    "passwd",
    "pwd",
    "kennwort",
    "sync",
    "dirsync",
    "modif",
    "updat",
    "chang",
    "creat",
    "geänd",
    "erstellt",
    "angelegt",
    "import",
    "export",
    "review",
    "training",
    "schulung",
    "visa",
    "permit",
    "passport",
    "probation",
    "probe",
    "leave",
    "absence",
    "salary",
    "pay",
    "bonus",
    "raise",
    "certif",
    "medical",
    "licen",
    "document",
    "anniv",
    "invit",
    "verif",
    "device",
    "mfa",
];

/// A column as it is looked at, and what the configuration asks already.
pub(crate) struct Seen<'c> {
    pub(crate) heading: &'c str,
    pub(crate) words: &'c [(String, u64)],
    pub(crate) filled: u64,
    pub(crate) rows: u64,
}

/// The setting that the column may be for, and what is said of it.
pub(crate) fn hint(
    column: &Seen<'_>,
    has: &dyn Fn(&str) -> bool,
    now: Timestamp,
) -> Option<(&'static str, String)> {
    if column.filled == 0 {
        return None;
    }
    let is_named = |names: &[&str]| spellings::is_one_of(column.heading, names);
    let format = format(column);
    let (setting, why) = if is_named(ENDS) {
        ("ends", "is the last day by its heading")
    } else if is_named(STARTS) {
        ("starts", "is the first day by its heading")
    } else {
        by_days(column, format?, now)?
    };
    let heading = column_text(column.heading);
    let format = format.unwrap_or("...");
    (!has(setting)).then(|| {
        let what = format!(
            "{:?} {why}, and nothing asks it; if that is so: {setting} = {{ from = {heading}, format = {format:?} }}",
            column.heading
        );
        (setting, what)
    })
}

/// How the days of a column are written, if it has days.
fn format(column: &Seen<'_>) -> Option<&'static str> {
    let words = column.words.iter().map(|(word, _)| word.as_str());
    let dated: Vec<&str> = words.filter(|word| word.bytes().any(|byte| byte.is_ascii_digit())).collect();
    dates::formats_of(&dated).into_iter().find(|format| !NUMBERS.contains(format))
}

/// What the days say where the heading says nothing.
fn by_days(column: &Seen<'_>, format: &str, now: Timestamp) -> Option<(&'static str, &'static str)> {
    let heading = plain(&spaced(column.heading));
    if heading.split(' ').any(|word| OTHER_DAYS.iter().any(|other| word.starts_with(other))) {
        return None;
    }
    let moments = || column.words.iter().filter_map(|(word, _)| dates::moment_of(format, word));
    let is_rare = column.filled * 100 < column.rows * MOST_PERCENT;
    if is_rare && moments().any(|moment| moment <= now) {
        return Some(("ends", "has days of some people that are over"));
    }
    let is_usual = column.filled * 2 > column.rows;
    let (early, late) = (moments().any(|moment| moment <= now), moments().any(|moment| moment > now));
    (is_usual && early && late).then_some(("starts", "has days of some people that are still to come"))
}

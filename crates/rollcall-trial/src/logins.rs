//! The sign-in name of a file that has neither a usual heading of one nor an address: otherwise everybody's username would be
//! their number (rule 48).
//!
//! Beside `keys`, below `guess`. Promises that a column becomes the username only if its heading is known to name one in some
//! systems and its values are written as sign-in names are; another one that looks so is only said.

use crate::find::is_nameable;
use crate::forms::is_number;
use crate::heading_words::joined;
use crate::keys::{KEY_PERCENT, is_secret};
use crate::line::column_text;
use crate::profile::{Column, Profile};
use crate::settings::Settings;
use crate::usual_headings;
use rollcall_core::fold::fold;

/// Headings of sign-in names, without spaces, that may be those of numbers too.
const HEADINGS: &str = "
    uid userid benutzerid adusername aduser adlogin adaccount windowslogin windowsaccount windowsusername windowsuser logon logonid
    networkid netid networklogin networkusername domainuser domainlogin domainaccount unixlogin unixid ldapuid ssoid ssousername
    ssologin federationid alias mailnickname racfid racf shortname handle screenname signinid accountid identity
    benutzerkennung kürzel windowskennung adkennung konto nomutilisateur compte compteutilisateur comptead inlognaam inlogcode
    cuenta cuentadeusuario account contodirete kontonavn kontonamn użytkownik konta loginad";

/// The longest sign-in name.
const CHARS_MAX: usize = 40;
/// Fewer people show nothing.
const ROWS_MIN: u64 = 3;

/// The column of sign-in names, where the key is a number; says so where one only looks like it.
pub(crate) fn other<'p>(profile: &'p Profile, key: &Column, settings: &mut Settings) -> Option<&'p Column> {
    if key.words.is_empty() || !key.words.iter().all(|(word, _)| is_number(word)) {
        return None;
    }
    let is_free = |column: &&Column| {
        column.heading != key.heading
            && column.is_unique()
            && column.percent(profile.rows) >= KEY_PERCENT
            && column.words.iter().all(|(word, _)| is_login(word))
            && is_nameable(profile, column)
            && !is_secret(&column.heading)
    };
    let is_known = |column: &&Column| HEADINGS.split_whitespace().any(|name| name == joined(&column.heading));
    if let Some(known) = profile.columns.iter().filter(is_free).find(is_known) {
        return Some(known);
    }
    let looks_so = |column: &&Column| {
        let words = || column.words.iter().map(|(word, _)| word.as_str());
        // A name has a capital and small letters.
        !usual_headings::has_form(&column.heading)
            && (words().all(|word| word.to_lowercase() == word)
                || words().all(|word| word.to_uppercase() == word))
    };
    let likely =
        profile.columns.iter().filter(is_free).find(looks_so).filter(|_| profile.rows >= ROWS_MIN)?;
    settings.notes.push(format!(
        "everybody's username is the number in {:?}; {:?} looks like sign-in names: if it has them, write username = {}",
        key.heading,
        likely.heading,
        column_text(&likely.heading)
    ));
    None
}

/// Whether a cell is written as a sign-in name: it begins with a letter and has no space.
fn is_login(word: &str) -> bool {
    let is_sign = |c: char| c.is_alphanumeric() || ['.', '_', '-', '\\', '@'].contains(&c);
    word.starts_with(char::is_alphabetic)
        && word.len() <= CHARS_MAX
        && word.chars().all(is_sign)
        && fold(word).len() > 1
}

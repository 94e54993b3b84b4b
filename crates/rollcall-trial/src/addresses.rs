//! Which column is a person's own address at work: not that of somebody else, and not a private one.
//!
//! Beside `guess`. Promises that a private address is never proposed: it would become what a person signs in with.

use crate::find::{find_where, is_nameable};
use crate::heading_words::is_others;
use crate::profile::{Column, Profile};
use crate::spellings::spaced;
use crate::usual_headings::EMAILS;
use crate::words::plain;

/// Beginnings of words for an address at work.
const AT_WORK: &[&str] = &[
    "work",
    "business",
    "company",
    "corporate",
    "professional",
    "dienst",
    "geschäft",
    "geschaeft",
    "beruf",
    "firm",
    "arbeit",
    "corporativ",
    "aziendal",
    "lavor",
    "zakelijk",
    "werk",
    "profession",
    "empresa",
    "trabajo",
    "trabalho",
    "służb",
    "firmow",
    "arbejd",
    "jobb",
    "arbet",
    "kurumsal",
    "рабоч",
    "служеб",
    "корпоратив",
];

fn is_at_work(heading: &str) -> bool {
    let plain = plain(&spaced(heading));
    plain.split(' ').any(|word| AT_WORK.iter().any(|stem| word.starts_with(stem)))
}

/// Whether a heading says that it is an address at all: a sign-in name may look like one.
fn says_mail(heading: &str) -> bool {
    let plain = plain(heading);
    ["mail", "correo", "courriel", "messag", "post", "почт", "пошт", "メール", "邮", "郵", "메일"]
        .iter()
        .any(|part| plain.contains(part))
}

/// The columns of which every value is an address of the person's own, whatever their headings: those at work first.
pub(crate) fn columns(profile: &Profile) -> Vec<&Column> {
    let is_own = |column: &&Column| {
        column.is_of_addresses()
            && column.is_unique()
            && is_nameable(profile, column)
            && !is_others(&column.heading)
    };
    let mut found: Vec<&Column> = profile.columns.iter().filter(is_own).collect();
    found.sort_by_key(|column| (!is_at_work(&column.heading), std::cmp::Reverse(column.filled)));
    found
}

/// The column of the address: one that says that it is the one at work, then the best heading, then any column of addresses
/// but that of the username.
pub(crate) fn email<'p>(profile: &'p Profile, username: Option<&Column>) -> Option<&'p Column> {
    let of_addresses = columns(profile);
    let says_both = |column: &&&Column| is_at_work(&column.heading) && says_mail(&column.heading);
    let at_work = of_addresses.iter().find(says_both).copied();
    let named = find_where(profile, EMAILS, &|column| !is_others(&column.heading));
    let is_other = |column: &&&Column| username.is_none_or(|name| name.heading != column.heading);
    let other = of_addresses.iter().find(is_other).or(of_addresses.first()).copied();
    at_work.or(named).or(other)
}

/// The column of the address where some people have several rows: it has as many values as the key has.
pub(crate) fn of_rows<'p>(profile: &'p Profile, key: &Column) -> Option<&'p Column> {
    let is_it = |column: &&Column| {
        let heading = &column.heading;
        column.is_of_addresses()
            && column.distinct == key.distinct
            && says_mail(heading)
            && is_nameable(profile, column)
            && !is_others(heading)
    };
    profile.columns.iter().find(is_it).filter(|_| !key.is_unique())
}

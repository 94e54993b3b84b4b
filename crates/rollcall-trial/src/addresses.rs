//! Which column is a person's own address at work: not that of somebody else, and not a private one.
//!
//! Beside `guess`. Promises that a private address is never proposed: it would become what a person signs in with.

use crate::guess::{find_where, is_nameable};
use crate::profile::{Column, Profile};
use crate::usual_headings::EMAILS;
use crate::words::plain;

/// Beginnings of words for an address of somebody else, or one that is not of the company.
const OTHERS: &[&str] = &[
    "manager",
    "supervisor",
    "boss",
    "vorgesetzt",
    "responsable",
    "responsabile",
    "private",
    "privat",
    "recovery",
    "secondary",
    "home",
    "alternat",
    "backup",
    "assistant",
    "persönlich",
    "persoonlijk",
    "pessoal",
    "particul",
    "privé",
    "privée",
    "privad",
    "prywatn",
    "soukrom",
    "súkromn",
    "osobn",
    "personlig",
    "henkilökoht",
    "özel",
    "kişisel",
    "личн",
    "особист",
    "προσωπικ",
    "emergency",
    "notfall",
    "urgence",
    "emergencia",
    "emergenza",
    "spouse",
    "partner",
    "parent",
    "guardian",
    "father",
    "mother",
    "eltern",
    "tutor",
    "family",
    "approver",
    "leader",
    "chef",
    "leidinggevende",
    "jefe",
    "gestor",
    "recruiter",
    "mentor",
    "buddy",
    "forward",
];
/// The same in writings without spaces.
const OTHERS_WITHIN: &[&str] = &["個人", "私用", "个人", "私人", "개인"];
/// The same as whole words: "Personal" begins many others.
const OTHERS_WORDS: &[&str] =
    &["personal", "perso", "personale", "personales", "personnelle", "personnelles"];

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

/// Whether a heading names an address of somebody else, or a private one.
pub(crate) fn is_others(heading: &str) -> bool {
    let plain = plain(&spaced(heading));
    let says_so =
        |word: &str| OTHERS_WORDS.contains(&word) || OTHERS.iter().any(|stem| word.starts_with(stem));
    // "E-mail personnel" is private in French, "Personnel e-mail" is not in English.
    plain.split(' ').any(says_so)
        || plain.split(' ').skip(1).any(|word| word == "personnel")
        || OTHERS_WITHIN.iter().any(|word| plain.contains(word))
}

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

/// A heading with a space before each capital letter that follows a small one: `personalEmail`.
pub(crate) fn spaced(heading: &str) -> String {
    let mut out = String::new();
    let mut was_small = false;
    for c in heading.chars() {
        if was_small && c.is_uppercase() {
            out.push(' ');
        }
        was_small = c.is_lowercase();
        out.push(c);
    }
    out
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

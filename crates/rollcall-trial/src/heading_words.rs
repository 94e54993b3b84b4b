//! What the words of a heading say, whatever is below it: the forms in which it is compared, and whose address it is.
//!
//! Beside `words`, below everything that knows columns.

use crate::spellings::spaced;
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

/// A heading without what stands in brackets and without spaces: `Employee_ID`, `employeeID` and "Employee ID" are one.
pub(crate) fn joined(heading: &str) -> String {
    let before = heading.split_once(['[', '(']).map_or(heading, |(before, _)| before);
    let joined = plain(before).replace(' ', "");
    if joined.is_empty() { plain(heading).replace(' ', "") } else { joined }
}

//! The ways in which a heading may be written and still mean the usual one: in camel case, with a number or the name of the
//! table before it, with a remark in brackets behind it, in two languages.
//!
//! Beside `words`. Promises that a remark or a name before it that speaks of somebody or something else stays in the heading:
//! "E-Mail (private)" and "manager.email" are no person's own address.

use crate::words::{plain, unbracketed};

/// Names before a heading that are those of the people themselves: `employees.status`, `User: Login`.
const OF_PEOPLE: &[&str] = &[
    "employee",
    "employees",
    "emp",
    "user",
    "users",
    "usr",
    "person",
    "persons",
    "people",
    "member",
    "members",
    "worker",
    "workers",
    "staff",
    "profile",
    "student",
    "students",
    "hr",
    "mitarbeiter",
    "benutzer",
    "personal",
    "e",
    "u",
    "p",
    "t",
    "a",
];

/// Words of a remark that make the heading one of something else.
const OTHERS: &[&str] = &[
    "manager",
    "supervisor",
    "vorgesetzt",
    "responsable",
    "responsabile",
    "privat",
    "personal",
    "personnel",
    "home",
    "emergency",
    "notfall",
    "spouse",
    "partner",
    "parent",
    "guardian",
    "child",
    "kind",
    "old",
    "alt",
    "previous",
    "former",
    "birth",
    "visa",
    "card",
    "laptop",
    "payroll",
    "recovery",
    "secondary",
    "second",
    "probation",
    "training",
    "approver",
    "creat",
    "modif",
    "updat",
];

/// A part of a heading in two languages must have so many letters to stand for the whole.
const PART_MIN: usize = 5;

/// The heading without what is written around it, in words with spaces between them; still with both languages.
pub(crate) fn bare(heading: &str) -> String {
    let mut rest = without_remark(heading).trim();
    for sign in ['.', ':', '>'] {
        if let Some((before, after)) = rest.split_once(sign)
            && OF_PEOPLE.contains(&plain(before).as_str())
        {
            rest = after;
        }
    }
    let spaced = spaced(rest);
    // The number of the column or of the question.
    let without = spaced
        .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | '#' | ' ' | '-' | '_'));
    let is_number = spaced.len() > without.len() && !without.is_empty();
    // "2fa" is a word.
    let is_own = is_number && !spaced[..spaced.len() - without.len()].ends_with(|c: char| c.is_ascii_digit());
    String::from(if is_own { without } else { &spaced })
}

/// The other forms of a heading as `words::plain` leaves them, beside the whole heading and the one without square brackets.
pub(crate) fn of(heading: &str) -> Vec<String> {
    let bare = bare(heading);
    let mut forms = vec![plain(&bare)];
    let parts: Vec<String> =
        bare.split(['/', '|', '\n']).map(plain).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 {
        forms.extend(parts.into_iter().filter(|part| part.chars().count() >= PART_MIN && part != "state"));
    }
    forms
}

/// Whether one of the names is the heading in one of these forms.
pub(crate) fn is_one_of(heading: &str, names: &[&str]) -> bool {
    let is_in = |plain: &String| names.contains(&plain.as_str());
    is_in(&plain(heading)) || is_in(&plain(unbracketed(heading))) || of(heading).iter().any(is_in)
}

/// Without a remark in brackets at its end, if that speaks of the same thing.
fn without_remark(heading: &str) -> &str {
    let Some(at) = heading.find(['(', '[', '{', '<', '（']).filter(|at| *at > 0) else { return heading };
    let (before, remark) = heading.split_at(at);
    let is_others = plain(remark).split(' ').any(|word| OTHERS.iter().any(|stem| word.starts_with(stem)));
    // What stands behind the brackets belongs to the heading: "Active (1) / Inactive (0)".
    let is_end = remark.trim_end().ends_with([')', ']', '}', '>', '）', '*', ':']);
    let is_one = remark.matches(['(', '[']).count() == 1;
    if is_others || !is_end || !is_one || plain(before).is_empty() { heading } else { before }
}

/// With spaces where camel case begins a word: `employmentStatus`, `HRStatus`, `EmployeeID`.
pub(crate) fn spaced(heading: &str) -> String {
    let chars: Vec<char> = heading.chars().collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let is_small = |c: Option<&char>| c.is_some_and(|c| c.is_lowercase());
        let begins_word = is_small(before)
            || before.is_some_and(|before| before.is_uppercase()) && is_small(chars.get(at + 1));
        if c.is_uppercase() && begins_word {
            out.push(' ');
        }
        out.push(*c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn heading_is_known_whatever_is_written_around_it() {
        for (heading, form) in [
            ("EmploymentStatus", "employment status"),
            ("accountStatus", "account status"),
            ("HRStatus", "hr status"),
            ("EmployeeID", "employee id"),
            ("lastWorkingDay", "last working day"),
            ("4. Status", "status"),
            ("04 - Status", "status"),
            ("#3 Email", "email"),
            ("employees.status", "status"),
            ("user.email", "email"),
            ("Employee: Status", "status"),
            ("Status / Statut", "status"),
            ("Exit Date / Austritt", "exit date"),
            ("Employee ID / Mitarbeiter-ID", "mitarbeiter id"),
            ("Start Date (dd/mm/yyyy)", "start date"),
            ("E-Mail (work)", "e mail"),
            ("Employee ID (8 digits)", "employee id"),
            ("Status [A/I]", "status"),
            ("Full Name*", "full name"),
            ("STATUS", "status"),
            ("2fa_enabled?", "2fa enabled"),
        ] {
            assert!(of(heading).iter().any(|found| found == form), "{heading}: {:?}", of(heading));
        }
    }

    #[test]
    fn heading_of_somebody_or_something_else_stays_whole() {
        for (heading, form) in [
            ("E-Mail (private)", "e mail"),
            ("E-Mail (privat)", "e mail"),
            ("Email (manager)", "email"),
            ("manager.email", "email"),
            ("department.id", "id"),
            ("Date (of birth)", "date"),
            ("Country/State", "state"),
            ("Status (visa)", "status"),
            ("2fa_enabled?", "fa enabled"),
            ("Active (1) / Inactive (0)", "active"),
        ] {
            assert!(!of(heading).iter().any(|found| found == form), "{heading}: {:?}", of(heading));
        }
    }
}

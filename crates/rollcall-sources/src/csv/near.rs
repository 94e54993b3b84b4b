//! Guesses which heading is meant by one that the file does not have. Only ever shown to a person, never used.
//!
//! Promises that a cell is repeated only where it is a word that this file or the configuration has: whatever is merely
//! like one, a password perhaps, is shown by its number.

use crate::error::NearColumn;
use rollcall_core::fold::fold;

/// Names under which directories and their exports know the same thing.
const ALIASES: [&[&str]; 7] = [
    &["email", "mail", "emailaddress", "workemail"],
    &["givenname", "firstname"],
    &["familyname", "surname", "lastname", "sn"],
    &["preferredusername", "username", "login", "upn", "userprincipalname"],
    &["distinguishedname", "dn"],
    &["status", "enabled", "active", "accountenabled"],
    &["displayname", "name"],
];

/// The column whose heading is nearest to the wanted one, if any is near.
pub(super) fn find(wanted: &str, headings: &[String]) -> Option<NearColumn> {
    let wanted = bare(wanted);
    let near = headings.iter().enumerate().filter_map(|(position, heading)| {
        let distance = distance(&wanted, &bare(heading))?;
        let is_known =
            distance <= 1 && is_plain(heading) && (is_word(&bare(heading)) || bare(heading) == wanted);
        Some((distance, NearColumn { number: position + 1, heading: is_known.then(|| heading.clone()) }))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, near)| near)
}

fn is_word(heading: &str) -> bool {
    ALIASES.iter().any(|names| names.contains(&heading))
}

/// Nothing but letters, digits and what stands between the words of a heading.
fn is_plain(heading: &str) -> bool {
    heading.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.'))
}

/// How far apart two bare headings are; `None` is too far.
fn distance(wanted: &str, heading: &str) -> Option<usize> {
    let is_alias = ALIASES.iter().any(|names| names.contains(&wanted) && names.contains(&heading));
    let edits = edits(wanted, heading);
    if wanted == heading {
        Some(0)
    } else if is_alias {
        Some(1)
    } else if edits <= wanted.chars().count() / 4 {
        Some(1 + edits)
    } else if heading.len() >= 4 && (wanted.contains(heading) || heading.contains(wanted)) {
        Some(100)
    } else {
        None
    }
}

/// Letters and digits only, folded.
fn bare(heading: &str) -> String {
    fold(heading).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How many letters must be changed, added or left out (Levenshtein).
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(100).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::error::NearColumn;

    #[test]
    fn nearest_heading_is_suggested() {
        let headings = ["E-mail Address", "First Name", "Last Name", "Username", "DN", "", "Emial"];
        let headings = headings.map(String::from);
        let near =
            |number, heading: Option<&str>| Some(NearColumn { number, heading: heading.map(str::to_owned) });
        let cases = [
            ("email", near(1, Some("E-mail Address"))),
            ("given_name", near(2, Some("First Name"))),
            ("family_name", near(3, Some("Last Name"))),
            ("preferred_username", near(4, Some("Username"))),
            ("DistinguishedName", near(5, Some("DN"))),
            ("user-name", near(4, Some("Username"))),
            ("usernam", near(4, None)),
            ("department", None),
        ];
        for (wanted, near) in cases {
            assert_eq!(find(wanted, &headings), near, "{wanted}");
        }
    }

    #[test]
    fn similar_cell_is_not_quoted_as_a_heading() {
        for (wanted, cell) in [
            ("name", "Ann Surname"),
            ("email", "hunter2email"),
            ("username", "us3rname"),
            ("email", "e-m%a!i$l"),
            ("password", "passw0rd"),
        ] {
            let near = find(wanted, &[String::new(), String::from(cell)]);
            assert_eq!(near, Some(NearColumn { number: 2, heading: None }), "{wanted}: {cell}");
        }
    }
}

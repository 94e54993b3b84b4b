//! Guesses which heading a person meant, if the file does not have the configured one. Used for messages only.
//!
//! Promises that a cell is quoted only if it is a word of this module or of the configuration. A similar cell, which
//! may be a password, is shown by its column number.

use crate::error::NearColumn;
use rollcall_core::fold::fold;

/// Names that directories and their exports use for the same thing.
const ALIASES: [&[&str]; 7] = [
    &["email", "mail", "emailaddress", "workemail"],
    &["givenname", "firstname"],
    &["familyname", "surname", "lastname", "sn"],
    &["preferredusername", "username", "login", "upn", "userprincipalname"],
    &["distinguishedname", "dn"],
    &["status", "enabled", "active", "accountenabled"],
    &["displayname", "name"],
];

/// The column with the heading most similar to the wanted one, if any is similar.
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

/// Whether it has only letters, digits and the separators between words.
fn is_plain(heading: &str) -> bool {
    heading.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.'))
}

/// How different two bare headings are; `None` is too different.
fn distance(wanted: &str, heading: &str) -> Option<usize> {
    let is_alias = ALIASES.iter().any(|names| names.contains(&wanted) && names.contains(&heading));
    let edits = strsim::levenshtein(beginning(wanted), beginning(heading));
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

/// As much of a heading as is compared: the time for a comparison grows with the product of both lengths.
fn beginning(heading: &str) -> &str {
    heading.char_indices().nth(100).map_or(heading, |(end, _)| &heading[..end])
}

/// Letters and digits only, folded.
fn bare(heading: &str) -> String {
    fold(heading).chars().filter(|c| c.is_alphanumeric()).collect()
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

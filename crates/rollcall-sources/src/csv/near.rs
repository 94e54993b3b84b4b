//! Guesses which heading is meant by one that the file does not have. Only ever shown to a person, never used.

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

/// The heading that is nearest to the wanted one, if any is near.
pub(super) fn find<'a>(wanted: &str, headings: &'a [String]) -> Option<&'a str> {
    let wanted = bare(wanted);
    let near = headings.iter().filter_map(|heading| Some((distance(&wanted, &bare(heading))?, heading)));
    near.min_by_key(|(distance, _)| *distance).map(|(_, heading)| heading.as_str())
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

    #[test]
    fn the_nearest_heading_is_named() {
        let headings = ["E-mail Address", "First Name", "Last Name", "Username", "DN", "", "Emial"];
        let headings = headings.map(String::from);
        let cases = [
            ("email", Some("E-mail Address")),
            ("given_name", Some("First Name")),
            ("family_name", Some("Last Name")),
            ("preferred_username", Some("Username")),
            ("DistinguishedName", Some("DN")),
            ("user-name", Some("Username")),
            ("usernam", Some("Username")),
            ("department", None),
        ];
        for (wanted, near) in cases {
            assert_eq!(find(wanted, &headings), near, "{wanted}");
        }
    }
}

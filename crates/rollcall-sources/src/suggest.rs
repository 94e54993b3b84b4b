//! Which attribute a person may have meant who has written one that nobody has. Used for messages only.

/// Names that directories use for the same thing.
const ALIASES: [&[&str]; 6] = [
    &["mail", "email"],
    &["givenName", "firstName"],
    &["surname", "lastName", "sn"],
    &["userPrincipalName", "login", "sAMAccountName", "uid"],
    &["jobTitle", "title"],
    &["employeeId", "employeeNumber", "employeeID"],
];

/// The known name that is most like the one that was written, or another word for the same thing; `None` if none is.
pub(crate) fn near<'k>(written: &str, known: &[&'k str]) -> Option<&'k str> {
    let lower = written.trim().to_lowercase();
    let most = (lower.chars().count() / 3).max(1);
    let alike = known
        .iter()
        .filter(|name| **name != written)
        .map(|name| (strsim::osa_distance(&lower, &name.to_lowercase()), *name))
        .filter(|(distance, _)| *distance <= most)
        .min();
    if let Some((_, name)) = alike {
        return Some(name);
    }
    let is = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
    let names = ALIASES.iter().find(|names| names.iter().any(|name| is(name, &lower)))?;
    names.iter().find_map(|alias| known.iter().copied().find(|name| is(name, alias)))
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn the_likely_spelling_is_found() {
        let known = ["mail", "displayName", "sAMAccountName", "employeeType", "title", "firstName"];
        for (written, expected) in [
            ("mial", Some("mail")),
            ("maill", Some("mail")),
            ("samAcountName", Some("sAMAccountName")),
            ("employeType", Some("employeeType")),
            ("email", Some("mail")),
            ("givenName", Some("firstName")),
            ("jobTitle", Some("title")),
            ("DISPLAYNAME", Some("displayName")),
            ("costCentre", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(near(written, &known), expected, "{written}");
        }
    }
}

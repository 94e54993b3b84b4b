//! The documents name the roles that the configuration knows, and no others.

use super::{read, read_unwrapped};
use regex_lite::Regex;
use rollcall_config::Role;
use std::collections::BTreeSet;

/// Who is in section 1 of the rules and has no role.
const WITHOUT_ROLE: [&str; 2] = ["directory administrator", "application"];

/// The roles' names in a sentence.
fn in_words() -> BTreeSet<String> {
    Role::ALL.map(|role| role.as_str().replace('_', " ")).into()
}

/// What the first group of the pattern finds.
fn found(pattern: &str, text: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn the_api_description_names_the_roles() {
    let text = read_unwrapped("infra/openapi.yaml");
    let (_, given) = text.split_once("given by the configuration's `[roles]`:").unwrap();
    let (given, _) = given.split_once(". ").unwrap();
    assert_eq!(found(r"(?:^|;) an? (\w+ administrator|sysadmin) ", given), in_words());
    assert_eq!(found(r"\b[Aa]n? (\w+ administrator|sysadmin)\b", &text), in_words());
}

#[test]
fn the_rules_name_the_roles() {
    let text = read("docs/rules.md");
    let (_, section) = text.split_once("## 1. ").unwrap();
    let (section, _) = section.split_once("\n## 2. ").unwrap();
    let mut named = found(r"(?m)^\| ([a-z ]+) \|", section);
    assert!(named.remove("person"), "the table has its headings");
    for person in WITHOUT_ROLE {
        assert!(named.remove(person), "{person} is not in section 1 of the rules");
    }
    assert_eq!(named, in_words());
}

#[test]
fn the_readmes_name_the_roles_as_the_configuration_does() {
    let names: BTreeSet<String> = Role::ALL.map(|role| role.as_str().to_owned()).into();
    for path in ["README.md", "infra/README.md"] {
        assert_eq!(found(r"`(\w+_administrator|sysadmin)`", &read(path)), names, "{path}");
    }
}

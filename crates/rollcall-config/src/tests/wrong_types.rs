//! Every setting with a value of a wrong type: the message has the line, the name, and an example that works.

use super::documentation::{code, rows, title, with_example};
use crate::Config;
use crate::section::{SETTINGS, name_of};
use std::collections::BTreeSet;

/// A value of each type that TOML has, and lists and sections of them.
const VALUES: [&str; 13] = [
    "7",
    "-7",
    "7.5",
    "true",
    "2027-03-01",
    "08:30:00",
    "\"7 of something\"",
    "[7]",
    "[true]",
    "[[\"seven\"]]",
    "[\"7 of something\"]",
    "[2027-03-01]",
    "{ seven = 7 }",
];

/// Settings that may be a text.
#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "name", "object", "match_field", "immutable_id", "column", "from", "username", "priority", "starts",
    "ends", "active", "admin", "bind_dn", "tenant", "client_id", "key_id", "claim", "bind_password",
    "client_secret", "client_certificate", "federated_token", "token", "private_key", "kind", "cloud", "where",
    "url", "base", "group_base", "user_filter", "login_url", "graph_url", "encoding", "delimiter", "file",
    "ca_file", "written", "format", "time_zone",
];

/// Settings that may be a list of texts.
#[rustfmt::skip]
const LISTS: &[&str] = &[
    "usernames", "people_administrator", "sync_administrator", "sysadmin", "truthy", "falsy", "nothing",
    "where", "clear", "groups", "active_statuses", "warn_at", "true", "false", "url", "active", "admin",
];

/// The settings that a value of this kind is right for, or wrong for another reason than its type.
fn fits(name: &str, value: &str) -> bool {
    let tables = ["starts", "ends", "active", "admin", "mapping"];
    match value.as_bytes()[0] {
        b'"' => TEXTS.contains(&name),
        b'[' if value == "[\"7 of something\"]" => LISTS.contains(&name),
        b'{' => tables.contains(&name),
        _ if value == "true" => {
            ["trim", "second_headings", "start_tls", "guests", "else", "empty"].contains(&name)
        }
        _ if value == "7" => {
            let numbers = ["seats", "reserve", "skip_lines", "page_items", "newcomers_from", "priority"];
            numbers.contains(&name) || name.starts_with("min_") || name.starts_with("max_")
        }
        _ => value == "2027-03-01" && name == "credential_expires",
    }
}

#[test]
fn each_wrong_type_is_told_with_an_example_that_works() {
    let mut tried = BTreeSet::new();
    for row in rows().iter().filter(|row| row.table == "setting") {
        let name = code(row.cells[0]);
        tried.insert((title(row), name.clone()));
        for value in VALUES.into_iter().filter(|value| !fits(&name, value)) {
            let wrong = format!("{name} = {value}");
            let text = with_example(row, &name, &wrong);
            let line = 1 + text.lines().position(|line| line.contains(&wrong)).expect("the setting");
            let found: Vec<String> = match Config::parse(&text) {
                Ok(_) => panic!("{wrong} is taken, in:\n{text}"),
                Err(mistakes) => mistakes.iter().map(ToString::to_string).collect(),
            };
            let begins = format!("line {line}: `{name}` ");
            let told = found.iter().find(|told| told.starts_with(&begins));
            let told = told.unwrap_or_else(|| panic!("{wrong}: {found:?}, in:\n{text}"));
            if name == "mapping" {
                continue;
            }
            let example = told.rsplit_once("; write for example ").map(|(_, example)| example);
            let example = example.unwrap_or_else(|| panic!("{wrong} is told without an example: {told}"));
            assert!(example.starts_with(&format!("{name} = ")), "{told}");
            let mended = with_example(row, &name, example);
            let outcome = Config::parse(&mended);
            assert!(outcome.is_ok() || name == "clear", "{outcome:?}: {told}, in:\n{mended}");
        }
    }
    let known: BTreeSet<(&str, String)> = SETTINGS
        .iter()
        .flat_map(|(title, examples)| examples.iter().map(|example| (*title, name_of(example).to_owned())))
        .collect();
    assert_eq!(tried, known);
}

#[test]
fn field_of_a_mapping_is_told_with_its_own_name() {
    for value in VALUES.iter().filter(|value| !value.starts_with(['"', '{'])) {
        let text = format!("{}[source.mapping]\ntitle = {value}\n", super::STAFF);
        let mistakes = Config::parse(&text).expect_err("a wrong type");
        let told = mistakes[0].to_string();
        assert!(told.starts_with("line 7: `title` must name a column or attribute, in quotes"), "{told}");
        assert!(told.ends_with("; write for example title = \"Name of the column\""), "{told}");
    }
}

#[test]
fn secret_that_is_a_number_is_not_repeated() {
    let text = "[[source]]\nname = \"a\"\nkind = \"okta\"\nurl = \"https://x.okta.com\"\ngroups = [\"g\"]\ntoken = 48151623\n";
    let mistakes = Config::parse(text).expect_err("a secret in the file");
    assert!(mistakes.iter().all(|mistake| !mistake.what.contains("48151623")), "{mistakes:?}");
}

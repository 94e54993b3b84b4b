//! `docs/configuration.md` against the program: every setting is there and no other, and every example is run.

use crate::nothing::{NOTHING, Nothing};
use crate::section::{SETTINGS, name_of};
use crate::template::FILTERS;
use crate::titles::{DATE, FIELD, GROUP, MAPPING, STATUS};
use crate::{Condition, Config, Template, Values};
use std::borrow::Cow;
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../../docs/configuration.md");

/// The titles of the tables in `[source.mapping]`, as the page has them.
const TABLES: [(&str, &str); 4] =
    [("A field as a table", FIELD), ("The words of a status", STATUS), ("A date", DATE), ("A group", GROUP)];

/// The sources of the page, by the heading above their settings.
const SOURCES: [(&str, &str); 5] = [
    ("Every source", "name = \"a\"\nkind = \"csv\"\nobject = \"inbox/a.csv\"\nmatch_field = \"id\"\n"),
    ("csv", "name = \"a\"\nkind = \"csv\"\nobject = \"inbox/a.csv\"\nmatch_field = \"id\"\n"),
    (
        "ldap",
        "name = \"a\"\nkind = \"ldap\"\nurl = \"ldaps://x.test\"\nbind_dn = \"cn=x\"\nbind_password = \"env:P\"\n\
         base = \"dc=x\"\ngroups = [\"g\"]\n",
    ),
    (
        "entra",
        "name = \"a\"\nkind = \"entra\"\ntenant = \"t\"\nclient_id = \"c\"\nclient_secret = \"env:S\"\ngroups = [\"g\"]\n",
    ),
    (
        "okta",
        "name = \"a\"\nkind = \"okta\"\nurl = \"https://x.okta.com\"\ntoken = \"env:T\"\ngroups = [\"g\"]\n",
    ),
];

/// One row of a table: the headings above it, its kind of table, and its cells.
pub(super) struct Row {
    chapter: &'static str,
    section: &'static str,
    pub(super) table: &'static str,
    pub(super) cells: Vec<&'static str>,
}

/// The rows of every table of the page.
pub(super) fn rows() -> Vec<Row> {
    let (mut chapter, mut section, mut table) = ("", "", "");
    let mut rows = Vec::new();
    let mut is_in_table = false;
    for line in PAGE.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            (chapter, section) = (title.trim_matches('`'), "");
        } else if let Some(title) = line.strip_prefix("### ") {
            section = title;
        }
        let Some(inner) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else {
            // A line of dashes belongs to the table.
            is_in_table &= line.starts_with('|');
            continue;
        };
        let cells: Vec<&str> = inner.split(" | ").collect();
        if !is_in_table {
            (is_in_table, table) = (true, cells[0]);
            continue;
        }
        rows.push(Row { chapter, section, table, cells });
    }
    rows
}

/// A text in the code of a cell.
pub(super) fn code(cell: &str) -> String {
    let inner = cell.strip_prefix('`').and_then(|cell| cell.strip_suffix('`'));
    inner.unwrap_or_else(|| panic!("{cell} is no code")).replace("\\|", "|")
}

/// The title by which the program knows the settings of a row.
pub(super) fn title(row: &Row) -> &'static str {
    TABLES.iter().find(|(section, _)| *section == row.section).map_or(row.chapter, |(_, title)| title)
}

#[test]
fn page_has_every_setting_and_no_other() {
    let on_page: BTreeSet<(String, String)> = rows()
        .iter()
        .filter(|row| row.table == "setting")
        .map(|row| (title(row).to_owned(), code(row.cells[0])))
        .collect();
    let known: BTreeSet<(String, String)> = SETTINGS
        .iter()
        .flat_map(|(title, names)| names.iter().map(|name| ((*title).to_owned(), name_of(name).to_owned())))
        .collect();
    let missing: Vec<_> = known.difference(&on_page).collect();
    let unknown: Vec<_> = on_page.difference(&known).collect();
    assert!(
        missing.is_empty() && unknown.is_empty(),
        "missing on the page: {missing:?}\nunknown: {unknown:?}"
    );
}

#[test]
fn every_setting_has_a_type_a_rule_and_an_example_that_is_read() {
    for row in rows().iter().filter(|row| row.table == "setting") {
        let name = code(row.cells[0]);
        assert_eq!(row.cells.len(), 5, "{name} has no type, default, example and rule");
        assert!(!row.cells[1].trim().is_empty() && !row.cells[4].trim().is_empty(), "{name}");
        let example = code(row.cells[3]);
        assert!(example.starts_with(&format!("{name} = ")), "{example}");
        let text = with_example(row, &name, &example);
        if let Err(mistakes) = Config::parse(&text) {
            panic!("{name}: {mistakes:#?}\nin:\n{text}");
        }
    }
}

/// A configuration with an example in it.
pub(super) fn with_example(row: &Row, name: &str, example: &str) -> String {
    let csv = SOURCES[0].1;
    let mapped = |line: &str| format!("[[source]]\n{csv}[source.mapping]\n{line}\n");
    let with = |others: &[&str]| {
        let others = others.iter().filter(|other| !other.starts_with(&format!("{name} = ")));
        let inner: Vec<&str> = others.copied().chain([example]).collect();
        inner.join(", ")
    };
    match title(row) {
        "[[source]]" => {
            let (_, base) = SOURCES.iter().find(|(kind, _)| *kind == row.section).expect("a kind of source");
            // A credential is one of several, and some settings belong to one of them.
            let credentials =
                ["client_secret", "client_certificate", "federated_token", "token", "private_key"];
            let is_credential =
                credentials.contains(&name) || (row.section == "okta" && name.starts_with("client"));
            let is_key = row.section == "okta" && matches!(name, "client_id" | "private_key" | "key_id");
            let replaced = |line: &&str| {
                let known = line.split(" = ").next().unwrap_or_default();
                known != name && !((is_credential || is_key) && credentials.contains(&known))
            };
            let mut lines: Vec<&str> = base.lines().filter(replaced).collect();
            if is_key {
                lines.extend(
                    ["private_key = \"env:K\"", "client_id = \"c\""]
                        .iter()
                        .filter(|line| !line.starts_with(name)),
                );
            }
            if example == "start_tls = true" {
                lines.retain(|line| !line.starts_with("url"));
                lines.push("url = \"ldap://x.test\"");
            }
            lines.push(example);
            format!("[[source]]\n{}\n", lines.join("\n"))
        }
        MAPPING => mapped(example),
        FIELD => mapped(&format!("title = {{ {} }}", with(&["from = \"t\""]))),
        STATUS => mapped(&format!(
            "active = {{ {} }}",
            with(&["column = \"Block credential\"", "true = [\"Open\"]", "false = [\"Shut\"]"])
        )),
        DATE => mapped(&format!("ends = {{ {} }}", with(&["from = \"t\""]))),
        GROUP => format!(
            "[[source]]\n{}",
            SOURCES[2].1.replace("[\"g\"]", &format!("[{{ {} }}]", with(&["name = \"g\""])))
        ),
        "[roles]" => format!(
            "[roles]\n{}\n{example}\n[[source]]\n{csv}",
            ["claim = \"g\"", "sysadmin = [\"root\"]"]
                .iter()
                .filter(|line| !line.starts_with(name))
                .copied()
                .collect::<Vec<_>>()
                .join("\n")
        ),
        section => format!(
            "{section}\n{}{example}\n[[source]]\n{csv}",
            if name == "seats" || section != "[licence]" { "" } else { "seats = 9\n" }
        ),
    }
}

#[test]
fn page_has_every_filter_and_every_word_for_nothing() {
    let on_page: Vec<(String, &str)> = rows()
        .iter()
        .filter(|row| row.table == "filter")
        .map(|row| (code(row.cells[0]), row.cells[1]))
        .collect();
    let known: Vec<(String, &str)> =
        FILTERS.iter().map(|filter| (filter.usage.to_owned(), filter.what)).collect();
    assert_eq!(on_page, known);
    for word in NOTHING {
        assert!(PAGE.contains(&format!("`{word}`")) || *word == "null", "{word}");
    }
}

/// The values of the person of a row, and a look at them as a source has it.
fn person(cell: &str) -> Vec<(String, Vec<String>)> {
    if cell == "no value" {
        return Vec::new();
    }
    let mut texts = cell.split('`');
    let mut person: Vec<(String, Vec<String>)> = Vec::new();
    let mut between = texts.next().unwrap_or_default();
    while let Some(text) = texts.next() {
        let text = text.replace("\\|", "|");
        match between {
            "" | ", " => person.push((text, Vec::new())),
            " = " | " + " => person.last_mut().expect("a column").1.push(text),
            other => panic!("{other:?} in {cell}"),
        }
        between = texts.next().unwrap_or_default();
    }
    person
}

fn look<'p>(person: &'p [(String, Vec<String>)], nothing: &Nothing, column: &str) -> Values<'p> {
    let values = person.iter().find(|(name, _)| name == column).map_or(&[][..], |(_, values)| values);
    Values::several(values.iter().map(|value| Cow::Borrowed(value.as_str()))).without(nothing)
}

#[test]
fn a_hundred_worked_examples_are_run() {
    let nothing = Nothing::default();
    let mut count = 0;
    for row in rows() {
        let text = || code(row.cells[0]);
        match row.table {
            "template" => {
                let template: Template = text().parse().unwrap_or_else(|error| panic!("{}: {error}", text()));
                let person = person(row.cells[1]);
                let value = template.value(&|column: &String| look(&person, &nothing, column));
                let expected = if row.cells[2] == "nothing" { String::new() } else { code(row.cells[2]) };
                assert_eq!(value, expected, "{} of {}", text(), row.cells[1]);
            }
            "condition" => {
                let condition: Condition =
                    text().parse().unwrap_or_else(|error| panic!("{}: {error}", text()));
                let person = person(row.cells[1]);
                let holds = condition.holds(&|column: &String| look(&person, &nothing, column));
                assert_eq!(holds, row.cells[2] == "yes", "{} of {}", text(), row.cells[1]);
            }
            _ => continue,
        }
        count += 1;
    }
    assert!(count >= 100, "only {count} examples");
}

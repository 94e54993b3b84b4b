//! Files without a mistake.

use super::{SOURCE, STAFF, check};
use crate::{
    Config, CsvEncoding, CsvSettings, FieldMapping, Mapping, Role, Roles, SourceConfig, SourceSettings,
    StatusRule, Template, words,
};
use rollcall_core::fields::FieldName;
use rollcall_core::fold::fold;
use rollcall_core::licence::{Limit, SeatCount};
use rollcall_core::policy::{Guard, Policy, Trimming};
use rollcall_core::source::SourceName;
use rollcall_core::username::Username;
use rollcall_core::warn_at::WarnAt;
use std::collections::BTreeMap;
use std::time::Duration;

const FULL: &str = r#"
[licence]
seats = 50
reserve = 2
trim = true
warn_at = ["90%", "10 left"]

[guard]
max_removal_percent = 10
min_removals = 3

[roles]
claim = "groups"
people_administrator = ["hr-admins"]
sync_administrator = ["sync-admins"]
sysadmin = ["it", "root"]

[adopt]
file = "adoptions.csv"

[protect]
usernames = ["Root@Example.com", "admin@example.com"]
grace = "7d"

[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "employee_id"
immutable_id = "guid"
encoding = "windows-1252"
delimiter = ";"
skip_lines = 2
second_headings = true
truthy = ["Working", "yes"]
falsy = ["gone"]
clear = ["title"]
[source.mapping]
username = "user_name"
active = "status"
admin = "is_admin"
email = "E-Mail"
title = "job title"

[[source]]
name = "partners"
kind = "csv"
object = "inbox/partners.csv"
match_field = "email"
"#;

/// The words of the file above for a column.
fn status(name: &str) -> StatusRule {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut rule = StatusRule::usual(String::from(name));
    for column in &mut rule.all {
        (column.yes, column.no) = (words(&["working", "yes"]), words(&["gone"]));
    }
    rule
}

#[test]
fn a_full_file_is_read_in_full() {
    let column = |name: &str| Template::column(String::from(name));
    let field = |name: &str, from: &str, clears| {
        let field = FieldMapping { clears, ..FieldMapping::column(String::from(from)) };
        (FieldName::parse(name).unwrap(), field)
    };
    let staff = CsvSettings {
        object: String::from("inbox/staff.csv"),
        match_field: column("employee_id"),
        immutable_id: Some(column("guid")),
        encoding: CsvEncoding::parse("windows-1252").unwrap(),
        delimiter: Some(b';'),
        skip_lines: 2,
        second_headings: true,
        mapping: Mapping {
            username: Some(column("user_name")),
            active: Some(status("status")),
            admin: Some(status("is_admin")),
            fields: [field("email", "E-Mail", false), field("title", "job title", true)].into(),
            ..Mapping::default()
        },
    };
    let partners = CsvSettings {
        object: String::from("inbox/partners.csv"),
        match_field: column("email"),
        immutable_id: None,
        encoding: CsvEncoding::UTF_8,
        delimiter: None,
        skip_lines: 0,
        second_headings: false,
        mapping: Mapping::default(),
    };
    let source = |name: &str, settings| SourceConfig {
        credential_expires: None,
        name: SourceName::parse(name).unwrap(),
        settings: SourceSettings::Csv(settings),
    };
    let expected = Config {
        licence: Limit::Seats(SeatCount::new(50)),
        warn_at: vec![WarnAt::Percent(90), WarnAt::Left(10)],
        policy: Policy {
            guard: Guard::of_removals(10, 3),
            reserve: SeatCount::new(2),
            trimming: Trimming::On,
            exemptions: ["root@example.com", "admin@example.com"]
                .map(|name| Username::parse(name).unwrap())
                .iter()
                .collect(),
            grace: Duration::from_hours(7 * 24),
            return_period: Duration::ZERO,
            keep_seat: Duration::ZERO,
        },
        adoptions: Some(String::from("adoptions.csv")),
        roles: Some(Roles {
            claim: String::from("groups"),
            values: BTreeMap::from([
                (Role::PeopleAdministrator, vec![String::from("hr-admins")]),
                (Role::SyncAdministrator, vec![String::from("sync-admins")]),
                (Role::Sysadmin, vec![String::from("it"), String::from("root")]),
            ]),
        }),
        sources: vec![source("staff", staff), source("partners", partners)],
    };
    assert_eq!(Config::parse(FULL), Ok(expected));
}

#[test]
fn the_quickstart_is_good() {
    check(include_str!("../../../../examples/quickstart/rollcall.toml"), &[]);
}

#[test]
fn missing_settings_have_the_defaults() {
    let config = Config::parse(SOURCE).unwrap();
    assert_eq!(config.licence, Limit::Unlimited);
    assert_eq!(config.policy, Policy::default());
}

#[test]
fn a_source_is_found_by_its_name() {
    let config = Config::parse(FULL).unwrap();
    assert_eq!(config.source("partners"), config.sources.get(1));
    assert_eq!(config.source("nobody"), None);
}

#[test]
fn zero_seats_is_a_limit() {
    let config = Config::parse(&format!("licence.seats = 0\n{SOURCE}")).unwrap();
    assert_eq!(config.licence, Limit::Seats(SeatCount::ZERO));
}

#[test]
fn windows_line_ends_are_read() {
    let windows = format!("\u{feff}{}", FULL.replace('\n', "\r\n"));
    assert_eq!(Config::parse(&windows), Config::parse(FULL));
}

#[test]
fn grace_is_read() {
    for (written, hours) in [("7d", 168), ("36h", 36), ("0d", 0), ("3650d", 87_600), ("87600h", 87_600)] {
        let config = Config::parse(&format!("protect.grace = \"{written}\"\n{SOURCE}")).unwrap();
        assert_eq!(config.policy.grace, Duration::from_hours(hours), "{written:?}");
    }
}

#[test]
fn all_delimiters_are_read() {
    for (written, meant) in
        [("tab", b'\t'), ("\\t", b'\t'), (",", b','), ("|", b'|'), (" ", b' '), ("\\u001F", 0x1F)]
    {
        let config = Config::parse(&format!("{STAFF}delimiter = \"{written}\"\n")).unwrap();
        let SourceSettings::Csv(settings) = &config.sources[0].settings else { panic!() };
        assert_eq!(settings.delimiter, Some(meant), "{written:?}");
    }
}

#[test]
fn usual_words_differ_when_folded() {
    let falsy: Vec<String> = words::FALSY.iter().map(|word| fold(word)).collect();
    assert!(words::TRUTHY.iter().all(|word| !falsy.contains(&fold(word))));
}

#[test]
fn mapped_fields_have_a_maximum() {
    let fields = |count: usize| (0..count).map(|n| format!("f{n} = \"c{n}\"\n")).collect::<String>();
    check(&format!("{STAFF}[source.mapping]\nusername = \"u\"\nactive = \"a\"\n{}", fields(24)), &[]);
    check(
        &format!("{STAFF}[source.mapping]\n{}", fields(25)),
        &[
            "line 6: at most 24 fields can be mapped, in addition to username, active, admin, priority, starts and ends; found 25",
        ],
    );
}

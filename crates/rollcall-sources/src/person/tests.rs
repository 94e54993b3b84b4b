//! The mapping language on people of directories, the same for each kind.

use super::*;
use rollcall_config::{Config, SourceSettings};
use rollcall_core::time::Timestamp;

/// The mapping of an LDAP source with these lines above it and in it.
fn mapping(above: &str, below: &str) -> Mapping {
    let text = format!(
        "[[source]]\nname = \"ad\"\nkind = \"ldap\"\nurl = \"ldaps://dc1.test\"\nbind_dn = \"cn=x\"\n\
         bind_password = \"env:P\"\nbase = \"dc=test\"\ngroups = [\"staff\"]\n{above}\n[source.mapping]\n{below}\n"
    );
    let config = Config::parse(&text).unwrap_or_else(|mistakes| panic!("{mistakes:#?}\nin:\n{text}"));
    let SourceSettings::Ldap(settings) = config.sources.into_iter().next().unwrap().settings else {
        panic!()
    };
    settings.mapping.unwrap()
}

/// The record of an enabled person with these attributes.
fn read(mapping: &Mapping, attributes: &[(&str, &[&str])]) -> Record {
    let attribute = |name: &str| {
        let found = attributes.iter().find(|(known, _)| *known == name);
        found.map_or(Vec::new(), |(_, values)| values.iter().map(|value| (*value).to_owned()).collect())
    };
    let person = Person {
        key: "cn=ann",
        immutable_id: "1",
        status: Status::Enabled,
        priority: 3,
        attribute: &attribute,
    };
    record(&person, mapping, &mut Tally::default())
}

fn entry(mapping: &Mapping, attributes: &[(&str, &[&str])]) -> Entry {
    match read(mapping, attributes) {
        Record::Entry(entry) => entry,
        Record::Rejected(row) => panic!("{row:?}"),
    }
}

fn reason(mapping: &Mapping, attributes: &[(&str, &[&str])]) -> String {
    match read(mapping, attributes) {
        Record::Rejected(row) => format!("{:?}", row.reason),
        Record::Entry(entry) => panic!("{entry:?}"),
    }
}

#[test]
fn values_are_made_of_attributes() {
    let mapping = mapping(
        "",
        "username = \"{sAMAccountName | lower}\"\n\
         email = \"{proxyAddresses | starting SMTP: | after SMTP: | or mail}\"\n\
         teams = \"{memberOf | after CN= | before , | join '; '}\"\nphone = \"telephoneNumber\"\ncity = \"{l | title}\"",
    );
    let ann = entry(
        &mapping,
        &[
            ("sAMAccountName", &["ALee"]),
            ("proxyAddresses", &["smtp:a.lee@x.test", "SMTP:ann@x.test"]),
            ("memberOf", &["CN=Staff,DC=x", "CN=Vpn,DC=x"]),
            ("telephoneNumber", &["+47 1", "+47 2"]),
            ("l", &["n/a"]),
        ],
    );
    assert_eq!(ann.username.as_ref().map(Username::original), Some("alee"));
    let fields: Vec<(&str, &str)> = ann.fields.iter().map(|(name, value)| (name.as_str(), value)).collect();
    assert_eq!(fields, [("email", "ann@x.test"), ("phone", "+47 1"), ("teams", "Staff; Vpn")]);
    let bob = entry(&mapping, &[("sAMAccountName", &["bob"]), ("mail", &["bob@x.test"])]);
    assert_eq!(bob.fields.iter().map(|(_, value)| value).collect::<Vec<_>>(), ["bob@x.test"]);
}

#[test]
fn error_of_a_spreadsheet_is_no_value_of_a_person() {
    let mapping =
        mapping("nothing = [\"keine\"]", "username = \"uid\"\nemail = \"mail\"\ncity = \"{l | or site}\"");
    for error in ["#REF!", "#ИМЯ?", "#N/A", "Err:502", "####"] {
        let ann =
            entry(&mapping, &[("uid", &["ann"]), ("mail", &[error]), ("l", &[error]), ("site", &["Oslo"])]);
        assert_eq!(ann.fields.iter().map(|(_, value)| value).collect::<Vec<_>>(), ["Oslo"], "{error}");
        let why = reason(&mapping, &[("uid", &[error])]);
        assert!(why.contains("there is no uid, which is the username"), "{error}: {why}");
    }
    let ann = entry(&mapping, &[("uid", &["#ann"]), ("mail", &["ann@x.test"]), ("l", &["#1 Oslo!"])]);
    let values: Vec<&str> = ann.fields.iter().map(|(_, value)| value).collect();
    assert_eq!(
        (ann.username.as_ref().map(Username::original), values),
        (Some("#ann"), vec!["#1 Oslo!", "ann@x.test"])
    );
}

#[test]
fn a_missing_username_is_a_rejected_person_and_never_the_key() {
    for username in ["uid", "{uid | lower}", "{uid}@x.test", "{cn | or uid}"] {
        let mapping = mapping("where = \"type = staff\"", &format!("username = \"{username}\""));
        let Record::Rejected(row) = read(&mapping, &[("type", &["staff"]), ("uid", &[" "])]) else {
            panic!("{username}")
        };
        let RejectReason::Unreadable(why) = &row.reason else { panic!("{row:?}") };
        assert!(why.starts_with(&format!("there is no {username}, which is the username")), "{why}");
        assert_eq!((row.username, row.key.is_some()), (None, true));
        // Of those who are not in scope, nothing is asked.
        let outside = entry(&mapping, &[("type", &["guest"])]);
        assert!(matches!(outside.status, EntryStatus::OutOfScope { .. }));
    }
}

#[test]
fn status_words_and_conditions_count_beside_the_own_status() {
    let mapping = mapping(
        "where = [\"employeeType in Employee, Contractor\", \"department != Rooms\"]",
        "active = { column = \"employeeStatus\", false = [\"Terminated\"], else = true }\n\
         admin = { column = \"memberOf\", true = [\"CN=Admins\"], else = false, empty = false }",
    );
    let person = |kind: &'static str, status: &'static str| -> Entry {
        entry(&mapping, &[("employeeType", &[kind]), ("employeeStatus", &[status])])
    };
    assert_eq!(person("employee", "On leave").status, EntryStatus::Enabled);
    assert_eq!(person("employee", "terminated").status, EntryStatus::Disabled);
    assert_eq!(person("employee", "On leave").is_admin, Some(false));
    for (kind, text) in
        [("Room", "employeeType in Employee, Contractor"), ("NULL", "employeeType in Employee, Contractor")]
    {
        // Outside, no status is needed.
        let outside = entry(&mapping, &[("employeeType", &[kind]), ("employeeStatus", &["-"])]);
        assert_eq!(
            outside.status,
            EntryStatus::OutOfScope { condition: rollcall_core::entry::Condition::new(text) }
        );
    }
    let words = [("employeeType", &["Employee"][..]), ("employeeStatus", &["N/A"][..])];
    assert!(
        reason(&mapping, &words)
            .contains("employeeStatus (`active` in rollcall.toml, line 11) is empty; fill it in the directory. Or, in Rollcall")
    );
    // Without the attribute, the directory's own status decides.
    assert_eq!(entry(&mapping, &[("employeeType", &["Employee"])]).status, EntryStatus::Enabled);
}

#[test]
fn dates_and_priority_are_read_or_the_person_is_rejected() {
    let mapping = mapping(
        "",
        "priority = \"extensionAttribute1\"\nstarts = { from = \"hireDate\", format = \"generalized\" }\n\
         ends = { from = \"accountExpires\", format = \"filetime\" }\ntheme = { from = \"site\", written = \"created\" }",
    );
    let ann = entry(
        &mapping,
        &[
            ("extensionAttribute1", &["7"]),
            ("hireDate", &["20261201000000.0Z"]),
            ("accountExpires", &["9223372036854775807"]),
            ("site", &["Oslo"]),
        ],
    );
    assert_eq!((ann.priority, ann.ends), (7, None));
    assert_eq!(ann.starts.map(Timestamp::as_millis), Some(1_796_083_200_000));
    assert_eq!(ann.created_fields.iter().map(|(_, value)| value).collect::<Vec<_>>(), ["Oslo"]);
    assert_eq!(ann.fields.iter().count(), 0);
    let ended = entry(&mapping, &[("accountExpires", &["134074656000000000"])]);
    assert_eq!((ended.priority, ended.ends.map(Timestamp::as_millis)), (u16::MAX, Some(1_762_992_000_000)));
    for (name, value, expected) in [
        (
            "extensionAttribute1",
            "high",
            "extensionAttribute1 (`priority` in rollcall.toml, line 11) is \\\"high\\\"; expected a number from 0 to 65535",
        ),
        (
            "hireDate",
            "2026-12-01",
            "hireDate (`starts` in rollcall.toml, line 12) is \\\"2026-12-01\\\"; expected a time such as 20260531120000Z",
        ),
        (
            "accountExpires",
            "soon",
            "accountExpires (`ends` in rollcall.toml, line 13) is \\\"soon\\\"; expected a FILETIME such as 134074656000000000",
        ),
    ] {
        assert!(reason(&mapping, &[(name, &[value])]).contains(expected), "{name}");
    }
}

#[test]
fn control_character_in_a_template_is_damage() {
    let mapping = mapping("", "display_name = \"{givenName} {sn}\"");
    let said = reason(&mapping, &[("givenName", &["A\u{1}nn"]), ("sn", &["Lee"])]);
    assert!(said.contains("{givenName} {sn} holds a control character (U+0001)"), "{said}");
}

#[test]
fn html_is_no_username_and_no_key_but_may_be_a_name() {
    let mapping = mapping("where = [\"team = 'R&D'\"]", "username = \"uid\"\nfull_name = \"cn\"");
    let team: (&str, &[&str]) = ("team", &["R&D"]);
    let said = reason(&mapping, &[("uid", &["m&uuml;ller"]), ("cn", &["x"]), team]);
    assert!(said.contains("the username (uid) holds &uuml;, as the text of a web page does"), "{said}");
    let said = reason(&mapping, &[("uid", &["ann"]), ("team", &["R&amp;D"])]);
    assert!(said.contains("team holds &amp;") && said.contains("within `where`"), "{said}");
    let ann = entry(&mapping, &[("uid", &["at&t"]), ("cn", &["AT&T;"]), team]);
    assert_eq!(ann.username.unwrap().original(), "at&t");
    // The name is counted, and the name of the entry in the directory is what it is.
    let none = |_: &str| vec![String::from("Smith &amp; Sons")];
    let person =
        |key| Person { key, immutable_id: "1", status: Status::Enabled, priority: 0, attribute: &none };
    let of_name = Mapping { username: None, scope: Vec::new(), ..mapping };
    let mut tally = Tally::default();
    for (key, is_good) in [("cn=a &amp; b,dc=x", true), ("cn=ann,dc=x", true), ("a&amp;b@x.test", false)] {
        let record = record(&person(key), &of_name, &mut tally);
        assert_eq!(matches!(record, Record::Entry(_)), is_good, "{key}: {record:?}");
    }
    let note = &tally.notes()[0];
    assert!(
        note.starts_with(
            "2 people have HTML in a field, for example \"cn=a &amp; b,dc=x\": &amp; in `full_name`"
        ),
        "{note}"
    );
}

//! The mapping: status words and their sense, conditions, dates, priority, words for nothing (rules 39-43, 45, 46).

use super::{STAFF, check};
use crate::{Config, CsvSettings, Mapping, SourceSettings, Written};

/// A source of each kind without a mapping.
const KINDS: [&str; 4] = [
    "[[source]]\nname = \"staff\"\nkind = \"csv\"\nobject = \"inbox/staff.csv\"\nmatch_field = \"id\"\n",
    "[[source]]\nname = \"ad\"\nkind = \"ldap\"\nurl = \"ldaps://dc1.test\"\nbind_dn = \"cn=x\"\nbind_password = \"env:P\"\n\
     base = \"dc=test\"\ngroups = [\"staff\"]\n",
    "[[source]]\nname = \"entra\"\nkind = \"entra\"\ntenant = \"t\"\nclient_id = \"c\"\nclient_secret = \"env:S\"\n\
     groups = [\"staff\"]\n",
    "[[source]]\nname = \"okta\"\nkind = \"okta\"\nurl = \"https://x.okta.com\"\ntoken = \"env:T\"\ngroups = [\"staff\"]\n",
];

fn mapping(text: &str) -> Mapping {
    match Config::parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}")).sources.remove(0).settings {
        SourceSettings::Csv(settings) => settings.mapping,
        SourceSettings::Ldap(settings) => settings.mapping.expect("a mapping"),
        SourceSettings::Entra(settings) => settings.mapping,
        SourceSettings::Okta(settings) => settings.mapping,
    }
}

#[test]
fn every_kind_of_source_has_the_whole_mapping() {
    let above = "where = [\"Department = Sales\", \"not type in Guest, Room\"]\nnothing = [\"none\"]\n";
    let below = "[source.mapping]\n\
                 username = \"{mail | before @ | lower}\"\n\
                 active = [\"enabled\", { column = \"Block credential\", false = [\"True\"], else = true, empty = true }]\n\
                 admin = { column = \"role\", true = [\"Owner\"], else = false }\n\
                 priority = \"Grade\"\n\
                 starts = { from = \"hired\", format = \"dd.mm.yyyy\", time_zone = \"Europe/Oslo\" }\n\
                 ends = \"left\"\n\
                 display_name = \"{First Name} {Last Name}\"\n\
                 theme = { from = \"{site | else light}\", written = \"created\" }\n";
    for kind in KINDS {
        let mapping = mapping(&format!("{kind}{above}{below}"));
        let scope: Vec<String> = mapping.scope.iter().map(ToString::to_string).collect();
        assert_eq!(scope, ["Department = Sales", "type not in Guest, Room"]);
        assert!(mapping.nothing.is("none") && !mapping.nothing.is("NULL"));
        assert_eq!(mapping.username.as_ref().unwrap().to_string(), "{mail | before @ | lower}");
        let written: Vec<Written> = mapping.fields.values().map(|field| field.written).collect();
        assert_eq!(written, [Written::Always, Written::Created]);
        let active = mapping.active.as_ref().unwrap();
        assert_eq!(
            (active.all.len(), active.all[1].otherwise, active.all[1].empty),
            (2, Some(true), Some(true))
        );
        assert_eq!(mapping.starts.as_ref().unwrap().format.name(), "dd.mm.yyyy");
        assert_eq!(mapping.ends.as_ref().unwrap().format.name(), "iso");
        assert_eq!(mapping.columns().len(), 12);
    }
}

#[test]
fn condition_leaves_the_usual_fields_of_a_directory() {
    for kind in &KINDS[1..] {
        let usual = mapping(&format!("{kind}where = \"type = Member\"\n"));
        let usual = Mapping::or_usual(Some(usual), "uid", &[("email", "mail")]);
        assert!(usual.fields.contains_key(&rollcall_core::fields::FieldName::parse("email").unwrap()));
        assert_eq!(usual.scope.len(), 1);
    }
}

#[test]
fn key_and_id_of_a_file_may_be_templates() {
    let text = STAFF.replace("\"employee_id\"", "\"{id | pad 8 0}\"") + "immutable_id = \"{a}-{b}\"\n";
    let SourceSettings::Csv(settings) = Config::parse(&text).unwrap().sources.remove(0).settings else {
        panic!()
    };
    let CsvSettings { match_field, immutable_id, .. } = &settings;
    assert_eq!(match_field.to_string(), "{id | pad 8 0}");
    assert_eq!(immutable_id.as_ref().map(ToString::to_string).as_deref(), Some("{a}-{b}"));
    assert_eq!(settings.columns(), ["id", "a", "b"]);
}

#[test]
fn heading_of_opposite_sense_is_refused_in_every_source() {
    for kind in KINDS {
        let line = kind.lines().count() + 2;
        for heading in
            ["Block credential", "Suspended", "accountDisabled", "Gesperrt", "Bloqué", "Zablokowany"]
        {
            let cure = format!(
                "line {line}: \"{heading}\" sounds like the opposite of active, but its yes would mean active; write \
                 active = {{ column = \"{heading}\", true = [\"False\"], false = [\"True\"] }} with the words of the file: those \
                 of people who are blocked belong to `false`"
            );
            for active in [
                format!("\"{heading}\""),
                format!("{{ column = \"{heading}\" }}"),
                format!("[{{ column = \"{heading}\", true = [\"true\"], false = [\"false\"] }}]"),
                format!("{{ column = \"{heading}\", true = [\"1\"], else = false }}"),
                format!("{{ column = \"{heading}\", true = [\"WAAR\"], false = [\"ONWAAR\"] }}"),
            ] {
                check(&format!("{kind}[source.mapping]\nactive = {active}\n"), &[&*cure]);
            }
            for active in [
                format!("{{ column = \"{heading}\", false = [\"True\"], else = true }}"),
                format!("{{ column = \"{heading}\", true = [\"False\"], false = [\"True\"] }}"),
                format!("{{ column = \"{heading}\", true = [\"ONWAAR\"], false = [\"WAAR\"] }}"),
                format!("{{ column = \"{heading}\", true = [\"No\", \"0\"], false = [\"Yes\", \"1\"] }}"),
                format!("{{ column = \"{heading}\", true = [\"active\"], else = false }}"),
            ] {
                check(&format!("{kind}[source.mapping]\nactive = {active}\n"), &[]);
            }
        }
    }
}

#[test]
fn heading_that_denies_the_administrator_is_refused_everywhere() {
    for kind in KINDS {
        let line = kind.lines().count() + 2;
        for heading in ["Not admin", "Kein Administrator", "Standard user", "nonAdmin"] {
            let cure = format!(
                "line {line}: \"{heading}\" sounds like the opposite of an administrator, but its yes would mean an \
                 administrator; write admin = {{ column = \"{heading}\", true = [\"False\"], false = [\"True\"] }} with the words \
                 of the file: those of people who do not administer belong to `false`"
            );
            for (admin, is_refused) in [
                (format!("\"{heading}\""), true),
                (format!("{{ column = \"{heading}\", true = [\"ja\"], else = false }}"), true),
                (format!("{{ column = \"{heading}\", true = [\"False\"], false = [\"True\"] }}"), false),
                (format!("{{ column = \"{heading}\", true = [\"Owner\"], else = false }}"), false),
            ] {
                let expected: &[&str] = if is_refused { &[&*cure] } else { &[] };
                check(&format!("{kind}[source.mapping]\nadmin = {admin}\n"), expected);
            }
        }
        check(&format!("{kind}[source.mapping]\nadmin = \"Is admin\"\n"), &[]);
    }
}

#[test]
fn cure_for_turned_lists_has_their_words() {
    let lists = "truthy = [\"nein\"]\nfalsy = [\"ja\"]\n[source.mapping]\n";
    let said = |active: &str, admin: &str, cure: &str| {
        format!(
            "line 8: `truthy` and `falsy` turn \"nein\" round for active (\"{active}\") and for admin (\"{admin}\"); remove both \
             lists and write {cure}, true = [\"nein\"], false = [\"ja\"] }}"
        )
    };
    for (active, admin, cure) in [
        ("Gesperrt", "Administrator", "active = { column = \"Gesperrt\""),
        ("Bloqué", "Admin", "active = { column = \"Bloqué\""),
        ("Aktiv", "Kein Administrator", "admin = { column = \"Kein Administrator\""),
    ] {
        let mapping = format!("active = \"{active}\"\nadmin = \"{admin}\"\n");
        check(&format!("{STAFF}{lists}{mapping}"), &[&*said(active, admin, cure)]);
        // Done so, the file is read as it was meant.
        let other = if cure.starts_with("active") {
            format!("admin = \"{admin}\"")
        } else {
            format!("active = \"{active}\"")
        };
        let cured = format!("{cure}, true = [\"nein\"], false = [\"ja\"] }}\n{other}\n");
        check(&format!("{STAFF}[source.mapping]\n{cured}"), &[]);
    }
}

#[test]
fn lists_that_turn_words_round_for_active_and_admin_are_refused() {
    let both = "[source.mapping]\nactive = \"Sign in\"\nadmin = \"Is admin\"\n";
    let said = |yes: &str, no: &str, word: &str| {
        format!(
            "line 8: `truthy` and `falsy` turn \"{word}\" round for active (\"Sign in\") and for admin (\"Is admin\"); remove \
             both lists and write active = {{ column = \"Sign in\", true = [\"{yes}\"], false = [\"{no}\"] }}"
        )
    };
    for (yes, no, word) in
        [("false", "true", "false"), ("open", "yes", "yes"), ("0", "1", "0"), ("onwaar", "waar", "onwaar")]
    {
        check(&format!("{STAFF}truthy = [\"{yes}\"]\nfalsy = [\"{no}\"]\n{both}"), &[&*said(yes, no, word)]);
    }
    // Lists in the usual sense, or for one column only, keep working.
    check(&format!("{STAFF}truthy = [\"on leave\", \"yes\"]\nfalsy = [\"gone\"]\n{both}"), &[]);
    check(
        &format!(
            "{STAFF}truthy = [\"false\"]\nfalsy = [\"true\"]\n[source.mapping]\nactive = \"Block credential\"\n"
        ),
        &[],
    );
    let own = "[source.mapping]\nactive = \"Block credential\"\nadmin = { column = \"Is admin\", true = [\"True\"], else = false }\n";
    check(&format!("{STAFF}truthy = [\"false\"]\nfalsy = [\"true\"]\n{own}"), &[]);
}

#[test]
fn status_tables_are_checked() {
    for (active, expected) in [
        (
            "{ true = [\"x\"] }",
            "`column` is missing in { column = \"...\", false = [\"...\"], else = true }; write for example column = \"Block credential\"",
        ),
        (
            "{ column = \"s\", else = true }",
            "`else` needs words that mean something else: add `true = [...]` or `false = [...]`",
        ),
        (
            "{ column = \"s\", true = [\"no\"] }",
            "\"no\" is among the usual words of `false`; add `false = [...]` or `else = false`",
        ),
        (
            "{ column = \"s\", false = [\"yes\"] }",
            "\"yes\" is among the usual words of `true`; add `true = [...]` or `else = true`",
        ),
        (
            "{ column = \"s\", true = [\"a\"], false = [\"A\"] }",
            "\"a\" is in `true` and in `false`; remove it from one of them",
        ),
        (
            "{ column = \"s\", true = [\"-\"], else = false }",
            "\"-\" means nothing, and is never a yes; take it out of `nothing`, or say what an empty value means: empty = true",
        ),
        (
            "{ column = \"s\", fales = [\"a\"], else = true, true = [\"b\"] }",
            "`fales` is unknown in { column = \"...\", false = [\"...\"], else = true }; did you mean `false`?",
        ),
        (
            "{ column = \"s\", false = [\"a\"], else = \"yes\" }",
            "`else` must be true or false; found \"yes\"",
        ),
        ("[]", "`active` must have from 1 to 8 columns; found a list"),
        ("3", "`active` must name a column or attribute, in quotes; found the number 3"),
        (
            "\"{s\"",
            "`active` \"{s\": at character 1: the { is not closed; write } after the column and its filters",
        ),
    ] {
        check(&format!("{STAFF}[source.mapping]\nactive = {active}\n"), &[&*format!("line 7: {expected}")]);
    }
}

#[test]
fn sign_for_not_before_a_status_gets_a_cure_with_the_column() {
    for active in ["\"!Block\"", "{ column = \"! Block\" }"] {
        let cure = "line 7: there is no ! in a mapping; say the words of the column: active = { column = \"Block\", true = \
                    [\"False\"], false = [\"True\"] }";
        check(&format!("{STAFF}[source.mapping]\nactive = {active}\n"), &[cure]);
    }
}

#[test]
fn encoding_by_another_name_gets_a_cure() {
    for (name, cure) in [
        ("ANSI", "did you mean \"windows-1252\"?"),
        ("UTF 16", "did you mean \"utf-16le\"?"),
        ("UTF-8 BOM", "did you mean \"utf-8\"?"),
        ("Windows 1252", "did you mean \"windows-1252\"?"),
        ("cp850", "is one of DOS, which cannot be read; save the file as \"CSV UTF-8\""),
        ("IBM437", "is one of DOS, which cannot be read"),
        ("auto", "or save the file as \"CSV UTF-8\""),
    ] {
        let said = Config::parse(&format!("{STAFF}encoding = \"{name}\"\n")).unwrap_err();
        assert!(said.len() == 1 && said[0].what.contains(cure), "{name}: {said:?}");
    }
    for name in ["utf8", "latin1", "cp1252", "ibm866", "utf-16"] {
        assert!(Config::parse(&format!("{STAFF}encoding = \"{name}\"\n")).is_ok(), "{name}");
    }
}

#[test]
fn mistakes_in_the_language_are_named() {
    for (line, expected) in [
        (
            "where = [\"Department\"]",
            "line 6: `where` \"Department\": at character 1: there is no condition in it; write for example: Department = Sales, or Department in Sales, Support, or Department is not empty",
        ),
        (
            "where = [\"userPassword = x\"]",
            "line 6: `where` must not come from a password column: Rollcall never reads passwords",
        ),
        ("where = 3", "line 6: `where` must be a condition in quotes, or a list of them; found the number 3"),
        ("nothing = \"NULL\"", "line 6: `nothing` must be a list of texts; found \"NULL\""),
        (
            "[source.mapping]\nwhere = [\"a = b\"]",
            "line 7: `where` is a setting of the source; write it above [source.mapping]",
        ),
        (
            "[source.mapping]\nnothing = [\"x\"]",
            "line 7: `nothing` is a setting of the source; write it above [source.mapping]",
        ),
        (
            "[source.mapping]\nemail = \"{mail | lowre}\"",
            "line 7: `email` \"{mail | lowre}\": at character 9: there is no filter `lowre`; did you mean `lower`?",
        ),
        (
            "[source.mapping]\nemail = \"{mail | or userPassword}\"",
            "line 7: `email` must not come from a password column: Rollcall never reads passwords",
        ),
        (
            "[source.mapping]\nemail = { from = \"m\", written = \"once\" }",
            "line 7: `written` must be \"always\" or \"created\"; found \"once\"",
        ),
        (
            "[source.mapping]\nstarts = { from = \"d\", format = \"dd.mm\" }",
            "line 7: `format` must be \"iso\", \"filetime\", \"generalized\", \"unix\", \"unix_ms\", \"excel\" or a pattern such as \"dd.mm.yyyy\" or \"mm/dd/yyyy hh:mm am\" (a year, a month and a day are needed, each once); found \"dd.mm\"",
        ),
        (
            "[source.mapping]\nends = { from = \"d\", time_zone = \"Oslo\" }",
            "line 7: `time_zone` must be the name of a time zone such as \"Europe/Oslo\"; found \"Oslo\"",
        ),
        (
            "clear = [\"theme\"]\n[source.mapping]\ntheme = { from = \"t\", written = \"created\" }",
            "line 6: `theme` is written only when the account is created; remove it from `clear`",
        ),
        ("starts = \"hired\"", "line 6: `starts` is unknown in [[source]]; it belongs in [source.mapping]"),
        (
            "priority = \"Grade\"",
            "line 6: `priority` is unknown in [[source]]; it belongs in [source.mapping]",
        ),
    ] {
        check(&format!("{STAFF}{line}\n"), &[expected]);
    }
    let both = KINDS[1].replace("[\"staff\"]", "[{ name = \"staff\", priority = 1 }]");
    check(
        &format!("{both}[source.mapping]\npriority = \"grade\"\n"),
        &["line 1: `priority` is given by `groups` and by [source.mapping]; keep one of them"],
    );
}

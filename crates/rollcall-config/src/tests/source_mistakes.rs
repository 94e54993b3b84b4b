//! The text and line of every mistake in the settings of a source.

use super::{STAFF, check};
use crate::{Config, folders};

/// The good source with one of its lines put differently.
fn with(line: &str) -> String {
    let setting = line.split(' ').next().unwrap();
    let keep = |good: &str| if good.starts_with(setting) { format!("{line}\n") } else { format!("{good}\n") };
    STAFF.lines().map(keep).collect()
}

/// The good source, and another one that reads this object.
fn and_another(object: &str) -> String {
    format!("{STAFF}[[source]]\nname = \"b\"\nkind = \"csv\"\nobject = \"{object}\"\nmatch_field = \"id\"\n")
}

#[test]
fn source_names_are_checked() {
    let form =
        "is not a source name: use 1 to 32 of a-z, 0-9 and '-', beginning with a letter; 'local' is taken";
    check(&with("name = \"Staff\""), &[&format!("line 2: \"Staff\" {form}")]);
    check(&with("name = \"local\""), &[&format!("line 2: \"local\" {form}")]);
    check(&with("name = 7"), &["line 2: `name` must be a text in quotes; found the number 7"]);
    check(&with("name = \" \""), &["line 2: `name` must not be empty"]);
    check(
        &format!("{STAFF}{}", STAFF.replace("inbox/", "inbox/b/")),
        &["line 7: the name \"staff\" is already used by the source on line 2; choose another"],
    );
}

#[test]
fn source_kinds_are_checked() {
    let expected = "line 3: `kind` must be \"csv\", \"ldap\", \"entra\" or \"okta\"";
    check(&with("kind = \"cvs\""), &[&format!("{expected}; did you mean \"csv\"?")]);
    check(&with("kind = \"scim\""), &[&format!("{expected}; found \"scim\"")]);
    check(&with("kind = []"), &["line 3: `kind` must be a text in quotes; found a list"]);
}

#[test]
fn object_keys_are_checked() {
    for (key, what) in [
        ("/x", "must not begin with '/'"),
        ("a/", "must be a file, not a folder: it must not end with '/'"),
        ("a/../b", "must not contain '.' or '..' as a folder"),
        ("./a", "must not contain '.' or '..' as a folder"),
        ("a//b", "must not contain '//'"),
        ("a\\\\b", "must have '/' between folders, not '\\'"),
        ("inbox/*/a.csv", "may have '*' only in the name of the file, not in a folder"),
        ("inbox/a_????.csv", "has only '*' for a part of the name that changes: write \"inbox/a_*.csv\""),
        (" a", "must not begin or end with a space, or contain control characters"),
        ("config/a.csv", "must not be in config/, a folder that Rollcall uses itself"),
        ("Snapshots/a", "must not be in snapshots/, a folder that Rollcall uses itself"),
        ("reports", "must not be in reports/, a folder that Rollcall uses itself"),
        ("readings/staff/a.csv", "must not be in readings/, a folder that Rollcall uses itself"),
        ("exports/a.csv", "must not be in exports/, a folder that Rollcall uses itself"),
    ] {
        let found = key.replace("\\\\", "\\");
        check(&with(&format!("object = \"{key}\"")), &[&format!("line 4: `object` {what}; found {found:?}")]);
    }
    for own in folders::OWN {
        let what = format!("must not be in {own}, a folder that Rollcall uses itself");
        let folder = own.trim_end_matches('/');
        // The last one has a long s, which some disks take for an s.
        for spelling in [folder.to_owned(), folder.to_uppercase(), folder.replace('s', "\u{17f}")] {
            for key in [spelling.clone(), format!("{spelling}/x.csv"), format!("{spelling}/staff/x.csv")] {
                check(
                    &with(&format!("object = \"{key}\"")),
                    &[&format!("line 4: `object` {what}; found {key:?}")],
                );
            }
        }
        for key in [format!("/{own}x.csv"), format!("./{own}x.csv"), format!("inbox/../{own}x.csv")] {
            assert!(Config::parse(&with(&format!("object = \"{key}\""))).is_err(), "{key}");
        }
    }
    assert!(folders::TRIED.starts_with(folders::CONFIG));
    for key in
        ["inbox/staff_*.csv", "inbox/*", "a..b.csv", "reports2/a.csv", "staff.csv", "inbox/Étage 2/a.csv"]
    {
        check(&with(&format!("object = \"{key}\"")), &[]);
    }
    let long = "x".repeat(1025);
    let begins = "x".repeat(60);
    check(
        &with(&format!("object = \"{long}\"")),
        &[&format!("line 4: `object` must not be longer than 1024 bytes; found \"{begins}\" and more")],
    );
}

#[test]
fn two_sources_need_different_objects() {
    check(
        &and_another("inbox/staff.csv"),
        &["line 9: the object \"inbox/staff.csv\" is already read by the source on line 4"],
    );
    let what = "cannot both exist: one is a folder of the other";
    for other in ["inbox/staff.csv/x", "inbox"] {
        let objects = format!("the objects \"{other}\" and \"inbox/staff.csv\" (line 4)");
        check(&and_another(other), &[&format!("line 9: {objects} {what}")]);
    }
    check(&and_another("inbox/staff.csv2"), &[]);
}

#[test]
fn csv_settings_are_checked() {
    for (line, mistake) in [
        (
            "immutable_id = 1.5",
            "`immutable_id` must name a column or attribute, in quotes; found the number 1.5",
        ),
        (
            "encoding = \"windows-125\"",
            "`encoding` must be the name of an encoding, such as \"windows-1250\" or \"shift_jis\"; did you mean \"windows-1250\"?",
        ),
        (
            "encoding = \"cp850\"",
            "`encoding` \"cp850\" is one of DOS, which cannot be read; save the file as \"CSV UTF-8\"",
        ),
        ("skip_lines = 1001", "`skip_lines` must be a whole number from 0 to 1000; found the number 1001"),
        ("second_headings = 1", "`second_headings` must be true or false; found the number 1"),
        (
            "delimiter = \";;\"",
            "`delimiter` must be one character such as \",\" or \";\", or \"tab\"; found \";;\"",
        ),
        (
            "delimiter = \"x\"",
            "`delimiter` must be one character such as \",\" or \";\", or \"tab\"; found \"x\"",
        ),
        (
            "delimiter = \"§\"",
            "`delimiter` must be one character such as \",\" or \";\", or \"tab\"; found \"§\"",
        ),
        (
            "delimiter = '\"'",
            "`delimiter` must be one character such as \",\" or \";\", or \"tab\"; found \"\\\"\"",
        ),
        (
            "delimiter = \"\"",
            "`delimiter` must be one character such as \",\" or \";\", or \"tab\"; found \"\"",
        ),
        ("delimiter = 9", "`delimiter` must be a text in quotes; found the number 9"),
        ("matchfield = \"x\"", "`matchfield` is unknown in [[source]]; did you mean `match_field`?"),
        ("seats = 5", "`seats` is unknown in [[source]]; it belongs in [licence]"),
        (
            "colour = 1",
            "`colour` is unknown in [[source]]; the settings here are `name`, `kind`, `object`, `match_field`, \
             `immutable_id`, `encoding`, `delimiter`, `skip_lines`, `second_headings`, `truthy`, `falsy`, `nothing`, `where`, `clear`, `mapping`",
        ),
    ] {
        check(&format!("{STAFF}{line}\n"), &[&format!("line 6: {mistake}")]);
    }
    check(
        &with("match_field = true"),
        &["line 5: `match_field` must name a column or attribute, in quotes; found true"],
    );
    check(&with("match_field = \" \""), &["line 5: `match_field` must not be empty"]);
    check(
        &with("match_field = \"Password\""),
        &["line 5: `match_field` must not come from a password column: Rollcall never reads passwords"],
    );
}

#[test]
fn truth_words_are_checked() {
    check(
        &format!("{STAFF}truthy = [\"ja\", \"Yes\"]\nfalsy = [\n  \"no\",\n  \" YES\",\n]\n"),
        &["line 9: \" YES\" is also in `truthy`; remove it from one of the lists"],
    );
    for (line, mistake) in [
        ("truthy = [\"0\"]", "\"0\" is among the usual words of `falsy`; set `falsy` as well"),
        ("falsy = [\"JA\"]", "\"JA\" is among the usual words of `truthy`; set `truthy` as well"),
        ("falsy = []", "`falsy` must have at least one word; leave it out for the usual ones"),
        ("truthy = \"yes\"", "`truthy` must be a list of texts; found \"yes\""),
        ("truthy = [1]", "`truthy` must contain only texts in quotes; found the number 1"),
        ("truthy = [\"\"]", "`truthy` must not contain an empty text"),
    ] {
        check(&format!("{STAFF}{line}\n"), &[&format!("line 6: {mistake}")]);
    }
}

#[test]
fn mappings_are_checked() {
    for (line, mistake) in [
        ("match_key = \"x\"", "`match_key` cannot be mapped: set `match_field` in [[source]] instead"),
        (
            "immutable_id = \"x\"",
            "`immutable_id` cannot be mapped: set `immutable_id` in [[source]] instead, above [source.mapping]",
        ),
        ("state = \"x\"", "`state` cannot be mapped: Rollcall decides it"),
        ("reason = \"x\"", "`reason` cannot be mapped: Rollcall decides it"),
        ("since = \"x\"", "`since` cannot be mapped: Rollcall decides it"),
        ("id = \"x\"", "`id` cannot be mapped: Rollcall gives it"),
        ("source = \"x\"", "`source` cannot be mapped: it is the name of the source"),
        ("version = \"x\"", "`version` cannot be mapped: Rollcall counts it"),
        ("password = \"x\"", "`password` cannot be mapped: Rollcall never reads passwords"),
        (
            "note = \"Password\"",
            "`note` must not come from a password column: Rollcall never reads passwords",
        ),
        ("truthy = [\"x\"]", "`truthy` is a setting of the source; write it above [source.mapping]"),
        ("encoding = \"utf-8\"", "`encoding` is a setting of the source; write it above [source.mapping]"),
        ("email = 3", "`email` must name a column or attribute, in quotes; found the number 3"),
        ("title = \" \"", "`title` must not be empty"),
        (
            "E-Mail = \"x\"",
            "\"E-Mail\" is not a field name: use 1 to 64 of a-z, 0-9 and '_', beginning with a letter; did you mean `e_mail`?",
        ),
    ] {
        check(&format!("{STAFF}[source.mapping]\n{line}\n"), &[&format!("line 7: {mistake}")]);
    }
    check(
        &format!("{STAFF}mapping = \"x\"\n"),
        &["line 6: `mapping` must be a section: write [source.mapping] on a line of its own; found \"x\""],
    );
}

#[test]
fn cleared_fields_are_checked() {
    for (field, mistake) in [
        ("titel", "\"titel\" in `clear` is not in [source.mapping]; did you mean `title`?"),
        ("phone", "\"phone\" in `clear` is not in [source.mapping]; map it or remove it"),
        ("username", "`username` cannot be cleared; remove it from `clear`"),
    ] {
        let text =
            format!("{STAFF}clear = [\"{field}\"]\n[source.mapping]\ntitle = \"t\"\nusername = \"u\"\n");
        check(&text, &[&format!("line 6: {mistake}")]);
    }
    check(
        &format!("{STAFF}clear = [\"id\"]\n[source.mapping]\nid = \"x\"\n"),
        &["line 8: `id` cannot be mapped: Rollcall gives it"],
    );
}

//! The text and line of every mistake: the file as a whole, the licence, the guard, protected people.

use super::{SOURCE, STAFF, check};
use crate::Role;

#[test]
fn a_source_is_needed() {
    let add = "there is no source; add a [[source]] with a name, a kind and an object";
    check("", &[add]);
    check("# nothing\n\n\n", &[add]);
    check("\n\nsource = []\n", &[&format!("line 3: {add}")]);
    check(
        &STAFF.replace("source", "sources"),
        &["line 1: `sources` is unknown; did you mean `source`?", add],
    );
}

#[test]
fn source_needs_two_brackets() {
    let what = "`source` must be a list of sections: write [[source]], with two brackets, above each";
    check("[source]\nname = \"staff\"\n", &[&format!("line 1: {what}; found a section")]);
    check("source = 3\n", &[&format!("line 1: {what}; found the number 3")]);
    check(
        "source = [1]\n",
        &["line 1: `source` must contain sections: write [[source]] above each; found the number 1"],
    );
}

#[test]
fn unknown_settings_are_reported() {
    for (text, mistake) in [
        ("[license]\nseats = 1\n", "line 2: `license` is unknown; did you mean `licence`?"),
        ("[Guard]\n", "line 2: `Guard` is unknown; did you mean `guard`?"),
        ("seats = 5\n", "line 2: `seats` is unknown; it belongs in [licence]"),
        (
            "[people]\n",
            "line 2: `people` is unknown; the settings here are `licence`, `guard`, `protect`, `adopt`, `roles`, `source`",
        ),
        ("[licence]\n\nseat = 1\n", "line 4: `seat` is unknown in [licence]; did you mean `seats`?"),
        (
            "[licence]\nmin_removals = 1\n",
            "line 3: `min_removals` is unknown in [licence]; it belongs in [guard]",
        ),
        (
            "[guard]\nmax_removals = 1\n",
            "line 3: `max_removals` is unknown in [guard]; did you mean `min_removals`?",
        ),
        (
            "[protect]\nusername = []\n",
            "line 3: `username` is unknown in [protect]; did you mean `usernames`?",
        ),
    ] {
        check(&format!("{SOURCE}{text}"), &[mistake]);
    }
    check(
        &format!("{SOURCE}[adopt]\nfiles = 1\n"),
        &[
            "line 2: `file` is missing in [adopt]; write for example file = \"adoptions.csv\"",
            "line 3: `files` is unknown in [adopt]; did you mean `file`?",
        ],
    );
    check(
        &format!("{SOURCE}[roles]\nsysadmins = [\"it\"]\n"),
        &[
            "line 2: `claim` is missing in [roles]; write for example claim = \"groups\"",
            "line 2: [roles] gives nobody access; write for example people_administrator = [\"rollcall-admins\"]",
            "line 3: `sysadmins` is unknown in [roles]; did you mean `sysadmin`?",
        ],
    );
}

#[test]
fn a_misplaced_role_is_sent_to_its_section() {
    for role in Role::ALL {
        let role = role.as_str();
        check(
            &format!("{SOURCE}[licence]\n{role} = [\"it\"]\n"),
            &[&format!("line 3: `{role}` is unknown in [licence]; it belongs in [roles]")],
        );
    }
}

#[test]
fn licence_settings_are_checked() {
    let seats = "line 3: `seats` must be a whole number from 0 to 1000000000; found";
    for (value, found) in [
        ("-1", "the number -1"),
        ("1.5", "the number 1.5"),
        ("50.0", "the number 50.0"),
        ("1000000001", "the number 1000000001"),
        (
            "99999999999999999999999999999999999999999999",
            "the number 99999999999999999999999999999999999999999999",
        ),
        ("\"50\"", "\"50\""),
        ("\"unlimited\"", "\"unlimited\""),
        ("true", "true"),
        ("[50]", "a list"),
        ("{ a = 1 }", "a section"),
        ("2026-01-01", "the date or time 2026-01-01"),
    ] {
        check(&format!("{SOURCE}[licence]\nseats = {value}\n"), &[&format!("{seats} {found}")]);
    }
    check(
        &format!("{SOURCE}licence = 5\n"),
        &["line 2: `licence` must be a section: write [licence] on a line of its own; found the number 5"],
    );
    check(
        &format!("{SOURCE}[licence]\nreserve = -1\nseats = inf\n"),
        &[
            "line 3: `reserve` must be a whole number from 0 to 1000000000; found the number -1",
            "line 4: `seats` must be a whole number from 0 to 1000000000; found the number inf",
        ],
    );
    check(
        &format!("{SOURCE}[licence]\ntrim = \"yes\"\n"),
        &["line 3: `trim` must be true or false; found \"yes\""],
    );
}

#[test]
fn guard_settings_are_checked() {
    check(
        &format!("{SOURCE}[guard]\nmax_removal_percent = 101\nmin_removals = true\n"),
        &[
            "line 3: `max_removal_percent` must be a whole number from 0 to 100; found the number 101",
            "line 4: `min_removals` must be a whole number from 0 to 1000000000; found true",
        ],
    );
    check(
        &format!("{SOURCE}[guard]\nmax_removal_percent = \"20%\"\n"),
        &["line 3: `max_removal_percent` must be a whole number from 0 to 100; found \"20%\""],
    );
}

#[test]
fn protected_usernames_are_checked() {
    check(
        &format!("{SOURCE}[protect]\nusernames = \"root\"\n"),
        &["line 3: `usernames` must be a list of texts; found \"root\""],
    );
    check(
        &format!("{SOURCE}[protect]\nusernames = [\n  \"root\",\n  7,\n  \"\",\n  \"a\\u0001b\",\n]\n"),
        &[
            "line 5: `usernames` must contain only texts in quotes; found the number 7",
            "line 6: `usernames` must not contain an empty text",
            "line 7: the username \"a\\u{1}b\" holds a control character (U+0001); remove it",
        ],
    );
}

#[test]
fn grace_is_checked() {
    let grace = "line 3: `grace` must be some days or hours in quotes, at most 3650 days; found";
    for (value, found) in [
        ("7", "the number 7"),
        ("\"7\"", "\"7\""),
        ("\"d\"", "\"d\""),
        ("\"-7d\"", "\"-7d\""),
        ("\"+7d\"", "\"+7d\""),
        ("\"1.5d\"", "\"1.5d\""),
        ("\"7 days\"", "\"7 days\""),
        ("\"7D\"", "\"7D\""),
        ("\"30m\"", "\"30m\""),
        ("\"3651d\"", "\"3651d\""),
        ("\"99999999999999999999d\"", "\"99999999999999999999d\""),
        ("\"\"", "\"\""),
        ("true", "true"),
    ] {
        check(&format!("{SOURCE}[protect]\ngrace = {value}\n"), &[&format!("{grace} {found}")]);
    }
    check(
        &format!("{SOURCE}[guard]\ngrace = \"7d\"\n"),
        &["line 3: `grace` is unknown in [guard]; it belongs in [protect]"],
    );
}

#[test]
fn all_mistakes_are_reported_at_once() {
    check(
        "[licence]\nseats = -5\n[guard]\nmin_removal = 1\n[[source]]\nname = \"Staff\"\nkind = \"scim\"\nobject = 1\nmatch_field = \"id\"\n[[source]]\n",
        &[
            "line 2: `seats` must be a whole number from 0 to 1000000000; found the number -5",
            "line 4: `min_removal` is unknown in [guard]; did you mean `min_removals`?",
            "line 6: \"Staff\" is not a source name: use 1 to 32 of a-z, 0-9 and '-', beginning with a letter; \
             'local' is taken",
            "line 7: `kind` must be \"csv\", \"ldap\", \"entra\" or \"okta\"; found \"scim\"",
            "line 8: `object` must be a text in quotes; found the number 1",
            "line 10: `name` is missing in [[source]]; write for example name = \"staff\"",
            "line 10: `kind` is missing in [[source]]; write for example kind = \"csv\"",
            "line 10: `object` is missing in [[source]]; write for example object = \"inbox/staff.csv\"",
            "line 10: `match_field` is missing in [[source]]; write for example match_field = \"employee_id\"",
        ],
    );
}

#[test]
fn a_threshold_of_seats_is_a_share_or_a_number_that_is_left() {
    let expected = "line 3: `warn_at` must be a share of the seats, \"1%\" to \"100%\", or how many are left: \"10 left\"; found";
    for value in ["90", "0%", "101%", "ten left"] {
        check(&format!("{SOURCE}[licence]\nwarn_at = [\"{value}\"]\n"), &[&format!("{expected} {value:?}")]);
    }
    check(
        &format!("{SOURCE}[licence]\nwarn_at = [\"90%\", \"90 %\"]\n"),
        &["line 3: `warn_at` says 90% twice; once is enough"],
    );
}

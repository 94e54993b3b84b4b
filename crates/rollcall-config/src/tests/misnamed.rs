//! Fields that were meant as settings, and fields that only look so (rules 39, 40, 42).

use super::{STAFF, check};
use crate::Config;

fn with(mapping: &str) -> String {
    format!("{STAFF}[source.mapping]\n{mapping}\n")
}

#[test]
fn name_that_is_surely_a_setting_is_refused_with_the_cure() {
    for (name, setting) in [
        ("actve", "active"),
        ("is_active", "active"),
        ("Active", "active"),
        ("enabled", "active"),
        ("aktiv", "active"),
        ("actif", "active"),
        ("ends_on", "ends"),
        ("End", "ends"),
        ("ending", "ends"),
        ("start", "starts"),
        ("strats", "starts"),
        ("starts_at", "starts"),
        ("is_admin", "admin"),
        ("admins", "admin"),
        ("priorty", "priority"),
        ("prio", "priority"),
        ("usernme", "username"),
        ("user_name", "username"),
        ("userName", "username"),
        ("login_name", "username"),
        ("account_enabled", "active"),
        ("Benutzername", "username"),
    ] {
        let mistakes = Config::parse(&with(&format!("\"{name}\" = \"Col\""))).unwrap_err();
        let said = mistakes.first().map(|mistake| mistake.what.clone()).unwrap_or_default();
        let cure = format!("did you mean `{setting}`? Write {setting} = \"Col\"");
        assert!(said.contains(&cure) && mistakes.len() == 1, "{name}: {mistakes:?}");
    }
    for name in ["disabled", "blocked", "is_suspended", "gesperrt", "inactive"] {
        let said = Config::parse(&with(&format!("{name} = \"Col\""))).unwrap_err();
        let cure = "Write active = { column = \"Col\", true = [\"False\"], false = [\"True\"] }";
        assert!(said[0].what.contains(cure), "{name}: {said:?}");
    }
    check(
        &with("actve = \"Status\""),
        &[
            "line 7: `actve` is unknown in [source.mapping]; did you mean `active`? Write active = \"Status\"; or, for a field of \
           the application, actve = { from = \"Status\" }",
        ],
    );
    for value in [
        "[\"a\", \"b\"]",
        "{ column = \"S\", true = [\"x\"], else = false }",
        "{ from = \"d\", format = \"iso\" }",
    ] {
        for name in ["actve", "status", "end_date"] {
            let said = Config::parse(&with(&format!("{name} = {value}"))).unwrap_err();
            assert!(said[0].what.contains("did you mean `") && said.len() == 1, "{name} = {value}: {said:?}");
        }
    }
}

#[test]
fn field_of_an_application_may_have_any_name() {
    let free = [
        "surname",
        "title",
        "role",
        "domain",
        "email",
        "native",
        "action",
        "states",
        "forename",
        "nickname",
        "department",
        "hire_date",
        "staff",
        "stage",
        "entity",
        "activity",
        "parity",
        "employee_id",
        "user_type",
        "trends",
        "user_email",
        "star",
        "card",
        "adjunct",
        "priority_group",
    ];
    for name in free {
        let config = Config::parse(&with(&format!("{name} = \"Col\"")))
            .unwrap_or_else(|said| panic!("{name}: {said:?}"));
        assert!(config.warnings().is_empty(), "{name}: {:?}", config.warnings());
    }
    // Said to be a field, or beside the setting: nobody can mean the setting by it.
    for name in ["actve", "enabled", "status", "end_date", "login", "is_admin", "prio", "start"] {
        for mapping in [
            format!("{name} = {{ from = \"Col\" }}"),
            format!("{name} = {{ from = \"Col\", written = \"created\" }}"),
            format!(
                "active = \"a\"\nends = \"e\"\nstarts = \"s\"\nusername = \"u\"\nadmin = \"x\"\npriority = \"p\"\n{name} = \"Col\""
            ),
        ] {
            let config = Config::parse(&with(&mapping)).unwrap_or_else(|said| panic!("{mapping}: {said:?}"));
            assert!(config.warnings().is_empty(), "{mapping}: {:?}", config.warnings());
        }
    }
}

#[test]
fn name_that_may_be_a_setting_is_a_warning() {
    for (name, setting) in [
        ("status", "active"),
        ("employment_status", "active"),
        ("start_date", "starts"),
        ("end_date", "ends"),
        ("valid_until", "ends"),
        ("login", "username"),
        ("user", "username"),
        ("termination_date", "ends"),
        ("is_leaver", "active"),
        ("until", "ends"),
        ("rank", "priority"),
        ("role_admin", "admin"),
    ] {
        let config = Config::parse(&with(&format!("{name} = \"Col\""))).unwrap();
        let warnings = config.warnings();
        let cure = format!(
            "write {setting} = \"Col\" if that is meant, or {name} = {{ from = \"Col\" }} if it is a field"
        );
        assert!(warnings.len() == 1 && warnings[0].contains(&cure), "{name}: {warnings:?}");
    }
    // A directory has a username and a status of its own.
    let okta = "[[source]]\nname = \"o\"\nkind = \"okta\"\nurl = \"https://x.okta.com\"\ntoken = \"env:T\"\ngroups = [\"g\"]\n\
                [source.mapping]\nlogin = \"login\"\nstatus = \"status\"\nend_date = \"ends\"\n";
    let warnings = Config::parse(okta).unwrap().warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("`end_date`"), "{warnings:?}");
}

#[test]
fn name_with_capitals_or_spaces_gets_the_plain_one() {
    for (name, plain) in [
        ("displayName", "display_name"),
        ("First Name", "first_name"),
        ("E-Mail", "e_mail"),
        ("ID-Nr.", "id_nr"),
    ] {
        let said = Config::parse(&with(&format!("\"{name}\" = \"x\""))).unwrap_err();
        assert!(said[0].what.ends_with(&format!("; did you mean `{plain}`?")), "{name}: {said:?}");
    }
    let said = Config::parse(&with("\"1st\" = \"x\"\n\"größe\" = \"y\"")).unwrap_err();
    assert!(said.iter().all(|said| !said.what.contains("did you mean")), "{said:?}");
}

//! Settings that do not do what they seem to: found by `check`, and their siblings that are right.

use super::{Trial, settings, tried, wrong};
use crate::Weight;

const FILE: &str = "id,login,mail,Status,Block,Department\n1,ann,ann@x.test,Active,False,Sales\n\
                    2,bob,bob@x.test,Terminated,True,Sales\n3,cy,cy@x.test,Active,False,Legal\n\
                    4,eve,eve@x.test,Active,False,Ops\n5,fay,fay@x.test,On Leave,False,Ops\n";

fn trial(mapping: &str) -> Trial {
    tried(&settings("match_field = \"id\"", mapping), FILE).unwrap()
}

fn looks(trial: &Trial) -> Vec<&str> {
    let looks = trial.findings.iter().filter(|finding| finding.weight == Weight::Look);
    // The status of the file, where the configuration is about something else.
    let looks = looks.filter(|finding| !finding.what.contains("nothing asks it"));
    looks.map(|finding| finding.setting.as_deref().unwrap_or_default()).collect()
}

#[test]
fn words_of_false_that_nobody_has_are_wrong_if_somebody_left() {
    for (words, is_wrong) in [
        ("column = \"Status\", false = [\"Leaver\"], else = true", true),
        ("column = \"Status\", false = [\"Term*\"], else = true", true),
        ("column = \"Status\", true = [], false = [], else = true", true),
        ("column = \"Block\", false = [\"blocked\"], else = true", true),
        ("column = \"Status\", false = [\"terminated\"], else = true", false),
        ("column = \"Block\", false = [\"True\"], else = true", false),
        // Said to be a yes.
        ("column = \"Status\", true = [\"Terminated\"], false = [\"Gone\"], else = true", false),
    ] {
        let trial = trial(&format!("username = \"login\"\nactive = {{ {words} }}"));
        assert_eq!(wrong(&trial) == ["active"], is_wrong, "{words}: {:#?}", trial.findings);
    }
}

#[test]
fn status_of_another_column_is_worth_a_look() {
    let trial = trial(
        "username = \"login\"\nactive = { column = \"Department\", false = [\"Terminated\"], else = true }",
    );
    assert_eq!((wrong(&trial), looks(&trial)), (vec![], vec!["active"]), "{:#?}", trial.findings);
    // Nobody has left.
    let file = FILE.replace("Terminated", "Active").replace("True", "False");
    for words in [
        "column = \"Status\", false = [\"Terminated\"], else = true",
        "column = \"Block\", false = [\"True\"], else = true",
    ] {
        let settings =
            settings("match_field = \"id\"", &format!("username = \"login\"\nactive = {{ {words} }}"));
        let trial = tried(&settings, &file).unwrap();
        assert!(trial.findings.is_empty(), "{words}: {:#?}", trial.findings);
    }
}

#[test]
fn signs_of_other_templates_are_found() {
    for (mapping, expected) in [
        ("username = \"${mail}\"", vec!["username"]),
        ("username = \"#{login}\"", vec!["username"]),
        ("username = \"{mail}{login}@x.test\"", vec!["username"]),
        ("username = \"{mail}@x.test\"", vec!["username"]),
        ("username = \"{mail | before @}@x.test\"", vec![]),
        ("username = \"login\"\nhandle = \"@{login}\"", vec![]),
        ("username = \"login\"\nprice = \"US${id}\"", vec![]),
        ("username = \"{mail}\"", vec![]),
    ] {
        let trial = trial(mapping);
        assert_eq!(wrong(&trial), expected, "{mapping}: {:#?}", trial.findings);
    }
    let found = trial("username = \"${mail}\"").findings;
    assert_eq!(found[0].cure, "write username = \"{mail}\"");
}

#[test]
fn address_without_an_at_is_worth_a_look() {
    for (mapping, expected) in [
        ("email = \"Department\"", vec!["email"]),
        ("work_email = \"${mail}{mail}\"", vec!["work_email", "work_email"]),
        ("email = \"mail\"", vec![]),
        ("mailbox = \"login\"", vec![]),
        ("department = \"Department\"", vec![]),
    ] {
        let trial = trial(&format!("username = \"login\"\n{mapping}"));
        assert_eq!((wrong(&trial), looks(&trial)), (vec![], expected), "{mapping}: {:#?}", trial.findings);
    }
}

#[test]
fn field_that_may_be_a_setting_is_worth_a_look() {
    for (mapping, expected) in [
        ("status = \"Status\"", vec!["status"]),
        ("status = { from = \"Status\" }", vec![]),
        (
            "active = { column = \"Status\", false = [\"Terminated\"], else = true }\nstatus = \"Status\"",
            vec![],
        ),
    ] {
        let trial = trial(&format!("username = \"login\"\n{mapping}"));
        assert_eq!((wrong(&trial), looks(&trial)), (vec![], expected), "{mapping}: {:#?}", trial.findings);
    }
}

#[test]
fn value_that_nobody_has_in_a_condition_is_worth_a_look() {
    for (condition, is_shown) in [
        ("Department != Sales and Legal", true),
        ("Department != [Sales]", true),
        ("Department not in 'Sales, Legal', Ops", true),
        ("Department != Leg", true),
        ("Department != Saless", true),
        ("Department != Sale # no sellers", false),
        ("Department != Sales # no sellers", true),
        ("Department not in Opps, Legal", true),
        ("Department != Legals", true),
        ("id != 01", true),
        ("id != 0009", false),
        ("id != 6", false),
        ("Department != Legal", false),
        // Nobody of that department today.
        ("Department != Research", false),
        ("Department not in Research, Plant", false),
        ("Department in Sales, Legal", false),
        ("not login begins with svc", false),
    ] {
        let settings =
            settings(&format!("match_field = \"id\"\nwhere = [\"{condition}\"]"), "username = \"login\"");
        let trial = tried(&settings, FILE).unwrap();
        assert_eq!(looks(&trial) == ["where"], is_shown, "{condition}: {:#?}", trial.findings);
        assert!(wrong(&trial).is_empty(), "{condition}: {:#?}", trial.findings);
    }
}

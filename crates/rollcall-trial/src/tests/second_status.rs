//! Columns beside those that the configuration asks: another status, and who is no employee.

use super::{Trial, settings, tried};

fn trial(active: &str, file: &str) -> Trial {
    tried(&settings("match_field = \"id\"", &format!("username = \"id\"\nactive = {active}")), file).unwrap()
}

#[test]
fn second_status_by_which_somebody_is_gone_is_said() {
    for (active, file, said) in [
        ("\"enabledUser\"", "id,status,enabledUser\n1,,true\n2,tobedeleted,true\n3,active,false\n", true),
        (
            "{ column = \"suspended\", true = [\"0\"], false = [\"1\"] }",
            "id,suspended,deleted\n1,0,0\n2,0,1\n3,1,0\n",
            true,
        ),
        ("\"Enabled\"", "id,Enabled,Employment Status\n1,yes,Active\n2,yes,Terminated\n", true),
        ("\"Aktiv\"", "id;Aktiv;Gesperrt\n1;ja;nein\n2;ja;ja\n", true),
        // Both say the same.
        ("\"Enabled\"", "id,Enabled,Employment Status\n1,yes,Active\n2,no,Terminated\n", false),
        ("\"Enabled\"", "id,Enabled,Employment Status\n1,yes,Active\n2,yes,On Leave\n", false),
        // It is asked, by a condition.
        (
            "\"Enabled\"\nwhere = [\"'Employment Status' != Terminated\"]",
            "id,Enabled,Employment Status\n1,yes,Active\n2,yes,Terminated\n",
            false,
        ),
        // Other things than the person.
        ("\"Enabled\"", "id,Enabled,MFA enabled\n1,yes,yes\n2,yes,no\n", false),
        ("\"Enabled\"", "id,Enabled,Laptop status\n1,yes,Active\n2,yes,Inactive\n", false),
        ("\"Enabled\"", "id,Enabled,Disability\n1,yes,no\n2,yes,yes\n", false),
        ("\"Enabled\"", "id,Enabled,Last Exit\n1,yes,2019-01-01\n2,yes,\n", false),
    ] {
        let (active, scope) = active.split_once("\nwhere").unwrap_or((active, ""));
        let scope = if scope.is_empty() { String::new() } else { format!("\nwhere{scope}") };
        let settings = settings(
            &format!("match_field = \"id\"{scope}"),
            &format!("username = \"id\"\nactive = {active}"),
        );
        let trial = tried(&settings, file).unwrap();
        let is_said = trial.findings.iter().any(|finding| finding.what.contains("is a status too"));
        assert_eq!(is_said, said, "{active} {file}: {:#?}", trial.findings);
    }
}

#[test]
fn condition_that_is_advised_can_be_read() {
    let file = "id,on,User \"type\"\n1,yes,Member\n2,yes,Guest\n3,yes,Guest\n";
    let advised = trial("\"on\"", file).findings;
    let cure = &advised.iter().find(|finding| finding.setting.as_deref() == Some("where")).unwrap().cure;
    let (_, rest) = cure.split_once("where = ").unwrap();
    let condition = format!("where = {}", rest.split_once(']').unwrap().0.replace("...", "Guest") + "]");
    let settings =
        settings(&format!("match_field = \"id\"\n{condition}"), "username = \"id\"\nactive = \"on\"");
    let trial = tried(&settings, file).unwrap();
    assert_eq!((trial.ends.eligible, trial.ends.out_of_scope), (1, 2), "{condition}: {:#?}", trial.findings);
}

//! Keys, immutable ids and usernames that several rows share.

use super::{Trial, settings, tried, wrong};

const KEYED: &str = "match_field = \"id\"";
const NAMED: &str = "username = \"user\"";

fn of(source: &str, mapping: &str, rows: &str) -> Trial {
    tried(&settings(source, mapping), rows.replace(" / ", "\n") + "\n").unwrap()
}

#[test]
fn immutable_id_that_all_share_is_refused_by_its_value() {
    let source = format!("{KEYED}\nimmutable_id = \"guid\"");
    for id in ["0", "N/D", "00000000-0000-0000-0000-000000000000", "unknown"] {
        let rows = format!("id,user,guid / 1,ann,{id} / 2,bob,{id} / 3,cy,{id} / 4,dee,{id}");
        let trial = of(&source, NAMED, &rows);
        assert_eq!(wrong(&trial), ["immutable_id"], "{:#?}", trial.findings);
        let what = &trial.findings[0].what;
        assert!(what.contains("\"guid\"") && what.contains(&format!("{id:?}")), "{what}");
    }
    // A part of them, and two of two.
    let trial =
        of(&source, NAMED, "id,user,guid / 1,ann,0 / 2,bob,0 / 3,cy,0 / 4,dee,g4 / 5,eli,g5 / 6,fay,g6");
    assert_eq!(wrong(&trial), ["immutable_id"]);
    assert_eq!(wrong(&of(&source, NAMED, "id,user,guid / 1,ann,0 / 2,bob,0")), ["immutable_id"]);
}

#[test]
fn immutable_id_of_few_rows_or_of_one_person_is_not_refused() {
    let source = format!("{KEYED}\nimmutable_id = \"guid\"");
    for rows in [
        "id,user,guid / 1,ann,g1 / 2,bob,g2 / 3,cy,g3",
        // Nobody has one but one person.
        "id,user,guid / 1,ann,N/A / 2,bob, / 3,cy,g3",
        // Two positions of one person.
        "id,user,guid,position / 1,ann,g1,a / 1,ann,g1,b / 2,bob,g2,a",
        // Two of many: they are skipped, and it is said.
        "id,user,guid / 1,ann,g1 / 2,bob,g1 / 3,cy,g3 / 4,dee,g4 / 5,eli,g5",
    ] {
        let trial = of(&source, NAMED, rows);
        assert!(wrong(&trial).is_empty(), "{rows}: {:#?}", trial.findings);
    }
    let trial = of(&source, NAMED, "id,user,guid / 1,ann,g1 / 2,bob,g1 / 3,cy,g3 / 4,dee,g4 / 5,eli,g5");
    assert!(trial.findings.iter().any(|finding| finding.what.contains("\"g1\"")), "{:#?}", trial.findings);
}

#[test]
fn key_that_all_share_is_refused_by_its_value() {
    for (mapping, key) in [(NAMED, "0"), (NAMED, "N/D"), ("", "0"), ("", "none"), (NAMED, "Sales")] {
        let rows = format!("id,user / {key},ann / {key},bob / {key},cy / {key},dee / 7,eli");
        let trial = of(KEYED, mapping, &rows);
        assert_eq!(wrong(&trial), ["match_field"], "{key} {mapping}: {:#?}", trial.findings);
        let what = &trial.findings[0].what;
        assert!(what.contains("\"id\"") && what.contains(&format!("{key:?}")), "{what}");
    }
    // Several positions of one person among others are right.
    let rows = "id,user,position / 1,ann,a / 1,ann,b / 1,ann,c / 2,bob,a / 3,cy,a / 4,dee,a";
    assert!(wrong(&of(KEYED, NAMED, rows)).is_empty());
}

#[test]
fn username_that_two_ask_for_goes_to_neither() {
    let trial = of(KEYED, NAMED, "id,user / 1,ann / 2,Ann / 3,cy / 4,dee");
    let finding =
        trial.findings.iter().find(|finding| finding.setting.as_deref() == Some("username")).unwrap();
    assert!(finding.what.contains("2 of 4") && finding.cure.contains("none of them gets it"), "{finding:?}");
}

#[test]
fn example_of_a_shared_value_is_one_that_different_people_share() {
    let source = format!("{KEYED}\nimmutable_id = \"guid\"");
    let more = " / 4,dee,g4 / 5,eli,g5 / 6,fay,g6 / 7,gus,g7 / 8,hal,g8";
    for (setting, rows, shared, same) in [
        // The row of one person stands there twice or more, word for word, before or behind the two that differ.
        ("match_field", "1,ann,g1 / 1,ann,g1 / 1,ann,g1 / 2,bob,g2 / 2,ben,g2", "2", "1"),
        ("match_field", "2,bob,g2 / 2,ben,g2 / 1,ann,g1 / 1,ann,g1 / 1,ann,g1", "2", "1"),
        ("match_field", "1,ann,g1 / 2,bob,g2 / 1,ann,g1 / 2,ben,g2 / 1,ann,g1", "2", "1"),
        ("immutable_id", "1,ann,g1 / 1,ann,g1 / 1,ann,g1 / 2,bob,g2 / 3,cy,g2", "g2", "g1"),
        ("username", "1,ann,g1 / 1,ann,g1 / 1,ann,g1 / 2,bob,g2 / 3,bob,g3", "bob", "ann"),
    ] {
        let trial = of(&source, NAMED, &format!("id,user,guid / {rows}{more}"));
        let finding = trial.findings.iter().find(|finding| finding.setting.as_deref() == Some(setting));
        let what = &finding.unwrap_or_else(|| panic!("{rows}: {:#?}", trial.findings)).what;
        assert!(what.contains(&format!("have {shared:?}")), "{rows}: {what}");
        assert!(!what.contains(&format!("{same:?}")), "{rows}: {what}");
    }
}

#[test]
fn terminated_row_beside_the_rehire_asks_for_no_username() {
    let mapping = format!("{NAMED}\nactive = \"status\"\nstarts = \"from\"\nends = \"to\"");
    let is_said = |rows: &str| {
        let trial = of(KEYED, &mapping, rows);
        trial.findings.iter().any(|finding| finding.setting.as_deref() == Some("username"))
    };
    for (rows, expected) in [
        ("id,user,status,from,to / 1,ann,inactive,, / 2,ann,active,, / 3,cy,active,,", false),
        ("id,user,status,from,to / 1,ann,active,,2020-01-31 / 2,ann,active,, / 3,cy,active,,", false),
        ("id,user,status,from,to / 1,ann,active,, / 2,ann,inactive,, / 3,ann,inactive,,", false),
        // Somebody who is still to start gets an account too.
        ("id,user,status,from,to / 1,ann,active,2099-01-31, / 2,ann,active,, / 3,cy,active,,", true),
        ("id,user,status,from,to / 1,ann,active,, / 2,ann,active,, / 3,cy,active,,", true),
    ] {
        assert_eq!(is_said(rows), expected, "{rows}");
    }
}

//! A source that is gone: named, retired, and what asks before it blocks people (rule 61).

use super::{Desk, SMALL, people};

#[test]
fn a_source_that_is_gone_is_named_and_retired() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    desk.run(&["source", "retire", "staff", "--yes"])
        .assert_refused(&["take it out of the configuration first"]);
    let other = SMALL.replace("\"staff\"", "\"guests\"").replace("inbox/staff.csv", "inbox/guests.csv");
    std::fs::write(&desk.config, other).unwrap();
    for command in [vec!["check"], vec!["source"], vec!["doctor"]] {
        let told = desk.run(&command);
        told.assert_code(0);
        for words in [
            "4 accounts are of the source staff",
            "rollcall source retire staff",
            "source rename staff guests",
        ] {
            assert!(told.err.contains(words), "{command:?}: {}", told.err);
        }
    }
    let plan = desk.done(&["source", "retire", "staff", "--dry-run"]);
    assert!(plan.contains("4  blocked_left") && plan.contains("ann: is blocked: left"), "{plan}");
    // Nobody is here to be asked.
    desk.run(&["source", "retire", "staff"]).assert_code(2);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann", "ben", "cem"]);
    let done = desk.done(&["source", "retire", "staff", "--yes"]);
    assert!(
        done.contains("ann: is blocked: left")
            && done.contains("0 of 3 seats used (3 before, 3 freed, 0 given)"),
        "{done}"
    );
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), [""; 0]);
    let told = desk.run(&["check"]);
    assert!(!told.err.contains("staff"), "{}", told.err);
    desk.assert_healthy();
}

#[test]
fn another_match_field_or_name_is_shown_and_confirmed_first() {
    let desk = Desk::new(SMALL);
    desk.sync("key,username,title\na1,ann,clerk\nb2,ben,clerk\n", 0);
    let key = desk.file("key.toml", SMALL.replace("match_field = \"key\"", "match_field = \"username\""));
    let name = desk.file("name.toml", SMALL.replace("\"staff\"", "\"people\""));
    let seats = desk.file("seats.toml", SMALL.replace("seats = 3", "seats = 4"));
    desk.done(&["config", "set", &seats]);
    let asked = desk.run(&["config", "set", &key]);
    asked.assert_code(2);
    assert!(asked.out.contains("perhaps the same person"), "{}", asked.out);
    assert!(
        asked.err.contains("by \"username\", and by \"key\" until now") && asked.err.contains("say --yes"),
        "{}",
        asked.err
    );
    let asked = desk.run(&["config", "set", &name]);
    asked.assert_code(2);
    assert!(asked.err.contains("rollcall source rename staff people"), "{}", asked.err);
    assert!(desk.done(&["config"]).contains("seats = 4"), "nothing was changed");
    desk.done(&["config", "set", &name, "--yes"]);
    let done = desk.done(&["source", "rename", "staff", "people"]);
    assert!(done.contains("2  adopted"), "{done}");
    assert_eq!(desk.usernames(&["accounts", "--source", "people"]), ["ann", "ben"]);
    desk.sync("key,username,title\na1,ann,clerk\nb2,ben,clerk\n", 0);
    desk.assert_healthy();
}

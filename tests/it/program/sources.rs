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
    for command in [vec!["check"], vec!["source"]] {
        let told = desk.run(&command);
        told.assert_code(0);
        assert!(told.err.contains("4 accounts are of the source staff"), "{command:?}: {}", told.err);
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

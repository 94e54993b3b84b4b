//! `rollcall undo`: an administrator's worst day, with the words on the screen alone (rule 58, `docs/mistakes.md`).

use super::{Desk, people};
use std::collections::BTreeMap;

const CONFIG: &str = r#"
[licence]
seats = 5
[protect]
return = "14d"
[[source]]
name = "staff"
kind = "csv"
object = "inbox/staff.csv"
match_field = "key"
[source.mapping]
username = "username"
title = "title"
"#;

const ALL: [&str; 9] = ["ann", "ben", "cem", "dee", "eva", "fay", "gus", "hal", "ida"];
const FEW: [&str; 6] = ["ann", "ben", "fay", "gus", "hal", "ida"];

/// Every account: state and reason.
fn states(desk: &Desk) -> BTreeMap<String, (String, String)> {
    let accounts = desk.json(&["accounts"]);
    let show = |one: &serde_json::Value| {
        let word = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        (word("username"), (word("state"), word("reason") + &word("since")))
    };
    accounts.as_array().unwrap().iter().map(show).collect()
}

/// The command that the screen names after these words, as arguments.
fn command_after<'a>(said: &'a str, words: &str) -> Vec<&'a str> {
    let line = said.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words} in\n{said}"));
    let command = line.split_once("rollcall ").unwrap().1;
    command
        .split_whitespace()
        .take_while(|word| !word.starts_with("--config") && !word.starts_with("--data"))
        .collect()
}

#[test]
fn a_wrong_file_is_taken_back_with_the_words_on_the_screen() {
    let desk = Desk::new(CONFIG);
    desk.sync(&people(&ALL), 0);
    let before = states(&desk);
    let wrong = desk.sync(&people(&FEW), 0).out;
    assert_ne!(states(&desk), before);

    // The run says how to look, the look says how to do it.
    let mut look = command_after(&wrong, "Undo     ");
    if !look.contains(&"--dry-run") {
        look.push("--dry-run");
    }
    let looked = desk.done(&look);
    for line in
        ["6 accounts would go back", "cem: has a seat again", "fay: waits for a seat at the old place"]
    {
        assert!(looked.contains(line), "{line} in\n{looked}");
    }
    assert_ne!(states(&desk), before, "a dry run changes nothing");
    let done = desk.done(&command_after(&looked, "Do it:"));
    for line in ["(undo of run ", "6 accounts went back", "5 of 5 seats used (5 before, 3 freed, 3 given)"] {
        assert!(done.contains(line), "{line} in\n{done}");
    }
    assert_eq!(states(&desk), before);
    // From then on the run says so.
    let run = command_after(&looked, "Do it:")[1];
    let shown = desk.done(&["runs", run]);
    assert!(shown.contains("Undone   by tester on "), "{shown}");
    assert!(!shown.contains("if this was a mistake"), "{shown}");
    // Again: nothing. And the mended file finds everybody as they were.
    let again = desk.done(&["undo", run]);
    assert!(again.contains("nobody: there is nothing to take back"), "{again}");
    desk.sync(&people(&ALL), 0);
    assert_eq!(states(&desk), before);
    desk.assert_healthy();
}

#[test]
fn removals_that_were_approved_by_mistake_are_taken_back() {
    let desk = Desk::new(&format!("[guard]\nmin_removals = 1\n{CONFIG}"));
    desk.sync(&people(&ALL), 0);
    let before = states(&desk);
    let held = desk.sync(&people(&["ann", "hal", "ida"]), 3).out;
    let run = command_after(&held, "Apply:").last().copied().unwrap().to_owned();
    assert!(!desk.done(&["runs", &run]).contains("Since "), "nobody has decided yet");
    desk.done(&command_after(&held, "Apply:"));
    let shown = desk.done(&["runs", &run]);
    assert!(shown.contains("Since    tester has approved what it held, in run "), "{shown}");
    assert_ne!(states(&desk), before);
    let undone = desk.done(&["undo", "last"]);
    assert!(undone.contains("went back"), "{undone}");
    assert_eq!(states(&desk), before);
    // The schedule reads the same file once more: nobody is removed again.
    let again = desk.run(&["sync"]);
    assert!([0, 3].contains(&again.code), "{}", again.out);
    assert_eq!(states(&desk), before);
    desk.assert_healthy();
}

#[test]
fn one_person_goes_back_alone_and_nobody_unknown_does() {
    let desk = Desk::new(CONFIG);
    desk.sync(&people(&ALL), 0);
    desk.sync(&people(&FEW), 0);
    desk.done(&["undo", "last", "--account", "fay"]);
    let states = states(&desk);
    assert_eq!(states["fay"].0, "blocked");
    assert_eq!(states["gus"].0, "active");
    desk.run(&["undo", "last", "--account", "nobody"]).assert_refused(&["nobody"]);
    desk.run(&["undo", "nobody"]).assert_refused(&["nobody"]);
    let run = desk.json(&["undo", "last", "--dry-run"]);
    assert_eq!(
        run["undoes"]["result"]["back_count"], 1,
        "the undo is the last run, and can be taken back: {run}"
    );
    let dry = run["id"].as_str().unwrap().to_owned();
    desk.run(&["undo", &dry]).assert_refused(&["it was a dry run and changed nothing"]);
}

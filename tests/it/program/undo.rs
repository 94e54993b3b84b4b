//! `rollcall undo`: an administrator's worst day, with the words on the screen alone (rule 58, `docs/mistakes.md`).

use super::remote::Remote;
use super::{Desk, SMALL, people, tester, text};
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

/// The command that approves, as a script gives it.
fn approval_after(said: &str) -> Vec<&str> {
    let mut command = command_after(said, "Apply:");
    command.push("--yes");
    command
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
    assert!(shown.contains(&format!("Undone   by {} on ", tester())), "{shown}");
    assert!(!shown.contains("if this was a mistake"), "{shown}");
    assert!(desk.done(&["runs"]).contains("completed, undone"), "and so does the list");
    // Again: nothing. And the mended file finds everybody as they were.
    let again = desk.done(&["undo", run]);
    assert!(again.contains("nobody: there is nothing to take back"), "{again}");
    // These three were called changed in the directory.
    let mended = desk.sync(&people(&ALL), 0).out;
    for line in [
        "3  updated               in the directory again after an undo; nothing else changed",
        "cem: is in the directory, so an undo is no longer asked about; nothing else changes",
    ] {
        assert!(mended.contains(line), "{line} in\n{mended}");
    }
    assert_eq!(states(&desk), before);
    assert!(desk.sync(&people(&ALL), 0).out.contains("unchanged"));
    desk.assert_healthy();
}

#[test]
fn nobody_back_is_said_after_those_who_are_left_alone() {
    let desk = Desk::new(CONFIG);
    desk.sync(&people(&["ann"]), 0);
    desk.done(&["block", "ann"]);
    let shown = desk.done(&["undo", "last"]);
    let at = |said: &str| shown.find(said).unwrap_or_else(|| panic!("{said} in\n{shown}"));
    assert!(at("Left     1 account is left as it is:") < at("Back     nobody went back"), "{shown}");
}

#[test]
fn removals_that_were_approved_by_mistake_are_taken_back() {
    let desk = Desk::new(&format!("[guard]\nmin_removals = 1\n{CONFIG}"));
    desk.sync(&people(&ALL), 0);
    let before = states(&desk);
    let held = desk.sync(&people(&["ann", "hal", "ida"]), 3).out;
    let run = command_after(&held, "Apply:").last().copied().unwrap().to_owned();
    assert!(!desk.done(&["runs", &run]).contains("Since "), "nobody has decided yet");
    desk.done(&approval_after(&held));
    let shown = desk.done(&["runs", &run]);
    assert!(shown.contains(&format!("Since    {} has approved what it held, in run ", tester())), "{shown}");
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
        run["undoes"]["result"]["back_count"], 5,
        "the others of the same run: an undo is not the last run: {run}"
    );
    let dry = run["id"].as_str().unwrap().to_owned();
    desk.run(&["undo", &dry]).assert_refused(&["it was a dry run and changed nothing"]);
}

#[test]
fn what_an_undo_gave_back_is_held_with_both_ways_out() {
    let desk = Desk::new(CONFIG);
    desk.sync(&people(&ALL), 0);
    let before = states(&desk);
    desk.sync(&people(&FEW), 0);
    let done = desk.done(&["undo", "last"]);
    assert!(done.contains("Next     the wrong file is still what staff reads"), "{done}");
    // The wrong file once more: they keep what they have, and the screen says why.
    let again = desk.done(&["sync"]);
    for line in ["completed\n", "Held     3 people to whom an undo gave something back", "can be put back"] {
        assert!(again.contains(line), "{line} in\n{again}");
    }
    assert!(!again.contains("Leave:"), "{again}");
    assert_eq!(states(&desk), before);
    // One way out: the right file, with the command that both have named.
    let back: Vec<&str> = command_after(&done, "--previous");
    let look = desk.done(&[&back[..], &["--dry-run"]].concat());
    assert!(look.contains("was only tried"), "{look}");
    assert_eq!(command_after(&again, "--previous"), back);
    desk.done(&back);
    assert_eq!(states(&desk), before);
    let rest = desk.done(&["sync"]);
    assert!(!rest.contains("Held "), "{rest}");
    // The other: they have really left, and a person says so.
    desk.sync(&people(&FEW), 0);
    desk.done(&["undo", "last"]);
    let held = desk.done(&["sync"]);
    let approved = desk.done(&approval_after(&held));
    assert!(approved.contains("blocked_left"), "{approved}");
    assert_eq!(states(&desk)["cem"].0, "blocked");
    desk.assert_healthy();
}

#[test]
fn fields_that_moved_by_a_row_are_taken_back() {
    let desk = Desk::new(CONFIG);
    let file = |moved: usize| {
        let row = |(at, name): (usize, &&str)| format!("{name},{name},title {}\n", at + moved);
        format!("key,username,title\n{}", ALL.iter().enumerate().map(row).collect::<String>())
    };
    desk.sync(&file(0), 0);
    let titles = |desk: &Desk| {
        let accounts = desk.json(&["accounts"]);
        let show = |one: &serde_json::Value| (one["username"].to_string(), one["fields"].to_string());
        accounts.as_array().unwrap().iter().map(show).collect::<BTreeMap<_, _>>()
    };
    let before = titles(&desk);
    let wrong = desk.sync(&file(1), 0).out;
    assert_ne!(titles(&desk), before);
    let looked = desk.done(&[&command_after(&wrong, "Undo     ")[..], &["--dry-run"]].concat());
    let done = desk.done(&command_after(&looked, "Do it:"));
    assert!(done.contains("9 accounts went back"), "{done}");
    assert_eq!(titles(&desk), before);
    desk.assert_healthy();
}

#[tokio::test]
async fn a_deployed_installation_takes_a_run_back() {
    let desk = Desk::new(CONFIG);
    desk.sync(&people(&ALL), 0);
    let before = states(&desk);
    desk.sync(&people(&FEW), 0);
    let remote = Remote::of(&desk);
    let looked = remote.run(&["undo", "last", "--dry-run"]);
    looked.assert_code(0);
    assert!(looked.out.contains("6 accounts would go back"), "{}", looked.out);
    assert!(looked.out.contains("fay: waits for a seat at the old place"), "{}", looked.out);
    assert_ne!(states(&desk), before, "a dry run changes nothing");
    let run = command_after(&looked.out, "Do it:")[1].to_owned();
    let done = remote.run(&["undo", &run]);
    done.assert_code(0);
    assert!(done.out.contains("6 accounts went back"), "{}", done.out);
    assert_eq!(states(&desk), before);
    // One person's change, and what is refused there.
    remote.run(&["block", "ann", "--why", "a mistake"]).assert_code(0);
    remote.run(&["undo", "--account", "ann"]).assert_code(0);
    assert_eq!(states(&desk), before);
    remote.run(&["undo", "nobody"]).assert_refused(&["nobody"]);
    drop(remote);
    desk.assert_healthy();
}

#[test]
fn the_last_run_is_not_done_again_by_a_second_undo() {
    let desk = Desk::new(CONFIG);
    desk.sync(&people(&ALL), 0);
    let before = states(&desk);
    desk.sync(&people(&FEW), 0);
    desk.done(&["undo", "last"]);
    desk.run(&["undo", "last"]).assert_refused(&["was taken back already"]);
    assert_eq!(states(&desk), before);
}

#[test]
fn the_wrong_file_is_not_put_back_when_the_earlier_one_was() {
    let desk = Desk::new(CONFIG);
    desk.sync(&people(&ALL), 0);
    desk.sync(&people(&FEW), 0);
    desk.done(&["sync", "--previous"]);
    let again = desk.run(&["sync", "--previous"]);
    assert!(again.out.contains("no earlier file can be put back"), "{}", again.out);
    assert_eq!(std::fs::read_to_string(desk.inbox_file()).unwrap(), people(&ALL));
}

#[test]
fn what_waits_for_a_decision_is_the_last_that_can_be_approved() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    desk.run(&["sync", "--approve", "last", "--yes"]).assert_refused(&["no run holds anything"]);
    desk.sync(&people(&["ann"]), 3);
    // A dry run is newer, and holds nothing that could be approved.
    desk.run(&["sync", "--dry-run"]).assert_code(3);
    desk.done(&["sync", "--approve", "last", "--yes"]);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann"]);
}

#[test]
fn what_a_run_did_to_many_is_taken_back_after_a_question() {
    let desk = Desk::new(CONFIG);
    let many: Vec<String> = (0..51).map(|number| format!("p{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    desk.sync(&people(&many), 0);
    desk.run(&["undo", "last"]).assert_refused(&["51 accounts", "--yes"]);
    assert_eq!(desk.json(&["licence"])["used"], 5);
    desk.done(&["undo", "last", "--yes"]);
    assert_eq!(desk.json(&["licence"])["used"], 0);
}

/// After `sync --previous`, `undo last` took back the run that had put the right file in its place, and asked nothing.
#[test]
fn after_a_put_back_the_run_that_is_meant_is_named_first() {
    let desk = Desk::new(CONFIG);
    desk.sync(&people(&ALL), 0);
    desk.sync(&people(&FEW), 0);
    let wrong = text(&desk.json(&["runs"])[0]["id"]);
    let back = desk.done(&["sync", "--previous"]);
    assert!(back.contains(&format!("undo {wrong} --dry-run")), "{back}");
    let good = states(&desk);
    let said = [wrong.as_str(), "only put the earlier file back", "--yes"];
    desk.run(&["undo", "last"]).assert_refused(&said);
    assert_eq!(states(&desk), good);
    let look = desk.run(&["undo", "last", "--dry-run"]);
    assert!(look.code == 0 && look.err.contains(&wrong), "{}{}", look.out, look.err);
    assert_eq!(desk.json(&["runs"])[1]["put_away"], wrong.as_str());
    // Who says so means it; and a run that is named is meant.
    desk.done(&["undo", "last", "--yes"]);
    assert_ne!(states(&desk), good);
}

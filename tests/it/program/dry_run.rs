//! A dry run from the outside: the data folder holds what it held, but for what is the dry run's own (rule 29).

use super::{Desk, SMALL, people, text};
use crate::dry_runs::is_its_own;
use crate::world::{Dump, World, is_emulated};
use serde_json::json;

/// Everything in the data folder, read from a copy of it.
async fn everything(desk: &Desk) -> Dump {
    World::of_data(&desk.data(), SMALL).await.everything().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sync_dry_run_touches_nothing_but_what_is_its_own() {
    if is_emulated() {
        // The program keeps its data with servers of its own, wherever the other tests keep theirs.
        return;
    }
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    desk.done(&["block", "ann"]);
    // Everybody is gone: that is held. Another file lies in the bucket then, which no run has applied.
    desk.sync(&people(&["zoe"]), 3);
    std::fs::write(desk.inbox_file(), people(&["ben", "cem", "eva"])).unwrap();
    let before = everything(&desk).await;
    let run = desk.json(&["sync", "--dry-run"]);
    assert_eq!((&run["status"], &run["summary"]["rows"]), (&json!("dry_run"), &json!(3)));
    let id = run["id"].as_str().unwrap();
    let differ = everything(&desk).await.differs_from(&before);
    assert!(differ.contains(&format!("rollcall-control run#{id}")), "{differ:?}");
    let others: Vec<_> = differ.iter().filter(|place| !is_its_own(place, id)).collect();
    assert!(others.is_empty(), "a dry run has touched {others:?}");
}

/// A dry run of a wrong file, then the schedule: nothing happens (rule 49).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tried_file_does_not_become_the_file_that_counts() {
    if is_emulated() {
        return;
    }
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    let (counts, accounts) = (std::fs::read(desk.inbox_file()).unwrap(), desk.json(&["accounts"]));
    let wrong = desk.file("wrong.csv", people(&["ann"]));
    for _ in 0..2 {
        let before = everything(&desk).await;
        let answer = desk.run(&["sync", &wrong, "--dry-run", "--json"]);
        let run: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
        assert_eq!((&run["status"], &run["summary"]["rows"]), (&json!("dry_run"), &json!(1)));
        let id = run["id"].as_str().unwrap();
        let differ = everything(&desk).await.differs_from(&before);
        let others: Vec<_> = differ.iter().filter(|place| !is_its_own(place, id)).collect();
        assert!(others.is_empty(), "a dry run has touched {others:?}");
    }
    assert_eq!(std::fs::read(desk.inbox_file()).unwrap(), counts);
    desk.done(&["sync"]);
    assert_eq!(desk.json(&["accounts"]), accounts);
    // A file that is refused is not kept either.
    let bad = desk.file("bad.csv", "");
    desk.run(&["sync", &bad, "--dry-run"]).assert_code(4);
    assert_eq!(std::fs::read(desk.inbox_file()).unwrap(), counts);
}

#[test]
fn file_in_the_folder_of_tried_files_is_tried_by_its_name() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben"]), 0);
    let tried = desk.data().join("s3/rollcall/config/tried");
    std::fs::create_dir_all(&tried).unwrap();
    std::fs::write(tried.join("next.csv"), people(&["ann", "ben", "cem"])).unwrap();
    let run = desk.json(&["sync", "--dry-run", "--tried", "next.csv"]);
    assert_eq!((&run["summary"]["rows"], &run["tried"]), (&json!(3), &json!("next.csv")));
    for (name, why) in [("../x", "expected the name of a file"), ("x.toml", "expected the name of a file")] {
        desk.run(&["sync", "--dry-run", "--tried", name]).assert_refused(&[why]);
    }
    desk.run(&["sync", "--tried", "next.csv"]).assert_refused(&["--dry-run"]);
}

#[test]
fn a_dry_run_names_whom_it_would_change_and_how() {
    let desk = Desk::new(SMALL);
    desk.sync("key,username,title\n1,ann,clerk\n2,ben,clerk\n3,cem,\n4,dan,\n", 0);
    let file = desk.file("next.csv", "key,username,title\n1,ann,boss\n2,ben,clerk\n4,dan,\n5,eva,\n");
    let shown = desk.run(&["sync", &file, "--dry-run"]).out;
    assert_eq!(
        signed(&shown),
        [
            "  - cem: is blocked: left",
            "  + eva: new, without a seat yet",
            "  + dan: waited, gets a seat",
            "  ~ ann: changes, keeps the seat; title: \"clerk\" → \"boss\"",
        ],
        "{shown}"
    );
}

/// The lines with people.
fn signed(shown: &str) -> Vec<&str> {
    shown.lines().filter(|line| ["  - ", "  + ", "  ~ "].iter().any(|sign| line.starts_with(sign))).collect()
}

/// The summary of a sync named nobody; who it was had to be looked up.
#[test]
fn a_sync_names_whom_it_has_changed_and_how() {
    let desk = Desk::new(SMALL);
    desk.sync("key,username,title\n1,ann,clerk\n2,ben,clerk\n3,cem,\n4,dan,\n", 0);
    let file = desk.file("next.csv", "key,username,title\n1,ann,boss\n2,ben,clerk\n4,dan,\n5,eva,\n");
    let shown = desk.done(&["sync", &file]);
    let expected = [
        "  - cem: is blocked: left",
        "  + eva: new, without a seat yet",
        "  + dan: waited, has a seat now",
        "  ~ ann: changed, keeps the seat; title: \"clerk\" → \"boss\"",
    ];
    assert_eq!(signed(&shown), expected, "{shown}");
    assert_eq!(signed(&desk.done(&["runs", "last"])), expected);
    // For programs these names are in the audit log, unless all are asked for.
    assert!(desk.json(&["runs", "last"])["summary"]["planned"].is_null());
    assert_eq!(signed(&desk.done(&["sync", &file])), [""; 0], "nothing has changed");
}

#[test]
fn all_says_every_value_that_has_changed() {
    let mapped: String = ('a'..='g').map(|field| format!("{field} = \"{field}\"\n")).collect();
    let desk = Desk::new(&format!("{SMALL}{mapped}"));
    let file = |value: char| {
        let row = [value; 7].map(String::from).join(",");
        format!("key,username,title,a,b,c,d,e,f,g\n1,ann,clerk,{row}\n")
    };
    desk.sync(&file('x'), 0);
    let some = desk.done(&["sync", &desk.file("next.csv", file('y'))]);
    assert_eq!(some.matches("\"x\" → \"y\"").count(), 5, "{some}");
    let all = desk.done(&["sync", &desk.file("last.csv", file('x')), "--all"]);
    assert_eq!(all.matches("\"y\" → \"x\"").count(), 7, "{all}");
}

#[test]
fn of_many_a_dry_run_names_twenty_or_all() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann"]), 0);
    let many: Vec<String> = (0..50).map(|number| format!("p{number:02}")).chain(["ann".into()]).collect();
    let file = desk.file("many.csv", people(&many.iter().map(String::as_str).collect::<Vec<_>>()));
    let shown = desk.done(&["sync", &file, "--dry-run"]);
    assert_eq!(shown.matches(": new, without a seat yet").count(), 20, "{shown}");
    assert!(shown.contains("and 28 more new without a seat: "), "{shown}");
    let all = desk.done(&["sync", &file, "--dry-run", "--all"]);
    assert_eq!(all.matches(": new, without a seat yet").count(), 48, "{all}");
    assert!(!all.contains(" more new"), "{all}");
    let done = desk.done(&["sync", &file]);
    assert_eq!(done.matches(": new, without a seat yet").count(), 20, "{done}");
    assert!(done.contains("and 28 more new without a seat: "), "{done}");
    let more: Vec<String> = (0..22).map(|number| format!("q{number:02}")).chain(many).collect();
    let file = desk.file("more.csv", people(&more.iter().map(String::as_str).collect::<Vec<_>>()));
    let all = desk.done(&["sync", &file, "--all"]);
    assert_eq!(all.matches(": new, without a seat yet").count(), 22, "{all}");
}

/// The entries of a dry run were read as facts: "Left: blocked, Active -> ...", and nothing was said of the dry run.
#[test]
fn the_entries_of_a_dry_run_say_that_nothing_was_changed() {
    let desk = Desk::new(SMALL);
    desk.sync("key,username,title\n1,ann,x\n2,ben,x\n3,cem,x\n4,dan,x\n", 0);
    let file = desk.file("next.csv", "key,username,title\n1,ann,boss\n2,ben,x\n4,dan,x\n5,eva,x\n");
    let run = text(&desk.json(&["sync", &file, "--dry-run"])["id"]);
    let shown = desk.done(&["audit", "--run", &run]);
    for said in
        ["Dry run: nothing was changed", "would be blocked: left", "active → would be: ", "details would"]
    {
        assert!(shown.contains(said), "{said} in\n{shown}");
    }
    assert!(!shown.contains("left: blocked"), "{shown}");
    let entries = desk.json(&["audit", "--run", &run]);
    assert!(entries.as_array().unwrap().iter().all(|entry| entry["dry_run"] == true), "{entries}");
    let file = desk.done(&["export", "--run", &run]);
    assert_eq!(file.lines().next().unwrap().split(',').next_back(), Some("dry_run"));
    let mut rows = file.lines().skip(1);
    assert!(rows.all(|row| row.ends_with(",dry run: nothing was changed")), "{file}");
    assert!(file.contains(",Would be blocked: left,"), "{file}");
    // What has happened is said as before.
    let all = desk.json(&["audit"]);
    assert!(all.as_array().unwrap().iter().all(|entry| entry["dry_run"].is_null()), "{all}");
    let first = text(&desk.json(&["runs"])[1]["id"]);
    assert!(!desk.done(&["audit", "--run", &first]).contains("Dry run"));
}

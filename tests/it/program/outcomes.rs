//! The exit codes, and what is said with each: done, unsound, wrong usage, held, refused, some accounts in error.

use super::{Desk, SMALL, people, program, tester, text};
use aws_sdk_dynamodb::types::AttributeValue;
use rollcall::embedded::Servers;
use rollcall_sync::store::Names;
use serde_json::json;
use std::path::Path;

#[test]
fn removals_are_held_until_the_shown_command_approves_them() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim"]), 0);
    let held = desk.sync(&people(&["ann"]), 3);
    for part in ["removals, which are held", "2 of 3 active accounts would be blocked", "--outcome held"] {
        assert!(held.out.contains(part), "{part:?} is missing in:\n{}", held.out);
    }
    assert!(held.out.contains("Waiting  1\n"), "nobody is next while removals are held:\n{}", held.out);
    let dry = desk.run(&["sync", "--dry-run"]);
    dry.assert_code(3);
    assert!(!dry.out.contains("--approve"), "a dry run holds nothing that could be approved: {}", dry.out);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann", "ben", "cem"]);

    let approve = held.out.lines().find_map(|line| line.trim().strip_prefix("Apply:")).unwrap();
    let words: Vec<&str> = approve.split_whitespace().collect();
    assert_eq!(words[0], "rollcall");
    let output = program().args(&words[1..]).arg("--yes").output().unwrap();
    let approved = super::Answer::of(output);
    approved.assert_code(0);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann"]);

    let run = words[words.iter().position(|word| *word == "--approve").unwrap() + 1];
    let settled = desk.json(&["runs", run])["settled"].clone();
    let newest = desk.json(&["runs"])[0].clone();
    assert_eq!((&settled["how"], &settled["run"]), (&json!("approved"), &newest["id"]), "{settled}");
    let shown = desk.done(&["runs", run]);
    assert!(shown.contains(&format!("Approved by {}, ", tester())) && !shown.contains("Apply:"), "{shown}");
    let asked = desk.run(&["sync", "--approve", run]);
    asked.assert_refused(&[
        "nobody is here to be asked",
        "--yes",
        "inbox/staff.csv, written",
        "Who      ben, cem",
    ]);
    desk.run(&["sync", "--approve", run, "--yes"]).assert_code(0);
    desk.assert_healthy();
}

#[test]
fn what_is_not_held_or_no_longer_the_newest_cannot_be_approved() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    let completed = text(&desk.json(&["runs"])[0]["id"]);
    desk.run(&["sync", "--approve", &completed])
        .assert_refused(&["it holds nothing that waits for a person"]);
    desk.sync(&people(&["ann"]), 3);
    let held = text(&desk.json(&["runs"])[0]["id"]);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    desk.run(&["sync", "--approve", &held, "--yes"]).assert_refused(&["the directory has changed since"]);
    let newest = text(&desk.json(&["runs"])[0]["id"]);
    let shown = desk.done(&["runs", &held]);
    assert!(shown.contains(&format!("Replaced by run {newest}, ")) && !shown.contains("Apply:"), "{shown}");
    let file = desk.file("x.csv", people(&["ann"]));
    desk.run(&["sync", &file, "--approve", &held]).assert_refused(&["cannot be used with"]);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]).len(), 3);
}

#[test]
fn a_refused_file_changes_nothing_says_why_and_how_to_go_on() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben"]), 0);
    let before = desk.json(&["accounts"]);
    for (csv, why) in [
        ("", "the file is empty"),
        ("key,username,title\n", "no rows below its headings (line 1)"),
        ("key,username,title\nann,\"ann,clerk\nben,ben,clerk\n", "a quote that is opened in line 2"),
        ("key,username,title\nann,ann,clerk\nbe", "cut off in its last row, line 3"),
        ("id,username,title\nann,ann,clerk\n", "line 1 has no column \"key\""),
    ] {
        let answer = desk.sync(csv, 4);
        for part in ["failed, nothing was changed", why, "Then run again: rollcall sync "] {
            assert!(answer.out.contains(part), "{part:?} is missing in:\n{}", answer.out);
        }
    }
    assert_eq!(desk.json(&["accounts"]), before);
    desk.assert_healthy();
}

#[test]
fn without_a_file_the_run_fails_and_says_how_to_drop_one() {
    let desk = Desk::new(SMALL);
    let answer = desk.run(&["sync"]);
    answer.assert_code(4);
    for part in ["there is no inbox/staff.csv in the bucket", "rollcall sync FILE --config"] {
        assert!(answer.out.contains(part), "{part:?} is missing in:\n{}", answer.out);
    }
}

#[test]
fn rejected_rows_end_with_5_and_a_file_for_a_spreadsheet() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben"]), 0);
    let answer = desk.sync("key,username,title\nann,ann,boss\nben,=1+1\n,nobody,clerk\n", 5);
    let run = answer.out.split_whitespace().nth(1).unwrap();
    // What the summary names makes one file of all that a person must mend.
    let command = answer.out.lines().find_map(|line| line.strip_prefix("To mend  all of them")).unwrap();
    assert!(command.contains(&format!("rollcall rejected {run} -o rows-to-mend.csv")), "{command}");
    desk.done(&["rejected", run]);
    let path = desk.data().join(format!("s3/rollcall/reports/staff/{run}/rejected.csv"));
    let file = std::fs::read_to_string(path).unwrap();
    let expected = "\u{FEFF}\"line\",\"reason\",\"key\",\"username\",\"title\"\r\n\
                    \"3\",\"the row has 2 of 3 cells; add what is missing\"\r\n\
                    \"4\",\"no match key: the cell under \"\"key\"\" is empty\",\"\",\"nobody\",\"clerk\"\r\n";
    assert_eq!(file, expected);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann", "ben"], "Ben is no leaver");
}

#[test]
fn wrong_usage_and_missing_files_are_exit_2_and_named() {
    let desk = Desk::new(SMALL);
    desk.run(&["sync", "nowhere/staff.csv"]).assert_refused(&["nowhere/staff.csv", "cannot be read"]);
    assert!(!desk.data().exists(), "a slip of the finger leaves no data folder behind");
    desk.run(&["synch"]).assert_refused(&["unrecognized subcommand"]);
    desk.run(&["sync", "--dryrun"]).assert_refused(&["--dry-run"]);
    desk.run(&["block"]).assert_refused(&["<USER>"]);
    desk.run(&["local"]).assert_refused(&["add"]);
    desk.run(&["licence", "set"]).assert_refused(&["N|unlimited"]);
}

#[test]
fn unreadable_data_folder_is_exit_1_impossible_one_exit_2() {
    let desk = Desk::new(SMALL);
    std::fs::create_dir(desk.data()).unwrap();
    std::fs::write(desk.data().join("dynamodb.sqlite"), "no database at all, but some text").unwrap();
    let answer = desk.run(&["accounts"]);
    answer.assert_code(1);
    assert!(answer.err.contains("dynamodb.sqlite"), "{}", answer.err);
    let file = desk.file("a-file", "");
    let mut command = program();
    command.args(["accounts", "--data", &file, "--config"]).arg(&desk.config);
    super::Answer::of(command.output().unwrap()).assert_refused(&["making the data folder", &file]);
}

/// Changes the ledger's count behind Rollcall's back.
async fn miscount(data: &Path, used: u64) {
    let database = dynoxide::Database::new(data.join("dynamodb.sqlite").to_str().unwrap()).unwrap();
    let servers = Servers::start(database, &data.join("s3")).unwrap();
    aws_sdk_dynamodb::Client::from_conf(servers.dynamo().build())
        .update_item()
        .table_name(Names::local().control)
        .key("name", AttributeValue::S("licence".to_owned()))
        .update_expression("SET used = :used")
        .expression_attribute_values(":used", AttributeValue::N(used.to_string()))
        .send()
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_is_exit_1_and_no_run_decides_on_miscounted_seats() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben"]), 0);
    assert_eq!(desk.json(&["doctor"])["findings"], serde_json::json!([]));
    miscount(&desk.data(), 1).await;
    let answer = desk.run(&["doctor"]);
    answer.assert_code(1);
    assert!(answer.out.contains("the seat ledger says 1 active account, there are 2"), "{}", answer.out);
    let answer = desk.sync(&people(&["ann", "ben", "cem"]), 1);
    assert!(answer.out.contains("rollcall doctor"), "{}", answer.out);
    assert_eq!(desk.usernames(&["accounts"]), ["ann", "ben"]);
    desk.done(&["doctor", "--repair"]);
    desk.assert_healthy();
    let mended = desk.json(&["audit", "--outcome", "ledger_mended"]);
    assert_eq!(mended[0]["changes"], serde_json::json!([{ "field": "used", "old": "1", "new": "2" }]));
    assert_eq!(mended[0]["actor"], tester());
    assert!(!desk.json(&["doctor", "--repair"])["mended"].as_bool().unwrap());
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    assert_eq!(desk.usernames(&["accounts"]), ["ann", "ben", "cem"]);
}

/// What `rollcall` says of a data folder whose database is not that of its bucket, and what it leaves alone.
fn assert_says_it_is_lost(desk: &Desk) {
    let file = desk.file("staff.csv", people(&["ann", "ben"]));
    for command in
        [vec!["accounts"], vec!["sync"], vec!["sync", &file], vec!["licence", "set", "9"], vec!["audit"]]
    {
        let answer = desk.run(&command);
        answer.assert_code(1);
        assert!(answer.err.contains("the tables know of no run"), "{command:?}: {}", answer.err);
        assert!(answer.err.contains("dynamodb.sqlite") && answer.err.contains("the whole data folder"));
    }
    for arguments in [vec!["doctor"], vec!["doctor", "--repair"]] {
        let answer = desk.run(&arguments);
        answer.assert_code(1);
        assert!(answer.out.contains("the tables know of no run"), "{}", answer.out);
    }
}

#[test]
fn a_lost_database_beside_its_bucket_is_not_started_again() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben"]), 0);
    desk.done(&["block", "ben", "--why", "lost laptop"]);
    let database = desk.data().join("dynamodb.sqlite");
    let kept = desk.file("kept.sqlite", std::fs::read(&database).unwrap());
    for ending in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(desk.data().join(format!("dynamodb.sqlite{ending}"))));
    }
    assert_says_it_is_lost(&desk);
    // By now it is there, and empty.
    assert_says_it_is_lost(&desk);
    for ending in ["-wal", "-shm"] {
        drop(std::fs::remove_file(desk.data().join(format!("dynamodb.sqlite{ending}"))));
    }
    std::fs::copy(kept, &database).unwrap();
    desk.assert_healthy();
    assert_eq!(desk.json(&["accounts", "--reason", "by_admin"])[0]["username"], "ben");
    desk.sync(&people(&["ann", "ben"]), 0);
    // The way to begin anew on purpose.
    std::fs::remove_dir_all(desk.data()).unwrap();
    desk.sync(&people(&["ann", "ben"]), 0);
    desk.assert_healthy();
}

#[test]
fn what_nobody_foresaw_ends_with_1_and_not_as_a_mistake() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann"]), 0);
    let lock = desk.data().join("lock");
    std::fs::remove_file(&lock).unwrap();
    std::fs::create_dir(&lock).unwrap();
    let answer = desk.run(&["block", "ann"]);
    answer.assert_code(1);
    assert!(answer.err.contains("making a lock in"), "{}", answer.err);
}

#[test]
fn the_person_at_this_machine_needs_no_role() {
    let roles = "[roles]\nclaim = \"groups\"\npeople_administrator = [\"hr\"]\n";
    let desk = Desk::new(&format!("{SMALL}{roles}"));
    desk.sync(&people(&["ann"]), 0);
    desk.done(&["sync"]);
    desk.done(&["block", "ann"]);
    desk.done(&["licence", "set", "9"]);
    assert_eq!(desk.json(&["audit", "--outcome", "licence_set"])[0]["trigger"], "command");
}

/// Those about whom a decision is held were not named, and counted all the same as "more".
#[test]
fn more_than_are_named_are_those_who_are_next_in_line() {
    let desk = Desk::new(SMALL);
    let many: Vec<String> = (0..18).map(|number| format!("p{number:02}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    desk.sync(&people(&many), 0);
    // Two who have a seat and two who wait are missing: 15 wait, and 13 of them are next in line.
    let gone = ["p00", "p01", "p07", "p08"];
    let rest: Vec<&str> = many.iter().copied().filter(|name| !gone.contains(name)).collect();
    let shown = desk.sync(&people(&rest), 3).out;
    assert!(shown.contains("Waiting  15; next in line, without those about whom"), "{shown}");
    assert!(shown.contains("and 3 more"), "{shown}");
    let summary = desk.json(&["runs", "last"])["summary"].clone();
    assert_eq!((&summary["waiting"], &summary["in_line"]), (&15.into(), &13.into()), "{summary}");
}

/// After `--leave`, the summary still asked for a decision.
#[test]
fn removals_that_were_left_are_not_asked_about_again() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    desk.sync(&people(&["ann"]), 3);
    let left = desk.done(&["runs", "last", "--leave"]);
    assert!(left.contains(&format!("Left as they are by {}", tester())), "{left}");
    assert!(left.contains("nobody was removed") && !left.contains("Apply:"), "{left}");
    assert!(!left.contains("Leave:"), "{left}");
    assert!(desk.done(&["runs"]).contains("removals held, left as they are"));
}

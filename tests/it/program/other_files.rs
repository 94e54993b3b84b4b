//! Files as other programs make them: names that change, archives, rows that are no people, secrets beside people.

use super::drops::set_time;
use super::up::Up;
use super::{Desk, SMALL, people};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Every drop may remove anybody.
fn open_guard() -> String {
    SMALL.replace("seats = 3", "seats = 30").replace("max_removal_percent = 20", "max_removal_percent = 100")
}

fn of_pattern() -> String {
    open_guard().replace("inbox/staff.csv", "inbox/staff_*.csv")
}

fn drop_file(desk: &Desk, name: &str, csv: &str, age: Duration) {
    let path = desk.inbox_file().with_file_name(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, csv).unwrap();
    set_time(&path, SystemTime::now() - age);
}

#[test]
fn newest_file_of_a_pattern_counts() {
    let desk = Desk::new(&of_pattern());
    let hour = Duration::from_secs(3600);
    drop_file(&desk, "staff_2026-11-28.csv", &people(&["ann"]), hour * 2);
    drop_file(&desk, "staff_2026-11-27.csv", &people(&["ann", "ben"]), hour);
    drop_file(&desk, "staff_2026-11-29.csv.part", &people(&["zoe"]), Duration::ZERO);
    drop_file(&desk, "people_1.csv", &people(&["zoe"]), Duration::ZERO);
    desk.done(&["sync"]);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann", "ben"]);
    // A file that fits keeps its name, another one gets the time in place of the star.
    let (fits, other) =
        (desk.file("staff_x.csv", people(&["ann", "cem"])), desk.file("other.csv", people(&["ann", "dee"])));
    desk.done(&["sync", &fits]);
    assert!(desk.inbox_file().with_file_name("staff_x.csv").exists());
    desk.done(&["sync", &other]);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann", "dee"]);
    desk.assert_healthy();
}

#[test]
fn newest_file_of_a_pattern_is_named_where_it_is_refused() {
    let desk = Desk::new(&of_pattern());
    drop_file(&desk, "staff_2026-11-28.csv", &people(&["ann"]), Duration::from_secs(3600));
    let cut = people(&["ann", "ben"]);
    let cut = cut.trim_end().rsplit_once(',').unwrap().0;
    drop_file(&desk, "staff_2026-11-29.csv", cut, Duration::ZERO);
    let answer = desk.run(&["sync"]);
    answer.assert_code(4);
    let said = format!("{}{}", answer.out, answer.err);
    assert!(
        said.contains("inbox/staff_2026-11-29.csv") && said.contains("cut off in its last row"),
        "{said}"
    );
}

#[test]
fn pattern_without_a_file_says_so() {
    let desk = Desk::new(&of_pattern());
    let answer = desk.run(&["sync"]);
    answer.assert_code(4);
    assert!(
        format!("{}{}", answer.out, answer.err).contains("inbox/staff_*.csv"),
        "{}{}",
        answer.out,
        answer.err
    );
}

#[tokio::test]
async fn file_of_a_pattern_is_read_while_up_runs() {
    let desk = Desk::new(&of_pattern());
    let first = desk.file("staff_1.csv", people(&["ann"]));
    desk.done(&["sync", &first]);
    let up = Up::start(&desk, &[]);
    drop_file(&desk, "staff_2.csv", &people(&["ann", "ben"]), Duration::ZERO);
    assert_eq!(up.ended(2).await["status"], "completed");
    let found = up.get("/accounts?text=ben").await;
    assert_eq!(found["accounts"][0]["state"], "active", "{found}");
    assert_eq!(up.interrupt(), Some(0));
}

/// A copy that pauses at the end of a row: what is there by then is not the file (rule 23).
#[cfg(target_os = "linux")]
#[tokio::test]
async fn file_that_is_still_open_for_writing_is_not_read() {
    let desk = Desk::new(&open_guard());
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    let up = Up::start(&desk, &[]);
    let whole = people(&["ann", "ben", "dee"]);
    let (half, rest) = whole.split_at(whole.find("ben").unwrap());
    let mut copy = File::create(desk.inbox_file()).unwrap();
    copy.write_all(half.as_bytes()).unwrap();
    copy.sync_all().unwrap();
    tokio::time::sleep(Duration::from_secs(14)).await;
    assert_eq!(up.get("/runs").await["runs"].as_array().unwrap().len(), 1, "half a file was read");
    copy.write_all(rest.as_bytes()).unwrap();
    drop(copy);
    assert_eq!(up.ended(2).await["summary"]["rows"], 3);
    assert_eq!(up.interrupt(), Some(0));
    desk.assert_healthy();
}

#[test]
fn nothing_of_a_column_that_is_not_configured_is_stored() {
    let desk = Desk::new(SMALL);
    let csv =
        "key,username,title,pwd\n1,ann,,geheim1\n2,bob,Lee, Bob,geheim2\n3,cem,geheim3\n,dee,x,geheim4\n";
    desk.sync(csv, 5);
    // The file itself lies in the inbox, and among the two that can be put back (rule 49a).
    fs::remove_file(desk.inbox_file()).unwrap();
    fs::remove_dir_all(desk.data().join("s3/rollcall/files")).unwrap();
    let mut folders = vec![desk.data()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                assert!(!has(&path, b"geheim"), "{}", path.display());
            }
        }
    }
}

fn has(path: &Path, part: &[u8]) -> bool {
    fs::read(path).unwrap().windows(part.len()).any(|window| window == part)
}

#[test]
fn rows_that_are_no_people_get_no_account() {
    let desk = Desk::new(SMALL);
    desk.sync("key,username,title\n1,ann,x\nkey,username,title\n---,---,---\n2,bob,\n\"Total: 2\",,\n", 0);
    assert_eq!(desk.usernames(&["accounts"]), ["ann", "bob"]);
    desk.assert_healthy();
}

#[test]
fn utf8_in_another_encoding_is_refused_and_changes_nothing() {
    let desk = Desk::new(&SMALL.replace("match_field", "encoding = \"windows-1252\"\nmatch_field"));
    let answer = desk.sync("key,username,title\n1,jürgen,\n2,ann,\n", 4);
    let said = format!("{}{}", answer.out, answer.err);
    assert!(said.contains("take `encoding` out"), "{said}");
    assert!(desk.usernames(&["accounts"]).is_empty());
}

#[test]
fn run_with_unprocessed_people_ends_with_5_and_says_where() {
    for (rows, outcome) in [
        ("1,ann,x\n1,ann,y\n", "skipped_duplicate"),
        (",ann,x\n2,ben,\n", "skipped_missing_key"),
        ("1,ann,x\n2,ann,y\n", "conflict"),
        ("1,ann,x\n#N/A,ben,y\n", "error"),
    ] {
        let desk = Desk::new(SMALL);
        let answer = desk.sync(&format!("key,username,title\n{rows}"), 5);
        let who = format!("--outcome {outcome}");
        assert!(answer.out.contains(&who), "{outcome}: {}", answer.out);
    }
    // Rows alike are one.
    let desk = Desk::new(SMALL);
    desk.sync("key,username,title\n1,ann,x\n2,ben,\n1,ann,x\n", 0);
    assert_eq!(desk.usernames(&["accounts"]), ["ann", "ben"]);
}

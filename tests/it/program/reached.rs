//! While `rollcall up` has the data folder, every other command goes through it by itself, with nothing to be said to it.

use super::up::Up;
use super::{Desk, SMALL, people};
use serde_json::json;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

#[tokio::test]
async fn every_command_works_while_up_has_the_data() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    let file = desk.file("staff.csv", people(&["ann", "ben", "cem", "dan"]));
    let tried = desk.run(&["sync", &file, "--dry-run"]);
    tried.assert_code(0);
    assert_eq!(up.get("/licence").await["used"], 0, "a dry run changes nothing");
    assert!(!desk.inbox_file().exists(), "and leaves no file that counts");
    desk.run(&["sync", &file]).assert_code(0);
    assert_eq!(desk.json(&["licence"])["used"], 3);
    assert!(desk.done(&["waiting"]).contains("dan"));
    assert!(desk.done(&["explain", "dan"]).contains("dan"));
    desk.done(&["block", "ann", "--why", "on leave"]);
    assert_eq!(up.get("/accounts?text=ann").await["accounts"][0]["reason"], json!("by_admin"));
    let export = desk.file("log.csv", "");
    std::fs::remove_file(&export).unwrap();
    desk.done(&["export", "--output", &export]);
    assert!(std::fs::read_to_string(&export).unwrap().contains("created_active"));
    desk.assert_healthy();
    desk.done(&["config"]);
    desk.done(&["check"]);
    // What a person is told to type has no address in it.
    let held = desk.run(&["sync", &desk.file("less.csv", people(&["ann"]))]);
    held.assert_code(3);
    assert!(held.out.contains("rollcall") && !held.out.contains("--remote"), "{}", held.out);
}

#[tokio::test]
async fn a_file_that_was_sent_is_not_dropped_again() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    let file = desk.file("staff.csv", people(&["ann", "ben"]));
    desk.run(&["sync", &file]).assert_code(0);
    // As long as a dropped file rests, and some looks more.
    tokio::time::sleep(std::time::Duration::from_secs(14)).await;
    assert_eq!(up.get("/runs").await["runs"].as_array().unwrap().len(), 1);
    // The same bytes, put there by hand, are a drop.
    let again = desk.inbox_file().with_extension("part");
    std::fs::copy(desk.inbox_file(), &again).unwrap();
    std::fs::rename(&again, desk.inbox_file()).unwrap();
    assert_eq!(up.ended(2).await["trigger"], "drop");
}

#[tokio::test]
async fn a_second_up_is_told_where_the_first_one_is() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    desk.run(&["up", "--port", "0"]).assert_refused(&["serves this data already", &up.url]);
    desk.run(&["check", "--connect"]).assert_refused(&["has this data", "Ctrl-C", &up.url]);
    assert_eq!(up.interrupt(), Some(0));
    assert!(!desk.data().join("serving").exists());
}

#[tokio::test]
async fn the_address_of_a_killed_up_is_not_asked() {
    let desk = Desk::new(SMALL);
    let up = Up::start(&desk, &[]);
    drop(up);
    let serving = desk.data().join("serving");
    assert!(serving.exists(), "a kill leaves it behind");
    // Somebody else listens there now, and must not be given the token.
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    other.set_nonblocking(true).unwrap();
    std::fs::write(&serving, format!("http://{}", other.local_addr().unwrap())).unwrap();
    assert_eq!(desk.json(&["licence"])["used"], 0);
    assert!(other.accept().is_err(), "nobody came");
    assert!(!serving.exists(), "who has the lock removes it");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_where_it_serves() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new(SMALL);
    let _up = Up::start(&desk, &[]);
    let mode = std::fs::metadata(desk.data().join("serving")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

#[tokio::test]
async fn up_says_a_line_for_each_run() {
    let desk = Desk::new(SMALL);
    let mut up = desk.command(&["up", "--port", "0", "--every", "never"]);
    let mut up = up.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(up.stdout.take().unwrap()).lines().map_while(Result::ok);
    let link = said.find_map(|line| line.strip_prefix("Console  ").map(str::to_owned)).unwrap();
    let url = link.split_once("/?token=").unwrap().0;
    let mut told = BufReader::new(up.stderr.take().unwrap()).lines().map_while(Result::ok);
    for (people_now, what) in [
        (
            vec!["ann", "ben", "cem", "dan"],
            "3 new with a seat, 1 new without a seat; 3 of 3 seats used, 1 waiting",
        ),
        (vec!["ann"], "removals are held, and a person must look"),
    ] {
        desk.run(&["sync", &desk.file("staff.csv", people(&people_now))]);
        let id = desk.json(&["runs"])[0]["id"].as_str().unwrap().to_owned();
        let line = told.find(|line| line.contains(&id)).unwrap();
        assert!(line.contains("staff (") && line.contains(what) && line.contains(url), "{line}");
    }
    desk.run(&["sync", &desk.file("staff.csv", "no,such,columns\n1,2,3\n")]).assert_code(4);
    let failed = told.next().unwrap();
    assert!(failed.contains("failed: ") && failed.contains("/console/runs/"), "{failed}");
    up.kill().unwrap();
    up.wait().unwrap();
}

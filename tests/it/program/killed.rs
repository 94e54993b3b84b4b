//! The program killed in the middle of a sync, and two at once on one data folder.

use super::up::Up;
use super::{Desk, SMALL};
use rollcall_sync::store::Names;
use serde_json::{Value, json};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// So many that a process has time to be killed among them.
const PEOPLE: usize = 1_500;

/// How often a process is killed, each time by another that goes on where it was.
const KILLS: u32 = 5;

const SIGKILL: i32 = 9;

fn config() -> String {
    SMALL.replace("seats = 3", "seats = 1200")
}

/// Many people, of whom some will wait.
fn crowd() -> String {
    let rows = (0..PEOPLE).map(|number| format!("p{number:05},user{number:05},clerk\n"));
    ["key,username,title\n".to_owned()].into_iter().chain(rows).collect()
}

fn begin(desk: &Desk, arguments: &[&str]) -> Child {
    desk.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until a process at work on the data has put this into the bucket.
fn wait_for(desk: &Desk, key: &str) {
    let began = Instant::now();
    while !desk.data().join("s3").join(Names::local().bucket).join(key).exists() {
        assert!(began.elapsed() < Duration::from_secs(30), "the run does not get on");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Every account but for the moments of its blocks.
fn accounts(desk: &Desk) -> Vec<Value> {
    let Value::Array(mut accounts) = desk.json(&["accounts"]) else { panic!("accounts are an array") };
    for account in &mut accounts {
        let since = account["since"].take();
        assert_eq!(since.is_string(), account["state"] == "blocked");
    }
    accounts
}

/// A random number of 0 to 99.
fn random() -> u32 {
    u32::try_from(RandomState::new().build_hasher().finish() % 100).unwrap()
}

#[test]
fn random_kills_end_as_if_never_killed() {
    let reference = Desk::new(&config());
    let file = reference.file("staff.csv", crowd());
    let began = Instant::now();
    reference.done(&["sync", &file]);
    let mut duration = began.elapsed();
    let expected = accounts(&reference);
    assert_eq!(expected.len(), PEOPLE);

    let desk = Desk::new(&config());
    let mut kills = Vec::new();
    for _ in 0..KILLS {
        let moment = duration * (10 + random() * 4 / 5) / 100;
        let mut child = begin(&desk, &["sync", &file]);
        std::thread::sleep(moment);
        child.kill().unwrap();
        let was_killed = child.wait().unwrap().signal() == Some(SIGKILL);
        kills.push((moment, was_killed));
        if !was_killed {
            // It came to its end first: on a machine that had more to do before, or because there was nothing left to do.
            duration = moment;
        }
        let doctor = desk.run(&["doctor"]);
        assert_eq!(doctor.code, 0, "after {kills:?}: {}{}", doctor.out, doctor.err);
        let active = desk.json(&["licence"])["used"].as_u64().unwrap();
        assert!(active <= 1_200, "after {kills:?}: {active} active");
    }
    assert!(kills.iter().any(|(_, was_killed)| *was_killed), "nobody was killed: {kills:?}");
    let last = desk.json(&["sync", &file]);
    assert_eq!(last["summary"]["used"], 1_200, "after {kills:?}");
    assert_eq!(accounts(&desk), expected, "after {kills:?}");
    assert_eq!(desk.json(&["sync", &file])["summary"]["writes"], 0, "after {kills:?}");
    let runs = desk.json(&["runs"]);
    let is_finished = |run: &Value| run["finished_at"].is_string();
    assert!(runs.as_array().unwrap().iter().all(is_finished), "after {kills:?}: {runs}");
    desk.assert_healthy();
}

#[test]
fn a_second_process_on_the_same_data_is_refused() {
    let desk = Desk::new(&config());
    let file = desk.file("staff.csv", crowd());
    let mut first = begin(&desk, &["sync", &file]);
    wait_for(&desk, "inbox/staff.csv");
    let refused = desk.run(&["licence"]);
    refused.assert_refused(&["another rollcall is at work on", "wait until it is done"]);
    let refused = desk.run(&["sync", &file, "--json"]);
    refused.assert_refused(&["another rollcall is at work on"]);
    assert!(first.wait().unwrap().success());
    assert_eq!(desk.json(&["licence"])["used"], 1_200);
}

#[test]
fn the_next_sync_ends_a_killed_run_and_applies_the_new_file() {
    let desk = Desk::new(&config());
    let file = desk.file("staff.csv", crowd());
    let mut first = begin(&desk, &["sync", &file]);
    // The snapshot is published in the middle of a run, long before its end.
    wait_for(&desk, "snapshots");
    first.kill().unwrap();
    first.wait().unwrap();
    let doctor = desk.run(&["doctor"]);
    doctor.assert_code(0);
    assert!(
        doctor
            .err
            .contains("was cut off; the next `rollcall sync` ends it and brings the accounts up to date"),
        "{}",
        doctor.err
    );
    let runs = desk.done(&["runs"]);
    assert!(runs.contains("reading") || runs.contains("reconciling"), "{runs}");
    // The person who runs it again has mended the file: nothing of the old one is to be applied any more.
    let mended = desk.file("mended.csv", "key,username,title\np00000,user00000,boss\nnew,new,boss\n");
    let next = desk.run(&["sync", &mended, "--json"]);
    assert!(next.err.contains("was cut off; this run goes on from what it has committed"), "{}", next.err);
    let accounts = desk.json(&["accounts"]);
    let names: Vec<&str> =
        accounts.as_array().unwrap().iter().filter_map(|one| one["username"].as_str()).collect();
    assert!(names.contains(&"new") && names.len() < PEOPLE, "{} accounts", names.len());
    let runs = desk.json(&["runs"]);
    let cut_off = runs.as_array().unwrap().last().unwrap();
    assert_eq!(cut_off["status"], "failed");
    assert!(cut_off["error"].as_str().unwrap().contains("was cut off"), "{cut_off}");
    desk.assert_healthy();
}

/// So many that an export of them takes more than one step.
const ENTRIES: usize = 60_000;

#[tokio::test]
async fn an_export_cut_off_by_a_kill_is_made_by_the_next_process() {
    let desk = Desk::new(SMALL);
    let rows = (0..ENTRIES).map(|number| format!("p{number:05},user{number:05},clerk\n"));
    let file: String = ["key,username,title\n".to_owned()].into_iter().chain(rows).collect();
    let file = desk.file("staff.csv", file);
    desk.done(&["sync", &file, "--dry-run"]);
    let run = desk.json(&["runs"])[0]["id"].clone();
    let up = Up::start(&desk, &[]);
    let (status, export) = up.post("/exports", json!({ "run": run })).await;
    let status = status.as_u16();
    assert_eq!((status, &export["state"]), (202, &json!("making")), "{export}");
    // SIGKILL.
    drop(up);
    let up = Up::start(&desk, &[]);
    let path = format!("/exports/{}", export["id"].as_str().unwrap());
    let began = Instant::now();
    loop {
        let export = up.get(&path).await;
        match export["state"].as_str() {
            Some("done") => {
                assert_eq!(export["rows"], ENTRIES, "{export}");
                break;
            }
            Some("making") => {}
            _ => panic!("{export}"),
        }
        assert!(began.elapsed() < Duration::from_secs(120), "{export}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

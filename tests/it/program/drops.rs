//! A file put over the one that was synced, in every way in which people do that, with the program up and down.

use super::up::Up;
use super::{Answer, Desk, SMALL, people};
use futures::future::join_all;
use std::fs::{self, File, FileTimes};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

/// How a person puts another file in the place of the one that lies there.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// An editor that writes into the file.
    WrittenInto,
    /// An editor that writes a file beside it and renames that.
    RenamedOver,
    /// `cp -p` of a file that is older than the one that lies there.
    CopiedWithAnOlderTime,
    /// `mv` of a file that is older than the one that lies there.
    MovedWithAnOlderTime,
    /// Deleted, and made again.
    MadeAgain,
    /// Written into, and its time set back to what it was: size and time are those of the file before.
    TimeSetBack,
}

const WAYS: [Way; 6] = [
    Way::WrittenInto,
    Way::RenamedOver,
    Way::CopiedWithAnOlderTime,
    Way::MovedWithAnOlderTime,
    Way::MadeAgain,
    Way::TimeSetBack,
];

impl Way {
    fn put(self, desk: &Desk, csv: &str) {
        let place = desk.inbox_file();
        let before = fs::metadata(&place).unwrap();
        let year_ago = SystemTime::now() - Duration::from_secs(365 * 24 * 3600);
        let beside = place.with_file_name("staff.csv.new");
        match self {
            Self::WrittenInto => fs::write(&place, csv).unwrap(),
            Self::RenamedOver => {
                fs::write(&beside, csv).unwrap();
                fs::rename(&beside, &place).unwrap();
            }
            Self::CopiedWithAnOlderTime => {
                let other = desk.file("older.csv", csv);
                set_time(Path::new(&other), year_ago);
                assert!(Command::new("cp").arg("-p").arg(&other).arg(&place).status().unwrap().success());
            }
            Self::MovedWithAnOlderTime => {
                fs::write(&beside, csv).unwrap();
                set_time(&beside, year_ago);
                fs::rename(&beside, &place).unwrap();
            }
            Self::MadeAgain => {
                fs::remove_file(&place).unwrap();
                fs::write(&place, csv).unwrap();
            }
            Self::TimeSetBack => {
                assert_eq!(before.len(), csv.len() as u64, "this way is about a file of the same size");
                fs::write(&place, csv).unwrap();
                set_time(&place, before.modified().unwrap());
            }
        }
    }
}

pub(super) fn set_time(path: &Path, time: SystemTime) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_times(FileTimes::new().set_modified(time)).unwrap();
}

/// The same number of people each time, so that every file has the same size.
fn file_of(round: usize) -> String {
    people(&["ann", &format!("p{round:02}")])
}

fn newcomer(round: usize) -> String {
    format!("p{round:02}")
}

/// Who is left blocks an account, and two of three would be too many for the guard: it is open here.
fn config() -> String {
    SMALL.replace("seats = 3", "seats = 30").replace("max_removal_percent = 20", "max_removal_percent = 100")
}

#[test]
fn a_file_put_over_a_synced_one_is_read_by_the_next_sync() {
    let desk = Desk::new(&config());
    desk.sync(&file_of(0), 0);
    for (round, way) in (1..).zip(WAYS) {
        way.put(&desk, &file_of(round));
        let answer = desk.run(&["sync"]);
        assert_eq!(answer.code, 0, "{way:?}: {}{}", answer.out, answer.err);
        assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann", &newcomer(round)], "{way:?}");
    }
    desk.assert_healthy();
}

/// Each way has a desk of its own, all side by side: most of the time goes by until a file counts as at rest.
#[tokio::test]
async fn a_file_put_over_a_synced_one_is_read_while_up_runs() {
    join_all(WAYS.map(|way| async move {
        let desk = Desk::new(&config());
        desk.sync(&file_of(0), 0);
        let up = Up::start(&desk, &[]);
        way.put(&desk, &file_of(1));
        let run = up.ended(2).await;
        assert_eq!(run["status"], "completed", "{way:?}: {run}");
        let found = up.get(&format!("/accounts?text={}", newcomer(1))).await;
        assert_eq!(found["accounts"][0]["state"], "active", "{way:?}: {found}");
        let runs = up.get("/runs").await;
        assert_eq!(runs["runs"].as_array().unwrap().len(), 2, "a run for the drop and no other: {runs}");
        assert_eq!(up.interrupt(), Some(0));
        desk.assert_healthy();
    }))
    .await;
}

#[tokio::test]
async fn a_file_put_over_a_synced_one_is_read_when_up_starts() {
    join_all(WAYS.map(|way| async move {
        let desk = Desk::new(&config());
        desk.sync(&file_of(0), 0);
        way.put(&desk, &file_of(1));
        let up = Up::start(&desk, &[]);
        let run = up.ended(2).await;
        let (status, trigger) = (&run["status"], &run["trigger"]);
        assert_eq!((status, trigger), (&"completed".into(), &"drop".into()), "{way:?}: {run}");
        assert_eq!(up.interrupt(), Some(0));
        desk.assert_healthy();
    }))
    .await;
}

#[test]
fn a_deleted_file_is_missed_by_name_and_made_again_is_read() {
    let desk = Desk::new(&config());
    desk.sync(&file_of(0), 0);
    fs::remove_file(desk.inbox_file()).unwrap();
    let answer = desk.run(&["sync"]);
    answer.assert_code(4);
    assert!(answer.out.contains("there is no inbox/staff.csv in the bucket"), "{}", answer.out);
    fs::rename(desk.file("staff.csv", file_of(1)), desk.inbox_file()).unwrap();
    desk.done(&["sync"]);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]), ["ann", "p01"]);
}

#[test]
fn a_file_may_come_from_the_standard_input() {
    let desk = Desk::new(SMALL);
    let sync = |arguments: &[&str], csv: String| {
        let mut child = desk.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(csv.as_bytes()).unwrap();
        Answer::of(child.wait_with_output().unwrap())
    };
    let tried = sync(&["sync", "-", "--dry-run"], people(&["ann", "ben"]));
    tried.assert_code(0);
    assert!(tried.out.contains("rollcall sync -"), "{}", tried.out);
    assert!(!desk.inbox_file().exists());
    sync(&["sync", "-"], people(&["ann", "ben"])).assert_code(0);
    assert_eq!(desk.usernames(&["accounts"]), ["ann", "ben"]);
    sync(&["sync", "-"], String::new()).assert_code(4);
}

//! The disk that the program works on: files that have no end, a disk that is full, and a folder that others could read.

use super::{Answer, Desk, SMALL, people};
use serde_json::Value;
use std::fs::{self, File, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

/// Commands that change nothing.
const LOOKS: [&[&str]; 7] =
    [&["accounts"], &["audit"], &["runs"], &["licence"], &["explain", "ann"], &["waiting"], &["doctor"]];

impl Desk {
    /// Runs a command under limits of the shell's `ulimit`. A file that grows too large is an error, as on a full disk.
    fn limited(&self, limits: &str, arguments: &[&str]) -> Answer {
        let command = self.command(arguments);
        let mut shell = Command::new("bash");
        shell.args(["-c", &format!("trap '' XFSZ; {limits}; exec \"$@\""), "bash"]);
        shell.arg(command.get_program()).args(command.get_args()).env("USER", "tester");
        Answer::of(shell.output().unwrap())
    }

    fn looks(&self, run: impl Fn(&[&str]) -> Answer) -> Vec<Value> {
        let look = |arguments: &&[&str]| {
            let answer = run(&[*arguments, &["--json"]].concat());
            assert_eq!(answer.code, 0, "{arguments:?}: {}", answer.err);
            answer.json()
        };
        assert!(self.data().exists());
        LOOKS.iter().map(look).collect()
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn open_to_all(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_is_no_plain_file_is_refused_with_a_word() {
    let desk = Desk::new(SMALL);
    let pipe = desk.folder.path().join("pipe.csv");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let (pipe, folder) = (pipe.to_str().unwrap(), desk.folder.path().to_str().unwrap());
    for (file, word) in [(pipe, "a pipe"), (folder, "a folder"), ("/dev/zero", "a device")] {
        desk.run(&["sync", file]).assert_refused(&[word, "sync"]);
    }
    assert!(!desk.data().exists(), "a slip of the finger leaves no data folder behind");
}

#[test]
fn a_file_that_grows_while_it_is_copied_is_refused() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben"]), 0);
    let before = fs::read(desk.inbox_file()).unwrap();
    // Large, so that the writer has a turn while it is copied, however busy the machine is.
    let path = desk.file("log.csv", [people(&["ann"]), "ben,ben,clerk\n".repeat(3_000_000)].concat());
    let is_over = AtomicBool::new(false);
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut log = File::options().append(true).open(&path).unwrap();
            while !is_over.load(Ordering::SeqCst) {
                log.write_all(b"ben,ben,clerk\n").unwrap();
            }
        });
        let answer = desk.run(&["sync", &path]);
        is_over.store(true, Ordering::SeqCst);
        answer
    });
    answer.assert_code(4);
    assert!(answer.err.contains("log.csv was changed while it was copied"), "{}", answer.err);
    assert_eq!(fs::read(desk.inbox_file()).unwrap(), before, "what lay there stays");
    assert_eq!(desk.json(&["runs"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_large_file_is_copied_and_read_in_little_memory() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben"]), 0);
    // More than the program may have. Its headings are wrong: only that it is copied and looked into counts here.
    let path = desk.file("large.csv", "id,username\n");
    File::options().append(true).open(&path).unwrap().set_len(160 << 20).unwrap();
    let answer = desk.limited("ulimit -d 150000", &["sync", &path]);
    assert_eq!(answer.code, 4, "{}{}", answer.out, answer.err);
    assert_eq!(fs::metadata(desk.inbox_file()).unwrap().len(), 160 << 20);
    assert!(answer.out.contains("line 1 has no column"), "{}", answer.out);
}

#[test]
fn on_a_full_disk_looking_works_and_changing_says_what_is_full() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "dan"]), 0);
    let expected = desk.looks(|arguments| desk.run(arguments));
    let full = "ulimit -f 8";
    assert_eq!(desk.looks(|arguments| desk.limited(full, arguments)), expected);
    let look = desk.limited(full, &["accounts"]);
    assert!(look.err.contains("cannot be written: File too large"), "{}", look.err);
    let data = desk.data();
    for arguments in
        [&["sync"][..], &["block", "ann"], &["licence", "set", "9"], &["doctor", "--repair"], &["up"]]
    {
        let answer = desk.limited(full, arguments);
        answer.assert_code(1);
        for part in [data.to_str().unwrap(), "cannot be written: File too large", "Commands that only look"] {
            assert!(answer.err.contains(part), "{arguments:?}: {part:?} is missing in:\n{}", answer.err);
        }
    }
    assert_eq!(desk.looks(|arguments| desk.run(arguments)), expected);
}

#[test]
fn a_full_disk_is_named_and_the_next_run_finishes() {
    let desk = Desk::new(&SMALL.replace("seats = 3", "seats = 2000"));
    desk.sync(&people(&["ann"]), 0);
    let keys: Vec<String> = (0..1000).map(|number| format!("p{number:04}")).collect();
    let keys: Vec<&str> = ["ann"].into_iter().chain(keys.iter().map(String::as_str)).collect();
    let file = desk.file("staff.csv", people(&keys));
    let answer = desk.limited("ulimit -f 600", &["sync", &file]);
    assert_eq!(answer.code, 1, "{}{}", answer.out, answer.err);
    let said = format!("{}{}", answer.out, answer.err);
    assert!(said.contains("failed 6 times: ") || said.contains("gave up after 6 tries: "), "{said}");
    assert!(said.contains("disk I/O error") || said.contains("full") || said.contains("too large"), "{said}");
    desk.assert_healthy();
    desk.sync(&people(&keys), 0);
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]).len(), 1001);
    desk.assert_healthy();
}

#[test]
fn a_failed_step_says_its_cause_in_terminal_and_run() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben"]), 0);
    let snapshots = desk.data().join("s3/rollcall/snapshots");
    fs::remove_dir_all(&snapshots).unwrap();
    fs::write(&snapshots, "in the way").unwrap();
    let answer = desk.sync(&people(&["ann", "cem"]), 1);
    assert!(answer.out.contains("writing an object is refused: "), "{}", answer.out);
    assert!(answer.out.contains("s3/rollcall/snapshots"), "{}", answer.out);
    let run = &desk.json(&["runs"])[0];
    assert_eq!(run["status"], "failed");
    assert!(run["error"].as_str().unwrap().contains("s3/rollcall/snapshots"), "{run}");
    fs::remove_file(&snapshots).unwrap();
    desk.sync(&people(&["ann", "cem"]), 0);
    desk.assert_healthy();
}

#[test]
fn an_open_data_folder_is_closed_and_told_once() {
    let desk = Desk::new(SMALL);
    fs::create_dir(desk.data()).unwrap();
    open_to_all(&desk.data(), 0o755);
    let token = desk.data().join("token");
    fs::write(&token, "0123456789abcdef0123456789abcdef").unwrap();
    let first = desk.sync(&people(&["ann"]), 0);
    for part in [desk.data().to_str().unwrap(), "mode 755", "it is yours alone", "another token"] {
        assert!(first.err.contains(part), "{part:?} is missing in:\n{}", first.err);
    }
    assert_eq!(mode(&desk.data()), 0o700);
    assert!(!token.exists(), "others may have read it");
    for name in ["dynamodb.sqlite", "lock"] {
        open_to_all(&desk.data().join(name), 0o666);
    }
    let second = desk.run(&["accounts"]);
    second.assert_code(0);
    assert_eq!(second.err, "");
    for name in ["dynamodb.sqlite", "lock"] {
        assert_eq!(mode(&desk.data().join(name)), 0o600, "{name}");
    }
}

#[test]
fn a_data_folder_that_is_a_link_or_of_somebody_else_is_refused() {
    let desk = Desk::new(SMALL);
    let elsewhere = desk.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, desk.data()).unwrap();
    desk.run(&["accounts"]).assert_refused(&["is a symbolic link to", "elsewhere", "--data"]);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    fs::remove_file(desk.data()).unwrap();
    fs::create_dir(desk.data()).unwrap();
    // Only root may give a folder away.
    if chown(desk.data(), Some(65_534), None).is_ok() {
        desk.run(&["accounts"]).assert_refused(&["belongs to another user (uid 65534", "--data"]);
        chown(desk.data(), Some(0), None).unwrap();
    }
    // Where everybody could write, what somebody else has put there is not taken for ours.
    open_to_all(&desk.data(), 0o777);
    symlink("/etc/hostname", desk.data().join("token")).unwrap();
    desk.run(&["accounts"]).assert_refused(&["others could write into", "token"]);
}

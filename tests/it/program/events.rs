//! `rollcall events --follow`: prints what changes while it runs, and ends by itself or by Ctrl-C (rule 64).

use super::up::Up;
use super::{Desk, SMALL, people, program};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

/// The program that follows the events of another one.
struct Follower {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Follower {
    fn start(up: &Up, more: &[&str]) -> Self {
        let mut command = there(up);
        command
            .args(["events", "--follow", "--json"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn next(&mut self) -> (String, String) {
        let event: Value = serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap();
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        (text("username"), text("outcome"))
    }
}

fn there(up: &Up) -> Command {
    let mut command = program();
    command.args(["--remote", &up.url]).env("ROLLCALL_TOKEN", &up.token);
    command
}

fn pair(username: &str, outcome: &str) -> (String, String) {
    (username.to_owned(), outcome.to_owned())
}

#[test]
fn a_change_is_printed_while_it_follows_and_a_limit_ends_it() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben"]), 0);
    let up = Up::start(&desk, &[]);
    let mut follower = Follower::start(&up, &["--limit", "4"]);
    let mut first = [follower.next(), follower.next()];
    first.sort();
    assert_eq!(first, [pair("ann", "created_active"), pair("ben", "created_active")]);
    assert!(there(&up).args(["block", "ann"]).output().unwrap().status.success());
    assert_eq!(follower.next(), pair("ann", "blocked_by_admin"));
    assert!(there(&up).args(["unblock", "ann"]).output().unwrap().status.success());
    assert_eq!(follower.next(), pair("ann", "unblocked_by_admin"));
    assert!(follower.lines.next().is_none(), "four events are all");
    let ended = follower.child.wait_with_output().unwrap();
    assert!(ended.status.success());
    let said = String::from_utf8(ended.stderr).unwrap();
    let cursor = said.trim().rsplit(' ').next().unwrap();
    // From there on nothing has happened yet, and what happens is found.
    let rest = there(&up).args(["events", "--after", cursor, "--json"]).output().unwrap();
    let rest: Value = serde_json::from_slice(&rest.stdout).unwrap();
    assert_eq!(rest["events"], serde_json::json!([]), "{said}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_it() {
    use std::os::unix::process::ExitStatusExt as _;
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann"]), 0);
    let up = Up::start(&desk, &[]);
    let mut follower = Follower::start(&up, &[]);
    assert_eq!(follower.next(), pair("ann", "created_active"));
    let killed = Command::new("kill").args(["-INT", &follower.child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(follower.child.wait().unwrap().signal(), Some(2));
}

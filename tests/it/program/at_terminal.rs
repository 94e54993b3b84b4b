//! The program as a person at a terminal uses it: it asks.

use super::{Desk, SMALL, people};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};

/// A terminal: the end of a person, and that of the program.
pub(super) fn pty() -> (File, File) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = ptsname(&person, Vec::new()).unwrap().into_string().unwrap();
    (File::from(person), OpenOptions::new().read(true).write(true).open(name).unwrap())
}

/// Runs a command in a terminal, in which somebody has typed this. Answers with its exit code, and with what was shown.
fn typed(desk: &Desk, arguments: &[&str], answer: &str) -> (Option<i32>, String) {
    let (mut person, end) = pty();
    person.write_all(answer.as_bytes()).unwrap();
    let (out, err) = (end.try_clone().unwrap(), end.try_clone().unwrap());
    let mut command = desk.command(arguments);
    let mut child = command.stdin(end).stdout(out).stderr(err).spawn().unwrap();
    drop(command);
    let mut shown = Vec::new();
    let mut part = [0; 1000];
    // A terminal whose program has ended is read with an error in the place of an end.
    while let Ok(bytes @ 1..) = person.read(&mut part) {
        shown.extend_from_slice(&part[..bytes]);
    }
    (child.wait().unwrap().code(), String::from_utf8(shown).unwrap())
}

/// The console asked before a limit went away, and the command line did not (rule 68).
#[test]
fn no_limit_is_asked_for_first() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "wim", "zoe"]), 0);
    let set = ["licence", "set", "unlimited"];
    let (code, shown) = typed(&desk, &set, "no\n");
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("The limit goes from 3 seats to no limit. 2 people wait for a seat"), "{shown}");
    assert_eq!(desk.json(&["licence"])["limit"], 3);
    let (code, shown) = typed(&desk, &set, "yes\n");
    assert_eq!((code, shown.contains("limit: 3 -> no limit")), (Some(0), true), "{shown}");
    // There is nothing to ask about any more, and nobody waits for an answer.
    let (code, shown) = typed(&desk, &set, "");
    assert_eq!((code, shown.contains("Type yes")), (Some(0), false), "{shown}");
}

//! What reaches a terminal, a pipe or a full disk.

use super::{Answer, Desk, SMALL, people, program};
use std::process::Stdio;

#[test]
fn names_that_would_command_the_terminal_are_escaped() {
    let desk = Desk::new(SMALL);
    // The first hides its end, the second turns its line round.
    let csv = "key,username,title\nann,ann,\"\u{1b}[2Jboss\"\nben,b\u{202e}en,clerk\ncem,cem,clerk\n";
    let answer = desk.sync(csv, 5);
    let file = desk.file("again.csv", csv.replace("\u{1b}[2Jboss", "clerk"));
    desk.done(&["sync", &file]);
    let file = desk.file("\u{1b}[31mred.csv", "");
    let failed = desk.run(&["sync", &file]);
    failed.assert_code(4);
    desk.done(&["block", "cem", "--why", "\u{1b}]0;title\u{7}"]);
    let mut shown = vec![answer.out, answer.err, failed.out, failed.err];
    for arguments in
        [vec!["accounts"], vec!["accounts", "--json"], vec!["audit"], vec!["audit", "--json"], vec!["runs"]]
    {
        shown.push(desk.done(&arguments));
    }
    let refused = desk.run(&["block", "x\u{1b}[31m\u{9b}1m"]);
    shown.push(refused.err);
    for text in &shown {
        let is_hidden = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!text.contains(is_hidden), "{text:?}");
    }
    assert!(desk.done(&["accounts"]).contains(r"b\u{202e}en"));
    assert!(
        desk.usernames(&["accounts"]).contains(&"b\u{202e}en".to_owned()),
        "programs get the name itself"
    );
}

/// How many columns of a terminal a text takes, for the letters of these tests.
fn columns(text: &str) -> usize {
    let wide = |c: char| ('\u{1100}'..='\u{FFFF}').contains(&c);
    let combining = |c: char| ('\u{300}'..='\u{36F}').contains(&c);
    text.chars().filter(|c| !combining(*c)).map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[test]
fn columns_align_with_letters_of_any_width() {
    let desk = Desk::new(SMALL);
    let long = "x".repeat(200);
    let file = desk.file("staff.csv", people(&["山田太郎", "łukasz", "zoë", "z\u{328}ed", &long]));
    desk.done(&["sync", &file]);
    let table = desk.done(&["accounts"]);
    let mut lines = table.lines();
    let headings = lines.next().unwrap();
    let at = columns(&headings[..headings.find("STATE").unwrap()]);
    let mut rows = 0;
    for line in lines {
        rows += 1;
        let state = line.find(" active ").or_else(|| line.find(" blocked ")).unwrap() + 1;
        assert_eq!(columns(&line[..state]), at, "{table}");
        assert_eq!(line, line.trim_end());
    }
    assert_eq!(rows, 5);
    assert!(table.contains(&long), "nothing is cut");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem"]), 0);
    for arguments in [vec!["accounts"], vec!["accounts", "--json"], vec!["--help"], vec!["sync"]] {
        let mut child =
            desk.command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let answer = Answer::of(child.wait_with_output().unwrap());
        answer.assert_code(0);
        assert_eq!(answer.err, "");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann"]), 0);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let answer = Answer::of(desk.command(&["accounts", "--json"]).stdout(full).output().unwrap());
    answer.assert_code(1);
    assert!(answer.err.contains("the output is not complete"), "{}", answer.err);
}

#[test]
fn where_stderr_is_no_terminal_nothing_of_the_bar_reaches_it() {
    let desk = Desk::new(SMALL);
    assert_eq!(desk.sync(&people(&["ann"]), 0).err, "");
}

#[test]
fn help_says_what_each_command_does_and_the_exit_codes() {
    let help = |arguments: &[&str]| {
        let answer = Answer::of(program().args(arguments).arg("--help").output().unwrap());
        answer.assert_code(0);
        answer.out
    };
    let all = help(&[]);
    for part in
        ["sync", "accounts", "audit", "runs", "licence", "block", "unblock", "local", "check", "doctor"]
    {
        assert!(all.contains(&format!("\n  {part} ")), "{part:?} is missing in:\n{all}");
    }
    assert!(
        all.contains("Exit codes: 0 done; ")
            && all.contains("Begin with a CSV file of your people: rollcall init"),
        "{all}"
    );
    for (command, parts) in [
        (
            vec!["sync"],
            vec!["[FILE]", "--dry-run", "--approve <RUN>", "--source <NAME>", "--json", "--data <DIR>"],
        ),
        (
            vec!["accounts"],
            vec!["--state <STATE>", "active", "--reason <REASON>", "no_seat", "--source <NAME>"],
        ),
        (
            vec!["audit"],
            vec!["--user <USER>", "--outcome <OUTCOME>", "created_active", "--since <WHEN>", "UTC"],
        ),
        (vec!["runs"], vec!["[RUN]"]),
        (vec!["licence"], vec!["set"]),
        (vec!["licence", "set"], vec!["<N|+N|-N|unlimited|configured>"]),
        (vec!["block"], vec!["<USER>", "--why <TEXT>"]),
        (vec!["unblock"], vec!["<USER>"]),
        (vec!["source", "retire"], vec!["<NAME>", "--dry-run", "--yes"]),
        (vec!["rename"], vec!["<USER>", "<NEW>"]),
        (vec!["rekey"], vec!["<USER>", "<KEY>"]),
        (vec!["local", "add"], vec!["<USER>", "--admin", "--set <FIELD=VALUE>"]),
        (vec!["check"], vec!["--config <FILE>"]),
        (vec!["doctor"], vec!["--config <FILE>"]),
    ] {
        let text = help(&command);
        for part in parts {
            assert!(text.contains(part), "{part:?} is missing in the help of {command:?}:\n{text}");
        }
    }
}

#[test]
fn an_error_is_one_object_for_programs() {
    let desk = Desk::new(SMALL);
    let answer = desk.run(&["explain", "nobody", "--json"]);
    answer.assert_code(2);
    let error: serde_json::Value = serde_json::from_str(&answer.err).unwrap();
    assert_eq!(error["exit_code"], 2);
    assert!(error["error"].as_str().unwrap().contains("nobody"), "{error}");
    assert_eq!(answer.out, "");
}

#[test]
fn a_list_ends_where_the_person_wants() {
    let desk = Desk::new(SMALL);
    desk.sync(&people(&["ann", "ben", "cem", "dan", "eva"]), 0);
    desk.done(&["sync"]);
    for (command, limit, rows) in
        [("accounts", "2", 2), ("accounts", "9", 5), ("audit", "3", 3), ("waiting", "1", 1), ("runs", "1", 1)]
    {
        let shown = desk.json(&[command, "--limit", limit]);
        assert_eq!(shown.as_array().unwrap().len(), rows, "{command} --limit {limit}");
    }
    desk.run(&["accounts", "--limit", "0"]).assert_code(2);
}

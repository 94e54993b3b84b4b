//! The configuration from the outside: where it is looked for, and how its mistakes are explained.

use super::{Answer, Desk, SMALL, program};

/// Three mistakes, on lines 2, 6 and 8.
const WRONG: &str = "[licence]\nseats = \"ten\"\n[[source]]\nname = \"staff\"\nkind = \"csv\"\nobjekt = \"inbox/staff.csv\"\n\
                     object = \"inbox/staff.csv\"\nmatch_field = 7\n[source.mapping]\nusername = \"user\"\n";

#[test]
fn check_explains_every_mistake_with_file_and_line() {
    let desk = Desk::new(WRONG);
    let answer = desk.run(&["check"]);
    answer.assert_code(2);
    let file = desk.config.to_str().unwrap();
    for line in [2, 6, 8] {
        assert!(
            answer.out.contains(&format!("{file}:{line}: ")),
            "line {line} is missing in:\n{}",
            answer.out
        );
    }
    assert_eq!(answer.out.lines().count(), 3, "{}", answer.out);
    let answer = desk.run(&["check", "--json"]);
    answer.assert_code(2);
    let mistakes = answer.json();
    let lines: Vec<u64> =
        mistakes["mistakes"].as_array().unwrap().iter().map(|one| one["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [2, 6, 8]);
    assert!(!desk.data().exists(), "check touches no data");
}

#[test]
fn a_good_configuration_is_told_in_short() {
    let desk = Desk::new(SMALL);
    let shown = desk.done(&["check"]);
    assert!(shown.ends_with("is good: 3 seats, source staff\n"), "{shown}");
    assert_eq!(desk.json(&["check"]), serde_json::json!({ "mistakes": [], "warnings": [] }));
}

#[test]
fn an_object_that_nobody_is_told_of_on_aws_is_warned_of() {
    let desk = Desk::new(&SMALL.replace("inbox/staff.csv", "drops/staff.csv"));
    let warning = "the object of source \"staff\" is outside inbox/";
    let shown = desk.done(&["check"]);
    assert!(shown.contains(&format!("is good: 3 seats, source staff\nwarning: {warning}")), "{shown}");
    assert!(desk.json(&["check"])["warnings"][0].as_str().unwrap().starts_with(warning));
}

#[test]
fn every_command_refuses_a_bad_configuration_with_its_lines() {
    let desk = Desk::new(WRONG);
    let file = desk.config.to_str().unwrap();
    let places = [2, 6, 8].map(|line| format!("{file}:{line}: "));
    for arguments in [
        vec!["sync"],
        vec!["sync", "--json"],
        vec!["accounts"],
        vec!["audit"],
        vec!["runs"],
        vec!["licence"],
        vec!["block", "ann"],
        vec!["unblock", "ann"],
        vec!["local", "add", "ann"],
        vec!["doctor"],
    ] {
        desk.run(&arguments).assert_refused(&places.each_ref().map(String::as_str));
    }
    assert!(!desk.data().exists(), "nothing was made");
}

#[test]
fn where_there_is_no_configuration_it_says_where_to_begin() {
    let folder = tempfile::TempDir::new().unwrap();
    for arguments in [vec!["accounts"], vec!["check"], vec!["sync", "--json"]] {
        let output = program().args(&arguments).current_dir(folder.path()).output().unwrap();
        Answer::of(output).assert_refused(&["rollcall.toml", "--config", "rollcall init FILE"]);
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_configuration_that_is_not_utf_8_is_refused_with_its_line() {
    let desk = Desk::new(SMALL);
    std::fs::write(&desk.config, b"[licence]\nseats = 3 # f\xFCr alle\n").unwrap();
    desk.run(&["check"]).assert_refused(&["rollcall.toml:2: is not UTF-8"]);
}

#[test]
fn a_configuration_saved_by_notepad_is_read() {
    let desk = Desk::new(&format!("\u{FEFF}{}", SMALL.replace('\n', "\r\n")));
    desk.done(&["check"]);
}

#[test]
fn two_sources_are_told_apart_by_name() {
    let second = SMALL[SMALL.find("[[source]]").unwrap()..].replace("staff", "guests");
    let desk = Desk::new(&format!("{SMALL}{second}"));
    let file = desk.file("staff.csv", super::people(&["ann"]));
    desk.run(&["sync", &file]).assert_refused(&["several sources (staff, guests)"]);
    desk.done(&["sync", &file, "--source", "guests"]);
    assert_eq!(desk.json(&["accounts"])[0]["source"], "guests");
}

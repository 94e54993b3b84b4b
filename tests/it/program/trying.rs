//! `init` and `check --file` as a person or a script uses them: what is written where, exit codes, and that nothing changes.

use super::{Answer, Desk, SMALL, people, program};
use serde_json::Value;

const STAFF: &str = "Employee ID;Login;Status\n1;ann;Active\n2;ben;Active\n3;cem;Terminated\n";

#[test]
fn written_configuration_is_not_overwritten_unless_it_must_be() {
    let desk = Desk::new("# ours\n");
    let file = desk.file("people.csv", STAFF);
    let refused = desk.run(&["init", &file]);
    refused.assert_refused(&["is there already", "--force"]);
    assert_eq!(std::fs::read_to_string(&desk.config).unwrap(), "# ours\n");
    let shown = desk.done(&["init", &file, "--force", "--source", "hr"]);
    for part in ["is written (3 rows", "check --file", "--dry-run", "--config"] {
        assert!(shown.contains(part), "{part:?} is missing in:\n{shown}");
    }
    let text = std::fs::read_to_string(&desk.config).unwrap();
    assert!(text.contains("name = \"hr\"\n") && text.contains("object = \"inbox/hr.csv\"\n"), "{text}");
    // To standard output it writes nothing else.
    let printed = desk.done(&["init", &file, "--out", "-", "--source", "hr"]);
    assert_eq!(printed, text);
    let beside = desk.folder.path().join("other.toml");
    desk.done(&["init", &file, "--out", beside.to_str().unwrap(), "--source", "hr"]);
    assert_eq!(std::fs::read_to_string(beside).unwrap(), text);
}

#[test]
fn the_commands_that_are_shown_can_be_typed() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("my people.csv"), STAFF).unwrap();
    let run = |arguments: &[&str]| {
        Answer::of(program().args(arguments).current_dir(folder.path()).output().unwrap())
    };
    let written = run(&["init", "my people.csv", "--json"]);
    written.assert_code(0);
    for command in written.json()["next"].as_array().unwrap() {
        let words = command
            .as_str()
            .unwrap()
            .strip_prefix("rollcall ")
            .unwrap()
            .replace("'my people.csv'", "my_people");
        let words: Vec<&str> =
            words.split(' ').map(|word| if word == "my_people" { "my people.csv" } else { word }).collect();
        run(&words).assert_code(0);
    }
}

#[test]
fn exit_code_says_whether_configuration_or_file_is_wrong() {
    let desk = Desk::new(SMALL);
    let good = desk.file("good.csv", people(&["ann", "ben"]));
    let shown = desk.done(&["check", "--file", &good]);
    for part in ["2 may have a seat", "username", "2 of 2", "ann", "Nothing is surely wrong"] {
        assert!(shown.contains(part), "{part:?} is missing in:\n{shown}");
    }
    let lacking = desk.file("lacking.csv", "key,username\nann,ann\n");
    let answer = desk.run(&["check", "--file", &lacking]);
    answer.assert_code(2);
    assert!(
        answer.out.contains("Wrong (title)") && answer.out.contains("no column \"title\""),
        "{}",
        answer.out
    );
    let answer = desk.run(&["check", "--file", &lacking, "--json"]);
    answer.assert_code(2);
    assert_eq!(
        (&answer.json()["is_wrong"], &answer.json()["source"]),
        (&Value::from(true), &Value::from("staff"))
    );
    let damaged = desk.file("damaged.csv", "key,username,title\nann,\"ann,clerk\n");
    let answer = desk.run(&["check", "--file", &damaged]);
    answer.assert_code(4);
    assert!(answer.err.contains("damaged.csv") && answer.err.contains("line 2"), "{}", answer.err);
    desk.run(&["init", &damaged, "--out", "-"]).assert_code(4);
    desk.run(&["check", "--file", "nowhere.csv"]).assert_refused(&["nowhere.csv"]);
    desk.run(&["check", "--file", &good, "--source", "nobody"]).assert_refused(&["no source \"nobody\""]);
    // Nothing was begun, and nothing lies in the inbox.
    assert!(!desk.data().exists());
}

#[test]
fn file_of_changes_is_told_before_anybody_is_touched() {
    let desk = Desk::new(SMALL);
    let changes = desk.file("delta.csv", "action,key,username,title\nU,ann,ann,clerk\nD,ben,ben,clerk\n");
    let answer = desk.run(&["init", &changes, "--out", "-"]);
    answer.assert_code(4);
    assert!(
        answer.err.contains("file of changes") && answer.err.contains("export everybody"),
        "{}",
        answer.err
    );
    let answer = desk.run(&["check", "--file", &changes]);
    answer.assert_code(2);
    assert!(answer.out.contains("file of changes"), "{}", answer.out);
}

#[test]
fn file_is_tried_with_the_source_that_reads_it() {
    let second = "[[source]]\nname = \"guests\"\nkind = \"csv\"\nobject = \"inbox/guests_*.csv\"\nmatch_field = \"mail\"\n";
    let desk = Desk::new(&format!("{SMALL}{second}"));
    let guests = desk.file("guests_7.csv", "mail\nann@x.test\n");
    assert!(desk.done(&["check", "--file", &guests]).contains("source guests"));
    let other = desk.file("other.csv", "mail\nann@x.test\n");
    desk.run(&["check", "--file", &other]).assert_refused(&["--source NAME", "staff, guests"]);
    desk.done(&["check", "--file", &other, "--source", "guests"]);
}

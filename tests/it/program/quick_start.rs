//! The README's quick start and its second file, figure by figure.

use super::{Desk, example};
use serde_json::Value;

fn counts(run: &Value) -> Vec<(&str, u64)> {
    let counts = run["summary"]["counts"].as_object().unwrap().iter();
    counts
        .map(|(word, count)| (word.as_str(), count.as_u64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

#[test]
fn the_quick_start_and_its_next_month_end_as_described() {
    let desk = Desk::of_quick_start();
    let (first, next) = (example("staff.csv"), example("staff-next.csv"));
    let (first, next) = (first.to_str().unwrap(), next.to_str().unwrap());

    let shown = desk.done(&["sync", first]);
    for part in ["completed", "60 records", "50 of 50 seats used", "Waiting  10", "created_active", "10 "] {
        assert!(shown.contains(part), "{part:?} is missing in:\n{shown}");
    }
    assert_eq!(desk.usernames(&["accounts", "--state", "active"]).len(), 50);
    let waiting = desk.usernames(&["accounts", "--reason", "no_seat"]);
    assert_eq!(waiting.len(), 10);
    for name in &waiting {
        assert!(shown.contains(name.as_str()), "{name} waits, and is not shown in:\n{shown}");
    }

    let run = desk.json(&["sync", next]);
    let expected =
        [("activated", 4), ("blocked_left", 6), ("created_blocked", 5), ("unchanged", 47), ("updated", 3)];
    assert_eq!(counts(&run), expected);
    let summary = &run["summary"];
    assert_eq!(
        (&summary["writes"], &summary["used"], &summary["waiting"]),
        (&18.into(), &50.into(), &9.into())
    );

    let again = desk.json(&["sync"]);
    assert_eq!((&again["summary"]["writes"], &again["status"]), (&Value::from(0), &Value::from("completed")));
    let once_more = desk.json(&["sync", next]);
    assert_eq!(once_more["summary"]["writes"], 0);
    desk.assert_healthy();
}

#[test]
fn default_data_folder_is_beside_the_configuration() {
    let desk = Desk::new(super::SMALL);
    let file = desk.file("staff.csv", super::people(&["ann"]));
    let run = |arguments: &[&str]| {
        let output = super::program().args(arguments).arg("--config").arg(&desk.config).output().unwrap();
        super::Answer::of(output)
    };
    run(&["sync", &file]).assert_code(0);
    assert!(desk.folder.path().join(".rollcall").is_dir());
    let accounts = run(&["accounts", "--json"]).json();
    assert_eq!(accounts[0]["username"], "ann");
}

#[test]
fn the_configuration_is_looked_for_in_the_current_folder() {
    let desk = Desk::new(super::SMALL);
    let output = super::program().arg("check").current_dir(desk.folder.path()).output().unwrap();
    let answer = super::Answer::of(output);
    answer.assert_code(0);
    assert!(answer.out.contains("3 seats"), "{}", answer.out);
}
